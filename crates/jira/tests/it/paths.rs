//! What a caller's id or key can do to the path that is called: nothing.

use crate::support::{Fake, HandClock, Reply, SITE, client, path, token};

#[tokio::test]
async fn whatever_a_key_holds_stays_in_its_segment() {
    let clock = HandClock::new();
    let fake = Fake::script([Reply::ok(r#"{"id": "1", "key": "ED"}"#)]).await;
    let client = client(&fake.url, &clock);
    let cases = [
        ("ED", "ED"),
        ("a/b", "a%2Fb"),
        ("../../myself", "..%2F..%2Fmyself"),
        ("..\\..\\myself", "..%5C..%5Cmyself"),
        ("%2e%2e", "%252e%252e"),
        (".%2E", ".%252E"),
        ("ED?expand=lead", "ED%3Fexpand=lead"),
        ("ED#top", "ED%23top"),
        ("E D", "E%20D"),
        ("...", "..."),
        ("é", "%C3%A9"),
    ];
    for (key, segment) in cases {
        client.site(SITE, &token()).project(key).await.unwrap();
        let target = fake.requests().pop().unwrap().target;
        assert_eq!(target, path(&format!("project/{segment}")), "{key:?}");
    }
}

#[tokio::test]
async fn what_would_change_the_path_is_refused_before_any_request() {
    let clock = HandClock::new();
    let fake = Fake::script([Reply::ok("{}")]).await;
    let client = client(&fake.url, &clock);
    let token = token();
    for key in ["", ".", "..", ".\t.", "\n..", "E\nD", "E\0D", "\u{7f}"] {
        let site = client.site(SITE, &token);
        let refusals = [
            site.project(key).await.unwrap_err(),
            site.issue(key, &[]).await.unwrap_err(),
            client.site(key, &token).myself().await.unwrap_err(),
        ];
        for error in refusals {
            assert!(error.is_invalid(), "{key:?}: {error}");
            assert!(!error.is_bad_response() && error.status().is_none());
        }
    }
    assert_eq!(fake.count(), 0);
}

#[tokio::test]
async fn fields_stay_in_the_query() {
    let clock = HandClock::new();
    let fake = Fake::script([Reply::ok(r#"{"id": "1", "key": "ED-1"}"#)]).await;
    let client = client(&fake.url, &clock);
    let site = (SITE, token());
    client
        .site(site.0, &site.1)
        .issue("ED-1", &["a&b=c", "d#e"])
        .await
        .unwrap();
    assert_eq!(
        fake.requests()[0].target,
        path("issue/ED-1?fields=a%26b%3Dc%2Cd%23e")
    );
}

#[tokio::test]
async fn the_api_may_live_below_a_path() {
    let clock = HandClock::new();
    let fake = Fake::script([Reply::ok("[]")]).await;
    for base in ["atlassian", "atlassian/"] {
        let url = fake.url.join(base).unwrap();
        client(&url, &clock)
            .accessible_resources(&token())
            .await
            .unwrap();
        let target = fake.requests().pop().unwrap().target;
        assert_eq!(target, "/atlassian/oauth/token/accessible-resources");
    }
    let no_base = "mailto:jira@example.com".parse().unwrap();
    let error = client(&no_base, &clock)
        .accessible_resources(&token())
        .await
        .unwrap_err();
    assert!(error.is_invalid());
}
