//! The first step of a connection: to the provider's consent page, and back with a code.
//!
//! The OAuth state is a sealed message, not a row: a stranger who starts flows fills nothing. Its
//! use is a row, so that it works once. A flow that failed may be tried again, within the ten minutes
//! that it began with: whoever was handed one link has one link, not a chain of them without an end.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use juncture_jira::oauth::Refusal;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::connections::flow::Flow;
use crate::connections::{ExternalId, finalize, parse_subject, subject_refusals};
use crate::error::Error;
use crate::extract::{JsonBody, Path, Query, Text, body_refusals};
use crate::oauth::{self, TokenError, Tokens};
use crate::openapi::refusals;
use crate::providers::Provider;
use crate::store::{finished_flows, used_states};
use crate::{ui, visit};

/// Which customer connects what.
#[derive(Deserialize, ToSchema)]
pub struct Initiate {
    /// The provider, in lower case.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "jira")]
    provider: Text,
    /// Your own id of the customer: 1 to 255 bytes.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "project123")]
    external_id: Text,
}

/// Where to send the customer.
#[derive(Serialize, ToSchema)]
pub struct Initiated {
    /// The provider's consent page; good for ten minutes.
    authorization_uri: Url,
}

refusals!(InitiateRefusals, {
    let mut errors = subject_refusals();
    errors.extend(body_refusals());
    errors.push(Error::too_many_requests());
    errors
});

/// Begins the connection flow: gives the consent page to send the customer to. Also answers at
/// `/api/frontend/oauth/get-authorization-uri`.
#[utoipa::path(
    post, path = "/oauth/initiate-oauth-flow", tag = "Connect",
    request_body(content = Initiate, example = json!({"provider": "jira", "external_id": "project123"})),
    responses(
        (status = 200, description = "The consent page", body = Initiated, example = json!({
            "authorization_uri": "https://auth.atlassian.com/authorize?audience=api.atlassian.com&client_id=…"
        })),
        InitiateRefusals,
    ),
)]
pub async fn initiate(
    State(app): State<App>,
    JsonBody(body): JsonBody<Initiate>,
) -> Result<Json<Initiated>, Error> {
    let (external_id, provider) = parse_subject(&app, &body.external_id, &body.provider)?;
    Ok(Json(Initiated {
        authorization_uri: authorization_uri(&app, provider, &external_id),
    }))
}

/// A fresh consent URL for a customer.
#[must_use]
pub fn authorization_uri(app: &App, provider: &dyn Provider, external_id: &ExternalId) -> Url {
    let flow = Flow::begin(app, provider.name(), external_id);
    provider.oauth().authorization_uri(&flow.to_state(app))
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

/// Why the customer came back without a grant, and who they are, so that they can try again.
#[derive(Debug)]
pub struct Failed {
    /// What went wrong.
    pub error: Error,
    /// The address of [`try_again`] for this flow, while it lasts.
    pub try_again: Option<String>,
}

const EXCHANGE_FAILED: &str = "Failed to exchange the authorization code";

refusals!(pages CallbackRefusals, {
    let mut errors = vec![
        no_code_or_state(),
        invalid_state(),
        expired_state(),
        refused_code(),
        consent_refused("access_denied"),
        consent_refused("server_error"),
        Error::invalid_provider(),
        Error::too_many_requests(),
        Error::NotAVisit,
    ];
    errors.extend(Error::of_upstream(EXCHANGE_FAILED));
    errors
});

/// The provider sends the customer here; do not call it yourself. Takes the grant, then sends the
/// customer on to pick what to connect. What goes wrong is told on a page, or as JSON where `Accept`
/// names it.
#[utoipa::path(
    get, path = "/oauth/authorization-callback/{provider}", tag = "Connect",
    params(("provider" = String, Path, description = "The provider, in lower case.", example = "jira"), Callback),
    responses(
        (
            status = 302,
            description = "On to `/finalize-connection/{provider}/{connection_code}`",
            headers(("Location" = String, description = "The page on which the customer picks a site.")),
        ),
        CallbackRefusals,
    ),
)]
pub async fn callback(
    State(app): State<App>,
    Path(provider): Path<String>,
    method: Method,
    headers: HeaderMap,
    query: Result<Query<Callback>, Error>,
) -> Response {
    if !visit::is_a_persons(&method, &headers) {
        return Error::NotAVisit.into_response();
    }
    match receive(&app, &provider, query).await {
        Ok(Received::Code(code)) => {
            let page = finalize::page_url(&app, &provider, &code);
            (StatusCode::FOUND, [(header::LOCATION, page.as_str())]).into_response()
        }
        Ok(Received::Again(choice)) if !ui::error::wants_json(&headers) => {
            ui::finalize::connected(&app, &provider, choice)
        }
        Ok(Received::Again(_)) => ui::error::respond(&app, &headers, stuck(invalid_state())),
        Err(failed) => ui::error::respond(&app, &headers, failed),
    }
}

/// What a callback led to.
enum Received {
    /// The code of a connection that is to be made.
    Code(SecretString),
    /// Nothing new: its flow has ended in a connection before, with this.
    Again(String),
}

/// A failure after which the customer must begin where they came from.
fn stuck(error: Error) -> Failed {
    Failed {
        error,
        try_again: None,
    }
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

/// The button on the page of a flow that failed leads here; do not call it yourself. Sends the
/// customer to the consent page once more, within the ten minutes that the flow began with.
#[utoipa::path(
    get, path = "/oauth/try-again/{provider}", tag = "Connect",
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
    match begin_again(&app, &provider, query) {
        Ok(uri) => (StatusCode::FOUND, [(header::LOCATION, uri.as_str())]).into_response(),
        Err(error) => ui::error::respond(&app, &headers, stuck(error)),
    }
}

fn begin_again(
    app: &App,
    provider: &str,
    query: Result<Query<TryAgain>, Error>,
) -> Result<Url, Error> {
    let provider = app.providers.get(provider)?;
    let Query(TryAgain { flow }) = query?;
    let flow = flow.ok_or_else(no_flow)?;
    let flow = Flow::of_link(app, flow.expose_secret()).ok_or_else(invalid_flow)?;
    if !flow.is_of(provider.name()) {
        return Err(invalid_flow());
    }
    if flow.is_over(app) {
        return Err(expired_state());
    }
    let state = flow.again().to_state(app);
    Ok(provider.oauth().authorization_uri(&state))
}

/// Checks the state, uses it up, and exchanges the code.
async fn receive(
    app: &App,
    provider: &str,
    query: Result<Query<Callback>, Error>,
) -> Result<Received, Failed> {
    let provider = app.providers.get(provider).map_err(stuck)?;
    let Query(callback) = query.map_err(stuck)?;
    let state = callback.state.as_ref();
    let flow = match use_state(app, provider, state).await.map_err(stuck)? {
        Use::First(flow) => flow,
        Use::Finished(choice) => return Ok(Received::Again(choice)),
    };
    let external_id = flow.external_id().ok_or_else(|| stuck(invalid_state()))?;
    if flow.is_over(app) {
        return Err(stuck(expired_state()));
    }
    let again = |error| Failed {
        error,
        try_again: Some(flow.link_to_try_again(app)),
    };
    if let Some(refused) = callback.error {
        return Err(again(consent_refused(&refused)));
    }
    let Some(code) = callback.code else {
        return Err(again(no_code_or_state()));
    };
    let tokens = exchange(app, provider, &code).await.map_err(again)?;
    finalize::remember(app, provider, &external_id, &flow.hash(), &tokens)
        .await
        .map(Received::Code)
        .map_err(again)
}

/// What the use of a state is.
enum Use {
    /// Its first one.
    First(Flow),
    /// Another one, after its flow has ended in a connection with this.
    Finished(String),
}

/// Opens the state and notes its use. A state is used up by its first use, good or bad.
async fn use_state(
    app: &App,
    provider: &dyn Provider,
    state: Option<&SecretString>,
) -> Result<Use, Error> {
    let state = state.ok_or_else(no_code_or_state)?;
    let flow = Flow::of_state(app, state.expose_secret()).ok_or_else(invalid_state)?;
    let mut tx = app.store.begin_write().await?;
    let is_first_use = used_states::claim(&mut tx, &flow.hash(), flow.expires_at()).await?;
    let name = provider.name().as_str();
    let now = app.settled.earliest(&*app.clock);
    let finished = finished_flows::choice_of_state(&mut tx, &flow.hash(), name, now).await?;
    tx.commit().await?;
    match finished {
        _ if !flow.is_of(provider.name()) => Err(invalid_state()),
        _ if is_first_use => Ok(Use::First(flow)),
        Some(choice) => Ok(Use::Finished(choice)),
        None => Err(invalid_state()),
    }
}

async fn exchange(
    app: &App,
    provider: &dyn Provider,
    code: &SecretString,
) -> Result<Tokens, Error> {
    let tokens = match oauth::exchange_code(app, provider.oauth(), code.expose_secret()).await {
        Ok(tokens) => tokens,
        Err(TokenError::Refused {
            refusal: Refusal::CodeRefused | Refusal::GrantDead,
            ..
        }) => {
            return Err(refused_code());
        }
        Err(error) => {
            if matches!(
                error,
                TokenError::Refused {
                    refusal: Refusal::Misconfigured,
                    ..
                }
            ) {
                tracing::error!(provider = %provider.name(), "the provider refuses our client id or secret; check them in its developer console");
            }
            return Err(error.into_error(EXCHANGE_FAILED));
        }
    };
    if tokens.refresh_token.expose_secret().is_empty() {
        let missing = TokenError::BadResponse(
            "no refresh token, though `offline_access` was asked for".to_owned(),
        );
        return Err(missing.into_error(EXCHANGE_FAILED));
    }
    Ok(tokens)
}

fn no_code_or_state() -> Error {
    Error::invalid("Missing code or state", "missing_parameter")
}

fn invalid_state() -> Error {
    Error::invalid("Invalid state parameter", "invalid_state")
}

fn expired_state() -> Error {
    let error = "The authorization has expired. Please try again.";
    Error::invalid(error, "state_expired")
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
