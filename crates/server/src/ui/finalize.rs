//! The hosted page of the second step: pick a site, confirm, done.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::choices;
use crate::app::App;
use crate::connections::finalize::{self, ChoiceError};
use crate::provider::{Choice, Provider};
use crate::web::error::Error;
use crate::web::extract::{Form, Path};

#[derive(Template)]
#[template(path = "finalize.html")]
struct ChoicePage<'a> {
    prefix: &'a str,
    product: &'static str,
    noun: &'static str,
    choices: Vec<Choice>,
    is_reminded: bool,
}

#[derive(Template)]
#[template(path = "connected.html")]
struct ConnectedPage<'a> {
    prefix: &'a str,
    product: &'static str,
    noun: &'static str,
    choice: String,
}

#[derive(Template)]
#[template(path = "waiting.html")]
struct WaitingPage<'a> {
    prefix: &'a str,
    product: &'static str,
    sentence: String,
    /// Whether the customer has consented already.
    has_consented: bool,
    /// Where it is looked for again; none if the flow is over.
    again: Option<String>,
}

/// `GET /finalize-connection/:provider/:connection_code`
pub async fn page(
    State(app): State<App>,
    Path((provider, code)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let shown = async {
        let provider = app.provider(&provider)?;
        match finalize::connect(&app.tokens, provider, &code, None).await {
            Ok(choice) => Ok(leave(&app, provider, choice)),
            Err(ChoiceError::NotChosen(choices)) => {
                Ok(show_choices(&app, provider, choices, false))
            }
            Err(ChoiceError::Waiting(sentence)) => Ok(show_waiting(&app, provider, sentence)),
            Err(error) => match finalize::finished(&app.tokens, provider, &code).await {
                Ok(Some(choice)) => Ok(show_connected(&app, provider, choice)),
                _ => Err(choices::error(provider, error)),
            },
        }
    };
    shown
        .await
        .unwrap_or_else(|error| fail(&app, &headers, error))
}

/// What the page's form sends.
#[derive(Deserialize)]
pub struct Chosen {
    choice: Option<String>,
}

/// `POST /finalize-connection/:provider/:connection_code`
pub async fn submit(
    State(app): State<App>,
    Path((provider, code)): Path<(String, String)>,
    headers: HeaderMap,
    form: Result<Form<Chosen>, Error>,
) -> Response {
    let connected = async {
        let provider = app.provider(&provider)?;
        let Form(chosen) = form?;
        let choice = chosen.choice.filter(|choice| !choice.is_empty());
        match finalize::connect(&app.tokens, provider, &code, choice.as_deref()).await {
            Ok(choice) => Ok(leave(&app, provider, choice)),
            Err(ChoiceError::NotChosen(choices)) => Ok(show_choices(&app, provider, choices, true)),
            Err(ChoiceError::Waiting(sentence)) => Ok(show_waiting(&app, provider, sentence)),
            // Sent twice, or again: it was done the first time.
            Err(error) => match finalize::finished(&app.tokens, provider, &code).await {
                Ok(Some(choice)) => Ok(leave(&app, provider, choice)),
                _ => Err(choices::error(provider, error)),
            },
        }
    };
    connected
        .await
        .unwrap_or_else(|error| fail(&app, &headers, error))
}

fn show_choices(
    app: &App,
    provider: &dyn Provider,
    choices: Vec<Choice>,
    is_reminded: bool,
) -> Response {
    let (product, noun) = provider.words();
    let page = ChoicePage {
        prefix: super::prefix(app),
        product,
        noun,
        choices,
        is_reminded,
    };
    let status = if is_reminded {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    super::respond(status, &page, provider.done_url())
}

/// What must be done at the provider first, and a way to look again.
fn show_waiting(app: &App, provider: &dyn Provider, sentence: String) -> Response {
    let (product, _) = provider.words();
    let page = WaitingPage {
        prefix: super::prefix(app),
        product,
        sentence,
        has_consented: true,
        again: Some(String::new()),
    };
    super::respond(StatusCode::OK, &page, None)
}

/// The page of a flow that waits for somebody else, before there is a consent of any use.
#[must_use]
pub fn waits(app: &App, provider: &str, error: &Error, again: Option<String>) -> Response {
    let product = app.provider(provider).map_or("", |known| known.words().0);
    let page = WaitingPage {
        prefix: super::prefix(app),
        product,
        sentence: error.to_string(),
        has_consented: false,
        again,
    };
    super::respond(StatusCode::OK, &page, None)
}

/// On to the caller's own page, or to ours that says it is done.
fn leave(app: &App, provider: &dyn Provider, choice: String) -> Response {
    match provider.done_url() {
        Some(url) => (StatusCode::SEE_OTHER, [(header::LOCATION, url.as_str())]).into_response(),
        None => show_connected(app, provider, choice),
    }
}

/// The end of a flow in which there was nothing to pick: on to the caller's own page, or to ours.
#[must_use]
pub fn arrived(app: &App, provider: &str, choice: String) -> Response {
    match app.provider(provider) {
        Ok(provider) => match provider.done_url() {
            Some(url) => (StatusCode::FOUND, [(header::LOCATION, url.as_str())]).into_response(),
            None => show_connected(app, provider, choice),
        },
        Err(error) => error.into_response(),
    }
}

/// The page of a flow that has ended in a connection with `choice`.
#[must_use]
pub fn connected(app: &App, provider: &str, choice: String) -> Response {
    match app.provider(provider) {
        Ok(provider) => show_connected(app, provider, choice),
        Err(error) => error.into_response(),
    }
}

fn show_connected(app: &App, provider: &dyn Provider, choice: String) -> Response {
    let (product, noun) = provider.words();
    let page = ConnectedPage {
        prefix: super::prefix(app),
        product,
        noun,
        choice,
    };
    super::respond(StatusCode::OK, &page, None)
}

fn fail(app: &App, headers: &HeaderMap, error: Error) -> Response {
    super::error::respond(app, headers, error, None)
}
