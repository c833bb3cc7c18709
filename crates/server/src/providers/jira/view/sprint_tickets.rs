//! The shapes of a sprint's tickets.

use std::collections::BTreeMap;

use juncture_jira::Issue;
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::WireFields;
use super::words::FieldTexts;
use super::{SprintView, TicketView};
use crate::providers::jira::wanted::Shown;

/// The tickets of a sprint.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraSprintTickets)]
pub(crate) struct SprintTickets {
    /// All of them, in Jira's order.
    pub(crate) tickets: Vec<SprintTicket>,
    /// How many they are.
    pub(crate) total: usize,
    /// The sprint itself.
    pub(crate) sprint: SprintView,
    /// What people call the fields that were asked for with `fields`, by id; absent if none were.
    #[serde(rename = "customFieldNames", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = FieldTexts, nullable = false)]
    pub(crate) custom_field_names: Option<BTreeMap<String, String>>,
}

/// A ticket, flat and in Jira's own shape.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraSprintTicket)]
pub(crate) struct SprintTicket {
    #[serde(flatten)]
    pub(crate) ticket: TicketView,
    /// The same in the shape of Jira's API.
    pub(crate) fields: WireFields,
}

impl SprintTicket {
    /// A ticket with fields that are shown besides.
    pub(crate) fn with(shown: &Shown, issue: Issue) -> Self {
        Self {
            fields: WireFields::of(&issue.fields),
            ticket: TicketView::with(shown, issue),
        }
    }
}
