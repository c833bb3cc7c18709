//! The OAuth 2.0 (3LO) half of the simulation: consent, tokens, and what a token may reach.
//!
//! Follows <https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/> and RFC 6749.
//! PKCE is absent because Atlassian ignores it.

mod consent;
pub(crate) mod grants;
mod mint;
mod resources;
mod scopes;
mod token;

use axum::Router;
use axum::routing::{get, post};

use crate::sandbox::Sandbox;

/// The routes of the auth host and of the API host outside of the gateway.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/authorize", get(consent::show).post(consent::decide))
        .route("/error", get(consent::show_error))
        .route("/oauth/token", post(token::exchange))
        .route("/oauth/token/accessible-resources", get(resources::list))
        .route("/me", get(resources::me))
}
