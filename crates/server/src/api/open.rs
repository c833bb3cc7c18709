//! `GET /connect/{session_token}`: the link of a connect session, opened in a browser.

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::sentences::open_error;
use crate::app::App;
use crate::connections::session::{self, Ending, OpenError};
use crate::ui;
use crate::ui::error::Ways;
use crate::ui::face::Face;
use crate::web::browser::Bond;
use crate::web::error::Error;
use crate::web::extract::Path;
use crate::web::visit;

/// Begins the flow, once, and binds it to the browser; on to the consent page.
pub async fn open(
    State(app): State<App>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    if !visit::is_a_persons(&method, &headers) {
        return Error::NotAVisit.into_response();
    }
    let bond = Bond::new(app.config.base_url.scheme() == "https");
    let begun = session::open(&app.tokens, &token.into(), Some(bond.digest()), |_| true).await;
    match begun {
        Ok(url) => {
            let mut response = ui::away(StatusCode::FOUND, &url);
            bond.set(&headers, response.headers_mut());
            response
        }
        Err(error) => refuse(&app, &headers, error).await,
    }
}

/// Says why the link leads nowhere, and offers the way back; one that has died leads back itself.
async fn refuse(app: &App, headers: &HeaderMap, error: OpenError) -> Response {
    let (session, has_died) = match &error {
        OpenError::Used(session) => (Some(session.clone()), false),
        OpenError::Expired(session) => (Some(session.clone()), true),
        OpenError::Unknown | OpenError::NoConsent(_) => (None, false),
    };
    let error = open_error(error);
    let provider = session
        .as_ref()
        .and_then(|session| app.provider(&session.provider).ok());
    let (Some(session), Some(provider)) = (session, provider) else {
        let face = Face::plain(ui::prefix(app));
        return ui::error::respond(&face, headers, error, Ways::default());
    };
    if has_died
        && !ui::error::wants_json(headers)
        && let Some(url) = session.address_after(provider, Ending::Error(error.code()))
    {
        return error.accompany(ui::away(StatusCode::FOUND, &url));
    }
    let ways = Ways {
        back: session.address(provider).cloned(),
        ..Ways::default()
    };
    let face = Face::of(app, Some(session.customer.project)).await;
    ui::error::respond(&face, headers, error, ways)
}
