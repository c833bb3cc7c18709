//! Texts of callers on their way into Jira.

use juncture_jira::adf::{self, Document};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::foreign;
use crate::web::error::Error;
use crate::web::extract::Text;

/// A text without what nobody meant to write: a byte order mark in front, and control characters, of
/// which line ends and tabs alone mean something.
pub(super) fn tidy(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_stray = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    text.replace(is_stray, "\u{fffd}")
}

/// The most characters of text in a description or a comment. Jira counts those of the text, neither bytes nor the
/// JSON around them: seen, and told as `CONTENT_LIMIT_EXCEEDED`.
const LONGEST_TEXT: usize = 32_767;

/// The longest Markdown that is converted, in characters. Marks, addresses and HTML are not of the
/// text, so a text that Jira takes may be written in more than its own length; not in as much as this.
const LONGEST_MARKDOWN: usize = 4 * LONGEST_TEXT;

/// The two parameters in which a rich text may stand.
pub(super) struct TextField {
    /// As Markdown.
    pub(super) markdown: &'static str,
    /// In the Atlassian Document Format.
    pub(super) document: &'static str,
}

/// The description of an issue.
pub(super) const DESCRIPTION: TextField = TextField {
    markdown: "description",
    document: "description_adf",
};

/// A description in Jira's document format, as [`TextField::to_document`] makes it.
pub(super) async fn to_document(
    markdown: &Text,
    document: Option<Box<RawValue>>,
) -> Result<Option<Document>, Error> {
    DESCRIPTION.to_document(markdown, document).await
}

impl TextField {
    /// A text in Jira's document format, from Markdown or as it is. One that is longer than Jira takes
    /// is refused here, and what is much longer before anything is made of it.
    pub(super) async fn to_document(
        &self,
        markdown: &Text,
        document: Option<Box<RawValue>>,
    ) -> Result<Option<Document>, Error> {
        let markdown = markdown.optional(self.markdown)?;
        let (field, converted) = match (markdown, document) {
            (Some(_), Some(_)) => return Err(self.both()),
            (Some(markdown), None) => {
                if markdown.chars().count() > LONGEST_MARKDOWN {
                    return Err(too_long(self.markdown));
                }
                let (bytes, markdown) = (markdown.len(), tidy(markdown));
                // The tree lives and dies where it is made: to drop a large one takes its time too.
                let convert = move || {
                    let document = adf::from_markdown(&markdown);
                    (adf::characters(&document), Some(Document::from(&document)))
                };
                (self.markdown, foreign::convert(bytes, convert).await)
            }
            (None, Some(document)) => {
                let bytes = document.get().len();
                let convert = move || match juncture_json::decode::<Value>(document.get()) {
                    Ok(tree) if tree["type"] == "doc" => {
                        (adf::characters(&tree), Some(Document::from(document)))
                    }
                    _ => (0, None),
                };
                (self.document, foreign::convert(bytes, convert).await)
            }
            (None, None) => return Ok(None),
        };
        match converted {
            (characters, _) if characters > LONGEST_TEXT => Err(too_long(field)),
            (_, Some(document)) => Ok(Some(document)),
            (_, None) => Err(Error::invalid_field(
                field,
                "must be a document in the Atlassian Document Format",
            )),
        }
    }

    /// 400 for two texts, of which Jira takes one.
    pub(super) fn both(&self) -> Error {
        let reason = format!("cannot be sent together with {}", self.markdown);
        Error::invalid_field(self.document, reason)
    }
}

/// 400 for a text that Jira would not take.
fn too_long(field: &'static str) -> Error {
    Error::invalid_field(field, "must have at most 32,767 characters of text")
}
