//! The Atlassian Document Format (ADF), in which Jira keeps descriptions and comments.
//!
//! Schema: <https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/>. Not a
//! model of documents: a conversion reads what it needs and keeps nothing.

mod addresses;
mod document;
mod edit;
mod from_markdown;
mod node;
mod to_markdown;
mod tree;

use serde_json::Value;
use serde_json::value::RawValue;

pub use document::Document;
pub use edit::{Edited, LostFile, Uneditable};
use node::Node;
use tree::Tree;

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
/// `<details>`); panels become alerts, mentions, dates and statuses links with a scheme of their own
/// (`[@Ada](accountid:5b10…)`), media becomes `[attachment]`, and a node of an unknown kind is shown
/// by what it holds. Any JSON is accepted: a document that is not
/// [fit to become a tree](juncture_json::judge) (some fifty nodes within each other, more values than
/// Jira's longest text could need, a key that the parser keeps for itself) comes as its bare
/// texts, a paragraph each.
///
/// Links keep their target whatever its scheme. Who renders the Markdown decides what is safe to
/// follow.
#[must_use]
pub fn to_markdown(document: &RawValue) -> String {
    let mut repaired = None;
    match juncture_json::decode_in_place::<Tree<'_>>(document.get(), &mut repaired) {
        Ok(document) => to_markdown::document(Node::new(&document)),
        Err(_) => to_markdown::bare_texts(document.get()),
    }
}

/// Markdown as a document, as Jira takes it for descriptions and comments.
///
/// ```
/// use juncture_jira::adf;
///
/// let document = adf::from_markdown("- [x] **done**");
/// assert_eq!(document["content"][0]["type"], "taskList");
/// # let document = serde_json::value::to_raw_value(&document)?;
/// assert_eq!(adf::to_markdown(&document), "- [x] **done**");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Reads `CommonMark` with GitHub's tables, task lists, strikethrough, alerts (panels) and bare
/// addresses, HTML as far as it means something in ADF, pictures from the web, and whatever
/// [`to_markdown()`] writes. Every line end inside a paragraph is kept, as GitHub keeps them in
/// comments. What ADF has no place for, such as a heading in a list, is shown by what it holds; so
/// are blocks nested more than twenty deep. `docs/MARKDOWN.md` has all rules.
///
/// The result fits ADF's schema. Nothing makes an empty document, which Jira takes, but a field is
/// cleared with `null` ([`Change::Clear`](crate::Change::Clear)).
#[must_use]
pub fn from_markdown(markdown: &str) -> Value {
    from_markdown::document(markdown)
}

/// How many characters of text are in a document. Jira takes 32,767 in a field, and does not count
/// what is around them.
///
/// ```
/// use juncture_jira::adf;
///
/// assert_eq!(adf::characters(&adf::from_markdown("**one** [two](https://x.y)")), 7);
/// ```
#[must_use]
pub fn characters(document: &Value) -> usize {
    let mut count = 0;
    let document = Tree::from(document);
    let mut nodes = vec![Node::new(&document)];
    while let Some(node) = nodes.pop() {
        count += node.text().map_or(0, |text| text.chars().count());
        nodes.extend(node.content());
    }
    count
}

/// The present document with this Markdown as its text, for a caller who read the document as
/// Markdown, changed it and sends it back.
///
/// ```
/// use juncture_jira::adf;
/// use serde_json::value::RawValue;
///
/// let present = r##"{"version": 1, "type": "doc", "content": [
///     {"type": "paragraph", "content": [
///         {"type": "text", "text": "red", "marks": [{"type": "textColor", "attrs": {"color": "#ff0000"}}]}]},
///     {"type": "paragraph", "content": [{"type": "text", "text": "heer"}]}]}"##;
/// let present = RawValue::from_string(present.to_owned())?;
/// let edited = adf::edit(&present, "red\n\nhere")?;
/// assert_eq!(edited.document["content"][0]["content"][0]["marks"][0]["type"], "textColor");
/// assert_eq!(edited.document["content"][1]["content"][0]["text"], "here");
/// assert!(edited.lost.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Every block whose Markdown stands in the new text is kept as it is, with its ids, its attributes
/// and nodes of unknown kinds, also where it has moved. Of a changed block the parts are kept that
/// still stand there: items of lists, rows and cells of tables, blocks in panels, quotes, layouts and
/// folded parts, and in lines the words with their colours and the nodes between them. What nothing
/// shows, such as an empty paragraph, is kept too.
///
/// # Errors
///
/// [`Uneditable`] if the present value is no document or not fit to become a tree.
pub fn edit(present: &RawValue, markdown: &str) -> Result<Edited, Uneditable> {
    edit::edit(present, markdown)
}
