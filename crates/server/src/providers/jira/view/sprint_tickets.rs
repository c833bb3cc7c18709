//! The shapes of a sprint's tickets.

use juncture_jira::Issue;
use juncture_views::jira::sprint_tickets::SprintTicket;

use super::{tickets, wire};
use crate::providers::jira::wanted::Shown;

/// A ticket with fields that are shown besides.
pub(crate) fn with(shown: &Shown, issue: Issue) -> SprintTicket {
    SprintTicket {
        fields: wire::fields(&issue.fields),
        ticket: tickets::with(shown, issue),
    }
}
