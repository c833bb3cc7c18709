//! What happens around every request: its id, its log line, its bounds, and the answer to a panic.

mod strangers;

use std::any::Any;
use std::error::Error as StdError;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowHeaders, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::Instrument as _;

pub use strangers::{LARGEST_PUBLIC_BODY, public};

use crate::app::App;
use crate::web::caller_address;
use crate::web::error::{Cause, Error};
use crate::web::requests::{self, REQUEST_ID};

/// The largest body that is read, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// Puts the bounds, the panic guard and the log line around all routes.
pub fn around(routes: Router<App>, app: &App) -> Router<App> {
    routes
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(from_fn_with_state(app.clone(), identify_and_log))
}

/// Gives the request its id and, when it is answered, its one line in the log. The line names the
/// route, never the URL: codes and states stand in URLs.
async fn identify_and_log(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = request_id(&app, &request);
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let method = request.method().clone();
    let client = caller_address::address(&request, &app.config.trusted_proxies);
    let client = client.map(tracing::field::display);
    let span = tracing::info_span!("request", id, client, %method, route);
    let started_at = app.clock.now();
    async {
        let mut response = next.run(request).await;
        let took = app.clock.now().duration_since(started_at);
        let took = Duration::try_from(took).unwrap_or_default();
        log(&response, took);
        requests::count(&app.metrics, &method, &route, response.status(), took);
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
    .instrument(span)
    .await
}

/// The caller's id if it is a sane one, else a fresh one.
fn request_id(app: &App, request: &Request) -> String {
    let is_sane = |id: &&str| {
        (1..=128).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte))
    };
    let given = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .filter(is_sane);
    given.map_or_else(
        || crate::random::uuid_v7(app.clock.now()).to_string(),
        str::to_owned,
    )
}

fn log(response: &Response, took: Duration) {
    let elapsed_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    match response.extensions().get::<Cause>() {
        Some(Cause(error)) if response.status().is_server_error() => {
            tracing::error!(
                status,
                elapsed_ms,
                code = error.code(),
                cause = chain(error),
                "failed"
            );
        }
        Some(Cause(error)) => tracing::info!(
            status,
            elapsed_ms,
            code = error.code(),
            cause = chain(error),
            "refused"
        ),
        None => tracing::info!(status, elapsed_ms, "answered"),
    }
}

/// An error and its causes, outermost first, each once: some errors tell their causes themselves.
fn chain(error: &Error) -> String {
    let causes = std::iter::successors(Some(error as &dyn StdError), |&error| error.source());
    let mut chain = String::new();
    for cause in causes.map(ToString::to_string) {
        if chain.is_empty() {
            chain = cause;
        } else if !chain.ends_with(&cause) {
            chain.push_str(": ");
            chain.push_str(&cause);
        }
    }
    chain
}

/// Compresses answers for callers who take that. Not for answers with secrets in them: the length of
/// a compressed secret beside what a caller has chosen tells of it (<https://www.breachattack.com>).
#[must_use]
pub fn compression() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Fastest)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands over the panic as a box"
)]
fn answer_panic(panic: Box<dyn Any + Send>) -> Response {
    let message = panic.downcast_ref::<String>().cloned();
    let message = message.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    Error::Internal(format!("panic: {}", message.unwrap_or_default()).into()).into_response()
}

/// No cache keeps an answer, unless it says so itself (RFC 9111 §5.2.2.5): there are tokens, codes
/// and states in them.
pub fn private(routes: Router<App>) -> Router<App> {
    let no_store = HeaderValue::from_static("no-store");
    routes.layer(SetResponseHeaderLayer::if_not_present(
        header::CACHE_CONTROL,
        no_store,
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
