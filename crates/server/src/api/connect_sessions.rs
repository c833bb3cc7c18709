//! `POST /api/backend/connect-sessions`: a flow that a back end prepares for one customer.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::SignedDuration;
use juncture_views::connect::ConnectSession;
use juncture_views::schema::Id;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::{Origin, Url};
use utoipa::ToSchema;

use super::sentences::{consent_error, no_oauth_app};
use super::subject::{parse_subject, subject_refusals};
use crate::app::App;
use crate::connection::Customer;
use crate::connections::session::{self, Terms};
use crate::environment::reader::parse_web_url;
use crate::projects::return_urls;
use crate::provider::Provider;
use crate::web::caller::Caller;
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Text, body_refusals};
use crate::web::idempotency::{self, Answer, IdempotencyKey};
use crate::web::openapi::refusals;
use crate::web::refusals::of_ours;

/// How long a session may wait to be opened, in seconds; and how long it does, unless something is said.
const SHORTEST: i64 = 60;
const LONGEST: i64 = 3_600;
const USUAL: i64 = 1_800;

/// The most sites that a session may name.
const MOST_SITES: usize = 100;

/// The longest id or address of a site, in bytes.
const LONGEST_SITE: usize = 2_048;

/// A connect session that is to be made.
#[derive(Deserialize, ToSchema)]
#[schema(as = ConnectCreateSession)]
pub(crate) struct CreateSession {
    /// The provider, in lower case.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "jira")]
    provider: Text,
    /// Your own id of the customer: 1 to 255 bytes.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    external_id: Text,
    /// Where the browser goes at the end, with `status`, `provider` and `external_id` added to its query. It must
    /// be one that the project allows. Absent, it is where the server is told that flows lead.
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false, format = "uri")]
    return_url: Text,
    /// The sites that alone may be connected, by their ids or addresses. If the customer has one of them, it is
    /// not asked for.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, nullable = false, min_items = 1, max_items = 100)]
    allowed_sites: Option<Value>,
    /// Whether a project of the site must be selected.
    #[serde(default)]
    #[schema(value_type = Option<bool>, nullable = false)]
    require_project: Option<Value>,
    /// How many seconds the session waits to be opened; 1800 if it is absent.
    #[serde(default)]
    #[schema(value_type = Option<u16>, nullable = false, minimum = 60, maximum = 3600)]
    expires_in: Text,
}

/// A session that is asked for, as an idempotency key stands for it.
#[derive(Serialize)]
struct Asked {
    provider: String,
    external_id: String,
    terms: Terms,
    expires_in: i64,
}

impl CreateSession {
    /// What is asked for, if it is fit; where the browser may go is judged apart.
    fn terms(&self, provider: &dyn Provider) -> Result<Terms, Error> {
        let return_url = self.return_url.optional("return_url")?;
        let return_url = return_url.map(return_urls::parse).transpose();
        Ok(Terms {
            return_url: return_url.map_err(unfit_return_url)?,
            allowed: sites(self.allowed_sites.as_ref())?,
            needs_part: match &self.require_project {
                None | Some(Value::Null) => false,
                Some(Value::Bool(true)) if provider.part().is_none() => {
                    let reason = "must be false: this provider has no projects";
                    return Err(Error::invalid_field("require_project", reason));
                }
                Some(Value::Bool(is_required)) => *is_required,
                Some(_) => {
                    let reason = "must be true or false";
                    return Err(Error::invalid_field("require_project", reason));
                }
            },
        })
    }

    fn expires_in(&self) -> Result<i64, Error> {
        let Some(text) = self.expires_in.optional("expires_in")? else {
            return Ok(USUAL);
        };
        let seconds = text.parse().ok();
        let seconds = seconds.filter(|seconds| (SHORTEST..=LONGEST).contains(seconds));
        seconds.ok_or_else(unfit_lifetime)
    }
}

/// The sites that alone may be connected; none is any.
fn sites(given: Option<&Value>) -> Result<Vec<String>, Error> {
    let given = match given {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(given)) if (1..=MOST_SITES).contains(&given.len()) => given,
        Some(_) => return Err(unfit_sites()),
    };
    let site = |given: &Value| {
        let text = given.as_str()?;
        let is_fit = (1..=LONGEST_SITE).contains(&text.len())
            && !text
                .chars()
                .any(|one| one.is_control() || one.is_whitespace())
            && (!text.contains("://") || parse_web_url(text).is_some());
        is_fit.then(|| text.to_owned())
    };
    let sites: Option<_> = given.iter().map(site).collect();
    sites.ok_or_else(unfit_sites)
}

fn unfit_sites() -> Error {
    let reason = format!("must be a list of 1 to {MOST_SITES} ids or addresses of sites");
    Error::invalid_field("allowed_sites", reason)
}

fn unfit_lifetime() -> Error {
    let reason = format!("must be a number of seconds from {SHORTEST} to {LONGEST}");
    Error::invalid_field("expires_in", reason)
}

fn unfit_return_url(reason: &str) -> Error {
    Error::invalid_field("return_url", reason)
}

fn foreign_return_url() -> Error {
    unfit_return_url("must be one that the project allows: see allowed_return_urls of its settings")
}

refusals!(CreateRefusals, {
    let mut errors = subject_refusals();
    errors.extend([foreign_return_url(), unfit_sites(), unfit_lifetime()]);
    errors.extend(body_refusals());
    errors.extend(idempotency::refusals());
    errors.extend([no_oauth_app(), Error::InvalidSecretKey]);
    errors.extend(of_ours());
    errors
});

/// Make a connect session
///
/// Prepares a flow for one customer, with what may come of it. Send the customer's browser to `connect_url`: that
/// begins the flow, once, and binds it to the browser.
#[utoipa::path(
    post, path = "/connect-sessions", operation_id = "connectCreateSession", tag = "Connect",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body within 24 hours get the first answer.", example = "5b2f3f0e")),
    request_body(content = CreateSession, example = json!({
        "provider": "jira", "external_id": "project123", "return_url": "https://app.example.com/settings"
    })),
    security(("secret_key" = [])),
    responses(
        (status = 201, description = "The session", body = ConnectSession, example = json!({
            "session_token": "jct_cs_9fQ2sV8mA1", "connect_url": "https://juncture.example.com/connect/jct_cs_9fQ2sV8mA1",
            "expires_at": "2026-11-02T09:30:00Z"
        })),
        CreateRefusals,
    ),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CreateSession>,
) -> Result<Response, Error> {
    let project = caller.project;
    let (customer, provider) = parse_subject(&app, project, &body.external_id, &body.provider)?;
    let asked = Asked {
        provider: provider.name().as_str().to_owned(),
        external_id: customer.external_id.as_str().to_owned(),
        terms: body.terms(provider)?,
        expires_in: body.expires_in()?,
    };
    if let Some(url) = &asked.terms.return_url {
        check_return(&app, &customer, provider, url).await?;
    }
    let key = IdempotencyKey::of_project(&headers, project, "connect session")?;
    let idempotency = app.idempotency.clone();
    let answer = idempotency.once(key, asked, async move |asked| {
        let made = make(&app, &customer, &asked).await?;
        Answer::of(StatusCode::CREATED, &made)
    });
    Ok(answer.await?.into_response())
}

async fn make(app: &App, customer: &Customer, asked: &Asked) -> Result<ConnectSession, Error> {
    let provider = app.provider(&asked.provider)?;
    let lifetime = SignedDuration::from_secs(asked.expires_in);
    let made = session::make(&app.tokens, provider, customer, &asked.terms, lifetime).await;
    let made = made.map_err(consent_error)?;
    let token = made.token.expose_secret();
    let mut connect_url = app.config.base_url.clone();
    connect_url
        .path_segments_mut()
        .expect("the configuration takes http and https URLs only")
        .pop_if_empty()
        .extend(["connect", token]);
    Ok(ConnectSession {
        session_token: token.to_owned(),
        connect_url,
        expires_at: made.expires_at,
    })
}

/// Makes sure that a browser may be sent there: by the project's settings, or by what the server is told.
async fn check_return(
    app: &App,
    customer: &Customer,
    provider: &dyn Provider,
    url: &Url,
) -> Result<(), Error> {
    let known = app.projects.known(customer.project).await?;
    let origins = app.config.cors_allowed_origins.iter();
    let origins = origins.filter_map(|origin| Url::parse(origin).ok());
    let frontend = Some(&app.config.frontend_url);
    let frontend = frontend.filter(|url| url.origin() != app.config.base_url.origin());
    let told = provider.done_url().into_iter().chain(frontend).cloned();
    let others: Vec<Origin> = origins.chain(told).map(|url| url.origin()).collect();
    let is_allowed = known.is_some_and(|known| known.settings.allow_return(url, &others));
    if is_allowed {
        return Ok(());
    }
    Err(foreign_return_url())
}
