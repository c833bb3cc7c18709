//! Whatever comes in at the server's doors: an answer comes out, and no failure is one of our own.

use axum::body::Body;
use axum::http::{Method, Request, header};
use juncture_server::cache::Key;
use proptest::prelude::*;
use proptest::sample::select;
use tokio::runtime::Runtime;

use crate::support::clock::HandSetClock;
use crate::support::flow::ADA;
use crate::support::front::{Crafted, Front};
use crate::support::hostile::{any_json, fuzz};
use crate::support::redis::HostileRedis;
use crate::support::replicas::cache;
use crate::support::sandbox::TestSandbox;
use crate::support::{TestApp, beginning, with_key};

const TEXT: Key<String> = Key::new("text", jiff::SignedDuration::from_hours(1));

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// The endpoints that read a body, and what they read, with a place for something else (`@`).
const BODIES: [(&str, &str, &str); 9] = [
    (
        "POST",
        "/api/frontend/oauth/initiate-oauth-flow",
        r#"{"provider": "jira", "external_id": @}"#,
    ),
    (
        "POST",
        "/api/frontend/finalize-connection/jira/create-connection",
        r#"{"connection_code": @, "site_id": @}"#,
    ),
    (
        "POST",
        "/api/backend/jira/select-project",
        r#"{"external_id": "a", "jira_project_id": @}"#,
    ),
    (
        "POST",
        "/api/backend/jira/create-ticket",
        r#"{"external_id": "nobody", "summary": @, "issue_type_id": "1", "description": @}"#,
    ),
    (
        "POST",
        "/api/backend/jira/create-ticket",
        r#"{"external_id": "nobody", "summary": "s", "issue_type_id": @, "description_adf": @}"#,
    ),
    (
        "PUT",
        "/api/backend/jira/edit-issue",
        r#"{"external_id": "nobody", "issue_id_or_key": "A-1", "description": @, "assignee_account_id": @}"#,
    ),
    (
        "PUT",
        "/api/backend/jira/edit-issue",
        r#"{"external_id": "nobody", "issue_id_or_key": "A-1", "description_adf": {"type": "doc", "content": [@]}, "summary": @}"#,
    ),
    (
        "DELETE",
        "/api/backend/jira/delete-issue",
        r#"{"external_id": "nobody", "issue_id_or_key": "A-1", "delete_subtasks": @}"#,
    ),
    (
        "DELETE",
        "/api/backend/connection-info/delete-connection",
        "@",
    ),
];

#[test]
fn fuzz_request_bodies() {
    let runtime = runtime();
    let app = runtime.block_on(TestApp::on_sqlite());
    let body = (select(&BODIES[..]), any_json());
    fuzz(400, &body, |((method, path, template), json)| {
        let method: Method = method.parse().unwrap();
        let request = with_key(Request::builder().method(method).uri(path));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = request
            .body(Body::from(template.replace('@', &json)))
            .unwrap();
        let answer = runtime.block_on(app.send(request));
        prop_assert!(
            answer.status.is_success() || answer.status.is_client_error(),
            "{path}: {}",
            answer.text()
        );
        Ok(())
    });
    runtime.block_on(async { drop(app) });
}

#[test]
fn fuzz_answers_of_jira() {
    let runtime = runtime();
    let (app, front) = runtime.block_on(async {
        let sandbox = TestSandbox::start().await;
        let front = Front::start(&sandbox.url).await;
        let app = TestApp::on_sqlite_with(&[("ATLASSIAN_API_URL", &front.url)], sandbox).await;
        app.connect_as("a", ADA, "Acme").await;
        (app, front)
    });
    let template = select(vec![
        (
            "/search/jql",
            r#"{"issues": [{"id": "1", "key": "A-1", "fields": {"summary": "s", "description": @, "customfield_10020": @}}], "isLast": true}"#,
        ),
        (
            "/search/jql",
            r#"{"issues": [{"id": "1", "key": "A-1", "fields": @}, @], "isLast": @}"#,
        ),
        (
            "/project/search",
            r#"{"values": [@], "isLast": true, "total": 1}"#,
        ),
        (
            "/issue/A-1",
            r#"{"id": "1", "key": "A-1", "fields": {"description": {"type": "doc", "content": [@]}, "customfield_1": @, "status": @}}"#,
        ),
    ]);
    let status = select(vec![200, 200, 200, 400, 404]);
    fuzz(
        300,
        &(status, template, any_json()),
        |(status, (end, template), json)| {
            front.craft(end, Crafted::json(status, template.replace('@', &json)));
            let path = match end {
                "/search/jql" => "get-tickets-for-project?external_id=a&jira_project_id=SHOP",
                "/project/search" => "get-projects?external_id=a",
                _ => "get-issue-details?external_id=a&issue_id_or_key=A-1",
            };
            let answer = {
                let request = with_key(Request::get(format!("/api/backend/jira/{path}")));
                runtime.block_on(app.send_to_any_jira(request.body(Body::empty()).unwrap()))
            };
            let body = answer.json();
            let code = body["code"].as_str().unwrap_or_default();
            prop_assert!(
                answer.status != 500 || code.starts_with("upstream"),
                "{body}"
            );
            Ok(())
        },
    );
    runtime.block_on(async { drop(app) });
}

#[test]
fn fuzz_answers_of_the_token_endpoint() {
    let runtime = runtime();
    let (app, front) = runtime.block_on(async {
        let sandbox = TestSandbox::start().await;
        let front = Front::start(&sandbox.url).await;
        let app = TestApp::on_sqlite_with(&[("ATLASSIAN_AUTH_URL", &front.url)], sandbox).await;
        (app, front)
    });
    let template = select(vec![
        "@",
        r#"{"access_token": @, "expires_in": @}"#,
        r#"{"access_token": "a", "expires_in": 1, "x": @}"#,
        r#"{"error": @}"#,
    ]);
    let status = select(vec![200, 200, 400, 403, 500]);
    fuzz(
        300,
        &(status, template, any_json()),
        |(status, template, json)| {
            front.craft(
                "/oauth/token",
                Crafted::json(status, template.replace('@', &json)),
            );
            let provider = app.app.providers.get("jira").unwrap();
            let (profile, oauth_app) = (provider.profile(), provider.app().unwrap());
            let client = &app.app.tokens.client;
            let exchange = client.exchange_code(profile, oauth_app, "code", None);
            let tokens = runtime.block_on(exchange);
            prop_assert!(tokens.is_err() || status == 200);
            Ok(())
        },
    );
    runtime.block_on(async { drop(app) });
}

#[test]
fn fuzz_answers_of_upstash() {
    let runtime = runtime();
    let front = runtime.block_on(Front::start("http://127.0.0.1:9"));
    let template = select(vec![
        "@",
        r#"{"result": @}"#,
        r#"{"error": @}"#,
        r#"{"result": null, "x": @}"#,
    ]);
    fuzz(300, &(template, any_json()), |(template, json)| {
        front.craft("/", Crafted::json(200, template.replace('@', &json)));
        let variables = [
            ("UPSTASH_REDIS_REST_URL", front.url.as_str()),
            ("UPSTASH_REDIS_REST_TOKEN", "x"),
        ];
        let cache = cache(&variables, 1, &HandSetClock::at(beginning()));
        let found = runtime.block_on(cache.get(&TEXT, "x"));
        prop_assert_eq!(found, None);
        Ok(())
    });
}

#[test]
fn fuzz_answers_of_redis() {
    let runtime = runtime();
    let redis = runtime.block_on(HostileRedis::start());
    let piece = select(vec![
        "*",
        "$",
        ":",
        "+",
        "-",
        "%",
        "~",
        "|",
        ">",
        "_",
        "#",
        ",",
        "(",
        "=",
        "!",
        "\r\n",
        "\r\n",
        "\r\n",
        "0",
        "1",
        "-1",
        "2",
        "9223372036854775807",
        "1000000000",
        "536870912",
        "OK",
        "WRONGTYPE",
        "*1\r\n",
        "$1\r\na\r\n",
        "%1\r\n",
        "\u{0}",
    ]);
    let repeated = (piece, prop_oneof![9 => 1..3_usize, 1 => 1..5_000_usize])
        .prop_map(|(piece, times)| piece.repeat(times));
    let answer = prop::collection::vec(repeated, 0..12).prop_map(|pieces| pieces.concat());
    fuzz(100, &answer, |answer| {
        redis.answer_get_with(answer.into_bytes());
        let cache = cache(
            &[("REDIS_URL", redis.url.as_str())],
            1,
            &HandSetClock::at(beginning()),
        );
        let found = runtime.block_on(cache.get(&TEXT, "x"));
        prop_assert_eq!(found, None);
        Ok(())
    });
}
