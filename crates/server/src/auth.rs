//! The secret key: who may call the backend API.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use ring::digest;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::web::error::Error;

/// Lets a request through only with `Authorization: Bearer <JUNCTURE_SECRET_KEY>`; runs before
/// anything else of the request is looked at.
pub async fn require_secret_key(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    if !carries_key(request.headers(), &app.config.secret_key) {
        return Err(Error::InvalidSecretKey);
    }
    Ok(next.run(request).await)
}

/// Whether a request carries the secret key.
pub(crate) fn carries_key(headers: &HeaderMap, key: &SecretString) -> bool {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return false;
    };
    // RFC 9110 §11.1: the scheme is case-insensitive; one or more spaces follow it.
    let Some((scheme, credentials)) = value.as_bytes().split_at_checked("Bearer".len()) else {
        return false;
    };
    let given = credentials.trim_ascii();
    scheme.eq_ignore_ascii_case(b"Bearer")
        && credentials.starts_with(b" ")
        && is_equal(given, key.expose_secret().as_bytes())
}

/// Compares digests, so that neither the bytes nor the length of the key shows in the time taken.
fn is_equal(given: &[u8], key: &[u8]) -> bool {
    let [given, key] = [given, key].map(|bytes| digest::digest(&digest::SHA256, bytes));
    given.as_ref().ct_eq(key.as_ref()).into()
}
