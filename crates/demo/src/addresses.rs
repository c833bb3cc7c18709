//! Where the parts of a demo are.

use url::Url;

/// Where the three parts listen; each URL ends in `/`.
#[derive(Debug, Clone)]
pub(super) struct Addresses {
    /// The example app.
    pub(super) app: Url,
    /// The server.
    pub(super) juncture: Url,
    /// The simulated Atlassian.
    pub(super) sandbox: Url,
}
