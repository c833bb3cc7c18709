//! What is signed is held against the library of those who wrote the specification (Standard Webhooks 1.0.0).

use jiff::Timestamp;
use juncture_clock::{Clock as _, SystemClock};
use juncture_server::webhooks::sign::{self, SigningSecret};
use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use standardwebhooks::Webhook;
use uuid::Uuid;

use crate::support::signed::is_signed_by;

fn written(secret: &SigningSecret) -> String {
    secret.to_text().expose_secret().to_owned()
}

#[test]
fn the_library_takes_what_is_signed_now_and_refuses_what_was_changed() {
    let (secret, other) = (SigningSecret::random(), SigningSecret::random());
    let library = Webhook::new(&written(&secret)).unwrap();
    let (id, body, now) = (Uuid::from_u128(7), "{\"type\":\"ä.b\"}", SystemClock.now());
    let headers = sign::headers(std::slice::from_ref(&secret), id, body.as_bytes(), now);
    library.verify(body.as_bytes(), &headers).unwrap();
    library.verify(b"{\"type\":\"a.b\"}", &headers).unwrap_err();
    for (name, value) in [
        (sign::ID, Uuid::from_u128(8).to_string()),
        (sign::TIMESTAMP, (now.as_second() + 1).to_string()),
        (
            sign::SIGNATURE,
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=".to_owned(),
        ),
    ] {
        let mut changed = headers.clone();
        changed.insert(&name, value.parse().unwrap());
        library
            .verify(body.as_bytes(), &changed)
            .expect_err(name.as_str());
        changed.remove(&name);
        library
            .verify(body.as_bytes(), &changed)
            .expect_err(name.as_str());
    }
    let others = sign::headers(&[other], id, body.as_bytes(), now);
    library.verify(body.as_bytes(), &others).unwrap_err();
}

proptest! {
    #[test]
    fn each_of_several_secrets_is_enough(
        number in any::<u128>(),
        second in 0..4_000_000_000_i64,
        body in ".{0,200}",
    ) {
        let [new, old, unused] = std::array::from_fn(|_| SigningSecret::random());
        let now = Timestamp::from_second(second).unwrap();
        let secrets = [new, old];
        let headers = sign::headers(&secrets, Uuid::from_u128(number), body.as_bytes(), now);
        for secret in &secrets {
            prop_assert!(is_signed_by(&written(secret), &headers, body.as_bytes()));
        }
        prop_assert!(!is_signed_by(&written(&unused), &headers, body.as_bytes()));
        let changed = format!("{body} ");
        prop_assert!(!is_signed_by(&written(&secrets[0]), &headers, changed.as_bytes()));
    }
}
