//! The shapes of what whoever runs the server is told: projects, their keys and their OAuth apps.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
#[cfg(feature = "openapi")]
use words::{KeyKind, KeyScope};

/// A product whose customers connect.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AdminProject))]
pub struct Project {
    /// Its id.
    pub id: String,
    /// What people call it; no two have the same.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// What is set for it.
    pub settings: Settings,
}

/// What is set for a project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AdminSettings))]
pub struct Settings {
    /// The web origins whose scripts may call the frontend API for it, beside `CORS_ALLOWED_ORIGINS`.
    pub allowed_origins: Vec<String>,
    /// The addresses that a browser may be sent back to: these, and what is below them.
    pub allowed_return_urls: Vec<String>,
    /// What its hosted pages show.
    pub branding: Branding,
    /// Whether a flow begins by a connect session alone.
    pub require_connect_sessions: bool,
    /// Whether the OAuth apps of the environment serve it where it has none of its own.
    pub may_use_default_apps: bool,
    /// How much it may ask for.
    pub limits: Limits,
}

/// What the hosted pages of a project show.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AdminBranding))]
pub struct Branding {
    /// The product's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub name: Option<String>,
    /// The address of its logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub logo_url: Option<String>,
    /// The colour of buttons and links: `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub accent_colour: Option<String>,
}

/// How much a project may ask of each server process.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AdminLimits))]
pub struct Limits {
    /// Calls of the backend API a minute, by all its keys together; absent is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub requests_per_minute: Option<u32>,
    /// Calls of the frontend API a minute by one address; absent is `PUBLIC_REQUESTS_PER_MINUTE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub public_requests_per_minute: Option<u32>,
}

/// Some of the projects.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AdminProjects))]
pub struct Projects {
    /// In the order of their making.
    pub data: Vec<Project>,
    /// Where the next ones begin; null after the last one.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next_cursor: Option<String>,
}

/// An API key of a project, without itself if it is a secret one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AdminKey))]
pub struct Key {
    /// Its id.
    pub id: String,
    /// What it is for.
    #[cfg_attr(feature = "openapi", schema(value_type = KeyKind))]
    pub kind: Cow<'static, str>,
    /// What people call it.
    pub name: String,
    /// A public key itself; of a secret one its beginning, to tell keys apart.
    pub shown: String,
    /// What it may do; an empty list is everything.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<KeyScope>))]
    pub scopes: Vec<Cow<'static, str>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; absent where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute; absent where it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_used_at: Option<Timestamp>,
}

/// Some of a project's keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AdminKeys))]
pub struct Keys {
    /// In the order of their making.
    pub data: Vec<Key>,
    /// Where the next ones begin; null after the last one.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next_cursor: Option<String>,
}

/// A new API key, told this once.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AdminNewKey))]
pub struct NewKey {
    /// The key itself. Keep it: a secret one is never told again.
    pub key: String,
    /// What is known of it from now on.
    #[serde(flatten)]
    pub about: Key,
}

/// An OAuth app of a project at a provider, without its secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AdminOAuthApp))]
pub struct OAuthApp {
    /// Its id; another client id is another app.
    pub id: String,
    /// The provider.
    pub provider: String,
    /// The client id there.
    pub client_id: String,
    /// The scopes that are asked for; an empty list is those of the environment's app.
    pub scopes: Vec<String>,
    /// Where the provider sends the customer back to.
    pub redirect_uri: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Without the key.
impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewKey")
            .field("about", &self.about)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "openapi")]
pub mod words {
    //! The words, for the document of the API.

    use crate::schema::schema;

    schema!(
        /// What a key is for: `public` names the project of calls from browsers, `secret` lets a back end in.
        KeyKind as "AdminKeyKind", one of ["public", "secret"]
    );

    schema!(
        /// What a key may be allowed to do.
        KeyScope as "AdminKeyScope", one of [
            "connections:read", "connections:write", "tokens:read", "credentials:read",
            "jira:read", "jira:write", "proxy", "events"
        ]
    );
}
