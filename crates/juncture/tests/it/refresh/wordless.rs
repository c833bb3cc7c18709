//! Refusals without a reason: a firewall's page, or a provider that does not say why. For hours they
//! decide nothing; but not for ever, where others are refreshed.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::TestApp;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn page(status: u16) -> Value {
    json!({"kind": "status", "status": status, "body": "<html>Request blocked</html>"})
}

impl TestApp {
    /// The status and code of a call for `a` while the token endpoint answers it so.
    async fn refused(&self, fault: &Value) -> (u16, String) {
        self.sandbox.fault("/oauth/token", fault, None).await;
        let answer = self.access_token("a").await;
        self.sandbox.clear_faults().await;
        let code = answer.json()["code"].as_str().unwrap().to_owned();
        (answer.status.as_u16(), code)
    }

    fn deaths(&self) -> bool {
        let dead = r#"juncture_token_refreshes_total{provider="jira",outcome="grant_dead"} 1"#;
        self.app.metrics.to_text().contains(dead)
    }
}

async fn start() -> TestApp {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.connect("b").await;
    app.advance(HOUR).await;
    app
}

fn unavailable() -> (u16, String) {
    (500, "upstream_unavailable".to_owned())
}

fn dead() -> (u16, String) {
    (403, "needs_reauthorization".to_owned())
}

#[tokio::test]
async fn after_six_hours_beside_others_that_are_refreshed_the_grant_is_dead() {
    for status in [403, 401, 400] {
        let app = start().await;
        for hour in 0..6 {
            app.access_token("b").await.expect(200);
            assert_eq!(
                app.refused(&page(status)).await,
                unavailable(),
                "hour {hour}"
            );
            assert_eq!(app.validity("a").await["is_invalid"], false);
            app.advance(HOUR).await;
        }
        assert!(!app.deaths());
        app.access_token("b").await.expect(200);
        assert_eq!(app.refused(&page(status)).await, dead(), "{status}");
        assert!(app.deaths());
        assert_eq!(app.validity("a").await["is_invalid"], true);
        let asked = app.sandbox.refreshes().await;
        assert_eq!(app.refused(&page(status)).await, dead());
        assert_eq!(
            app.sandbox.refreshes().await,
            asked,
            "it is not asked for again"
        );
        assert_eq!(app.validity("b").await["is_invalid"], false);
        app.connect("a").await;
        app.access_token("a").await.expect(200);
    }
}

#[tokio::test]
async fn where_nobody_else_is_refreshed_either_it_decides_nothing_for_ever() {
    let app = start().await;
    // One that was connected, and one that an import brought, are no refreshes through the firewall.
    app.access_token("b").await.expect(200);
    for hour in 0..48 {
        assert_eq!(app.refused(&page(403)).await, unavailable(), "hour {hour}");
        app.advance(HOUR).await;
    }
    // The firewall is gone for one; that is no verdict on the others yet.
    app.access_token("b").await.expect(200);
    assert_eq!(app.refused(&page(403)).await, unavailable());
    app.advance(HOUR).await;
    app.access_token("a").await.expect(200);
    assert_eq!(app.validity("a").await["is_invalid"], false);
}

#[tokio::test]
async fn another_answer_ends_the_series_and_no_answer_does_not() {
    let html = json!({"kind": "garbage", "body": "html"});
    // At four something else comes, at half past four the next refusal.
    for (between, expected) in [
        (json!({"kind": "status", "status": 503}), 4 + 6),
        (json!({"kind": "status", "status": 429}), 4 + 6),
        (json!({"kind": "status", "status": 404}), 4 + 6),
        (html, 4 + 6),
        (json!({"kind": "cut"}), 6),
    ] {
        let app = start().await;
        let mut hours = 0;
        loop {
            app.access_token("b").await.expect(200);
            if hours == 4 {
                assert_ne!(app.refused(&between).await, dead());
                app.advance(SignedDuration::from_mins(30)).await;
            }
            if app.refused(&page(403)).await == dead() {
                break;
            }
            app.advance(HOUR).await;
            hours += 1;
            assert!(hours < 24, "{between}");
        }
        assert_eq!(hours, expected, "{between}");
    }
}

#[tokio::test]
async fn a_good_answer_ends_the_series() {
    let app = start().await;
    for hour in 0..12 {
        app.access_token("b").await.expect(200);
        if hour == 5 {
            app.access_token("a").await.expect(200);
        } else if hour < 11 {
            assert_eq!(app.refused(&page(403)).await, unavailable(), "hour {hour}");
        }
        app.advance(HOUR).await;
    }
    app.access_token("b").await.expect(200);
    assert_eq!(
        app.refused(&page(403)).await,
        dead(),
        "six hours after hour six"
    );
}

#[tokio::test]
async fn six_hours_that_only_a_clock_told_are_none() {
    let day = HOUR * 24;
    for jump in [day, -day] {
        let app = start().await;
        if jump.is_positive() {
            app.access_token("b").await.expect(200);
            assert_eq!(app.refused(&page(403)).await, unavailable());
        }
        app.clock.jump(jump);
        app.access_token("b").await.expect(200);
        app.sandbox.fault("/oauth/token", &page(403), None).await;
        let id = crate::support::rows::connection_id(&app, "a")
            .await
            .unwrap();
        let stale = juncture_server::tokens::Stale::Refused(1);
        let provider = app.app.providers.get("jira").unwrap().name();
        app.app.tokens.refresh_in_background(id, provider, stale);
        app.settle().await;
        app.sandbox.clear_faults().await;
        app.clock.jump(-jump);
        app.access_token("b").await.expect(200);
        app.advance(SignedDuration::from_mins(1)).await;
        assert_eq!(app.refused(&page(403)).await, unavailable(), "{jump}");
        assert_eq!(app.validity("a").await["is_invalid"], false, "{jump}");
    }
}
