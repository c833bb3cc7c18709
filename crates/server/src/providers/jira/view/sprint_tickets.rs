//! The shapes of a sprint's tickets.

use juncture_jira::Issue;
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::WireFields;
use super::{SprintView, TicketView};

/// The tickets of a sprint.
#[derive(Serialize, ToSchema)]
pub(crate) struct SprintTickets {
    /// All of them, in Jira's order.
    pub(crate) tickets: Vec<SprintTicket>,
    /// How many they are.
    pub(crate) total: usize,
    /// The sprint itself.
    pub(crate) sprint: SprintView,
}

/// A ticket, flat and in Jira's own shape.
#[derive(Serialize, ToSchema)]
pub(crate) struct SprintTicket {
    #[serde(flatten)]
    pub(crate) ticket: TicketView,
    /// The same in the shape of Jira's API.
    pub(crate) fields: WireFields,
}

impl From<Issue> for SprintTicket {
    fn from(issue: Issue) -> Self {
        Self {
            fields: WireFields::of(&issue.fields),
            ticket: TicketView::from(issue),
        }
    }
}
