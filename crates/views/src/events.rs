//! The shapes of events.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::connection::{Account, Site};

/// Something that has happened, told once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Event))]
pub struct Event {
    /// Its id, the same however often and on whatever way it comes.
    #[cfg_attr(feature = "openapi", schema(format = "uuid"))]
    pub id: String,
    /// Where it stands in the feed: give it as `after` to go on behind it.
    pub cursor: String,
    /// What has happened. Later versions know more types: leave alone what you do not know.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(value_type = schemas::Kind))]
    pub kind: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What there is to tell.
    pub data: Data,
}

/// What there is to tell of an event.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EventData))]
pub struct Data {
    /// The connection that it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, format = "uuid"))]
    pub connection_id: Option<String>,
    /// Your own id of its customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub external_id: Option<String>,
    /// Its provider, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub provider: Option<String>,
    /// The number of the event among those of the connection: 1, 2, 3 and so on, without a gap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 1))]
    pub sequence: Option<i64>,
    /// `connection.created`: where it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, value_type = schemas::Source))]
    pub source: Option<String>,
    /// `connection.needs_reauthorization`: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, value_type = schemas::Reason))]
    pub reason: Option<String>,
    /// `connection.created` and `connection.recovered`: who has consented, where the provider tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub account: Option<Account>,
    /// `connection.created` and `connection.recovered`: what the customer has picked, at Jira a site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub site: Option<Site>,
    /// `connection.missing_scope`: what is asked for and the grant does not allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub missing_scopes: Option<Vec<String>>,
    /// The end of the grant, where it has one. Absent in `connection.deleted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub expires_at: Option<Timestamp>,
    /// `connection.expiring`: how many days before the end this is told, 14 or 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub days_before: Option<u16>,
    /// `endpoint.failing` and `endpoint.disabled`: the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, format = "uuid"))]
    pub endpoint_id: Option<String>,
    /// `endpoint.failing` and `endpoint.disabled`: how its last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub failure: Option<String>,
    /// `endpoint.failing` and `endpoint.disabled`: since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub failing_since: Option<Timestamp>,
    /// `endpoint.disabled`: why it is paused, `gone` (it has answered 410) or `exhausted` (it has failed for its
    /// whole schedule).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub paused_reason: Option<String>,
    /// True where all else was erased at your request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub erased: Option<bool>,
    /// True where all else is damaged in the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub unreadable: Option<bool>,
    /// What other types tell.
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub more: Map<String, Value>,
}

/// Some of the events.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EventPage))]
pub struct Events {
    /// In the order of the feed. None of them is left out; there may be fewer than you asked for, and more behind.
    pub data: Vec<Event>,
    /// What to give as `after` next, whether or not anything came.
    pub next_cursor: String,
    /// Whether there may be more behind it already: then ask again at once.
    pub has_more: bool,
}

/// What an erasure has come to.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EventErasure))]
pub struct Erasure {
    /// How many events were erased by this call.
    pub erased: u64,
    /// Whether there may be more: then call again.
    pub has_more: bool,
}

/// The schemas of what is a text here.
#[cfg(feature = "openapi")]
pub mod schemas {
    use crate::schema::schema;

    schema!(
        /// What has happened.
        Kind as "EventType", one of super::KINDS
    );
    schema!(
        /// Where a connection came from.
        Source as "EventSource", one of super::SOURCES
    );
    schema!(
        /// Why only connecting again can help.
        Reason as "EventReason", one of super::REASONS
    );
}

/// Every type of an event.
pub const KINDS: [&str; 8] = [
    "connection.created",
    "connection.needs_reauthorization",
    "connection.recovered",
    "connection.deleted",
    "connection.missing_scope",
    "connection.expiring",
    "endpoint.failing",
    "endpoint.disabled",
];

/// Where connections come from.
pub const SOURCES: [&str; 2] = ["consent", "import"];

/// Why only connecting again can help: the provider has refused the refresh token; it has refused it for hours
/// without saying why; it has refused an access token that cannot be refreshed; the grant has reached its end; or
/// the connection was imported so.
pub const REASONS: [&str; 5] = [
    "refused",
    "refused_for_hours",
    "access_token_refused",
    "expired",
    "imported",
];
