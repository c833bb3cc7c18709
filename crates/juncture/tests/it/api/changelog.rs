//! `get-changelog`

use juncture_sandbox::Options;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::flow::{ADA, find};
use crate::support::sandbox::TestSandbox;

const CHANGELOG: &str = "/api/backend/jira/get-changelog?external_id=a";

async fn start() -> TestApp {
    let small = Options {
        issues: 30,
        ..Options::default()
    };
    let app = TestApp::start_with(&[], TestSandbox::start_with(small).await).await;
    app.connect_as("a", ADA, "Acme").await;
    app
}

async fn changes(app: &TestApp, issue: &str) -> Vec<Value> {
    let path = format!("{CHANGELOG}&issue_id_or_key={issue}");
    let mut body = app.get(&path).await.expect(200);
    assert_eq!(body.as_object().unwrap().len(), 1);
    match body["changes"].take() {
        Value::Array(changes) => changes,
        other => panic!("not a list: {other}"),
    }
}

async fn edit(app: &TestApp, change: Value) {
    let mut body = json!({"external_id": "a", "issue_id_or_key": "SHOP-1"});
    let change = change.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(change);
    app.put("/api/backend/jira/edit-issue", &body)
        .await
        .expect(200);
}

#[tokio::test]
async fn what_was_changed_is_told_with_who_and_when() {
    let app = start().await;
    let before = changes(&app, "SHOP-1").await.len();
    edit(&app, json!({"summary": "Old words"})).await;
    app.advance(jiff::SignedDuration::from_mins(5)).await;
    let ada = app.account_id(ADA).await;
    edit(
        &app,
        json!({"summary": "New words", "assignee_account_id": ada}),
    )
    .await;
    edit(&app, json!({"assignee_account_id": null})).await;

    let changes = changes(&app, "shop-1").await;
    let [.., first, second, third] = &changes[before..] else {
        panic!("{changes:?}");
    };
    for change in [first, second, third] {
        assert_eq!(change["author"]["accountId"], ada);
        assert_eq!(change["author"]["displayName"], ADA);
        assert!(change["id"].is_string());
    }
    let at = |change: &Value| change["at"].as_str().unwrap().to_owned();
    assert!(at(first) < at(second), "oldest first");
    assert!(at(first).len() == 28, "as Jira writes it");

    assert_eq!(first["items"][0]["field"], "summary");
    let summary = find(&second["items"], "field", "summary");
    assert_eq!(
        *summary,
        json!({"field": "summary", "name": "summary", "from": {"text": "Old words"}, "to": {"text": "New words"}})
    );
    let assignee = find(&second["items"], "field", "assignee");
    assert_eq!(assignee["to"], json!({"id": ada, "text": ADA}));
    // What is not set is not there.
    let cleared = find(&third["items"], "field", "assignee");
    assert_eq!(cleared["from"], json!({"id": ada, "text": ADA}));
    assert!(cleared.get("to").is_none(), "{cleared}");
}

#[tokio::test]
async fn a_long_one_is_whole_and_in_order() {
    let app = start().await;
    let site_id = app.site_id("Acme").await;
    let path = "/api/backend/jira/get-issue-details?external_id=a&issue_id_or_key=SHOP-2";
    let id = app.get(path).await.expect(200)["issue"]["id"].clone();
    // Behind the API's back, so that nobody is told to have done it.
    let there_and_back = [
        json!({"issue": id, "to": "PLAT"}),
        json!({"issue": id, "to": "SHOP"}),
    ];
    let moves: Vec<Value> = there_and_back.iter().cycle().take(250).cloned().collect();
    let moved = json!({"site_id": site_id, "move": moves});
    app.sandbox.control("issues", &moved).await;

    let changes = changes(&app, id.as_str().unwrap()).await;
    assert!(changes.len() >= 250, "{}", changes.len());
    let ids: Vec<u64> = (changes.iter())
        .map(|change| change["id"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(ids.is_sorted_by(|older, newer| older < newer), "{ids:?}");
    let last = changes.last().unwrap();
    assert!(last.get("author").is_none(), "{last}");
    // A key has no field that could be asked for.
    let key = find(&last["items"], "name", "Key");
    assert!(key.get("field").is_none(), "{key}");
    assert!(key["to"]["text"].as_str().unwrap().starts_with("SHOP-"));
    assert!(app.sandbox.requests_to("/changelog").await.len() >= 3);
}

#[tokio::test]
async fn an_issue_that_is_not_there_or_impossible_is_told() {
    let app = start().await;
    let refused =
        |status: u16, error: &str, code: &str| (status, json!({"error": error, "code": code}));
    let (status, body) = refused(404, "Issue not found", "issue_not_found");
    for issue in ["SHOP-99999", "99999999"] {
        let path = format!("{CHANGELOG}&issue_id_or_key={issue}");
        app.get(&path).await.assert(status, &body);
    }
    for issue in ["..", "SHOP-1/comment", "SHOP"] {
        let path = format!("{CHANGELOG}&issue_id_or_key={}", urlencode(issue));
        let body = app.get(&path).await.expect(400);
        assert_eq!(body["details"]["field"], "issue_id_or_key", "{issue}");
    }
    let missing = app.get(CHANGELOG).await.expect(400);
    assert_eq!(missing["details"]["missing"], json!(["issue_id_or_key"]));
    let nobody = "/api/backend/jira/get-changelog?issue_id_or_key=SHOP-1";
    let missing = app.get(nobody).await.expect(400);
    assert_eq!(missing["details"]["missing"], json!(["external_id"]));
}

#[tokio::test]
async fn a_page_that_fails_fails_all() {
    let app = start().await;
    let changelog = "/ex/jira/*/rest/api/3/issue/*/changelog";
    app.sandbox.fail(changelog, 503, None).await;
    let body = app
        .get(&format!("{CHANGELOG}&issue_id_or_key=SHOP-1"))
        .await
        .expect(500);
    assert_eq!(
        (&body["error"], &body["code"]),
        (
            &json!("Failed to fetch Jira changelog"),
            &json!("upstream_unavailable")
        )
    );
}

fn urlencode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
