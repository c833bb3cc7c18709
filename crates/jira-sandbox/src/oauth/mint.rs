//! Codes and tokens: opaque to the client, long, and shaped like the real ones.
//!
//! They look like signed JWTs because Atlassian's do, and a client that trims, logs or limits
//! them should meet that length here. Nothing reads them back: a token is valid if it is in the
//! ledger. They come from real chance and not from the seed, so that the tokens of one run are
//! never those of another.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fastrand::Rng;
use serde_json::json;

/// The length of an authorization code, in bytes; one of 858 was seen in the wild.
pub(super) const CODE_LENGTH: usize = 800;
/// The length of an access token, in bytes.
pub(super) const ACCESS_TOKEN_LENGTH: usize = 2_000;
/// The length of a refresh token, in bytes.
pub(super) const REFRESH_TOKEN_LENGTH: usize = 1_100;

/// A fresh token of about `length` bytes.
pub(super) fn mint(kind: &str, account_id: &str, length: usize, rng: &mut Rng) -> String {
    let mut random = |bytes: usize| {
        let mut noise = vec![0; bytes];
        rng.fill(&mut noise);
        URL_SAFE_NO_PAD.encode(noise)
    };
    let header = json!({"typ": "JWT", "alg": "RS256", "kid": format!("sandbox-{kind}")});
    let identity = json!({"jti": random(24), "sub": account_id, "aud": "api.atlassian.com"});
    let signature = random(256);
    let fixed = 4 * (header.to_string().len() + identity.to_string().len()) / 3;
    let padding = length.saturating_sub(fixed + signature.len() + 30) * 9 / 16;
    let mut payload = identity;
    payload["context"] = random(padding).into();
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
    format!("{header}.{payload}.{signature}")
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::mint;

    #[test]
    fn tokens_have_about_the_asked_length_and_never_repeat() {
        let mut rng = Rng::with_seed(7);
        for length in [800, 1_100, 2_000] {
            let first = mint("code", "712020:someone", length, &mut rng);
            let second = mint("code", "712020:someone", length, &mut rng);
            assert_ne!(first, second);
            assert!(
                first.len().abs_diff(length) < 100,
                "{} for {length}",
                first.len()
            );
        }
    }
}
