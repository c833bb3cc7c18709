//! Issues that a query finds: all of them, or page by page.

mod cursor;
mod page;
mod whole;

use crate::providers::jira::jql::Jql;
use crate::providers::jira::wanted::Wanted;

pub(crate) use page::page;
pub(crate) use whole::{MOST, whole};

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

/// As many issues as a page may hold: two of Jira's.
pub(crate) const MOST_ON_A_PAGE: usize = 200;

/// What is looked for.
#[derive(Clone)]
pub(crate) struct Search {
    /// The query.
    pub(crate) jql: Jql,
    /// Which fields are shown besides those of tickets.
    pub(crate) wanted: Wanted,
}
