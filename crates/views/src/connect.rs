//! The shape of how the connection flow begins.

use std::fmt;

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
