//! Which tickets, and tickets to be.

use serde::Serialize;
use serde_json::{Map, Value};

/// Which tickets, and what of them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListTickets {
    /// The id or key of a project; the selected one if it is absent.
    pub jira_project_id: Option<String>,
    /// Ids or exact names of fields to show besides, or `all`. Their plain values stand under
    /// `custom_fields`, by id.
    pub fields: Vec<String>,
}

/// A ticket to be.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NewTicket {
    /// The id or key of a project; the selected one if it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jira_project_id: Option<String>,
    /// The title: one line of at most 255 characters.
    pub summary: String,
    /// The id of its type, one of the project's.
    pub issue_type_id: String,
    /// The description, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The description in Jira's document format, in place of `description`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description_adf: Option<Value>,
    /// The id of its priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_id: Option<String>,
    /// The account of who is to work on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee_account_id: Option<String>,
    /// Values of any fields, by id or exact name.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
    /// The id or key of the issue that it is to be a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Its labels, without spaces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The day when it is due, as `2026-11-30`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<String>,
    /// The ids of its components.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub component_ids: Vec<String>,
    /// The ids of the versions that it is to be fixed in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fix_version_ids: Vec<String>,
    /// The ids of the versions that it affects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affected_version_ids: Vec<String>,
    /// The account of who reports it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporter_account_id: Option<String>,
}

impl NewTicket {
    /// A ticket of this type with this title.
    #[must_use]
    pub fn new(issue_type_id: impl Into<String>, summary: impl Into<String>) -> Self {
        Self {
            issue_type_id: issue_type_id.into(),
            summary: summary.into(),
            ..Self::default()
        }
    }
}

/// One of several tickets to be.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TicketOrder {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: NewTicket,
    /// A name for it in this request, for those that are to be a part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#ref: Option<String>,
    /// The `ref` of an earlier ticket that it is to be a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_ref: Option<String>,
}

impl From<NewTicket> for TicketOrder {
    fn from(ticket: NewTicket) -> Self {
        Self {
            ticket,
            ..Self::default()
        }
    }
}
