//! The keys of a request, and how they are compared: by their SHA-256.

use axum::http::{HeaderMap, header};
use ring::digest;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

/// The SHA-256 of a key.
pub type Digest = [u8; 32];

/// The digest of a key of the environment, which is made once.
pub(crate) struct EnvironmentKey(Digest);

impl EnvironmentKey {
    /// That of this key.
    pub(crate) fn of(key: &SecretString) -> Self {
        Self(digest_of(key))
    }

    /// Compares digests, so that neither the bytes nor the length of the key shows in the time taken.
    pub(crate) fn is(&self, digest: &Digest) -> bool {
        digest.ct_eq(&self.0).into()
    }
}

/// What a request sends as `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(header::AUTHORIZATION)?;
    // RFC 9110 §11.1: the scheme is case-insensitive; one or more spaces follow it.
    let (scheme, credentials) = value.as_bytes().split_at_checked("Bearer".len())?;
    let is_one = scheme.eq_ignore_ascii_case(b"Bearer") && credentials.starts_with(b" ");
    is_one.then(|| credentials.trim_ascii())
}

/// The digest of these bytes.
pub(crate) fn digest(bytes: &[u8]) -> Digest {
    let digest = digest::digest(&digest::SHA256, bytes);
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The digest of a key.
pub(crate) fn digest_of(key: &SecretString) -> Digest {
    digest(key.expose_secret().as_bytes())
}
