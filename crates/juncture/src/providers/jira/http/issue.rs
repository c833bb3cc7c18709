//! Single issues: read, change, create, delete.

use juncture_jira::{Error as JiraError, adf};
use serde_json::{Value, json};

use crate::error::Error;
use crate::extract::{Text, required};
use crate::foreign;

/// The sentence where no issue is named.
const MISSING_ISSUE: &str = "Missing issue_id_or_key";

/// An issue's id (digits) or key (`PROJ-123`). Nothing else reaches a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IssueIdOrKey(String);

impl IssueIdOrKey {
    /// Reads the parameter of this name.
    pub(crate) fn of_parameter(text: &Text) -> Result<Self, Error> {
        let [text] = required(MISSING_ISSUE, [("issue_id_or_key", text)])?;
        Self::parse(text).ok_or_else(no_issue_id)
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_number = |text: &str| {
            (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let is_key = text.len() <= 255
            && text.rsplit_once('-').is_some_and(|(project, number)| {
                project.starts_with(|first: char| first.is_ascii_alphabetic())
                    && project
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                    && is_number(number)
            });
        (is_number(text) || is_key).then(|| Self(text.to_ascii_uppercase()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is an id.
    pub(crate) fn is_id(&self) -> bool {
        !self.0.contains('-')
    }
}

/// Every answer to a missing or impossible issue, and to one that is not there.
pub(crate) fn issue_refusals() -> Vec<Error> {
    vec![
        Error::missing(MISSING_ISSUE, &["issue_id_or_key"]),
        no_issue_id(),
        issue_not_found(),
    ]
}

fn no_issue_id() -> Error {
    let reason = "must be an issue id (digits) or an issue key (such as PROJ-123)";
    Error::invalid_field("issue_id_or_key", reason)
}

pub(crate) fn issue_not_found() -> Error {
    Error::NotFound {
        error: "Issue not found",
        code: "issue_not_found",
    }
}

/// A text without what nobody meant to write: a byte order mark in front, and control characters, of
/// which line ends and tabs alone mean something.
pub(crate) fn tidy(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_stray = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    text.replace(is_stray, "\u{fffd}")
}

/// 400 because Jira does not take the values, with its reasons, and those of each field.
pub(crate) fn refused_values(error: &'static str, refusal: &JiraError) -> Error {
    let mut details = json!({});
    if !refusal.messages().is_empty() {
        details["reasons"] = json!(refusal.messages());
    }
    if !refusal.field_errors().is_empty() {
        details["fields"] = json!(refusal.field_errors());
    }
    invalid_values(error, details)
}

pub(crate) fn invalid_values(error: &'static str, details: Value) -> Error {
    Error::Invalid {
        error: error.into(),
        code: "invalid_fields",
        details,
    }
}

/// The most characters of text in a description. Jira counts those of the text, neither bytes nor the
/// JSON around them: seen, and told as `CONTENT_LIMIT_EXCEEDED`.
const LONGEST_TEXT: usize = 32_767;

/// The longest Markdown that is converted, in characters. Marks, addresses and HTML are not of the
/// text, so a text that Jira takes may be written in more than its own length; not in as much as this.
const LONGEST_MARKDOWN: usize = 4 * LONGEST_TEXT;

/// A description in Jira's document format, from Markdown or as it is. One that is longer than Jira
/// takes is refused here, and what is much longer before anything is made of it.
pub(crate) async fn to_document(
    markdown: &Text,
    document: Option<Value>,
) -> Result<Option<Value>, Error> {
    let markdown = markdown.optional("description")?;
    let (field, document) = match (markdown, document) {
        (Some(_), Some(_)) => {
            return Err(Error::invalid_field(
                "description_adf",
                "cannot be sent together with description",
            ));
        }
        (Some(markdown), None) => {
            if markdown.chars().count() > LONGEST_MARKDOWN {
                return Err(too_long("description"));
            }
            let (bytes, markdown) = (markdown.len(), tidy(markdown));
            let convert = move || adf::from_markdown(&markdown);
            ("description", foreign::convert(bytes, convert).await)
        }
        (None, Some(document)) if document["type"] == "doc" => ("description_adf", document),
        (None, Some(_)) => {
            return Err(Error::invalid_field(
                "description_adf",
                "must be a document in the Atlassian Document Format",
            ));
        }
        (None, None) => return Ok(None),
    };
    if adf::characters(&document) > LONGEST_TEXT {
        return Err(too_long(field));
    }
    Ok(Some(document))
}

/// 400 for a text that Jira would not take.
fn too_long(field: &'static str) -> Error {
    Error::invalid_field(field, "must have at most 32,767 characters of text")
}
