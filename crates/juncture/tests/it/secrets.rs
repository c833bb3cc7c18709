//! No secret is readable in anything that the server leaves behind.

use std::fs;

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::flow::BRUNO;
use crate::support::process::Process;
use crate::support::sandbox::TestSandbox;
use crate::support::{SECRET_KEY, environment_of_process};

#[tokio::test]
async fn files_and_logs_hold_no_secret_of_the_flow() {
    let sandbox = TestSandbox::start().await;
    let folder = tempfile::tempdir().unwrap();
    let port = crate::support::free_port();
    let mut variables = environment_of_process(folder.path(), &sandbox.url, port);
    // Everything that the server and its libraries can say.
    variables.push(("RUST_LOG".to_owned(), "trace".to_owned()));
    let pairs: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (server, address) = Process::serve(folder.path(), &pairs);
    let browser = Browser::new(&format!("http://{address}"), &sandbox.url);

    let passed = browser.connect("a", BRUNO, "Acme").await;
    browser
        .get("/api/backend/jira/get-projects?external_id=a")
        .await;
    // A list that is walked page by page, whose tokens may carry the query.
    sandbox
        .fail("/ex/jira/*/rest/api/3/issue/bulkfetch", 410, None)
        .await;
    browser
        .get("/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=10000")
        .await;
    let page_tokens = page_tokens(&sandbox).await;
    assert!(!page_tokens.is_empty());
    // A refresh, a reconnection, a failing token endpoint, and a deletion.
    sandbox.control("tokens/expire", &json!({})).await;
    browser
        .get("/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=10000")
        .await;
    browser
        .get("/api/backend/connection-info/get-access-token?external_id=a&provider=jira")
        .await;
    let credentials = browser
        .get("/api/backend/connection-info/get-connection-credentials?external_id=a&provider=jira")
        .await;
    let again = browser.connect("a", BRUNO, "Acme").await;
    sandbox.control("tokens/expire", &json!({})).await;
    sandbox
        .fault(
            "/oauth/token",
            &json!({"kind": "garbage", "body": "truncated"}),
            None,
        )
        .await;
    let projects = "/api/backend/jira/get-projects?external_id=a";
    let failed = browser.call(Method::GET, projects).await;
    assert_eq!(failed.status(), 500);
    let error_body = failed.text().await.unwrap();
    let connection = "/api/backend/connection-info/delete-connection?external_id=a&provider=jira";
    let deleted = browser.call(Method::DELETE, connection).await;
    assert_eq!(deleted.status(), 200);

    let mut secrets = issued(&sandbox).await;
    secrets.extend(page_tokens);
    assert!(secrets.contains(&credentials["refresh_token"].as_str().unwrap().to_owned()));
    let key_file = fs::read_to_string(folder.path().join("data/juncture.key")).unwrap();
    let key = key_file.trim().split_once(':').unwrap().1.to_owned();
    secrets.extend([SECRET_KEY.to_owned(), "sandbox-secret".to_owned(), key]);
    for passed in [passed, again] {
        secrets.extend([
            passed.state,
            passed.authorization_code,
            passed.connection_code,
        ]);
    }

    let mut left_behind: Vec<(String, Vec<u8>)> =
        vec![("an error body".to_owned(), error_body.into_bytes())];
    for entry in fs::read_dir(folder.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap() != "juncture.key" {
            left_behind.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    let names: Vec<_> = left_behind
        .iter()
        .map(|(name, _)| name.rsplit('/').next().unwrap().to_owned())
        .collect();
    assert!(
        names.contains(&"juncture.db".to_owned()) && names.contains(&"juncture.db-wal".to_owned()),
        "{names:?}"
    );
    let log = server.stop();
    assert_names_the_request(&log, "answered");
    assert_names_the_request(&log, "refreshed");
    assert_names_the_request(&log, "deleted");
    left_behind.push(("the log".to_owned(), log.into_bytes()));

    for (place, content) in &left_behind {
        for secret in &secrets {
            assert!(
                !holds_half_of(content, secret),
                "{place} holds the beginning of {secret}"
            );
        }
    }
}

#[tokio::test]
async fn files_and_logs_hold_no_query_cursor_or_page_token_of_a_search() {
    let sandbox = TestSandbox::start().await;
    let folder = tempfile::tempdir().unwrap();
    let port = crate::support::free_port();
    let mut variables = environment_of_process(folder.path(), &sandbox.url, port);
    variables.push(("RUST_LOG".to_owned(), "trace".to_owned()));
    let pairs: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (server, address) = Process::serve(folder.path(), &pairs);
    let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
    browser.connect("a", BRUNO, "Acme").await;

    let path = "/api/backend/jira/search-issues";
    let jql = "summary ~ quicksilverOfAda OR project = SHOP";
    let search = async |change: Value| {
        let mut body = json!({"external_id": "a", "jql": jql, "limit": 10});
        let change = change.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(change);
        browser.post(path, &body).await
    };
    let (status, first) = search(json!({})).await;
    assert_eq!(status, 200, "{first}");
    let cursor = first["next_cursor"].as_str().unwrap();
    let (status, _) = search(json!({"cursor": cursor})).await;
    assert_eq!(status, 200);
    let count = json!({"external_id": "a", "jql": jql});
    let (status, _) = browser.post("/api/backend/jira/count-issues", &count).await;
    assert_eq!(status, 200);
    // Refused here, by Jira's parser and by Jira's search; and whatever else goes wrong on the way.
    let wrong_here = "summary ~ \"quicksilverOfAda";
    let wrong_there = "project = quicksilverOfAda";
    for wrong in [wrong_here, wrong_there] {
        let (status, body) = search(json!({"jql": wrong})).await;
        assert_eq!(
            (status.as_u16(), &body["code"]),
            (400, &json!("invalid_jql"))
        );
    }
    let (status, _) = search(json!({"jql": "project = SHOP", "cursor": cursor})).await;
    assert_eq!(status, 400);
    for (fault, status) in [
        (
            json!({"kind": "status", "status": 403, "body": {"errorMessages": [format!("no: {jql}")], "errors": {}}}),
            403,
        ),
        (json!({"kind": "garbage", "body": "truncated"}), 500),
        (
            json!({"kind": "status", "status": 400, "body": {"errorMessages": [format!("bad: {jql}")], "errors": {}}}),
            400,
        ),
    ] {
        for call in ["search/jql", "jql/parse", "search/approximate-count"] {
            let call = format!("/ex/jira/*/rest/api/3/{call}");
            sandbox.fault(&call, &fault, None).await;
        }
        let (failed, _) = search(json!({"cursor": cursor})).await;
        assert_eq!(failed, status, "{fault}");
        search(json!({"limit": null, "fields": ["quicksilverOfAda"]})).await;
        sandbox.clear_faults().await;
    }

    let mut secrets = page_tokens(&sandbox).await;
    assert!(!secrets.is_empty());
    secrets.extend(["quicksilverOfAda".to_owned(), cursor.to_owned()]);
    let mut left_behind = Vec::new();
    for entry in fs::read_dir(folder.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        left_behind.push((path.display().to_string(), fs::read(&path).unwrap()));
    }
    let log = server.stop();
    assert_names_the_request(&log, "answered");
    left_behind.push(("the log".to_owned(), log.into_bytes()));
    for (place, content) in &left_behind {
        for secret in &secrets {
            let is_told = holds_half_of(content, secret);
            assert!(!is_told, "{place} holds the beginning of {secret}");
        }
    }
}

/// The page tokens that were sent to Jira.
async fn page_tokens(sandbox: &TestSandbox) -> Vec<String> {
    let searches = sandbox.requests_to("/search/jql").await;
    let bodies = searches
        .iter()
        .map(|search| search["body"].as_str().unwrap());
    let bodies = bodies.map(|body| juncture_json::decode::<Value>(body).unwrap());
    let tokens = bodies.filter_map(|body| Some(body["nextPageToken"].as_str()?.to_owned()));
    tokens.collect()
}

/// Asserts that the log has lines with this message, and the id of a request on each of them.
fn assert_names_the_request(log: &str, message: &str) {
    let events = log
        .lines()
        .filter_map(|line| juncture_json::decode::<Value>(line).ok());
    let mut events = events
        .filter(|event| event["message"] == message)
        .peekable();
    assert!(events.peek().is_some(), "{message} is logged");
    assert!(
        events.all(|event| event["span"]["id"].is_string()),
        "{message} names its request"
    );
}

/// Half of a secret is a secret too, unless it is so short that it may be there by chance.
pub(crate) fn holds_half_of(content: &[u8], secret: &str) -> bool {
    let half = match secret.len() / 2 {
        0..16 => secret.as_bytes(),
        half => &secret.as_bytes()[..half],
    };
    content.windows(half.len()).any(|window| window == half)
}

/// The codes and tokens that a sandbox has issued.
pub(crate) async fn issued(sandbox: &TestSandbox) -> Vec<String> {
    let mut secrets = Vec::new();
    collect_strings(&sandbox.read("issued").await, &mut secrets);
    assert!(secrets.len() >= 6, "{secrets:?}");
    secrets
}

fn collect_strings(value: &Value, strings: &mut Vec<String>) {
    match value {
        Value::String(text) => strings.push(text.clone()),
        Value::Array(values) => values
            .iter()
            .for_each(|value| collect_strings(value, strings)),
        Value::Object(entries) => entries
            .values()
            .for_each(|value| collect_strings(value, strings)),
        _ => {}
    }
}
