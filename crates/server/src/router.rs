//! Every route, in one table, in the order of the documentation.

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use tower_http::normalize_path::NormalizePath;

use crate::api::event_endpoints::{deliveries, doing, list, making};
use crate::api::events::{erase, stream};
use crate::api::{
    self, connect, connect_sessions, connections, events, listed, open, proxy, timeline, try_again,
};
use crate::app::App;
use crate::projects::scopes::Scope;
use crate::providers::jira;
use crate::web::error::Error;
use crate::web::openapi;
use crate::web::routes::{Routes, handled};
use crate::{health, middleware, ui};

const FRONTEND: &str = "/api/frontend";
const BACKEND: &str = "/api/backend";
const ADMIN: &str = "/api/admin";

/// For clients that cannot say what they accept; told of where the events are.
const EVENT_STREAM: &str = "/events/stream";

/// The whole server.
pub fn router(app: &App) -> Router {
    let frontend = frontend(jira::http::frontend().with_state(app.jira.clone())).into_router();
    let jira = jira::http::backend().with_state(app.jira.clone());
    let backend = backend(jira.layer(middleware::compression()));
    let open = pages(app)
        .merge(middleware::public(hosted_page(), app))
        .merge(operations().into_router())
        .nest(
            FRONTEND,
            middleware::cors(middleware::public(refuse_others(frontend), app), app),
        );
    let connections = connections();
    let needs = connections.needs();
    let connections = connections.into_router();
    let connections = connections.method_not_allowed_fallback(method_not_allowed);
    let connections = middleware::around_with_key(connections, app, needs);
    let mut routes = middleware::around(refuse_others(open), app)
        .merge(connections.clone())
        .nest(BACKEND, {
            let needs = backend.needs().below(BACKEND);
            middleware::around_with_key(refuse_others(backend.into_router()), app, needs)
        });
    if app.callers.have_admin() {
        let admin = refuse_others(api::admin::routes().into_router());
        routes = routes.nest(ADMIN, middleware::around_with_admin_key(admin, app));
    }
    let routes = routes.with_state(app.clone());
    // The documentation writes some paths with a slash at the end; every path works in both forms.
    // Those that are called the most are looked for as they came first.
    connections
        .with_state(app.clone())
        .fallback_service(NormalizePath::trim_trailing_slash(routes))
}

/// The OpenAPI document of this version, as JSON: the same whatever the configuration.
#[must_use]
pub fn document() -> String {
    let mut document = openapi::head();
    Routes::<App>::new()
        .nest(FRONTEND, frontend(jira::http::frontend().only_told()))
        .merge(connections())
        .nest(BACKEND, backend(jira::http::backend().only_told()))
        .nest(ADMIN, api::admin::routes())
        .merge(operations())
        .describe(&mut document);
    openapi::tell_who_needs_no_key(&mut document);
    openapi::to_json(&document)
}

/// What is to be looked at.
fn pages(app: &App) -> Router<App> {
    let document = ui::docs::Document::new(document, ui::prefix(app));
    Router::new()
        .route("/", get(ui::home::page))
        .route("/docs", get(ui::docs::page))
        .route("/openapi.json", get(ui::docs::document))
        .route("/assets/juncture.css", get(ui::stylesheet))
        .route("/assets/juncture.svg", get(ui::icon))
        .route("/assets/accent/{file}", get(ui::accent::stylesheet))
        .route("/favicon.ico", get(ui::icon))
        .layer(middleware::compression())
        .layer(Extension(document))
}

/// What browsers open: the link of a connect session, and the page of the second step.
fn hosted_page() -> Router<App> {
    let page = get(ui::finalize::page).post(ui::finalize::submit);
    Router::new()
        .route("/connect/{session_token}", get(open::open))
        .route("/finalize-connection/{provider}/{connection_code}", page)
        .method_not_allowed_fallback(method_not_allowed)
}

/// Called from browsers; no secret.
fn frontend(jira: Routes<App>) -> Routes<App> {
    Routes::new()
        .handle(handled!(connect::initiate))
        .route("/oauth/get-authorization-uri", post(connect::initiate))
        .handle(handled!(connect::callback))
        .handle(handled!(try_again::try_again))
        .merge(jira)
}

/// Called from the caller's back end, with the secret key, before all that a product does. These paths
/// are whole: a nested route costs each of its requests another copy of its path.
fn connections() -> Routes<App> {
    Routes::new()
        .handle_below(
            BACKEND,
            handled!(connections::check_validity, ConnectionsRead),
        )
        .handle_below(
            BACKEND,
            handled!(connections::get_credentials, CredentialsRead),
        )
        .handle_below(BACKEND, handled!(connections::get_access_token, TokensRead))
        .handle_below(
            BACKEND,
            handled!(connections::delete_connection, ConnectionsWrite),
        )
        .handle_below(BACKEND, handled!(listed::list_connections, ConnectionsRead))
        .handle_below(BACKEND, handled!(listed::get_connection, ConnectionsRead))
        .handle_below(
            BACKEND,
            handled!(listed::delete_connection_by_id, ConnectionsWrite),
        )
        .handle_below(
            BACKEND,
            handled!(timeline::connection_timeline, ConnectionsRead),
        )
}

/// Called from the caller's back end, with the secret key.
fn backend(jira: Routes<App>) -> Routes<App> {
    Routes::new()
        .handle(handled!(connect_sessions::create, ConnectionsWrite))
        .handle(handled!(events::list_events, Events))
        .needing(EVENT_STREAM, &[Method::GET], Scope::Events)
        .route(EVENT_STREAM, get(stream::stream_events))
        .handle(handled!(erase::erase_events, Events))
        .handle(handled!(making::create_endpoint, Events))
        .handle(handled!(list::list_endpoints, Events))
        .handle(handled!(list::get_endpoint, Events))
        .handle(handled!(making::update_endpoint, Events))
        .handle(handled!(list::delete_endpoint, Events))
        .handle(handled!(doing::test_endpoint, Events))
        .handle(handled!(doing::pause_endpoint, Events))
        .handle(handled!(doing::resume_endpoint, Events))
        .handle(handled!(doing::rotate_secret, Events))
        .handle(handled!(doing::replay_events, Events))
        .handle(handled!(deliveries::list_deliveries, Events))
        .handle(handled!(deliveries::retry_delivery, Events))
        .merge(jira)
        .merge(proxy::routes())
}

/// Called by whoever runs the server.
fn operations() -> Routes<App> {
    Routes::new()
        .handle(handled!(health::healthz))
        .handle(handled!(health::readyz))
        .handle(handled!(health::metrics))
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
