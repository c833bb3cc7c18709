//! What a caller gets, and how often Jira is called, when things go wrong.

use std::sync::Arc;
use std::time::Duration;

use juncture_jira::{Error, User};

use crate::support::{Fake, HandClock, Reply, SITE, client, token};

const ME: &str = r#"{"accountId": "a1", "displayName": "Ada"}"#;

/// What one call came to.
struct Outcome {
    result: Result<User, Error>,
    calls: usize,
    pauses: Vec<f64>,
}

impl Outcome {
    fn error(&self) -> &Error {
        self.result.as_ref().unwrap_err()
    }
}

async fn ask(replies: &[Reply]) -> Outcome {
    ask_under(&HandClock::new(), replies).await
}

async fn ask_under(clock: &Arc<HandClock>, replies: &[Reply]) -> Outcome {
    let fake = Fake::script(replies).await;
    let result = client(&fake.url, clock).site(SITE, &token()).myself().await;
    Outcome {
        result,
        calls: fake.count(),
        pauses: clock.pauses(),
    }
}

#[tokio::test]
async fn retry_after_in_seconds_is_waited_out() {
    let replies = [
        Reply::status(429, "").header("Retry-After", "2"),
        Reply::ok(ME),
    ];
    // The dice would have it come back sooner.
    let outcome = ask_under(&HandClock::with_chance(0.0), &replies).await;
    assert_eq!(outcome.result.unwrap().display_name, "Ada");
    assert_eq!((outcome.calls, outcome.pauses), (2, vec![2.0]));
}

#[tokio::test]
async fn retry_after_as_a_date_is_waited_out() {
    let date = "Sun, 22 Nov 2026 12:15:07 GMT";
    let outcome = ask(&[
        Reply::status(429, "").header("Retry-After", date),
        Reply::ok(ME),
    ])
    .await;
    assert!(outcome.result.is_ok());
    assert_eq!((outcome.calls, outcome.pauses), (2, vec![7.0]));
}

#[tokio::test]
async fn a_429_without_a_date_is_tried_again_after_growing_pauses() {
    let outcome = ask(&[Reply::status(429, "slow down"), Reply::ok(ME)]).await;
    assert!(outcome.result.is_ok());
    assert_eq!((outcome.calls, outcome.pauses), (2, vec![2.0]));

    let outcome = ask(&[Reply::status(429, "slow down")]).await;
    assert!(outcome.error().is_rate_limited());
    assert_eq!(outcome.error().retry_after(), None);
    assert_eq!((outcome.calls, outcome.pauses), (4, vec![2.0, 4.0, 8.0]));
}

#[tokio::test]
async fn pauses_are_spread_by_chance() {
    for (chance, pause) in [(0.0, 1.4), (0.999_999_999, 2.6)] {
        let replies = [Reply::status(503, ""), Reply::ok(ME)];
        let outcome = ask_under(&HandClock::with_chance(chance), &replies).await;
        assert!(
            (outcome.pauses[0] - pause).abs() < 1e-6,
            "{:?}",
            outcome.pauses
        );
    }
}

#[tokio::test]
async fn a_wait_past_the_deadline_is_not_begun() {
    let outcome = ask(&[
        Reply::status(429, "").header("Retry-After", "1847"),
        Reply::ok(ME),
    ])
    .await;
    assert!(outcome.error().is_rate_limited());
    assert_eq!(outcome.error().status().unwrap(), 429);
    assert_eq!(
        outcome.error().retry_after(),
        Some(Duration::from_secs(1847))
    );
    assert_eq!((outcome.calls, outcome.pauses), (1, vec![]));

    let outcome = ask(&[Reply::status(503, "").header("Retry-After", "600")]).await;
    assert!(outcome.error().is_unavailable() && !outcome.error().is_rate_limited());
    assert_eq!(outcome.error().retry_after(), Some(Duration::from_mins(10)));
    assert_eq!((outcome.calls, outcome.pauses), (1, vec![]));
}

#[tokio::test]
async fn a_500_is_tried_again_once() {
    let outcome = ask(&[Reply::status(500, ""), Reply::ok(ME)]).await;
    assert!(outcome.result.is_ok());
    assert_eq!((outcome.calls, outcome.pauses), (2, vec![2.0]));

    let outcome = ask(&[Reply::status(500, "")]).await;
    assert!(outcome.error().is_unavailable());
    assert_eq!((outcome.calls, outcome.pauses), (2, vec![2.0]));
}

#[tokio::test]
async fn a_503_for_ever_ends_after_four_tries() {
    let outcome = ask(&[Reply::status(503, "<html>sorry</html>")]).await;
    assert!(outcome.error().is_unavailable());
    assert_eq!(outcome.error().status().unwrap(), 503);
    assert_eq!((outcome.calls, outcome.pauses), (4, vec![2.0, 4.0, 8.0]));
}

#[tokio::test]
async fn a_hanging_server_costs_each_try_its_time_and_the_call_no_more_than_a_minute() {
    let clock = HandClock::new();
    let fake = Fake::script([Reply::Hang]).await;
    let (client, token) = (client(&fake.url, &clock), token());
    let call = tokio::spawn(async move { client.site(SITE, &token).myself().await });
    for tries in 1..=3 {
        fake.has_received(tries).await;
        clock.advance(Duration::from_secs(20));
    }
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_timeout() && !error.is_unavailable());
    assert_eq!((error.status(), fake.count()), (None, 3));
    assert_eq!(clock.pauses(), [2.0, 4.0]);
}

#[tokio::test]
async fn a_hanging_try_is_followed_by_one_that_succeeds() {
    let clock = HandClock::new();
    let fake = Fake::script([Reply::Hang, Reply::ok(ME)]).await;
    let (client, token) = (client(&fake.url, &clock), token());
    let call = tokio::spawn(async move { client.site(SITE, &token).myself().await });
    fake.has_received(1).await;
    clock.advance(Duration::from_secs(20));
    assert_eq!(call.await.unwrap().unwrap().account_id, "a1");
    assert_eq!(fake.count(), 2);
}

#[tokio::test]
async fn a_cut_body_is_fetched_again() {
    let outcome = ask(&[Reply::CutBody, Reply::ok(ME)]).await;
    assert!(outcome.result.is_ok());
    assert_eq!((outcome.calls, outcome.pauses), (2, vec![2.0]));

    let outcome = ask(&[Reply::CutBody]).await;
    assert!(outcome.error().is_unavailable() && !outcome.error().is_bad_response());
    assert_eq!(outcome.calls, 4);
}

#[tokio::test]
async fn a_lost_or_refused_connection_is_tried_again() {
    let outcome = ask(&[Reply::NoAnswer, Reply::ok(ME)]).await;
    assert!(outcome.result.is_ok());
    assert_eq!((outcome.calls, outcome.pauses), (2, vec![2.0]));

    let clock = HandClock::new();
    let nobody = Fake::script([Reply::Hang]).await.url.clone(); // gone by now
    let error = client(&nobody, &clock)
        .site(SITE, &token())
        .myself()
        .await
        .unwrap_err();
    assert!(error.is_unavailable());
    assert_eq!(error.status(), None);
    assert_eq!(clock.pauses(), [2.0, 4.0, 8.0]);
}

#[tokio::test]
async fn garbage_is_a_bad_response_and_not_asked_for_again() {
    let garbage = [
        (
            "<!DOCTYPE html><p>Log in</p>",
            "the answer is a page, not data",
        ),
        ("", "the answer is empty"),
        (" \n", "the answer is empty"),
        ("[1, 2]", "the answer has another shape than documented"),
        (
            "{\"accountId\": 5}",
            "the answer has another shape than documented",
        ),
        (
            "{\"accountId\": ",
            "the answer has another shape than documented",
        ),
    ];
    for (body, reason) in garbage {
        let outcome = ask(&[Reply::ok(body)]).await;
        let error = outcome.error();
        assert!(error.is_bad_response() && !error.is_unavailable(), "{body}");
        assert!(error.to_string().ends_with(reason), "{error}");
        assert!(std::error::Error::source(error).is_some());
        assert_eq!((outcome.calls, outcome.pauses), (1, vec![]), "{body}");
    }
}

#[tokio::test]
async fn an_endless_answer_is_left_unread() {
    let outcome = ask(&[Reply::Endless { status: 200 }]).await;
    assert!(outcome.error().is_bad_response());
    assert_eq!(outcome.calls, 1);

    let outcome = ask(&[Reply::Endless { status: 404 }]).await;
    assert!(outcome.error().is_bad_response());
    assert_eq!(outcome.calls, 1);
}

#[tokio::test]
async fn refusals_are_not_asked_for_again() {
    for status in [400, 401, 403, 404, 405, 409, 410, 413, 422, 302, 501] {
        let outcome = ask(&[Reply::status(status, "{}")]).await;
        assert_eq!(outcome.error().status().unwrap(), status);
        assert_eq!((outcome.calls, outcome.pauses), (1, vec![]), "{status}");
    }
}
