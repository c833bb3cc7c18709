//! What is looked for.

use crate::providers::jira::jql::Jql;
use crate::providers::jira::wanted::Wanted;

/// The scopes that a search needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

/// What is looked for.
#[derive(Clone)]
pub(crate) struct Search {
    /// The query.
    pub(crate) jql: Jql,
    /// Which fields are shown besides those of tickets.
    pub(crate) wanted: Wanted,
}
