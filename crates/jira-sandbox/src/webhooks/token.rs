//! The token in `Authorization`: a JWT (RFC 7519), signed with the app's client secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use serde_json::json;

use crate::options::WebhookJwtClaims;

/// For how long a token is good. Atlassian publishes nothing of it.
const LIFETIME: SignedDuration = SignedDuration::from_mins(3);

/// Makes a token with the claims that deliveries have.
pub(super) fn mint(
    secret: &str,
    claims: WebhookJwtClaims,
    site: &str,
    app: &str,
    now: Timestamp,
) -> String {
    let (issued, expires) = (now.as_second(), (now + LIFETIME).as_second());
    let claims = match claims {
        WebhookJwtClaims::None => "{}".to_owned(),
        WebhookJwtClaims::IatExp => format!(r#"{{"iat":{issued},"exp":{expires}}}"#),
        WebhookJwtClaims::IatExpNbfIssAud => {
            json!({"iat": issued, "exp": expires, "nbf": issued, "iss": site, "aud": app})
                .to_string()
        }
    };
    sign(secret, r#"{"alg":"HS256","typ":"JWT"}"#, &claims)
}

/// A token of this header and these claims.
pub(super) fn sign(secret: &str, header: &str, claims: &str) -> String {
    let text = unsigned(header, claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = hmac::sign(&key, text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The two parts that a signature is made of.
pub(super) fn unsigned(header: &str, claims: &str) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{claims}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_those_that_other_libraries_make() {
        let now = Timestamp::from_second(1_790_000_000).unwrap();
        let token = mint(
            "sandbox-client-secret",
            WebhookJwtClaims::IatExp,
            "site",
            "app",
            now,
        );
        assert_eq!(
            token,
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3OTAwMDAwMDAsImV4cCI6MTc5MDAwMDE4MH0.ymlQV1t0Ln0mClJTfn5PTWNRUhAmgdevsAcYIIwIQxk"
        );
    }
}
