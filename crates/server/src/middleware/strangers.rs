//! What is open to all is bounded: so often, and little of it is read.

use axum::Router;
use axum::body::HttpBody as _;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use crate::accept::Charge;
use crate::app::App;
use crate::ui;
use crate::web::caller_address;
use crate::web::error::Error;

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

/// Refuses strangers who call too often. Whoever sends the secret key is no stranger: a product's
/// back end starts the flows of all its customers from one address.
async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let trusted = &app.config.trusted_proxies;
    let client = caller_address::address(&request, trusted);
    let client = client.filter(|_| !app.secret_key.is_carried_by(request.headers()));
    let is_counted = |request: &Request| {
        let charge = request.extensions().get::<Charge>();
        charge.is_some_and(Charge::take)
    };
    let client = client.filter(|_| !is_counted(&request));
    let admitted = client.map_or(Ok(()), |client| {
        app.public_limit.admit(client, app.clock.now())
    });
    let Err(retry_after) = admitted else {
        return next.run(request).await;
    };
    if caller_address::is_unknown_proxy(&request, trusted) && app.public_limit.warns() {
        tracing::warn!(
            "a client over the limit calls through a proxy that TRUSTED_PROXIES does not name: all who come through it count as one"
        );
    }
    let error = Error::TooManyRequests { retry_after };
    ui::error::refuse(&app, request.headers(), error)
}
