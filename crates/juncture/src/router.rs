//! Every route, in one table, in the order of the documentation.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;
use tower_http::normalize_path::NormalizePath;

use crate::app::App;
use crate::connections::{api, authorize};
use crate::error::Error;
use crate::{auth, middleware, ui};

/// The whole server.
pub fn router(app: &App) -> Router {
    let routes = Router::new()
        .route("/", get(ui::home::page))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/assets/juncture.css", get(ui::stylesheet))
        .route(
            "/finalize-connection/{provider}/{connection_code}",
            get(ui::finalize::page).post(ui::finalize::submit),
        )
        .nest("/api/frontend", frontend(app))
        .nest("/api/backend", backend(app))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed);
    let routes = middleware::around(routes, app).with_state(app.clone());
    // The documentation writes some paths with a slash at the end; every path works in both forms.
    Router::new().fallback_service(NormalizePath::trim_trailing_slash(routes))
}

/// Called from browsers; no secret.
fn frontend(app: &App) -> Router<App> {
    let mut routes = Router::new()
        .route("/oauth/initiate-oauth-flow", post(authorize::initiate))
        .route("/oauth/get-authorization-uri", post(authorize::initiate))
        .route(
            "/oauth/authorization-callback/{provider}",
            get(authorize::callback),
        );
    for provider in app.providers.iter() {
        routes = routes.merge(provider.frontend_routes());
    }
    let routes = routes
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed);
    middleware::cors(routes, &app.config.cors_allowed_origins)
}

/// Called from the caller's back end, with the secret key.
fn backend(app: &App) -> Router<App> {
    let mut routes = Router::new()
        .route(
            "/connection-info/check-connection-validity",
            get(api::check_validity),
        )
        .route(
            "/connection-info/get-connection-credentials",
            get(api::get_credentials),
        )
        .route(
            "/connection-info/get-access-token",
            get(api::get_access_token),
        );
    for provider in app.providers.iter() {
        routes = routes.merge(provider.backend_routes());
    }
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), auth::require_secret_key))
}

async fn not_found() -> Error {
    Error::RouteNotFound
}

async fn method_not_allowed() -> Error {
    Error::MethodNotAllowed
}

/// `GET /healthz`: 200 while the process lives.
async fn healthz() -> Response {
    axum::Json(json!({"status": "ok"})).into_response()
}

/// `GET /readyz`: 200 when the store and the cache answer; else 503, naming which does not.
async fn readyz(State(app): State<App>) -> Response {
    let is_store_ready = match app.store.ping().await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the store does not answer"
            );
            false
        }
    };
    let is_cache_ready = app.cache.answers().await;
    let word = |is_ready| if is_ready { "ok" } else { "unavailable" };
    let checks = json!({"store": word(is_store_ready), "cache": word(is_cache_ready)});
    if is_store_ready && is_cache_ready {
        return axum::Json(json!({"status": "ok", "checks": checks})).into_response();
    }
    let body = json!({"error": "Not ready", "code": "not_ready", "checks": checks});
    (StatusCode::SERVICE_UNAVAILABLE, axum::Json(body)).into_response()
}
