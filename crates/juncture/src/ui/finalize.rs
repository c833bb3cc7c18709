//! The hosted page of the second step: pick a site, confirm, done.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use crate::app::App;
use crate::connections::authorize::Failed;
use crate::connections::finalize;
use crate::error::Error;
use crate::extract::{Form, Path};
use crate::providers::{Choice, Provider};

#[derive(Template)]
#[template(path = "finalize.html")]
struct ChoicePage {
    product: &'static str,
    noun: &'static str,
    choices: Vec<Choice>,
    is_reminded: bool,
}

#[derive(Template)]
#[template(path = "connected.html")]
struct ConnectedPage {
    product: &'static str,
}

/// `GET /finalize-connection/:provider/:connection_code`
pub async fn page(
    State(app): State<App>,
    Path((provider, code)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let shown = async {
        let provider = app.providers.get(&provider)?;
        show_choices(&app, provider, &code, false).await
    };
    shown.await.unwrap_or_else(|error| fail(&headers, error))
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
        let provider = app.providers.get(&provider)?;
        let Form(chosen) = form?;
        let Some(choice) = chosen.choice.filter(|choice| !choice.is_empty()) else {
            return show_choices(&app, provider, &code, true).await;
        };
        finalize::connect(&app, provider, &code, &choice).await?;
        Ok(leave(provider))
    };
    connected
        .await
        .unwrap_or_else(|error| fail(&headers, error))
}

async fn show_choices(
    app: &App,
    provider: &dyn Provider,
    code: &str,
    is_reminded: bool,
) -> Result<Response, Error> {
    let choices = finalize::choices(app, provider, code).await?;
    let (product, noun) = provider.words();
    let page = ChoicePage {
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
fn leave(provider: &dyn Provider) -> Response {
    if let Some(url) = provider.done_url() {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, url.as_str())]).into_response();
    }
    let (product, _) = provider.words();
    super::respond(StatusCode::OK, &ConnectedPage { product }, None)
}

fn fail(headers: &HeaderMap, error: Error) -> Response {
    super::error::respond(
        headers,
        Failed {
            error,
            try_again: None,
        },
    )
}
