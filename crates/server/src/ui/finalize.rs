//! The hosted page of the second step: pick a site, confirm, done.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::choices;
use crate::app::App;
use crate::connections::finalize;
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

/// `GET /finalize-connection/:provider/:connection_code`
pub async fn page(
    State(app): State<App>,
    Path((provider, code)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let shown = async {
        let provider = app.provider(&provider)?;
        match show_choices(&app, provider, &code, false).await {
            Err(error) => match finalize::finished(&app.tokens, provider, &code).await {
                Ok(Some(choice)) => Ok(show_connected(&app, provider, choice)),
                _ => Err(error),
            },
            shown => shown,
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
        let Some(choice) = chosen.choice.filter(|choice| !choice.is_empty()) else {
            return show_choices(&app, provider, &code, true).await;
        };
        match finalize::connect(&app.tokens, provider, &code, &choice).await {
            Ok(choice) => Ok(leave(&app, provider, choice)),
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

async fn show_choices(
    app: &App,
    provider: &dyn Provider,
    code: &str,
    is_reminded: bool,
) -> Result<Response, Error> {
    let choices = finalize::choices(&app.tokens, provider, code).await;
    let choices = choices.map_err(|error| choices::error(provider, error))?;
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
    Ok(super::respond(status, &page, provider.done_url()))
}

/// On to the caller's own page, or to ours that says it is done.
fn leave(app: &App, provider: &dyn Provider, choice: String) -> Response {
    match provider.done_url() {
        Some(url) => (StatusCode::SEE_OTHER, [(header::LOCATION, url.as_str())]).into_response(),
        None => show_connected(app, provider, choice),
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
