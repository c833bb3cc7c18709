//! How the calls to one site share a pace.

use std::time::Duration;

use juncture_jira::Policy;

use crate::support::{Fake, HandClock, Reply, SITE, client, path, token};

const ME: &str = r#"{"accountId": "a1", "displayName": "Ada"}"#;
const OTHER_SITE: &str = "99999999-2222-3333-4444-555555555555";

fn one_try() -> Policy {
    Policy {
        tries: 1,
        ..Policy::default()
    }
}

#[tokio::test]
async fn one_429_makes_the_next_caller_of_the_site_wait() {
    let clock = HandClock::new();
    let fake = Fake::script([
        Reply::status(429, "").header("Retry-After", "30"),
        Reply::ok(ME),
    ])
    .await;
    let client = client(&fake.url, &clock).with_policy(one_try());
    let token = token();
    assert!(
        client
            .site(SITE, &token)
            .myself()
            .await
            .unwrap_err()
            .is_rate_limited()
    );
    assert!(client.site(OTHER_SITE, &token).myself().await.is_ok());
    assert!(clock.pauses().is_empty());

    clock.advance(Duration::from_secs(10));
    assert!(client.clone().site(SITE, &token).myself().await.is_ok());
    assert_eq!(clock.pauses(), [20.0]);
    assert!(client.site(SITE, &token).myself().await.is_ok());
    assert_eq!(clock.pauses(), [20.0]);
}

#[tokio::test]
async fn a_long_closure_refuses_calls_without_making_them() {
    let clock = HandClock::new();
    let fake = Fake::script([
        Reply::status(429, "").header("Retry-After", "90"),
        Reply::ok(ME),
    ])
    .await;
    let client = client(&fake.url, &clock);
    let token = token();
    let site = client.site(SITE, &token);
    assert!(site.myself().await.unwrap_err().is_rate_limited());

    clock.advance(Duration::from_secs(20));
    let error = site.myself().await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(
        (error.status(), error.retry_after()),
        (None, Some(Duration::from_secs(70)))
    );
    assert_eq!((fake.count(), clock.pauses()), (1, vec![]));

    clock.advance(Duration::from_secs(71));
    assert!(site.myself().await.is_ok());
}

#[tokio::test]
async fn a_used_up_quota_fails_fast_until_its_reset() {
    // (reason, header of the reset, seconds until it, whether other sites are closed as well);
    // it is 12:15.
    let cases = [
        (
            "jira-quota-tenant-based",
            Some(("X-RateLimit-Reset", "2026-11-22T13:00:00Z")),
            2700,
            false,
        ),
        (
            "jira-quota-global-based",
            Some(("X-RateLimit-Reset", "2026-11-22T13:00Z")),
            2700,
            true,
        ),
        (
            "jira-quota-global-based",
            Some(("Retry-After", "5")),
            5,
            true,
        ),
        ("jira-quota-tenant-based", None, 2700, false),
    ];
    for (reason, reset, seconds, closes_all) in cases {
        let clock = HandClock::new();
        let mut refusal = Reply::status(429, "").header("RateLimit-Reason", reason);
        if let Some((name, value)) = reset {
            refusal = refusal.header(name, value);
        }
        let fake = Fake::script([refusal, Reply::ok(ME)]).await;
        let client = client(&fake.url, &clock);
        let token = token();
        let wait = Some(Duration::from_secs(seconds));

        let error = client.site(SITE, &token).myself().await.unwrap_err();
        assert!(error.is_rate_limited(), "{reason}");
        assert_eq!(error.retry_after(), wait, "{reason}");
        let error = client.site(SITE, &token).myself().await.unwrap_err();
        assert_eq!(
            (error.status(), error.retry_after()),
            (None, wait),
            "{reason}"
        );
        let other = client.site(OTHER_SITE, &token).myself().await;
        assert_eq!(other.is_err(), closes_all, "{reason}");

        clock.advance(Duration::from_secs(seconds));
        assert!(client.site(SITE, &token).myself().await.is_ok(), "{reason}");
        assert!(clock.pauses().is_empty(), "{reason}");
    }
}

#[tokio::test]
async fn a_success_that_spends_a_quota_closes_it_until_its_reset() {
    for (name, closes_all) in [("global-app-quota", true), ("tenant-app-quota", false)] {
        let clock = HandClock::new();
        let spent = format!(r#""jira-burst-based";r=0;t=1, "{name}";r=0;t=600"#);
        let fake = Fake::script([Reply::ok(ME).header("RateLimit", &spent), Reply::ok(ME)]).await;
        let client = client(&fake.url, &clock);
        let token = token();
        assert!(client.site(SITE, &token).myself().await.is_ok());

        let error = client.site(SITE, &token).myself().await.unwrap_err();
        assert!(error.is_rate_limited(), "{name}");
        let wait = Some(Duration::from_mins(10));
        assert_eq!((error.status(), error.retry_after()), (None, wait));
        let other = client.site(OTHER_SITE, &token).myself().await;
        assert_eq!(other.is_err(), closes_all, "{name}");

        clock.advance(Duration::from_mins(10));
        assert!(client.site(SITE, &token).myself().await.is_ok());
        assert!(clock.pauses().is_empty());
    }
}

#[tokio::test]
async fn what_is_left_of_a_burst_closes_nothing() {
    let clock = HandClock::new();
    let empty = r#""jira-burst-based";r=0;t=1"#;
    let fake = Fake::script([Reply::ok(ME).header("RateLimit", empty)]).await;
    let (client, token) = (client(&fake.url, &clock), token());
    for _ in 0..3 {
        assert!(client.site(SITE, &token).myself().await.is_ok());
    }
    assert!(clock.pauses().is_empty());
}

#[tokio::test]
async fn an_absurd_wait_closes_a_site_for_an_hour_at_most() {
    let clock = HandClock::new();
    let absurd = u64::MAX.to_string();
    let fake = Fake::script([
        Reply::status(429, "").header("Retry-After", &absurd),
        Reply::ok(ME),
    ])
    .await;
    let client = client(&fake.url, &clock);
    let token = token();
    assert!(
        client
            .site(SITE, &token)
            .myself()
            .await
            .unwrap_err()
            .is_rate_limited()
    );
    clock.advance(Duration::from_secs(3599));
    assert!(client.site(SITE, &token).myself().await.is_ok());
    assert_eq!((clock.pauses(), fake.count()), (vec![1.0], 2));
}

#[tokio::test]
async fn no_more_than_eight_calls_to_a_site_are_in_flight() {
    let clock = HandClock::new();
    let fake = Fake::script([Reply::Held(Box::new(Reply::ok(ME)))]).await;
    let client = client(&fake.url, &clock);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.site(SITE, &token()).myself().await })
        })
        .collect();
    fake.has_received(8).await;
    // The ninth comes only after one of the eight has gone, so another site's call, begun after
    // all of them, overtakes it.
    let other = tokio::spawn({
        let client = client.clone();
        async move { client.site(OTHER_SITE, &token()).myself().await }
    });
    fake.has_received(9).await;
    let to_site = path("myself");
    let received = fake
        .requests()
        .iter()
        .filter(|request| request.target == to_site)
        .count();
    assert_eq!(received, 8);
    fake.release(21);
    for call in calls {
        assert!(call.await.unwrap().is_ok());
    }
    assert!(other.await.unwrap().is_ok());
    assert_eq!(fake.count(), 21);
}

#[tokio::test]
async fn a_call_that_never_gets_its_turn_times_out() {
    let clock = HandClock::new();
    let fake = Fake::script([Reply::Hang]).await;
    let client = client(&fake.url, &clock).with_policy(Policy {
        tries: 1,
        per_try: Duration::from_secs(1000),
        max_in_flight_per_site: 1,
        ..Policy::default()
    });
    let calls: Vec<_> = (0..2)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.site(SITE, &token()).myself().await })
        })
        .collect();
    fake.has_received(1).await;
    clock.advance(Duration::from_mins(1));
    for call in calls {
        assert!(call.await.unwrap().unwrap_err().is_timeout());
    }
    assert_eq!(fake.count(), 1);
}

#[tokio::test]
async fn a_429_on_one_grants_site_list_holds_up_no_other_grant() {
    for reason in ["", "jira-burst-based", "jira-quota-tenant-based"] {
        let clock = HandClock::new();
        let limited = Reply::status(429, "")
            .header("Retry-After", "600")
            .header("RateLimit-Reason", reason);
        let fake = Fake::script([limited, Reply::ok("[]")]).await;
        let client = client(&fake.url, &clock);
        let (bad, good) = ("bad".into(), "good".into());
        let refused = client.accessible_resources(&bad).await.unwrap_err();
        assert!(refused.is_rate_limited());
        assert!(client.accessible_resources(&good).await.is_ok(), "{reason}");
        // Whose list it is keeps to what was said, and makes no call.
        let closed = client.accessible_resources(&bad).await.unwrap_err();
        assert!(closed.is_rate_limited() && fake.count() == 2);
        assert!(
            client
                .site(SITE, &bad)
                .myself()
                .await
                .is_err_and(|error| !error.is_rate_limited())
        );
        assert!(clock.pauses().is_empty());
    }
}

#[tokio::test]
async fn hanging_site_lists_of_one_grant_take_no_slot_of_another() {
    let fake = Fake::start(|request| match request.headers["authorization"].as_str() {
        "Bearer bad" => Reply::Hang,
        _ => Reply::ok("[]"),
    })
    .await;
    let client = client(&fake.url, &HandClock::new());
    let hanging: Vec<_> = (0..9)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.accessible_resources(&"bad".into()).await })
        })
        .collect();
    fake.has_received(8).await;
    assert!(client.accessible_resources(&"good".into()).await.is_ok());
    // Eight of the bad grant, whose ninth waits its turn, and the good one.
    assert_eq!(fake.count(), 9);
    hanging.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn only_the_apps_own_quota_closes_the_site_lists_of_all() {
    let clock = HandClock::new();
    let limited = Reply::status(429, "")
        .header("Retry-After", "600")
        .header("RateLimit-Reason", "jira-quota-global-based");
    let fake = Fake::script([limited, Reply::ok("[]")]).await;
    let client = client(&fake.url, &clock);
    assert!(client.accessible_resources(&"one".into()).await.is_err());
    let other = client.accessible_resources(&"other".into()).await;
    assert!(other.unwrap_err().is_rate_limited());
    assert_eq!(fake.count(), 1);
}
