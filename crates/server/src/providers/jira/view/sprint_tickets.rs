//! The shapes of a sprint's tickets.

use juncture_jira::Issue;
use juncture_views::jira::sprint_tickets::SprintTicket;
use juncture_views::jira::wire::WireFields;

use super::{tickets, wire};
use crate::providers::jira::wanted::Shown;

/// A ticket with fields that are shown besides.
pub(crate) fn with(shown: &Shown, issue: Issue) -> SprintTicket {
    let fields = wire::fields(&issue.fields);
    let ticket = tickets::with(shown, issue);
    // A conversion is worth more than a copy.
    let description = ticket.description.clone();
    SprintTicket {
        fields: WireFields {
            description,
            ..fields
        },
        ticket,
    }
}
