//! Every route, in one table, in the order of the documentation.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use tower_http::normalize_path::NormalizePath;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{connect, connections, proxy};
use crate::app::App;
use crate::providers::jira::{self, Jira};
use crate::web::error::Error;
use crate::web::openapi;
use crate::{auth, health, middleware, ui};

const FRONTEND: &str = "/api/frontend";
const BACKEND: &str = "/api/backend";

/// The whole server.
pub fn router(app: &App) -> Router {
    let (frontend, _) = frontend(jira_part(jira::http::frontend(), app)).split_for_parts();
    let jira = jira_part(jira::http::backend(), app).layer(middleware::compression());
    let (backend, _) = backend(jira).split_for_parts();
    let document = ui::docs::Document::new(document(), ui::prefix(app));
    let routes = Router::new()
        .route("/", get(ui::home::page))
        .route("/docs", get(ui::docs::page))
        .route("/openapi.json", get(ui::docs::document))
        .route("/assets/juncture.css", get(ui::stylesheet))
        .route("/assets/juncture.svg", get(ui::icon))
        .route("/favicon.ico", get(ui::icon))
        .layer(middleware::compression())
        .merge(middleware::public(hosted_page(), app))
        .merge(operations().split_for_parts().0)
        .nest(
            FRONTEND,
            middleware::cors(middleware::public(refuse_others(frontend), app), app),
        )
        .nest(
            BACKEND,
            middleware::private(
                refuse_others(backend)
                    .layer(from_fn_with_state(app.clone(), auth::require_secret_key)),
            ),
        )
        .layer(Extension(document));
    let routes = middleware::around(refuse_others(routes), app).with_state(app.clone());
    // The documentation writes some paths with a slash at the end; every path works in both forms.
    Router::new().fallback_service(NormalizePath::trim_trailing_slash(routes))
}

/// The OpenAPI document of this version, as JSON: the same whatever the configuration.
#[must_use]
pub fn document() -> String {
    let documented = OpenApiRouter::<App>::with_openapi(openapi::head())
        .nest(FRONTEND, frontend(documented(jira::http::frontend())))
        .nest(BACKEND, backend(documented(jira::http::backend())))
        .merge(operations());
    let mut document = documented.into_openapi();
    openapi::tell_who_needs_no_key(&mut document);
    openapi::to_json(&document)
}

/// The page of the second step, for browsers.
fn hosted_page() -> Router<App> {
    let page = get(ui::finalize::page).post(ui::finalize::submit);
    Router::new()
        .route("/finalize-connection/{provider}/{connection_code}", page)
        .method_not_allowed_fallback(method_not_allowed)
}

/// Jira's routes, closed over Jira's part of the server.
fn jira_part(routes: OpenApiRouter<Jira>, app: &App) -> OpenApiRouter<App> {
    routes.with_state(app.jira.clone())
}

/// Routes that are only told of.
fn documented(routes: OpenApiRouter<Jira>) -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(routes.into_openapi())
}

/// Called from browsers; no secret.
fn frontend(jira: OpenApiRouter<App>) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(connect::initiate))
        .route("/oauth/get-authorization-uri", post(connect::initiate))
        .routes(routes!(connect::callback))
        .routes(routes!(connect::try_again))
        .merge(jira)
}

/// Called from the caller's back end, with the secret key.
fn backend(jira: OpenApiRouter<App>) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(connections::check_validity))
        .routes(routes!(connections::get_credentials))
        .routes(routes!(connections::get_access_token))
        .routes(routes!(connections::delete_connection))
        .merge(jira)
        .merge(proxy::routes())
}

/// Called by whoever runs the server.
fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
}

/// Answers every other path and method of `routes` in our shape.
fn refuse_others(routes: Router<App>) -> Router<App> {
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
}

async fn not_found(State(app): State<App>, headers: HeaderMap) -> Response {
    ui::error::refuse(&app, &headers, Error::RouteNotFound)
}

async fn method_not_allowed(State(app): State<App>, headers: HeaderMap) -> Response {
    ui::error::refuse(&app, &headers, Error::MethodNotAllowed)
}
