//! The shapes of what happened to a connection.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that happened to a connection, or a call of it to the provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ConnectionTimelineEntry))]
pub struct Entry {
    /// Its id, by which the entries are ordered.
    #[cfg_attr(feature = "openapi", schema(format = "uuid"))]
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// `consent` (the customer has consented), `site` (what was picked then), `refresh` (new tokens),
    /// `refresh_failed`, `invalid` (the provider has refused the grant for good), `site_unavailable` and
    /// `site_available` (what calls have shown of what was picked), or `call`.
    #[cfg_attr(feature = "openapi", schema(value_type = schemas::Kind))]
    pub kind: String,
    /// Why a refresh failed: the code that a call would have been answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub code: Option<String>,
    /// What was picked: the provider's id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub site_id: Option<String>,
    /// The call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub call: Option<Call>,
}

/// One try of a call to the provider, without its arguments and contents.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ConnectionTimelineCall))]
pub struct Call {
    /// The method.
    pub method: String,
    /// The path as the provider documents it, `{…}` standing for arguments; `/{path}` for a call that was
    /// passed on.
    pub endpoint: String,
    /// The status of the answer. Absent where none came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub status: Option<u16>,
    /// What it has cost of the hourly quota at the least: one for the call, and one for each issue of
    /// a list that is read whole. Absent where it is not known to have cost anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub points: Option<u64>,
    /// The id by which the provider's support finds the answer again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub trace_id: Option<String>,
    /// How long it took, in milliseconds: to the end of the answer, or to its beginning for a call that was
    /// passed on.
    pub duration_ms: u64,
}

/// Some of what happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ConnectionTimeline))]
pub struct Timeline {
    /// Newest first.
    pub data: Vec<Entry>,
    /// What to ask for what was before with; null where there is nothing.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next_cursor: Option<String>,
}

/// The schemas of what is a text here.
#[cfg(feature = "openapi")]
pub mod schemas {
    use crate::schema::schema;

    schema!(
        /// What an entry is.
        Kind as "ConnectionTimelineKind", one of super::KINDS
    );
}

/// Every kind of entry.
pub const KINDS: [&str; 8] = [
    "consent",
    "site",
    "refresh",
    "refresh_failed",
    "invalid",
    "site_unavailable",
    "site_available",
    "call",
];
