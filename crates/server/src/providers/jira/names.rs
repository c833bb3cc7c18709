//! Ids and keys, as Jira makes them. Nothing else reaches a JQL clause or a path.

use serde::Serialize;

/// A project's id (digits) or key (a letter, then letters, digits and `_`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectIdOrKey(String);

impl ProjectIdOrKey {
    /// Takes `text` if it is one. Jira's keys are upper-case; a lower-case one is read as such.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_key = text.len() <= 255 && is_project_key(text);
        (is_number(text) || is_key).then(|| Self(text.to_ascii_uppercase()))
    }

    /// The id or key.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// An issue's id (digits) or key (`PROJ-123`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct IssueIdOrKey(String);

impl IssueIdOrKey {
    /// Takes `text` if it is one; a lower-case key is read as an upper-case one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_key = text.len() <= 255
            && text
                .rsplit_once('-')
                .is_some_and(|(project, number)| is_project_key(project) && is_number(number));
        (is_number(text) || is_key).then(|| Self(text.to_ascii_uppercase()))
    }

    /// The id or key.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is an id.
    pub(crate) fn is_id(&self) -> bool {
        !self.0.contains('-')
    }
}

/// A comment's id (digits).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct CommentId(String);

impl CommentId {
    /// Takes `text` if it is one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        is_number(text).then(|| Self(text.to_owned()))
    }

    /// The id.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The same as a number.
    pub(crate) fn number(&self) -> u64 {
        self.0.parse().expect("18 digits at most are a number")
    }
}

fn is_number(text: &str) -> bool {
    (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_project_key(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
