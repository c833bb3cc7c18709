//! What stands around a route: one layer, since each costs every request some copies of all below it.

use std::any::Any;
use std::convert::Infallible;
use std::error::Error as StdError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::HttpBody as _;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tower::{Layer, Service};
use tracing::{Instrument as _, Span};

use crate::app::App;
use crate::web::caller::Caller;
use crate::web::caller_address;
use crate::web::error::{Cause, Error};
use crate::web::requests::REQUEST_ID;

/// The largest body that is read, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// Gives a request its id, its bounds, its guard against panics and, when it is answered, its one line
/// in the log.
#[derive(Clone)]
pub(super) struct Around {
    app: App,
    /// Whether only who has the secret key may pass, and no cache may keep what is answered.
    needs_key: bool,
}

impl Around {
    pub(super) fn open(app: &App) -> Self {
        let (app, needs_key) = (app.clone(), false);
        Self { app, needs_key }
    }

    pub(super) fn with_key(app: &App) -> Self {
        let (app, needs_key) = (app.clone(), true);
        Self { app, needs_key }
    }

    /// For whom a request may pass, where it needs a key. Asked before anything else of it is looked at.
    fn admit(&self, headers: &HeaderMap) -> Result<Option<Caller>, Error> {
        if !self.needs_key {
            return Ok(None);
        }
        let is_ours = self.app.secret_key.is_carried_by(headers);
        let caller = is_ours.then_some(Caller::OF_ENVIRONMENT);
        caller.map(Some).ok_or(Error::InvalidSecretKey)
    }
}

impl<S> Layer<S> for Around {
    type Service = Surrounded<S>;

    fn layer(&self, route: S) -> Surrounded<S> {
        let around = self.clone();
        Surrounded { around, route }
    }
}

/// A route and what stands around it.
#[derive(Clone)]
pub(super) struct Surrounded<S> {
    around: Around,
    route: S,
}

impl<S> Service<Request> for Surrounded<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.route.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let Around { app, needs_key } = self.around.clone();
        let asked = Asked::of(&app, &request);
        let span = asked.span(&app, &request);
        if !request.body().is_end_stream() {
            DefaultBodyLimit::max(LARGEST_BODY).apply(&mut request);
        }
        let answering = self.around.admit(request.headers()).map(|caller| {
            let begun = catch_unwind(AssertUnwindSafe(|| self.route.call(request)));
            begun.map(|answering| Caller::answering(caller, answering))
        });
        let answering = async move {
            let answered = match answering {
                Err(refused) => Ok(Ok(refused.into_response())),
                Ok(Ok(answering)) => AssertUnwindSafe(answering).catch_unwind().await,
                Ok(Err(panic)) => Err(panic),
            };
            let mut response = match answered {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(panic) => answer_panic(&*panic),
            };
            if needs_key {
                forbid_caches(&mut response);
            }
            asked.answer(&app, &mut response);
            Ok(response)
        };
        Box::pin(answering.instrument(span))
    }
}

/// What is told of a request when it is answered. It names the route, never the URL: codes and states
/// stand in URLs.
struct Asked {
    id: HeaderValue,
    method: Method,
    route: Option<MatchedPath>,
    /// When, in steady time.
    at: Duration,
}

impl Asked {
    fn of(app: &App, request: &Request) -> Self {
        Self {
            id: id(app, request.headers()),
            method: request.method().clone(),
            route: request.extensions().get::<MatchedPath>().cloned(),
            at: app.clock.steady(),
        }
    }

    fn route(&self) -> &str {
        self.route.as_ref().map_or("none", MatchedPath::as_str)
    }

    fn span(&self, app: &App, request: &Request) -> Span {
        let client = || caller_address::address(request, &app.config.trusted_proxies);
        tracing::info_span!(
            "request",
            id = self.id.to_str().unwrap_or_default(),
            client = client().map(tracing::field::display),
            method = %self.method,
            route = self.route(),
        )
    }

    fn answer(self, app: &App, response: &mut Response) {
        let took = app.clock.steady().saturating_sub(self.at);
        log(response, took);
        let (route, status) = (self.route(), response.status());
        app.requests.count(&self.method, route, status, took);
        response.headers_mut().insert(REQUEST_ID, self.id);
    }
}

/// The caller's id if it is a sane one, else a fresh one.
fn id(app: &App, headers: &HeaderMap) -> HeaderValue {
    let is_sane = |id: &&HeaderValue| {
        (1..=128).contains(&id.len())
            && id
                .as_bytes()
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte))
    };
    let given = headers.get(REQUEST_ID).filter(is_sane);
    given.cloned().unwrap_or_else(|| {
        let mut text = uuid::Uuid::encode_buffer();
        let id = crate::random::uuid_v7(app.clock.now());
        let id = id.hyphenated().encode_lower(&mut text);
        HeaderValue::from_str(id).expect("digits and hyphens")
    })
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

fn answer_panic(panic: &(dyn Any + Send)) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
    Error::Internal(format!("panic: {}", message.unwrap_or_default()).into()).into_response()
}

/// No cache keeps an answer, unless it says so itself (RFC 9111 §5.2.2.5): there are tokens, codes
/// and states in them.
fn forbid_caches(response: &mut Response) {
    let entry = response.headers_mut().entry(header::CACHE_CONTROL);
    entry.or_insert(super::NO_STORE);
}
