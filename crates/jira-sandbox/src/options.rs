//! What a sandbox is made of, and which of Atlassian's unsettled behaviours it shows.
//!
//! Not here: faults, which come and go while the sandbox runs (see [`crate`]'s tour).

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// The size, the app registration and the clock of a sandbox.
#[derive(Debug, Clone)]
pub struct Options {
    /// The number from which the whole world is drawn: same seed, same ids, keys and texts.
    pub seed: u64,
    /// How many projects the first site has.
    pub projects: usize,
    /// How many issues the first project of the first site has, exactly.
    pub issues: usize,
    /// The client id of the one registered OAuth app.
    pub client_id: String,
    /// The client secret of the one registered OAuth app.
    pub client_secret: SecretString,
    /// The registered callback URLs, compared exactly. Empty: any `http` URL on the loopback.
    pub redirect_uris: Vec<String>,
    /// The instant at which the clock stands. `None`: real time. Either moves by
    /// `POST /_sandbox/clock`, and never otherwise.
    pub frozen_at: Option<Timestamp>,
    /// The unsettled behaviours, as they are at the start.
    pub switches: Switches,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            projects: 6,
            issues: 240,
            client_id: "sandbox-client".to_owned(),
            client_secret: SecretString::from("sandbox-secret"),
            redirect_uris: Vec::new(),
            frozen_at: None,
            switches: Switches::default(),
        }
    }
}

/// Behaviours on which the evidence about Atlassian Cloud disagrees or which differ by app.
///
/// `POST /_sandbox/switches` changes any of them while the sandbox runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// Whether a JQL query which names something unknown finds nothing or is refused.
    pub semantic_jql_errors: SemanticJqlErrors,
    /// Whether search pages may be shorter than asked although more issues follow.
    pub short_pages: bool,
    /// How the token endpoint refuses a dead refresh token.
    pub refused_refresh: RefusedRefresh,
    /// How the token endpoint refuses a spent, expired or unknown code.
    pub refused_code: RefusedCode,
    /// How the token endpoint refuses a wrong client id or secret.
    pub refused_client: RefusedClient,
    /// For how many seconds a used refresh token may be used again. 0: never, as of a strict app.
    pub leeway_seconds: u32,
    /// Whether a family of refresh tokens dies 365 days after consent, however busy it was.
    pub absolute_expiry: bool,
    /// Whether a token works only for the site chosen at its own consent.
    pub site_restricted_grants: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            semantic_jql_errors: SemanticJqlErrors::Silent,
            short_pages: false,
            refused_refresh: RefusedRefresh::InvalidGrant,
            refused_code: RefusedCode::InvalidRequest,
            refused_client: RefusedClient::AccessDenied,
            leeway_seconds: 600,
            absolute_expiry: true,
            site_restricted_grants: false,
        }
    }
}

/// What a JQL query does that names an unknown field, value, key, function or date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SemanticJqlErrors {
    /// 200 with no issues.
    Silent,
    /// 400 with a sentence for each mistake.
    Loud,
}

/// The refusals of a dead refresh token, both with status 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedRefresh {
    /// `invalid_grant`, as Atlassian's page "OAuth 2.0 (3LO) apps" says.
    InvalidGrant,
    /// `unauthorized_client`, as seen in the wild.
    UnauthorizedClient,
}

/// The refusals of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedCode {
    /// 400 `invalid_request`, as seen in 2026.
    InvalidRequest,
    /// 403 `invalid_grant`, as seen in earlier years.
    InvalidGrant,
}

/// The refusals of a wrong client id or client secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedClient {
    /// 401 `access_denied`.
    AccessDenied,
    /// 400 `invalid_client`.
    InvalidClient400,
    /// 401 `invalid_client`.
    InvalidClient401,
}
