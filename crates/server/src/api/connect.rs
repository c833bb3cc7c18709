//! The connection flow as browsers see it: to the provider's consent page, and back.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use juncture_views::connect::Initiated;
use juncture_views::schema::Id;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;
use utoipa::{IntoParams, ToSchema};

use super::subject::{parse_subject, subject_refusals};
use crate::app::App;
use crate::connections::consent::{self, ConsentError, Failed, Received, Returned};
use crate::ui;
use crate::web::call::Call;
use crate::web::caller::Visitor;
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Path, Query, Text, body_refusals};
use crate::web::openapi::refusals;
use crate::web::refusals::of_ours;
use crate::web::visit;

/// Which customer connects what.
#[derive(Deserialize, ToSchema)]
#[schema(as = OAuthInitiate)]
pub struct Initiate {
    /// The provider, in lower case.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "jira")]
    provider: Text,
    /// Your own id of the customer: 1 to 255 bytes.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    external_id: Text,
}

refusals!(InitiateRefusals, {
    let mut errors = subject_refusals();
    errors.extend(body_refusals());
    errors.extend([
        Error::too_many_requests(),
        Error::InvalidPublicKey,
        no_oauth_app(),
    ]);
    errors.extend(of_ours());
    errors
});

/// Begin the connection flow
///
/// Begins the connection flow: gives the consent page to send the customer to. Also answers at
/// `/api/frontend/oauth/get-authorization-uri`.
#[utoipa::path(
    post, path = "/oauth/initiate-oauth-flow", operation_id = "oauthInitiate", tag = "Connect",
    request_body(content = Initiate, example = json!({"provider": "jira", "external_id": "project123"})),
    responses(
        (status = 200, description = "The consent page", body = Initiated, example = json!({
            "authorization_uri": "https://auth.atlassian.com/authorize?audience=api.atlassian.com&client_id=sandbox-client"
        })),
        InitiateRefusals,
    ),
)]
pub async fn initiate(
    State(app): State<App>,
    visitor: Visitor,
    JsonBody(body): JsonBody<Initiate>,
) -> Result<Json<Initiated>, Error> {
    let project = visitor.project;
    let (customer, provider) = parse_subject(&app, project, &body.external_id, &body.provider)?;
    let begun = consent::begin(&app.tokens, provider, &customer).await;
    Ok(Json(Initiated {
        authorization_uri: begun.map_err(consent_error)?,
    }))
}

/// What the provider sends back (RFC 6749 §4.1.2).
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Callback {
    /// The authorization code.
    #[param(value_type = Option<String>, example = "eyJhbGciOi…")]
    code: Option<SecretString>,
    /// The state that the flow began with; it works once.
    #[param(value_type = String, required = true, example = "AQJrMYoNg9II…")]
    state: Option<SecretString>,
    /// Why there is no code.
    #[param(example = "access_denied")]
    error: Option<String>,
}

const EXCHANGE: Call = Call::undeniable("Failed to exchange the authorization code");

refusals!(pages CallbackRefusals, {
    let mut errors = vec![
        no_code_or_state(),
        invalid_state(),
        expired_state(),
        not_ready("An owner of the organisation must approve it first.".to_owned()),
        refused_code(),
        consent_refused("access_denied"),
        consent_refused("server_error"),
        Error::invalid_provider(),
        Error::too_many_requests(),
        Error::NotAVisit,
    ];
    errors.extend(Error::of_upstream(EXCHANGE.failed));
    errors.extend(of_ours());
    errors
});

/// Take the return from the consent page
///
/// The provider sends the customer here; do not call it yourself. Takes the grant, then sends the
/// customer on to pick what to connect. What goes wrong is told on a page, or as JSON where `Accept`
/// names it.
#[utoipa::path(
    get, path = "/oauth/authorization-callback/{provider}", operation_id = "oauthCallback", tag = "Connect",
    params(("provider" = String, Path, description = "The provider, in lower case.", example = "jira"), Callback),
    responses(
        (
            status = 302,
            description = "On to `/finalize-connection/{provider}/{connection_code}`; where there is nothing to pick, on to your own page",
            headers(("Location" = String, description = "The page on which the customer picks a site.")),
        ),
        (
            status = 200,
            description = "A page: it is connected, for who comes back to a flow that is finished, and where there is nothing to pick; or it waits for somebody who must approve it at the provider",
            body = String, content_type = "text/html", example = "<!doctype html>…"
        ),
        CallbackRefusals,
    ),
)]
pub async fn callback(
    State(app): State<App>,
    Path(provider): Path<String>,
    method: Method,
    headers: HeaderMap,
    uri: Uri,
    query: Result<Query<Callback>, Error>,
) -> Response {
    if !visit::is_a_persons(&method, &headers) {
        return Error::NotAVisit.into_response();
    }
    let all = uri.query().unwrap_or_default().to_owned();
    match receive(&app, &provider, query, all).await {
        Ok(Received::Code(code)) => {
            let page = page_url(&app, &provider, &code);
            (StatusCode::FOUND, [(header::LOCATION, page.as_str())]).into_response()
        }
        Ok(Received::Connected(choice)) => ui::finalize::arrived(&app, &provider, choice),
        Ok(Received::Again(choice)) if !ui::error::wants_json(&headers) => {
            ui::finalize::connected(&app, &provider, choice)
        }
        Ok(Received::Again(_)) => ui::error::respond(&app, &headers, invalid_state(), None),
        Err((error, try_again))
            if error.code() == NOT_READY && !ui::error::wants_json(&headers) =>
        {
            ui::finalize::waits(&app, &provider, &error, try_again)
        }
        Err((error, try_again)) => ui::error::respond(&app, &headers, error, try_again),
    }
}

/// The code where somebody must do something at the provider first, as on the page of choices.
const NOT_READY: &str = "provider_not_ready";

/// What the return led to; or what went wrong, and the address at which it can be tried again.
async fn receive(
    app: &App,
    provider: &str,
    query: Result<Query<Callback>, Error>,
    all: String,
) -> Result<Received, (Error, Option<String>)> {
    let stuck = |error| (error, None);
    let registered = app.provider(provider).map_err(stuck)?;
    let Query(Callback { code, state, error }) = query.map_err(stuck)?;
    let returned = Returned {
        state,
        code,
        error,
        query: all,
    };
    let received = consent::receive(&app.tokens, registered, returned).await;
    received.map_err(|Failed { error, link }| {
        let try_again = link.map(|link| try_again_url(app, provider, &link));
        (consent_error(error), try_again)
    })
}

/// The address of [`try_again`] for the flow of this link.
fn try_again_url(app: &App, provider: &str, link: &str) -> String {
    let mut url = app.config.base_url.clone();
    url.path_segments_mut()
        .expect("the configuration takes http and https URLs only")
        .pop_if_empty()
        .extend(["api", "frontend", "oauth", "try-again", provider]);
    url.query_pairs_mut().append_pair("flow", link);
    url.into()
}

/// The finalise page of a connection code: ours, or the one at `JUNCTURE_FRONTEND_URL`.
fn page_url(app: &App, provider: &str, code: &SecretString) -> Url {
    let mut url = app.config.frontend_url.clone();
    url.path_segments_mut()
        .expect("the configuration takes http and https URLs only")
        .pop_if_empty()
        .extend(["finalize-connection", provider, code.expose_secret()]);
    url
}

/// A flow that is to be tried again.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TryAgain {
    /// The flow, as the page on which it failed has it in its link.
    #[param(value_type = String, required = true, example = "AQJrMYoNg9II…")]
    flow: Option<SecretString>,
}

refusals!(pages TryAgainRefusals, {
    vec![
        no_flow(),
        invalid_flow(),
        expired_state(),
        Error::invalid_provider(),
        Error::too_many_requests(),
    ]
});

/// Begin a failed flow once more
///
/// The button on the page of a flow that failed leads here; do not call it yourself. Sends the
/// customer to the consent page once more, within the ten minutes that the flow began with.
#[utoipa::path(
    get, path = "/oauth/try-again/{provider}", operation_id = "oauthTryAgain", tag = "Connect",
    params(("provider" = String, Path, description = "The provider, in lower case.", example = "jira"), TryAgain),
    responses(
        (
            status = 302,
            description = "On to the consent page",
            headers(("Location" = String, description = "The provider's consent page, with a new state.")),
        ),
        TryAgainRefusals,
    ),
)]
pub async fn try_again(
    State(app): State<App>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    query: Result<Query<TryAgain>, Error>,
) -> Response {
    match begin_again(&app, &provider, query).await {
        Ok(uri) => (StatusCode::FOUND, [(header::LOCATION, uri.as_str())]).into_response(),
        Err(error) => ui::error::respond(&app, &headers, error, None),
    }
}

async fn begin_again(
    app: &App,
    provider: &str,
    query: Result<Query<TryAgain>, Error>,
) -> Result<Url, Error> {
    let provider = app.provider(provider)?;
    let Query(TryAgain { flow }) = query?;
    let flow = flow.ok_or_else(no_flow)?;
    let begun = consent::begin_again(&app.tokens, provider, &flow).await;
    begun.map_err(|error| match error {
        ConsentError::Foreign => invalid_flow(),
        error => consent_error(error),
    })
}

/// What is said of a return that led to nothing.
fn consent_error(error: ConsentError) -> Error {
    match error {
        ConsentError::Incomplete => no_code_or_state(),
        ConsentError::Foreign => invalid_state(),
        ConsentError::Expired => expired_state(),
        ConsentError::Refused(error) => consent_refused(&error),
        ConsentError::Waiting(sentence) => not_ready(sentence),
        ConsentError::CodeRefused => refused_code(),
        ConsentError::NoApp => no_oauth_app(),
        ConsentError::Failed(failure) => EXCHANGE.error(failure),
    }
}

fn no_code_or_state() -> Error {
    Error::invalid("Missing code or state", "missing_parameter")
}

fn not_ready(sentence: String) -> Error {
    Error::Invalid {
        error: sentence.into(),
        code: NOT_READY,
        details: serde_json::Value::Null,
    }
}

fn invalid_state() -> Error {
    Error::invalid("Invalid state parameter", "invalid_state")
}

fn expired_state() -> Error {
    let error = "The authorization has expired. Please try again.";
    Error::invalid(error, "state_expired")
}

fn no_oauth_app() -> Error {
    let error = "The project has no OAuth app at this provider";
    Error::conflict(error, "no_oauth_app")
}

fn no_flow() -> Error {
    Error::missing("Missing flow", &["flow"])
}

fn invalid_flow() -> Error {
    Error::invalid_field("flow", "is none of this server's")
}

fn refused_code() -> Error {
    let error = "The authorization code is invalid or expired. Please try again.";
    Error::invalid(error, "invalid_code")
}

/// The provider's own words for what went wrong at its consent page (RFC 6749 §4.1.2.1).
fn consent_refused(error: &str) -> Error {
    match error {
        "access_denied" => Error::invalid(
            "Access was not granted. You can try again.",
            "access_denied",
        ),
        _ => Error::Invalid {
            error: "The provider could not complete the authorization. Please try again.".into(),
            code: "authorization_failed",
            details: serde_json::json!({"provider_error": error.chars().take(100).collect::<String>()}),
        },
    }
}
