//! The controls under `/_sandbox/`: what a test or a person does to the simulated cloud from
//! outside of it.
//!
//! They need no token, are not logged and are never struck by faults. Bodies are JSON; a body that
//! is wrong is a 400 with a sentence. `GET /_sandbox/` explains all of it in HTML.

mod fields;
mod inside;
mod issues;
mod journal;
mod permissions;
mod plans;
mod settings;
mod webhooks;
mod webhooks_page;
mod world;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::sandbox::Sandbox;

/// The control routes.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/", get(world::to_page))
        .route("/_sandbox", get(world::to_page))
        .route("/_sandbox/", get(world::page))
        .route("/_sandbox/world", get(world::show))
        .route("/_sandbox/issues", post(issues::change))
        .route("/_sandbox/journal", get(journal::show))
        .route("/_sandbox/sprints", post(plans::change_sprints))
        .route("/_sandbox/versions", post(plans::change_versions))
        .route("/_sandbox/fields", post(fields::change))
        .route("/_sandbox/permissions", post(permissions::change))
        .route("/_sandbox/settings", post(settings::change))
        .route(
            "/_sandbox/faults",
            get(inside::show_faults)
                .post(inside::add_fault)
                .delete(inside::clear_faults),
        )
        .route(
            "/_sandbox/clock",
            get(inside::show_clock).post(inside::move_clock),
        )
        .route(
            "/_sandbox/switches",
            get(inside::show_switches).post(inside::set_switches),
        )
        .route(
            "/_sandbox/quota",
            get(inside::show_quota).post(inside::set_quota),
        )
        .route("/_sandbox/revoke", post(inside::revoke))
        .route("/_sandbox/tokens/expire", post(inside::expire))
        .route("/_sandbox/tokens/inspect", post(inside::inspect))
        .route("/_sandbox/issued", get(inside::show_issued))
        .route(
            "/_sandbox/requests",
            get(inside::show_requests).delete(inside::reset_requests),
        )
        .route(
            "/_sandbox/violations",
            get(inside::show_violations).delete(inside::reset_violations),
        )
        .merge(webhook_routes())
}

/// The controls of webhooks.
fn webhook_routes() -> Router<Sandbox> {
    let at = |tail: &str| format!("/_sandbox/webhooks{tail}");
    Router::new()
        .route(&at(""), get(webhooks::show).delete(webhooks::forget))
        .route(&at("/page"), get(webhooks_page::show))
        .route(&at("/trouble"), post(webhooks::set_trouble))
        .route(&at("/settle"), post(webhooks::settle))
        .route(&at("/release"), post(webhooks::release))
        .route(&at("/registrations"), post(webhooks::strike))
        .route(&at("/secret"), post(webhooks::rotate))
        .route(&at("/forge"), post(webhooks::falsify))
}

/// A control that was told something wrong.
pub(super) struct Wrong(StatusCode, String);

impl Wrong {
    fn bad(message: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, message.into())
    }

    fn unknown(message: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, message.into())
    }
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        (self.0, axum::Json(json!({"error": self.1}))).into_response()
    }
}

/// Reads a JSON body, whatever its content type; an empty one is an empty object.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Wrong> {
    let body = if body.is_empty() { b"{}" } else { body };
    juncture_json::decode(body).map_err(|error| Wrong::bad(error.to_string()))
}
