//! A flow that failed, begun once more.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;
use utoipa::IntoParams;

use super::sentences::{consent_error, expired_state};
use crate::app::App;
use crate::connections::consent::{self, ConsentError};
use crate::connections::session::Browser;
use crate::ui;
use crate::ui::error::Ways;
use crate::ui::face::Face;
use crate::web::error::Error;
use crate::web::extract::{Path, Query};
use crate::web::openapi::refusals;

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
        Error::other_browser(),
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
    browser: Browser,
    headers: HeaderMap,
    query: Result<Query<TryAgain>, Error>,
) -> Response {
    match begin_again(&app, &provider, &browser, query).await {
        Ok(uri) => ui::away(StatusCode::FOUND, &uri),
        Err(error) => {
            let face = Face::plain(ui::prefix(&app));
            ui::error::respond(&face, &headers, error, Ways::default())
        }
    }
}

async fn begin_again(
    app: &App,
    provider: &str,
    browser: &Browser,
    query: Result<Query<TryAgain>, Error>,
) -> Result<Url, Error> {
    let provider = app.provider(provider)?;
    let Query(TryAgain { flow }) = query?;
    let flow = flow.ok_or_else(no_flow)?;
    let begun = consent::begin_again(&app.tokens, provider, &flow, browser).await;
    begun.map_err(|error| match error {
        ConsentError::Foreign => invalid_flow(),
        error => consent_error(error),
    })
}

fn no_flow() -> Error {
    Error::missing("Missing flow", &["flow"])
}

fn invalid_flow() -> Error {
    Error::invalid_field("flow", "is none of this server's")
}
