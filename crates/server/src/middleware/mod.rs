//! What happens around every request: its id, its log line, its bounds, and the answer to a panic.

mod around;
mod strangers;

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowHeaders, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

pub use strangers::{LARGEST_PUBLIC_BODY, public};

use crate::app::App;
use crate::web::requests::REQUEST_ID;
use around::Around;

/// There are tokens, codes and states in answers.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Puts the bounds, the panic guard and the log line around routes that are open to all.
pub fn around(routes: Router<App>, app: &App) -> Router<App> {
    routes.layer(Around::open(app))
}

/// The same around routes that are for who has the secret key alone.
pub fn around_with_key(routes: Router<App>, app: &App) -> Router<App> {
    routes.layer(Around::with_key(app))
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

/// CORS for the configured origins (Fetch standard §3.2). Any other origin gets no CORS headers,
/// not even those of a preflight answer.
pub fn cors(routes: Router<App>, app: &App) -> Router<App> {
    let origins = &app.config.cors_allowed_origins;
    let origins: Vec<HeaderValue> = origins
        .iter()
        .filter_map(|origin| origin.parse().ok())
        .collect();
    let cors = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        // Whatever the page's libraries add, such as trace ids: there are no credentials to protect.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([REQUEST_ID, header::RETRY_AFTER])
        .max_age(Duration::from_hours(1));
    routes.layer(cors).layer(from_fn(withhold_from_strangers))
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
