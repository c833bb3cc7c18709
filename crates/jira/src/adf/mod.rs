//! The Atlassian Document Format (ADF), in which Jira keeps descriptions and comments.
//!
//! Schema: <https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/>. Not a
//! model of documents: a conversion reads what it needs and keeps nothing.

mod node;
mod to_markdown;

use serde_json::Value;
use serde_json::value::RawValue;

use node::Node;

/// The document as GitHub-flavoured Markdown.
///
/// ```
/// use juncture_jira::adf;
/// use serde_json::value::RawValue;
///
/// let document = r#"{"version": 1, "type": "doc", "content": [
///     {"type": "paragraph", "content": [
///         {"type": "text", "text": "2 * 3 is "},
///         {"type": "text", "text": "six", "marks": [{"type": "strong"}]}]}]}"#;
/// let document = RawValue::from_string(document.to_owned())?;
/// assert_eq!(adf::to_markdown(&document), r"2 \* 3 is **six**");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Every text of the document is in the result, escaped so that it shows as it is. What Markdown
/// cannot say is left out (colours, alignment, widths) or said in HTML (`<u>`, `<sub>`,
/// `<details>`); panels become alerts, media becomes `[attachment]`, and a node of an unknown
/// kind is shown by what it holds. Any JSON is accepted: a document too deep to be laid out (some
/// sixty nodes within each other) comes as its bare texts, a paragraph each.
///
/// Links keep their target whatever its scheme. Who renders the Markdown decides what is safe to
/// follow.
#[must_use]
pub fn to_markdown(document: &RawValue) -> String {
    match serde_json::from_str::<Value>(document.get()) {
        Ok(document) => to_markdown::document(Node::new(&document)),
        Err(_) => to_markdown::bare_texts(document.get()),
    }
}
