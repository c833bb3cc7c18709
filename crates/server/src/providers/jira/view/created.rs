//! The shape of what was made.

use serde::Serialize;
use utoipa::ToSchema;

use super::TicketView;

/// What was made.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraTicketAnswer)]
pub(crate) struct Created {
    /// The new ticket.
    pub(crate) ticket: NewTicket,
}

/// The new ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraCreatedTicket)]
pub(crate) struct NewTicket {
    #[serde(flatten)]
    pub(crate) ticket: TicketView,
    /// True where Jira could not give it back in time: there is more to it than stands here. Absent
    /// otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = bool)]
    pub(crate) partial: bool,
}
