//! The shape of what was made.

use serde::{Deserialize, Serialize};

use super::tickets::TicketView;

/// What was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraTicketAnswer))]
pub struct Created {
    /// The new ticket.
    pub ticket: NewTicket,
}

/// The new ticket.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraCreatedTicket))]
pub struct NewTicket {
    #[expect(missing_docs, reason = "its description would stand in the document")]
    #[serde(flatten)]
    pub ticket: TicketView,
    /// True where Jira could not give it back in time: there is more to it than stands here. Absent
    /// otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(value_type = bool))]
    pub partial: bool,
}
