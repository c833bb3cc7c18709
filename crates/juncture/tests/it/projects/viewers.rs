//! What is kept of a Jira is kept for who has seen it: not for another project, not for another person on the
//! same site, and not for the same customer by another consent.

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::calls::{Call, Names, every_call, names};
use crate::support::admin::{CLOUD, Made};
use crate::support::flow::{ADA, BRUNO, JIWOO};
use crate::support::{SECRET_KEY, TestApp};

/// A project that only some see.
const HIDDEN: &str = "SEC";

const SEARCH: &str = "/api/backend/jira/search-issues";

/// Every call that changes nothing, and those for the hidden project.
fn reads(names: &Names) -> Vec<Call> {
    let mut calls = every_call(names);
    calls.retain(Call::is_read);
    for name in [
        "get-all-sprints-for-project",
        "get-active-sprints-for-project",
        "get-boards-for-project",
        "get-tickets-for-project",
        "get-issue-types",
        "get-statuses",
        "get-project",
    ] {
        let id = names.external_id;
        calls.push(Call {
            method: Method::GET,
            path: format!("/api/backend/jira/{name}?external_id={id}&jira_project_id={HIDDEN}"),
            body: Value::Null,
        });
    }
    calls
}

/// What is asked of Jira, where and how often.
async fn asked(app: &TestApp) -> Vec<String> {
    let requests = app.sandbox.requests().await;
    let to_jira = requests.iter().filter_map(|request| {
        request["path"]
            .as_str()
            .filter(|path| path.contains("/ex/jira/"))
    });
    let mut paths: Vec<_> = to_jira.map(str::to_owned).collect();
    paths.sort();
    paths
}

/// A project whose customers connect by the app of the environment.
async fn of_the_shared_app(app: &TestApp, name: &str) -> Made {
    app.make_whole_project(name, &json!({"may_use_default_apps": true}))
        .await
}

/// Each answer, without what is the token's or the connection's own.
async fn answers(app: &TestApp, key: &str, calls: &[Call]) -> Vec<(String, u16, String)> {
    let mut answers = Vec::new();
    for call in calls {
        let is_ours = ["/connection", "/get-access-token"];
        if is_ours.iter().any(|name| call.path.contains(name)) {
            continue;
        }
        let answer = call.send(app, key).await;
        // Where this Jira is differs from run to run.
        let text = answer.text().replace(&app.sandbox.url, "");
        answers.push((call.path.clone(), answer.status.as_u16(), text));
    }
    answers
}

#[tokio::test]
async fn two_projects_on_one_site_by_one_app_see_and_ask_as_if_each_were_alone() {
    let (beside, alone) = (
        TestApp::start_small_cloud_with(&CLOUD).await,
        TestApp::start_small_cloud_with(&CLOUD).await,
    );
    let mut told = Vec::new();
    for app in [&beside, &alone] {
        let bolt = of_the_shared_app(app, "Bolt").await;
        app.connect_for(&bolt, "a", BRUNO, "Acme").await;
        if std::ptr::eq(app, &raw const beside) {
            let acme = of_the_shared_app(app, "Acme").await;
            app.connect_for(&acme, "a", ADA, "Acme").await;
            let calls = reads(&names(app, &acme.secret_key, "a").await);
            // Twice: what is remembered of a list is used the next time.
            answers(app, &acme.secret_key, &calls).await;
            answers(app, &acme.secret_key, &calls).await;
        }
        let calls = reads(&names(app, &bolt.secret_key, "a").await);
        app.sandbox.forget_requests().await;
        let answers = answers(app, &bolt.secret_key, &calls).await;
        told.push((answers, asked(app).await));
    }
    let [beside, alone] = &told[..] else {
        unreachable!()
    };
    for (beside, alone) in beside.0.iter().zip(&alone.0) {
        assert_eq!(beside, alone);
    }
    assert_eq!(beside.1, alone.1);
    assert!(
        alone.0.iter().any(|(_, status, _)| *status == 404),
        "it is hidden"
    );
}

#[tokio::test]
async fn another_consent_of_the_same_customer_sees_nothing_of_the_one_before() {
    for (first, then, site) in [(ADA, BRUNO, "Acme"), (ADA, JIWOO, "Initech")] {
        let app = TestApp::start().await;
        app.connect_as("a", first, "Acme").await;
        let calls = reads(&names(&app, SECRET_KEY, "a").await);
        answers(&app, SECRET_KEY, &calls).await;
        let mut search = json!({"external_id": "a", "jql": "project = SHOP", "limit": 1});
        let page = app.post(SEARCH, &search).await.expect(200);
        app.advance(SignedDuration::from_secs(1)).await;
        app.connect_as("a", then, site).await;
        // One that has seen nothing before.
        let fresh = app.neighbour().await;
        fresh.connect_as("a", then, site).await;
        let calls = reads(&names(&app, SECRET_KEY, "a").await);
        let seen = answers(&app, SECRET_KEY, &calls).await;
        let wanted = answers(&fresh, SECRET_KEY, &calls).await;
        assert_eq!(seen.len(), wanted.len());
        for (seen, wanted) in seen.iter().zip(&wanted) {
            assert_eq!(seen, wanted, "{then} at {site}");
        }
        // Nor does a search of before go on.
        search["cursor"] = page["next_cursor"].clone();
        let ended = app.post(SEARCH, &search).await.expect(400);
        assert_eq!(ended["code"], "invalid_cursor");
    }
}
