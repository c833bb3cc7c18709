//! The shapes of a sprint's tickets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::sprints::SprintView;
use super::tickets::TicketView;
use super::wire::WireFields;
#[cfg(feature = "openapi")]
use super::words::FieldTexts;

/// The tickets of a sprint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraSprintTickets))]
pub struct SprintTickets {
    /// All of them, in Jira's order.
    pub tickets: Vec<SprintTicket>,
    /// How many they are.
    pub total: usize,
    /// The sprint itself.
    pub sprint: SprintView,
    /// What people call the fields that were asked for with `fields`, by id; absent if none were.
    #[serde(rename = "customFieldNames", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = FieldTexts, nullable = false))]
    pub custom_field_names: Option<BTreeMap<String, String>>,
}

/// A ticket, flat and in Jira's own shape.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraSprintTicket))]
pub struct SprintTicket {
    #[expect(missing_docs, reason = "its description would stand in the document")]
    #[serde(flatten)]
    pub ticket: TicketView,
    /// The same in the shape of Jira's API.
    pub fields: WireFields,
}
