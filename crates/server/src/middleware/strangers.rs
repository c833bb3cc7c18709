//! What is open to all is bounded: so often, and little of it is read. For which project a browser calls is
//! found out here, too.

use axum::Router;
use axum::body::HttpBody as _;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use crate::accept::Charge;
use crate::app::App;
use crate::projects::scopes::Scope;
use crate::ui;
use crate::web::browser::BackEnd;
use crate::web::caller::Visitor;
use crate::web::caller_address;
use crate::web::error::Error;
use crate::web::limit::network;

/// The largest body that is read of a stranger, in bytes: a few ids.
pub const LARGEST_PUBLIC_BODY: usize = 16 * 1024;

/// What is open to all: so often, and little of it is read.
pub fn public(routes: Router<App>, app: &App) -> Router<App> {
    let bounded = routes
        .layer(DefaultBodyLimit::max(LARGEST_PUBLIC_BODY))
        .layer(from_fn_with_state(app.clone(), refuse_large_bodies))
        .layer(from_fn_with_state(app.clone(), guard));
    super::private(bounded)
}

/// A body that says itself that it is too large is not waited for.
async fn refuse_large_bodies(State(app): State<App>, request: Request, next: Next) -> Response {
    let declared = request.body().size_hint().lower();
    if usize::try_from(declared).is_ok_and(|declared| declared <= LARGEST_PUBLIC_BODY) {
        return next.run(request).await;
    }
    ui::error::refuse(&app, request.headers(), Error::BodyTooLarge)
}

/// Refuses strangers who call too often. Whoever sends a secret key is no stranger: a product's back end
/// starts the flows of all its customers from one address.
async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let visitor = app.callers.visitor(request.headers()).await;
    let back_end = app.callers.know(request.headers()).await;
    if let Some(caller) = back_end
        && caller.scopes.allow(Scope::ConnectionsWrite)
    {
        request.extensions_mut().insert(BackEnd(caller.project));
    }
    let admitted = visitor.and_then(|visitor| {
        if back_end.is_none() {
            admit(&app, visitor, &request)?;
        }
        Ok(visitor)
    });
    match admitted {
        Ok(visitor) => {
            if let Some(visitor) = visitor {
                request.extensions_mut().insert(visitor);
            }
            next.run(request).await
        }
        Err(error) => ui::error::refuse(&app, request.headers(), error),
    }
}

/// Counts a stranger's request.
fn admit(app: &App, visitor: Option<Visitor>, request: &Request) -> Result<(), Error> {
    let trusted = &app.config.trusted_proxies;
    let Some(client) = caller_address::address(request, trusted).map(network) else {
        return Ok(());
    };
    let (project, per_minute) = app.strangers_of(visitor);
    let charge = request.extensions().get::<Charge>();
    if charge.is_some_and(Charge::take) {
        if project.is_none() {
            return Ok(());
        }
        // Its connection was counted before anybody knew for which project it comes.
        let per_minute = app.config.public_requests_per_minute;
        app.public_limit.give_back(&(None, client), per_minute);
    }
    let stranger = (project, client);
    let admitted = (app.public_limit).admit(&stranger, per_minute, app.clock.now());
    admitted.map_err(|retry_after| {
        if caller_address::is_unknown_proxy(request, trusted) && app.public_limit.warns() {
            tracing::warn!(
                "a client over the limit calls through a proxy that TRUSTED_PROXIES does not name: all who come through it count as one"
            );
        }
        Error::TooManyRequests { retry_after }
    })
}
