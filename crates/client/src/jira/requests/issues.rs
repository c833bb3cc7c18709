//! Changes of issues, steps that they make, and queries for them.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Change;

/// What is to become of an issue. What is not given stays.
#[derive(Clone, Debug, Default, Serialize)]
pub struct IssueChanges {
    /// The new title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The new description, in Markdown; an empty one clears it. What its text does not change stays in Jira as
    /// it is: mentions, files, cards, colours, ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The new description in Jira's document format, in place of `description`.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub description_adf: Change<Value>,
    /// Whether files may go that `description`, or a rich text in `fields`, no longer shows: Jira deletes an
    /// attachment with the last place that shows it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allow_media_loss: bool,
    /// The id of its new priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_id: Option<String>,
    /// The id of its new type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue_type_id: Option<String>,
    /// The account of who is to work on it.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub assignee_account_id: Change<String>,
    /// New values of any fields, by id or exact name; null clears one.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
    /// The id or key of the issue that it is to be a part of.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub parent: Change<String>,
    /// Its labels, without spaces, in place of those that it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
    /// Labels to add, whoever else changes the labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels_add: Vec<String>,
    /// Labels to take away, likewise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels_remove: Vec<String>,
    /// The day when it is due, as `2026-11-30`.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub due_date: Change<String>,
    /// The ids of its components, in place of those that it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_ids: Option<Vec<String>>,
    /// The ids of the versions that it is to be fixed in, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix_version_ids: Option<Vec<String>>,
    /// The ids of the versions that it affects, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affected_version_ids: Option<Vec<String>>,
    /// The account of who reports it.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub reporter_account_id: Change<String>,
}

/// A query for issues.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SearchIssues {
    /// The query. It must restrict what is found, and not only order it.
    pub jql: String,
    /// Ids or exact names of fields to show besides, or `all`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// From 1 to 200: how many issues a page holds at most. Without it all issues come at once, up to 10,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
    /// The `next_cursor` of the page before, for the same query and fields. It works for seven days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl SearchIssues {
    /// All that this query finds.
    #[must_use]
    pub fn new(jql: impl Into<String>) -> Self {
        Self {
            jql: jql.into(),
            ..Self::default()
        }
    }
}

/// Where an issue is to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Target {
    /// By the transition of this id.
    #[serde(rename = "transition_id")]
    Transition(String),
    /// To the status of this id.
    #[serde(rename = "to_status_id")]
    StatusId(String),
    /// To the status of this name. Names are translated: an id is safer.
    #[serde(rename = "to_status")]
    Status(String),
    /// To a status that means this.
    #[serde(rename = "to_category")]
    Category(Category),
}

/// What a status is to mean, in every language and on every site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Nobody has begun.
    #[serde(rename = "todo")]
    ToDo,
    /// Somebody works on it.
    InProgress,
    /// It has come to its end.
    Done,
}

/// A step that an issue is to make.
#[derive(Clone, Debug, Serialize)]
pub struct Transition {
    /// Where to.
    #[serde(flatten)]
    pub to: Target,
    /// Values of the fields of the transition's screen, by id or exact name.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
    /// How it was resolved, by name or id, where the transition's screen asks for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// What to say about it, in Markdown: a comment of the issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The comment in Jira's document format, in place of `comment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment_adf: Option<Value>,
}

impl From<Target> for Transition {
    fn from(to: Target) -> Self {
        Self {
            to,
            fields: Map::new(),
            resolution: None,
            comment: None,
            comment_adf: None,
        }
    }
}
