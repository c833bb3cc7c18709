//! The shapes of what a search finds.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::TicketView;
use super::words::FieldTexts;

/// What a search finds: all of it, or a page.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraSearchResult)]
pub(crate) struct Found {
    /// In the order of the query. A page may hold fewer than were asked for though more follow.
    pub(crate) issues: Vec<TicketView>,
    /// How many there are in all: exactly, if all are here, else about; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) total: Option<u64>,
    /// What brings the next page; null if there is none.
    #[schema(required)]
    pub(crate) next_cursor: Option<String>,
    /// What people call the fields that were asked for with `fields`, by id; absent if none were.
    #[serde(rename = "customFieldNames", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = FieldTexts, nullable = false)]
    pub(crate) custom_field_names: Option<BTreeMap<String, String>>,
    /// True where nothing is found, and Jira did not tell whether all that the query names is there;
    /// absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = bool)]
    pub(crate) unchecked: bool,
}

/// How many issues a query finds.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraIssueCount)]
pub(crate) struct Counted {
    /// About so many: Jira counts by its index, which lags behind changes.
    #[schema(example = 153)]
    pub(crate) count: u64,
    /// True where nothing is found, and Jira did not tell whether all that the query names is there;
    /// absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = bool)]
    pub(crate) unchecked: bool,
}
