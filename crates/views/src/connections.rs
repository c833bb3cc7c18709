//! The shapes of what is told of a connection.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whether a connection can be used.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ConnectionValidity))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own in the contract"
)]
pub struct Validity {
    /// Whether there is one.
    pub exists: bool,
    /// Whether it has reached the longest life of a grant.
    pub is_expired: bool,
    /// Whether the provider refused its refresh token for good.
    pub is_invalid: bool,
    /// Whether calls have shown that what the customer picked, at Jira a site, is no longer open to the
    /// grant: the customer must connect again. A call that succeeds takes it back.
    pub site_unavailable: bool,
    /// The end of the grant: the moment of consent and the longest life that the provider gives, which no
    /// refresh extends; or the end of its only token. Absent where there is no such end, or no connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub expires_at: Option<Timestamp>,
    /// What the server is configured to ask for and the grant does not allow: connecting again would bring it.
    /// Absent where the provider does not tell what it has granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub missing_scopes: Option<Vec<String>>,
}

/// A connection's refresh token, for those who must have it.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ConnectionCredentials))]
pub struct Credentials {
    /// The refresh token that the provider will accept next; absent where the provider gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub refresh_token: Option<String>,
    /// The end of the grant; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub expires_at: Option<Timestamp>,
    /// Whether the provider refused the refresh token for good.
    pub is_invalid: bool,
}

/// A token for calls of your own to the provider.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ConnectionAccessToken))]
pub struct Access {
    /// The access token; it has at least 60 seconds to live.
    pub access_token: String,
    /// Until when it may be used; absent where it does not end by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub expires_at: Option<Timestamp>,
}

/// Without the token.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("expires_at", &self.expires_at)
            .field("is_invalid", &self.is_invalid)
            .finish_non_exhaustive()
    }
}

/// Without the token.
impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
