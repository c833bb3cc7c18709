//! The shapes of what a search finds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::tickets::TicketView;
#[cfg(feature = "openapi")]
use super::words::FieldTexts;

/// What a search finds: all of it, or a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraSearchResult))]
pub struct Found {
    /// In the order of the query. A page may hold fewer than were asked for though more follow.
    pub issues: Vec<TicketView>,
    /// How many there are in all: exactly, if all are here, else about; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub total: Option<u64>,
    /// What brings the next page; null if there is none.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub next_cursor: Option<String>,
    /// What people call the fields that were asked for with `fields`, by id; absent if none were.
    #[serde(rename = "customFieldNames", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = FieldTexts, nullable = false))]
    pub custom_field_names: Option<BTreeMap<String, String>>,
    /// True where nothing is found, and Jira did not tell whether all that the query names is there;
    /// absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(value_type = bool))]
    pub unchecked: bool,
}

/// How many issues a query finds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraIssueCount))]
pub struct Counted {
    /// About so many: Jira counts by its index, which lags behind changes.
    #[cfg_attr(feature = "openapi", schema(example = 153))]
    pub count: u64,
    /// True where nothing is found, and Jira did not tell whether all that the query names is there;
    /// absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(value_type = bool))]
    pub unchecked: bool,
}
