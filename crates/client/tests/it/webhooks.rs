//! Webhooks, held against the server's own signatures and the specification's example.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, pending};
use jiff::Timestamp;
use juncture_client::Clock;
use juncture_client::reqwest::header::{HeaderMap, HeaderName};
use juncture_client::webhooks::{NotVerified, Verifier};
use juncture_server::webhooks::sign::{self, SigningSecret};
use uuid::Uuid;

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const SENT: i64 = 1_649_367_553;
const BODY: &[u8] = br#"{"type":"connection.created","timestamp":"2026-11-02T10:00:00Z","data":{"external_id":"a","new":1}}"#;

/// It is this second.
struct Still(i64);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0).expect("an instant")
    }

    fn steady(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(pending())
    }

    fn deadline(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(pending())
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

fn verifier(secrets: &[&str], second: i64) -> Verifier {
    let verifier = Verifier::new(secrets.iter().copied()).expect("secrets");
    verifier.with_clock(Arc::new(Still(second)))
}

fn signed(secrets: &[&str], body: &[u8]) -> HeaderMap {
    let secrets = secrets
        .iter()
        .map(|text| SigningSecret::parse(text).expect("a secret"));
    let secrets: Vec<_> = secrets.collect();
    let now = Timestamp::from_second(SENT).expect("an instant");
    sign::headers(&secrets, Uuid::from_u128(7), body, now)
}

#[test]
fn what_the_server_signs_is_an_event() {
    let other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    for (signing, known) in [
        (&[SECRET][..], &[SECRET][..]),
        (&[other, SECRET], &[SECRET]),
        (&[SECRET], &[other, SECRET]),
    ] {
        let event = verifier(known, SENT)
            .verify(&signed(signing, BODY), BODY)
            .expect("an event");
        assert_eq!(event.id, "00000000-0000-0000-0000-000000000007");
        assert_eq!(event.kind, "connection.created");
        assert_eq!(event.data.external_id.as_deref(), Some("a"));
        assert_eq!(event.data.more["new"], 1);
    }
    let failure = verifier(&[other], SENT).verify(&signed(&[SECRET], BODY), BODY);
    assert_eq!(
        failure.expect_err("another secret"),
        NotVerified::NoSignature
    );
}

/// Its body is no event of ours, which is told after the signature.
#[test]
fn the_example_of_the_specification_is_signed() {
    let body = br#"{"email":"test@example.com","username":"test_user"}"#;
    let headers = [
        ("webhook-id", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk"),
        ("webhook-timestamp", "1649367553"),
        (
            "webhook-signature",
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
        ),
    ];
    let headers: HeaderMap = headers
        .into_iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                value.parse().expect("a value"),
            )
        })
        .collect();
    let failure = verifier(&[SECRET], SENT).verify(&headers, body);
    assert_eq!(failure.expect_err("no event"), NotVerified::NoEvent);
    let failure = verifier(&[SECRET], SENT).verify(&headers, b"{}");
    assert_eq!(failure.expect_err("another body"), NotVerified::NoSignature);
}

#[test]
fn what_was_changed_or_is_missing_or_late_is_refused() {
    let headers = signed(&[SECRET], BODY);
    for (name, value) in [
        ("webhook-id", "another"),
        ("webhook-timestamp", "1649367552"),
        ("webhook-signature", "v1,"),
        ("webhook-signature", "v1,dG9vIHNob3J0"),
        (
            "webhook-signature",
            "v1a,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
        ),
    ] {
        let mut changed = headers.clone();
        changed.insert(name, value.parse().expect("a value"));
        let failure = verifier(&[SECRET], SENT).verify(&changed, BODY);
        assert_eq!(failure.expect_err(name), NotVerified::NoSignature);
        changed.remove(name);
        let failure = verifier(&[SECRET], SENT).verify(&changed, BODY);
        assert_eq!(failure.expect_err(name), NotVerified::Missing(name));
    }
    for time in ["soon", "1649367553.5", ""] {
        let mut changed = headers.clone();
        changed.insert("webhook-timestamp", time.parse().expect("a value"));
        let failure = verifier(&[SECRET], SENT).verify(&changed, BODY);
        assert_eq!(failure.expect_err(time), NotVerified::NoTime);
    }
    for (second, expected) in [
        (SENT + 300, None),
        (SENT - 300, None),
        (SENT + 301, Some(NotVerified::TooOld)),
        (SENT - 301, Some(NotVerified::FromTheFuture)),
    ] {
        let found = verifier(&[SECRET], second).verify(&headers, BODY);
        assert_eq!(found.err(), expected, "{second}");
    }
}

#[test]
fn a_secret_that_is_none_is_told_and_none_shows() {
    let none: [&[&str]; 5] = [
        &[],
        &[""],
        &["whsec_"],
        &["whsec_c2hvcnQ="],
        &[SECRET, "hunter2"],
    ];
    for secrets in none {
        let error = Verifier::new(secrets.iter().copied()).expect_err("no secret");
        assert_eq!(error.code(), "invalid_options");
    }
    let shown = format!("{:?}", verifier(&[SECRET], SENT));
    assert!(!shown.contains("C2FV") && !shown.contains("key"), "{shown}");
}
