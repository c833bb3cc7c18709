//! The shapes of how the connection flow begins.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

/// Where to send the customer.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OAuthInitiated))]
pub struct Initiated {
    /// The provider's consent page; good for ten minutes.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uri"))]
    pub authorization_uri: Url,
}

/// Without the address, which has the flow's state.
impl fmt::Debug for Initiated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Initiated").finish_non_exhaustive()
    }
}

/// A connect session: a flow that is prepared for one customer.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ConnectSession))]
pub struct ConnectSession {
    /// Begins the flow, once. It is told this once.
    pub session_token: String,
    /// Where to send the customer's browser; the token is in it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uri"))]
    pub connect_url: Url,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// Without the token.
impl fmt::Debug for ConnectSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectSession")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
