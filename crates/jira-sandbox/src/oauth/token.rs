//! `POST /oauth/token`: codes and refresh tokens against access tokens.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::grants::{Client, CodeRefusal, Pair};
use crate::options::{RefusedClient, RefusedCode, RefusedRefresh};
use crate::sandbox::Sandbox;

/// The body of a token request, as JSON or as a form.
#[derive(Deserialize)]
struct Request {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    code: Option<String>,
    redirect_uri: Option<String>,
    refresh_token: Option<String>,
}

/// A refusal of the token endpoint (RFC 6749 §5.2, with Atlassian's own statuses).
struct Refused(StatusCode, &'static str, &'static str);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = json!({"error": self.1, "error_description": self.2});
        (self.0, Json(body)).into_response()
    }
}

const UNREADABLE: Refused = Refused(
    StatusCode::BAD_REQUEST,
    "invalid_request",
    "Incorrect request parameters",
);

/// Answers a token request.
pub(super) async fn exchange(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = read(&headers, &body).and_then(|request| answer(&sandbox, request));
    let response = answer.map_or_else(IntoResponse::into_response, |pair| grant(&pair));
    // RFC 6749 §5.1: no cache may keep a token.
    ([(header::CACHE_CONTROL, "no-store")], response).into_response()
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Request, Refused> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if content_type.starts_with("application/x-www-form-urlencoded") {
        let mut pairs = url::form_urlencoded::parse(body);
        let fields: serde_json::Map<_, _> = pairs
            .by_ref()
            .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
            .collect();
        serde_json::from_value(fields.into()).map_err(|_| UNREADABLE)
    } else {
        juncture_json::decode(body).map_err(|_| UNREADABLE)
    }
}

fn answer(sandbox: &Sandbox, request: Request) -> Result<Pair, Refused> {
    let grant_type = request.grant_type.as_deref().unwrap_or_default();
    if !matches!(
        grant_type,
        "authorization_code" | "refresh_token" | "client_credentials"
    ) {
        return Err(Refused(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "grant_type must be one of [authorization_code|refresh_token|client_credentials]",
        ));
    }
    let mut state = sandbox.state();
    let options = sandbox.options();
    let client_id = request.client_id.as_deref().unwrap_or_default();
    let first = options.secret_of(client_id);
    let first = first.map(SecretString::expose_secret);
    let rotated = state.webhooks.rotated(client_id);
    let is_known = request.client_secret.as_deref().is_some_and(|secret| {
        let mut good = first.into_iter().chain(rotated);
        good.any(|good| good == secret)
    });
    if !is_known {
        return Err(match state.switches.refused_client {
            RefusedClient::AccessDenied => {
                Refused(StatusCode::UNAUTHORIZED, "access_denied", "Unauthorized")
            }
            RefusedClient::InvalidClient400 => {
                Refused(StatusCode::BAD_REQUEST, "invalid_client", "Unauthorized")
            }
            RefusedClient::InvalidClient401 => {
                Refused(StatusCode::UNAUTHORIZED, "invalid_client", "Unauthorized")
            }
        });
    }
    let now = state.clock.now();
    let switches = state.switches.clone();
    match grant_type {
        "authorization_code" => {
            let code = request.code.ok_or(UNREADABLE)?;
            let redirect_uri = request.redirect_uri.ok_or(UNREADABLE)?;
            let client = Client {
                id: client_id,
                redirect_uri: &redirect_uri,
            };
            let redeemed = state.grants.redeem(&code, client, &switches, now);
            redeemed.map_err(|refusal| refuse_code(&refusal, switches.refused_code))
        }
        "refresh_token" => {
            let token = request.refresh_token.ok_or(UNREADABLE)?;
            let rotated = state.grants.rotate(&token, client_id, &switches, now);
            rotated.ok_or_else(|| refuse_refresh(switches.refused_refresh))
        }
        // The host knows the grant, for service accounts; a 3LO app may not use it.
        _ => Err(Refused(
            StatusCode::FORBIDDEN,
            "unauthorized_client",
            "Grant type 'client_credentials' not allowed for the client.",
        )),
    }
}

fn refuse_code(refusal: &CodeRefusal, how: RefusedCode) -> Refused {
    match (refusal, how) {
        (CodeRefusal::OtherRedirect, _) => Refused(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "redirect_uri is invalid",
        ),
        (CodeRefusal::Invalid, RefusedCode::InvalidRequest) => Refused(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "authorization_code is invalid",
        ),
        (CodeRefusal::Invalid, RefusedCode::InvalidGrant) => Refused(
            StatusCode::FORBIDDEN,
            "invalid_grant",
            "Invalid authorization code",
        ),
    }
}

fn refuse_refresh(how: RefusedRefresh) -> Refused {
    match how {
        RefusedRefresh::InvalidGrant => Refused(
            StatusCode::FORBIDDEN,
            "invalid_grant",
            "Unknown or invalid refresh token.",
        ),
        RefusedRefresh::UnauthorizedClient => Refused(
            StatusCode::FORBIDDEN,
            "unauthorized_client",
            "refresh_token is invalid",
        ),
    }
}

fn grant(pair: &Pair) -> Response {
    let mut body = json!({
        "access_token": pair.access_token,
        "expires_in": pair.expires_in,
        "scope": pair.scopes.join(" "),
        "token_type": "Bearer",
    });
    if let Some(token) = &pair.refresh_token {
        body["refresh_token"] = token.as_str().into();
    }
    Json(body).into_response()
}
