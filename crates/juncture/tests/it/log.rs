//! The log tells a cause once: by the request that it failed, which has one line, or, where requests go
//! on without what is missing, by whoever found out first.

use std::collections::BTreeSet;

use futures_util::future::{join_all, select};
use jiff::SignedDuration;
use juncture_server::upkeep;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::flow::{BRUNO, find};
use crate::support::log::Log;
use crate::support::real_time::eventually;
use crate::support::redis::PrivateRedis;
use crate::support::rows::{break_connections, mend_connections};
use crate::support::sandbox::TestSandbox;

const PROJECTS: &str = "/api/backend/jira/get-projects?external_id=a";

/// What was said of several failed requests: one line for each, with the cause in it once.
#[track_caller]
fn one_line_each(log: &Log, requests: usize, code: &str, cause: &str) {
    let lines = log.take();
    let is_trouble = |line: &&Value| line["level"] == "WARN" || line["level"] == "ERROR";
    let told: Vec<&Value> = lines.iter().filter(is_trouble).collect();
    assert_eq!(told.len(), requests, "{told:#?}");
    for line in &told {
        assert_eq!(
            (&line["message"], &line["code"]),
            (&json!("failed"), &json!(code))
        );
        let said = line["cause"].as_str().unwrap();
        assert_eq!(said.matches(cause).count(), 1, "{said}");
    }
    let ids: BTreeSet<String> = told
        .iter()
        .map(|line| line["span"]["id"].to_string())
        .collect();
    assert_eq!(ids.len(), requests, "each has its own");
    // Nor is it hidden in a line of less weight.
    let others = lines.iter().filter(|line| !is_trouble(line));
    let again: Vec<&Value> = others
        .filter(|line| line.to_string().contains(cause))
        .collect();
    assert!(again.is_empty(), "{again:#?}");
}

/// Whatever is asked of any site meets `fault`.
async fn fail_all(app: &TestApp, fault: &Value) {
    let rule = json!({"path": "/ex/jira/", "match": "prefix", "times": "forever", "fault": fault});
    app.sandbox.control("faults", &rule).await;
}

#[tokio::test]
async fn a_failing_jira_is_told_once_a_request() {
    let app = TestApp::start().await;
    app.connect("a").await;
    for (fault, code, cause) in [
        (
            json!({"kind": "status", "status": 503}),
            "upstream_unavailable",
            "503",
        ),
        (
            json!({"kind": "status", "status": 200, "body": "<html>"}),
            "upstream_bad_response",
            "project/search",
        ),
    ] {
        fail_all(&app, &fault).await;
        let (log, _guard) = Log::read_along();
        for _ in 0..3 {
            app.get(PROJECTS).await.expect(500);
        }
        one_line_each(&log, 3, code, cause);
        app.sandbox.clear_faults().await;
    }
}

#[tokio::test]
async fn a_client_secret_that_is_refused_is_told_once_a_request() {
    let wrong = [("DEFAULT_JIRA_CLIENT_SECRET", "not-the-secret")];
    let app = TestApp::start_with(&wrong, TestSandbox::start().await).await;
    let mut callbacks = Vec::new();
    for _ in 0..2 {
        let uri = app.initiate("a").await;
        callbacks.push(app.consent(&uri, BRUNO, Some("Acme"), "allow").await);
    }
    let (log, _guard) = Log::read_along();
    for callback in callbacks {
        assert_eq!(app.visit(&callback).await.status, 500);
    }
    one_line_each(
        &log,
        2,
        "provider_misconfigured",
        "check them in its developer console",
    );
}

#[tokio::test]
async fn a_site_that_is_gone_is_told_once_however_many_ask() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let gone =
        json!({"kind": "status", "status": 404, "body": {"code": 404, "message": "Not Found"}});
    fail_all(&app, &gone).await;
    let (log, _guard) = Log::read_along();
    for answer in join_all((0..5).map(|_| app.get(PROJECTS))).await {
        answer.expect(403);
    }
    eventually(async || app.validity("a").await["site_unavailable"] == true).await;
    for _ in 0..5 {
        app.get(PROJECTS).await.expect(403);
    }
    let told = log.take_troubles();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0]
            .1
            .starts_with("the site is not open to the grant any more")
    );
}

#[tokio::test]
async fn a_grant_that_is_dead_is_told_once_however_many_ask() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let world = app.sandbox.world().await;
    let account_id = find(&world["users"], "name", BRUNO)["account_id"].clone();
    app.sandbox
        .control("revoke", &json!({"account_id": account_id}))
        .await;
    app.advance(SignedDuration::from_hours(2)).await;
    let (log, _guard) = Log::read_along();
    for answer in join_all((0..5).map(|_| app.get(PROJECTS))).await {
        answer.expect(403);
    }
    for _ in 0..3 {
        app.get(PROJECTS).await.expect(403);
        app.access_token("a").await.expect(403);
    }
    let told = log.take_troubles();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(
        told[0].1,
        "the grant is dead; the customer must connect again"
    );
}

#[tokio::test]
async fn a_store_that_fails_is_told_once_a_request_and_once_by_all_the_work_behind() {
    let app = TestApp::start().await;
    app.connect("a").await;
    break_connections(&app).await;
    let (log, _guard) = Log::read_along();
    for _ in 0..3 {
        app.get(PROJECTS).await.expect(500);
    }
    one_line_each(&log, 3, "store_unavailable", "connection");

    // All that goes on, again and again, and the sweep once more beside it.
    app.clock.stop();
    let work = async |rounds: usize| {
        let upkeep = Box::pin(app.supervisor().run(app.app.jobs()));
        let rounds = Box::pin(async {
            for _ in 0..rounds {
                let now = app.app.settled.earliest(&*app.app.clock);
                let swept = upkeep::sweep(&app.app.store, now).await;
                app.app.store.note("sweep", &swept);
            }
        });
        select(upkeep, rounds).await;
    };
    work(100).await;
    let told = log.take_troubles();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(
        told[0].1,
        "the store fails; what was to be done will be tried again"
    );

    mend_connections(&app).await;
    let messages = async || {
        work(20).await;
        log.take()
            .iter()
            .map(|line| line["message"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(messages().await, ["the store does its work again"]);
    assert!(messages().await.is_empty());
    break_connections(&app).await;
    work(100).await;
    assert_eq!(log.take_troubles().len(), 1, "another time is told again");
}

#[tokio::test]
async fn a_cache_that_is_away_is_told_once_however_many_ask() {
    let mut redis = PrivateRedis::start();
    let url = redis.url();
    let app = TestApp::start_with(&[("REDIS_URL", &url)], TestSandbox::start().await).await;
    app.connect("a").await;
    redis.stop();
    let (log, _guard) = Log::read_along();
    let tickets = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=SHOP";
    for _ in 0..10 {
        app.get(tickets).await.expect(200);
        app.advance(SignedDuration::from_secs(5)).await;
    }
    let told = log.take_troubles();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(
        told[0].1,
        "the shared cache does not answer; going on without it"
    );
}
