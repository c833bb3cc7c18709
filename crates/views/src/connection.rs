//! The shapes of connections as things that can be listed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A connection: whose it is, what it opens, and how it stands. No token is in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Connection))]
pub struct Connection {
    /// Its id, kept when the customer connects again.
    #[cfg_attr(feature = "openapi", schema(format = "uuid"))]
    pub id: String,
    /// Your own id of the customer.
    pub external_id: String,
    /// The provider, in lower case.
    pub provider: String,
    /// `active`, `invalid` (the provider has refused its refresh token for good) or `expired` (the grant has
    /// reached its end). Whoever is `invalid` or `expired` must connect again.
    #[cfg_attr(feature = "openapi", schema(value_type = schemas::State))]
    pub state: String,
    /// Who has consented, where the provider tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub account: Option<Account>,
    /// What the customer has picked, at Jira a site.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub site: Option<Site>,
    /// The project that your back end has selected, as it was given then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub selected_project_id: Option<String>,
    /// What the grant allows, where the provider tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub scopes: Option<Vec<String>>,
    /// What the server is configured to ask for and the grant does not allow, where the provider tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub missing_scopes: Option<Vec<String>>,
    /// The end of the grant, which no refresh extends. Absent where there is no such end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub expires_at: Option<Timestamp>,
    /// When the customer connected for the first time.
    pub created_at: Timestamp,
    /// When its tokens were last issued: by the consent, or by a refresh since.
    pub last_refreshed_at: Timestamp,
    /// When it was last used, to the minute. It takes some seconds until it is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_used_at: Option<Timestamp>,
    /// What went wrong last, and was not put right since: a refresh that failed, until one succeeds; or an
    /// error of a call that is about the connection, for seven days. Connecting again takes back both.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_error: Option<LastError>,
}

/// What went wrong last.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ConnectionError))]
pub struct LastError {
    /// The code that a call was, or would have been, answered with.
    #[cfg_attr(feature = "openapi", schema(value_type = schemas::ErrorCode))]
    pub code: String,
    /// When.
    pub at: Timestamp,
}

/// Who has consented.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ConnectionAccount))]
pub struct Account {
    /// The provider's id of them.
    pub id: String,
    /// What people call them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub name: Option<String>,
    /// Their address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub email: Option<String>,
}

/// What a customer has picked after the consent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ConnectionSite))]
pub struct Site {
    /// The provider's id of it.
    pub id: String,
    /// What people call it. Absent where it was picked elsewhere, before the connection came here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub name: Option<String>,
    /// Where people find it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub url: Option<String>,
}

/// Some of the connections.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ConnectionList))]
pub struct Connections {
    /// Each once, in the order of their ids.
    pub data: Vec<Connection>,
    /// What to ask for the others with; null where these are the last.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next_cursor: Option<String>,
}

/// The schemas of what is a text here.
#[cfg(feature = "openapi")]
pub mod schemas {
    use crate::schema::schema;

    schema!(
        /// How a connection stands.
        State as "ConnectionState", one of super::STATES
    );
    schema!(
        /// What may go wrong with a connection.
        ErrorCode as "ConnectionErrorCode", one of super::ERROR_CODES
    );
}

/// Every state of a connection.
pub const STATES: [&str; 3] = ["active", "invalid", "expired"];

/// Every code of what may go wrong with a connection.
pub const ERROR_CODES: [&str; 9] = [
    "needs_reauthorization",
    "site_unavailable",
    "missing_scope",
    "access_denied",
    "provider_misconfigured",
    "upstream_rate_limited",
    "upstream_unavailable",
    "upstream_timeout",
    "upstream_bad_response",
];
