//! The connection flow as browsers see it: to the provider's consent page, and back.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use juncture_views::connect::Initiated;
use juncture_views::schema::Id;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;
use utoipa::{IntoParams, ToSchema};

use super::sentences::{
    EXCHANGE, NOT_READY, consent_error, consent_refused, expired_session, expired_state,
    invalid_state, no_code_or_state, no_oauth_app, not_ready, open_error, refused_code,
    session_required, unknown_session, used_session,
};
use super::subject::{parse_subject, subject_refusals};
use crate::app::App;
use crate::connections::consent::{self, ConsentError, Failed, Received, Return, Returned};
use crate::connections::session::{self, Browser, Ending, Session};
use crate::provider::Provider;
use crate::ui;
use crate::ui::error::Ways;
use crate::ui::face::Face;
use crate::ui::finalize::Scene;
use crate::web::caller::Visitor;
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Path, Query, Text, body_refusals};
use crate::web::openapi::refusals;
use crate::web::refusals::of_ours;
use crate::web::visit;

/// Which customer connects what: by a connect session, or by `provider` and `external_id`.
#[derive(Deserialize, ToSchema)]
#[schema(as = OAuthInitiate)]
pub struct Initiate {
    /// The provider, in lower case.
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false, example = "jira")]
    provider: Text,
    /// Your own id of the customer: 1 to 255 bytes.
    #[serde(default)]
    #[schema(value_type = Option<Id>, nullable = false)]
    external_id: Text,
    /// That of a connect session, in the place of the other two.
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false, example = "jct_cs_9fQ…")]
    session_token: Text,
}

refusals!(InitiateRefusals, {
    let mut errors = subject_refusals();
    errors.extend(body_refusals());
    errors.extend([
        Error::too_many_requests(),
        Error::InvalidPublicKey,
        no_oauth_app(),
        session_required(),
        not_alone(),
        unknown_session(),
        used_session(),
        expired_session(),
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
    let authorization_uri = match body.session_token.optional("session_token")? {
        Some(token) => begin_by_session(&app, visitor, token, &body).await?,
        None => begin_by_id(&app, visitor, &body).await?,
    };
    Ok(Json(Initiated { authorization_uri }))
}

async fn begin_by_id(app: &App, visitor: Visitor, body: &Initiate) -> Result<Url, Error> {
    let project = visitor.project;
    let (customer, provider) = parse_subject(app, project, &body.external_id, &body.provider)?;
    let known = app.projects.known(project).await?;
    if known.is_some_and(|known| known.settings.require_connect_sessions) {
        return Err(session_required());
    }
    let begun = consent::begin(&app.tokens, provider, &customer, None).await;
    begun.map_err(consent_error)
}

/// The flow is bound to no browser: a page of another host can keep no cookie of ours.
async fn begin_by_session(
    app: &App,
    visitor: Visitor,
    token: &str,
    body: &Initiate,
) -> Result<Url, Error> {
    if body.provider != Text::Absent || body.external_id != Text::Absent {
        return Err(not_alone());
    }
    let is_visible = |session: &Session| session.customer.project == visitor.project;
    let begun = session::open(&app.tokens, &token.into(), None, is_visible).await;
    begun.map_err(open_error)
}

fn not_alone() -> Error {
    let reason = "must come without provider and external_id, which it stands for";
    Error::invalid_field("session_token", reason)
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
        Error::other_browser(),
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
    browser: Browser,
    headers: HeaderMap,
    uri: Uri,
    query: Result<Query<Callback>, Error>,
) -> Response {
    if !visit::is_a_persons(&method, &headers) {
        return Error::NotAVisit.into_response();
    }
    let all = uri.query().unwrap_or_default().to_owned();
    let asked = app.provider(&provider).and_then(|provider| {
        let Query(Callback { code, state, error }) = query?;
        let returned = Returned {
            state,
            code,
            error,
            query: all,
        };
        Ok((provider, returned))
    });
    match asked {
        Ok((provider, returned)) => {
            let received = consent::receive(&app.tokens, provider, returned, &browser).await;
            go_on(&app, provider, &headers, received).await
        }
        Err(error) => {
            let face = Face::plain(ui::prefix(&app));
            ui::error::respond(&face, &headers, error, Ways::default())
        }
    }
}

/// Sends the browser to where its flow goes on, or ends.
async fn go_on(
    app: &App,
    provider: &dyn Provider,
    headers: &HeaderMap,
    received: Return,
) -> Response {
    let face = Face::of(app, received.project).await;
    let session = received.session.as_ref();
    let scene = Scene {
        face: &face,
        provider,
        session,
    };
    match received.result {
        Ok(Received::Code(code)) => {
            let page = page_url(app, provider.name().as_str(), &code);
            ui::away(StatusCode::FOUND, &page)
        }
        Ok(Received::Connected(choice)) => scene.leave(choice, StatusCode::FOUND),
        Ok(Received::Again(choice)) if !ui::error::wants_json(headers) => {
            scene.arrived_before(choice)
        }
        Ok(Received::Again(_)) => {
            ui::error::respond(&face, headers, invalid_state(), Ways::default())
        }
        Err(Failed { error, link }) => {
            let name = provider.name().as_str();
            let ways = Ways {
                try_again: link.map(|link| try_again_url(app, name, &link)),
                back: session
                    .and_then(|session| session.address(provider))
                    .cloned(),
            };
            fail(scene, headers, error, ways)
        }
    }
}

/// The flow has ended, and the browser goes where its session says; or it is told what went wrong.
fn fail(scene: Scene<'_>, headers: &HeaderMap, error: ConsentError, ways: Ways) -> Response {
    // A used state is of a tab in which the flow may go on.
    let is_over = !matches!(error, ConsentError::Foreign | ConsentError::OtherBrowser);
    let error = consent_error(error);
    if error.code() == NOT_READY && !ui::error::wants_json(headers) {
        return scene.wait(&error, ways.try_again);
    }
    let ending = match error.code() {
        "access_denied" => Ending::Denied,
        code => Ending::Error(code),
    };
    if is_over
        && !ui::error::wants_json(headers)
        && let Some(url) = scene.address_after(ending)
    {
        return error.accompany(ui::away(StatusCode::FOUND, &url));
    }
    ui::error::respond(scene.face, headers, error, ways)
}

/// The address of [`try_again`](super::try_again) for the flow of this link.
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
