//! The shapes of tickets, as lists show them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::sprints::SprintView;
#[cfg(feature = "openapi")]
use super::words::{FieldTexts, FieldValues, StatusCategoryKey};

/// The tickets of a project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraTickets))]
pub struct Tickets {
    /// All of them, newest first.
    pub tickets: Vec<TicketView>,
    /// How many they are.
    pub total: usize,
    /// The active sprint that shows on most of them; null if none does.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub sprint: Option<SprintView>,
    /// What people call the fields that were asked for with `fields`, by id; absent if none were.
    #[serde(rename = "customFieldNames", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = FieldTexts, nullable = false))]
    pub custom_field_names: Option<BTreeMap<String, String>>,
}

/// A ticket, as the list endpoints show it. What is not set is absent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraTicket))]
pub struct TicketView {
    /// Jira's id of it.
    pub id: String,
    /// The key that people call it by.
    pub key: String,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub summary: Option<String>,
    /// The description, as Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub description: Option<String>,
    /// The name of its status, which may be translated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub status: Option<String>,
    /// What the status means, in every language and on every site.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = StatusCategoryKey, nullable = false))]
    pub status_category: Option<String>,
    /// The name of its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub issue_type: Option<String>,
    /// The name of who works on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub assignee: Option<String>,
    /// The name of who reported it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub reporter: Option<String>,
    /// The name of its priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub priority: Option<String>,
    /// When it was created, as Jira writes it: `2026-01-01T00:00:00.000+0000`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub created: Option<String>,
    /// When it was last changed, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub updated: Option<String>,
    /// The plain values of the fields that were asked for with `fields`, by id; of those that are set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = FieldValues, nullable = false))]
    pub custom_fields: Option<BTreeMap<String, Value>>,
}
