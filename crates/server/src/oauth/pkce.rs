//! PKCE (RFC 7636): a code is of use only to who asked for it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use secrecy::{ExposeSecret as _, SecretString};

/// The secret of a flow, of which its consent page knows the hash.
#[derive(Debug, Clone)]
pub struct Verifier(SecretString);

impl Verifier {
    /// A new one: 43 characters of 256 random bits (RFC 7636 §4.1).
    #[must_use]
    pub fn random() -> Self {
        Self(crate::random::url_safe_code().into())
    }

    /// One that has travelled with its flow.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self(text.into())
    }

    /// Itself, for the token endpoint, and for whoever seals its flow.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Its hash, for the consent page (RFC 7636 §4.2, `S256`).
    #[must_use]
    pub fn challenge(&self) -> String {
        let hash = digest::digest(&digest::SHA256, self.expose().as_bytes());
        URL_SAFE_NO_PAD.encode(hash)
    }
}
