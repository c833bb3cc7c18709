//! What stands around a route: one layer, since each costs every request some copies of all below it.

use std::any::Any;
use std::convert::Infallible;
use std::error::Error as StdError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
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
use crate::auth::Digest;
use crate::projects::scopes::Scopes;
use crate::web::caller::{Caller, Presented};
use crate::web::caller_address;
use crate::web::error::{Cause, Error};
use crate::web::needs::{Need, Needs};
use crate::web::requests::REQUEST_ID;

/// The largest body that is read, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// Gives a request its id, its bounds, its guard against panics and, when it is answered, its one line
/// in the log.
#[derive(Clone)]
pub(super) struct Around {
    app: App,
    door: Door,
}

/// Who may pass. Asked before anything else of a request is looked at.
#[derive(Clone)]
enum Door {
    /// Everybody.
    Open,
    /// Who has a secret key that may do what is asked for.
    Backend(Arc<Needs>),
    /// Whoever runs the server.
    Admin,
}

impl Around {
    pub(super) fn open(app: &App) -> Self {
        Self::of(app, Door::Open)
    }

    pub(super) fn with_key(app: &App, needs: Needs) -> Self {
        Self::of(app, Door::Backend(Arc::new(needs)))
    }

    pub(super) fn with_admin_key(app: &App) -> Self {
        Self::of(app, Door::Admin)
    }

    fn of(app: &App, door: Door) -> Self {
        let app = app.clone();
        Self { app, door }
    }

    /// Whether a request may pass, as far as this process knows.
    fn admit(&self, request: &Request) -> Admission {
        let callers = &self.app.callers;
        let admitted = match &self.door {
            Door::Open => Ok(None),
            Door::Admin if callers.is_admin(request.headers()) => Ok(None),
            Door::Admin => Err(Error::InvalidAdminKey),
            Door::Backend(needs) => match callers.present(request.headers()) {
                Presented::Caller(caller) => needs.allow(&self.app, caller, request).map(Some),
                Presented::Unknown(digest) => return Admission::Ask(digest),
                Presented::Nobody => Err(Error::InvalidSecretKey),
            },
        };
        match admitted {
            Ok(caller) => Admission::Pass(caller),
            Err(error) => Admission::Refuse(error),
        }
    }

    /// The caller whose key was not known, if the request may pass.
    fn allow(&self, caller: Caller, request: &Request) -> Result<Caller, Error> {
        match &self.door {
            Door::Backend(needs) => needs.allow(&self.app, caller, request),
            Door::Open | Door::Admin => Ok(caller),
        }
    }
}

/// Whether a request may pass.
enum Admission {
    /// It may; for whom, where that needs a key.
    Pass(Option<Caller>),
    /// It may not.
    Refuse(Error),
    /// The store must be asked for this key.
    Ask(Digest),
}

impl Needs {
    /// The caller, if its key may do what is asked for, and its project as much.
    fn allow(&self, app: &App, caller: Caller, request: &Request) -> Result<Caller, Error> {
        if caller.scopes != Scopes::All
            && let Some(route) = request.extensions().get::<MatchedPath>()
        {
            match self.of(route.as_str(), request.method()) {
                Need::Scope(scope) => caller.check(scope)?,
                Need::OtherMethod => {}
                // What has not said what it needs is not there for a key that may not do everything.
                Need::Unknown => return Err(Error::RouteNotFound),
            }
        }
        app.callers.count(&caller)?;
        Ok(caller)
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

/// A request on its way to its answer.
enum Answering<F> {
    /// Its route answers it; or panicked at once.
    Begun(Option<Caller>, std::thread::Result<F>),
    /// It may not pass.
    Refused(Error),
    /// Whether it may is not known yet.
    Asking(BoxFuture<'static, Result<Response, Infallible>>),
}

impl<S> Service<Request> for Surrounded<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.route.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let app = self.around.app.clone();
        let is_private = !matches!(self.around.door, Door::Open);
        let asked = Asked::of(&app, &request);
        let span = asked.span(&app, &request);
        if !request.body().is_end_stream() {
            DefaultBodyLimit::max(LARGEST_BODY).apply(&mut request);
        }
        let answering = match self.around.admit(&request) {
            Admission::Pass(caller) => {
                let begun = catch_unwind(AssertUnwindSafe(|| self.route.call(request)));
                Answering::Begun(caller, begun)
            }
            Admission::Refuse(error) => Answering::Refused(error),
            Admission::Ask(digest) => Answering::Asking(self.clone().ask(digest, request)),
        };
        let answering = async move {
            let answered = match answering {
                Answering::Refused(error) => Ok(Ok(error.into_response())),
                Answering::Begun(caller, Ok(answering)) => {
                    let answering = Caller::answering(caller, answering);
                    AssertUnwindSafe(answering).catch_unwind().await
                }
                Answering::Begun(_, Err(panic)) => Err(panic),
                Answering::Asking(answering) => AssertUnwindSafe(answering).catch_unwind().await,
            };
            let mut response = match answered {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(panic) => answer_panic(&*panic),
            };
            if is_private {
                forbid_caches(&mut response);
            }
            asked.answer(&app, &mut response);
            Ok(response)
        };
        Box::pin(answering.instrument(span))
    }
}

impl<S> Surrounded<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Send + 'static,
    S::Future: Send + 'static,
{
    /// Answers a request whose key the store must be asked for.
    fn ask(
        mut self,
        digest: Digest,
        request: Request,
    ) -> BoxFuture<'static, Result<Response, Infallible>> {
        Box::pin(async move {
            let found = self.around.app.callers.find(digest).await;
            match found.and_then(|caller| self.around.allow(caller, &request)) {
                // A route is always ready.
                Ok(caller) => Caller::answering(Some(caller), self.route.call(request)).await,
                Err(error) => Ok(error.into_response()),
            }
        })
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
        // Where a browser is sent on all the same, it is no less of a failure.
        Some(Cause(error)) if error.status().is_server_error() => {
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
