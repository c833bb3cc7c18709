//! The secret key: who may call the backend API.

use axum::http::{HeaderMap, header};
use ring::digest;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

/// The digest of `JUNCTURE_SECRET_KEY`, which is made once.
pub(crate) struct SecretKey(digest::Digest);

impl SecretKey {
    /// That of this key.
    pub(crate) fn of(key: &SecretString) -> Self {
        Self(digest(key.expose_secret().as_bytes()))
    }

    /// Whether a request carries the key: `Authorization: Bearer <JUNCTURE_SECRET_KEY>`.
    pub(crate) fn is_carried_by(&self, headers: &HeaderMap) -> bool {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return false;
        };
        // RFC 9110 §11.1: the scheme is case-insensitive; one or more spaces follow it.
        let Some((scheme, credentials)) = value.as_bytes().split_at_checked("Bearer".len()) else {
            return false;
        };
        scheme.eq_ignore_ascii_case(b"Bearer")
            && credentials.starts_with(b" ")
            && self.is(credentials.trim_ascii())
    }

    /// Compares digests, so that neither the bytes nor the length of the key shows in the time taken.
    fn is(&self, given: &[u8]) -> bool {
        digest(given).as_ref().ct_eq(self.0.as_ref()).into()
    }
}

fn digest(bytes: &[u8]) -> digest::Digest {
    digest::digest(&digest::SHA256, bytes)
}
