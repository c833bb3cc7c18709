//! `/api/backend/proxy/{provider}/…`: any call to what a customer has connected, passed on as it is.
//!
//! Here is what is between the caller and us: whose call it is, and where to. What passes is
//! `juncture_outbound::forward`'s, whose token and at which pace the provider's.

mod document;
mod subject;

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::{OriginalUri, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::on;
use juncture_outbound::forward::{Answer, Passing, Path};

use crate::accept::Unhurried;
use crate::app::App;
use crate::connection::Customer;
use crate::passage::NotPassed;
use crate::projects::scopes::Scope;
use crate::web::call::Call;
use crate::web::caller::Caller;
use crate::web::error::Error;
use crate::web::extract::{broken_body, broken_off, no_external_id};
use crate::web::refusals::of_ours;
use crate::web::routes::{Routes, filter, name};
use subject::{Proxied, missing_external_id, take_external_id, two_external_ids, whose};

/// Up to this size a body is read before it is sent, in bytes, so that it can be sent again where nothing
/// was done. A larger one passes as it comes.
const SMALL_BODY: usize = 64 * 1024;

/// Whatever the provider's path is.
const PATH: &str = "/proxy/{provider}/{*path}";

const CALL: Call = Call::undeniable("Failed to pass the request on");

/// The route, for every method but CONNECT and TRACE, which are about a connection.
pub(crate) fn routes() -> Routes<App> {
    let methods = document::METHODS.map(|(method, ..)| method);
    Routes::new()
        .tell(Scope::Proxy, || document::described(refusals))
        .needing(PATH, &methods.each_ref().map(name), Scope::Proxy)
        .route(PATH, on(filter(&methods), pass))
}

async fn pass(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    request: Request,
) -> Result<Response, Error> {
    // As it came: the router has cut off slashes at the end.
    let proxied = Proxied::of(uri.path()).ok_or(Error::RouteNotFound)?;
    let passage = app.passage(proxied.provider)?;
    let (in_query, query) = take_external_id(uri.query());
    let customer = Customer {
        project: caller.project,
        external_id: whose(request.headers(), &in_query)?,
    };
    let path = Path::parse(proxied.path);
    let path = path.map_err(|unfit| Error::invalid_field("path", unfit.reason()))?;
    let passing = passing(path, query, request).await?;
    match passage.pass(customer, passing).await {
        Ok(answer) => Ok(answered(answer)),
        Err(NotPassed::Caller(cause)) => Err(broken_body(&*cause)),
        Err(NotPassed::Unfit(reason)) => Err(Error::invalid_field("path", reason)),
        Err(NotPassed::Failed(failure)) => Err(CALL.error(failure)),
    }
}

fn answered(answer: Answer) -> Response {
    let (parts, body) = answer.into_parts();
    Response::from_parts(parts, Body::new(body)).into_response()
}

/// The call without what is ours, its body at hand if it is small.
async fn passing(path: Path, query: Option<String>, request: Request) -> Result<Passing, Error> {
    let (parts, body) = request.into_parts();
    let (method, headers) = (parts.method, &parts.headers);
    if headers.contains_key(header::TRANSFER_ENCODING)
        && headers.contains_key(header::CONTENT_LENGTH)
    {
        // RFC 9112 §6.3: two who read it may not agree where it ends.
        return Err(Error::unreadable(StatusCode::BAD_REQUEST));
    }
    let is_small = (body.size_hint().upper()).is_some_and(|most| most <= SMALL_BODY as u64);
    if is_small {
        let body = to_bytes(body, SMALL_BODY).await;
        let body = body.map_err(|error| broken_body(&error))?;
        return Ok(Passing::whole(method, path, query, headers, body));
    }
    if let Some(unhurried) = parts.extensions.get::<Unhurried>() {
        unhurried.grant();
    }
    Ok(Passing::streamed(method, path, query, headers, body))
}

/// Every answer of ours in the place of one that is passed on.
fn refusals() -> Vec<Error> {
    let mut errors = vec![
        missing_external_id(),
        two_external_ids(),
        no_external_id(),
        Error::invalid_provider(),
        Error::invalid_field("path", "must not have `.` or `..` as a segment"),
        Error::InvalidSecretKey,
        Error::connection_not_found(),
        Error::unreadable(StatusCode::REQUEST_TIMEOUT),
        Error::NeedsReauthorization,
        broken_off(),
        CALL.unknown_outcome(),
    ];
    errors.extend(of_ours());
    errors.extend(Error::of_upstream(CALL.failed));
    errors
}
