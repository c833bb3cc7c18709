//! Signatures by which a receiver knows that a delivery is ours and whole (Standard Webhooks 1.0.0).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use jiff::Timestamp;
use ring::hmac;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use uuid::Uuid;

use crate::random;

/// What is the same for every attempt at one event: by it a receiver knows what it has had.
pub const ID: HeaderName = HeaderName::from_static("webhook-id");

/// When this attempt was made, in seconds.
pub const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");

/// One signature for each secret, blank-separated; a receiver takes any that is right.
pub const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// With what a written secret begins.
const PREFIX: &str = "whsec_";

/// How many bytes a secret may have.
const SHORTEST: usize = 24;
const LONGEST: usize = 64;

/// What deliveries to one endpoint are signed with. It shows in no log.
#[derive(Clone)]
pub struct SigningSecret(SecretSlice<u8>);

/// A text that is no signing secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a signing secret is `whsec_` and the base64 of 24 to 64 random bytes")]
pub struct NoSigningSecret;

impl SigningSecret {
    /// A new one, of 256 bits.
    #[must_use]
    pub fn random() -> Self {
        Self(random::bytes::<32>().to_vec().into())
    }

    /// One that is written as `whsec_…`.
    pub fn parse(text: &str) -> Result<Self, NoSigningSecret> {
        let encoded = text.strip_prefix(PREFIX).ok_or(NoSigningSecret)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| NoSigningSecret)?;
        if (SHORTEST..=LONGEST).contains(&bytes.len()) {
            Ok(Self(bytes.into()))
        } else {
            Err(NoSigningSecret)
        }
    }

    /// As it is written: `whsec_…`.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        format!("{PREFIX}{}", STANDARD.encode(self.0.expose_secret())).into()
    }

    /// The signature of a delivery. Neither part before the body may have a full stop.
    fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose_secret());
        let mut signed = hmac::Context::with_key(&key);
        signed.update(format!("{id}.{seconds}.").as_bytes());
        signed.update(body);
        format!("v1,{}", STANDARD.encode(signed.sign()))
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningSecret([REDACTED])")
    }
}

/// The headers of an attempt that is made now: what the body is, and that it is ours, by each of these secrets.
/// During a rotation there are two.
#[must_use]
pub fn headers(secrets: &[SigningSecret], id: Uuid, body: &[u8], now: Timestamp) -> HeaderMap {
    let (id, seconds) = (id.to_string(), now.as_second());
    let signatures = secrets.iter().map(|secret| secret.sign(&id, seconds, body));
    let signatures = signatures.collect::<Vec<_>>().join(" ");
    let plain = |text: &str| HeaderValue::from_str(text).expect("it is plain ASCII");
    HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (ID, plain(&id)),
        (TIMESTAMP, seconds.into()),
        (SIGNATURE, plain(&signatures)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> SigningSecret {
        SigningSecret::parse(text).expect("a secret")
    }

    fn of_length(length: usize) -> String {
        format!("{PREFIX}{}", STANDARD.encode(vec![7; length]))
    }

    /// The vector of the specification's own libraries.
    #[test]
    fn a_signature_is_the_one_of_the_specification() {
        let secret = parsed("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
        let body = br#"{"email":"test@example.com","username":"test_user"}"#;
        let signature = secret.sign("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553, body);
        let expected = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";
        assert_eq!(signature, expected);
    }

    #[test]
    fn each_secret_of_a_rotation_signs() {
        let (new, old) = (SigningSecret::random(), SigningSecret::random());
        let (id, body) = (Uuid::from_u128(7), b"{}");
        let now = Timestamp::from_second(1_649_367_553).expect("an instant");
        let headers = headers(&[new.clone(), old.clone()], id, body, now);
        let wanted = [&new, &old].map(|secret| secret.sign(&id.to_string(), now.as_second(), body));
        assert_eq!(headers[SIGNATURE], wanted.join(" "));
        assert_ne!(wanted[0], wanted[1]);
        assert_eq!(headers[ID], "00000000-0000-0000-0000-000000000007");
        assert_eq!(headers[TIMESTAMP], "1649367553");
        assert_eq!(headers[CONTENT_TYPE], "application/json");
    }

    #[test]
    fn a_secret_is_read_as_it_is_written_and_no_other_text_is_one() {
        for length in [24, 32, 64] {
            let text = of_length(length);
            assert_eq!(parsed(&text).to_text().expose_secret(), text);
        }
        let random = SigningSecret::random().to_text();
        assert_eq!(random.expose_secret().len(), 50);
        let secret = of_length(32);
        for text in [
            "",
            "whsec_",
            &of_length(23),
            &of_length(65),
            &secret[6..],
            &format!(" {secret}"),
            &format!("{secret}\n"),
            &secret.replace("whsec_", "WHSEC_"),
            &secret.replace("whsec_", "whsk_"),
            "whsec_not base64 at all, whatever is read",
        ] {
            assert!(SigningSecret::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_secret_does_not_show() {
        let text = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
        let secret = parsed(text);
        let shown = format!(
            "{secret:?} {:#?} {:?}",
            Some(&secret),
            SigningSecret::parse("whsec_x")
        );
        assert!(!shown.contains("C2FV"), "{shown}");
    }
}
