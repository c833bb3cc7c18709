//! What happens around every request: its id, its log line, its bounds, and the answer to a panic.

mod around;
mod strangers;

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

pub use strangers::{LARGEST_PUBLIC_BODY, public};

use crate::app::App;
use crate::web::needs::Needs;
use crate::web::requests::REQUEST_ID;
use around::Around;

/// There are tokens, codes and states in answers.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Puts the bounds, the panic guard and the log line around routes that are open to all.
pub fn around(routes: Router<App>, app: &App) -> Router<App> {
    routes.layer(Around::open(app))
}

/// The same around routes that are for who has a secret key that may do what they need.
pub(crate) fn around_with_key(routes: Router<App>, app: &App, needs: Needs) -> Router<App> {
    routes.layer(Around::with_key(app, needs))
}

/// The same around routes that are for whoever runs the server.
pub fn around_with_admin_key(routes: Router<App>, app: &App) -> Router<App> {
    routes.layer(Around::with_admin_key(app))
}

/// Compresses answers for callers who take that. Not for answers with secrets in them: the length of
/// a compressed secret beside what a caller has chosen tells of it (<https://www.breachattack.com>).
#[must_use]
pub fn compression() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Fastest)
}

/// No cache keeps an answer, unless it says so itself.
fn private(routes: Router<App>) -> Router<App> {
    routes.layer(SetResponseHeaderLayer::if_not_present(
        header::CACHE_CONTROL,
        NO_STORE,
    ))
}

/// CORS for the configured origins, and those of the project (Fetch standard §3.2). Any other origin gets no
/// CORS headers, not even those of a preflight answer.
pub fn cors(routes: Router<App>, app: &App) -> Router<App> {
    let app = app.clone();
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::async_predicate(move |origin, request| {
            let (is_preflight, headers) =
                (request.method == Method::OPTIONS, request.headers.clone());
            async move { may_read(&app, &origin, is_preflight, &headers).await }
        }))
        .allow_methods([Method::GET, Method::POST])
        // Whatever the page's libraries add, such as trace ids: there are no credentials to protect.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([REQUEST_ID, header::RETRY_AFTER])
        .max_age(Duration::from_hours(1));
    routes.layer(cors).layer(from_fn(withhold_from_strangers))
}

/// Whether scripts of this origin may read the answer.
async fn may_read(
    app: &App,
    origin: &HeaderValue,
    is_preflight: bool,
    headers: &HeaderMap,
) -> bool {
    let is_it = |allowed: &String| allowed.as_bytes() == origin.as_bytes();
    if app.config.cors_allowed_origins.iter().any(is_it) {
        return true;
    }
    // A preflight does not say which project it is for. It only asks whether the key may be sent.
    if app.config.is_cloud && is_preflight {
        return true;
    }
    let Ok(Some(visitor)) = app.callers.visitor(headers).await else {
        return false;
    };
    let project = app.projects.at_hand(visitor.project);
    project.is_some_and(|project| project.settings.allowed_origins.iter().any(is_it))
}

async fn withhold_from_strangers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if !response
        .headers()
        .contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
    {
        for name in [
            header::ACCESS_CONTROL_ALLOW_METHODS,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            header::ACCESS_CONTROL_MAX_AGE,
        ] {
            response.headers_mut().remove(name);
        }
    }
    response
}
