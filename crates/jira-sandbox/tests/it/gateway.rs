//! The gateway's refusals, Jira's headers, languages, and links.

use std::collections::BTreeSet;

use axum::http::Request;
use serde_json::{Value, json};

use crate::support::{AGILE_SCOPES, Cloud, SCOPES};

const WRITE_SCOPES: &str = "read:jira-work write:jira-work";

#[tokio::test]
async fn tokens_that_do_not_do_are_refused_by_the_gateway() {
    let cloud = Cloud::new().await;
    let path = cloud.api("Acme", "field");
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let expected = (401, json!({"code": 401, "message": "Unauthorized"}));
    assert_eq!(cloud.get(&path, "").await.answer(), expected);
    assert_eq!(cloud.get(&path, "nonsense").await.answer(), expected);
    cloud.advance(3_599).await;
    assert_eq!(cloud.get(&path, &token).await.status, 200);
    cloud.advance(1).await;
    assert_eq!(cloud.get(&path, &token).await.answer(), expected);
}

#[tokio::test]
async fn missing_scope_is_a_401_that_does_not_name_it() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", "read:me").await.access;
    let expected = (
        401,
        json!({"code": 401, "message": "Unauthorized; scope does not match"}),
    );
    for tail in [
        "project/search",
        "search/jql?jql=x",
        "issue/SHOP-1",
        "field",
        "status",
        "myself",
        "priority/search",
        "user",
    ] {
        let reply = cloud.get(&cloud.api("Acme", tail), &token).await;
        assert_eq!(reply.answer(), expected, "{tail}");
    }
    for tail in ["search/jql", "search/approximate-count", "issue/bulkfetch"] {
        let reply = cloud
            .post(&cloud.api("Acme", tail), &token, &json!({}))
            .await;
        assert_eq!(reply.answer(), expected, "{tail}");
    }
    assert_eq!(
        cloud
            .get(&cloud.api("Acme", "serverInfo"), &token)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn unknown_site_is_a_404_with_or_without_a_token() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = "/ex/jira/00000000-0000-4000-8000-000000000000/rest/api/3/field";
    for token in ["", token.as_str()] {
        let reply = cloud.get(path, token).await;
        let (status, body) = reply.answer();
        assert_eq!(status, 404);
        assert_eq!(body["message"], "No message available");
        assert_eq!(body["path"], path);
        assert_eq!(body["timestamp"], "2026-10-01T12:00:00.000+00:00");
        assert_eq!(reply.header("x-failure-category"), "FAILURE_CLIENT_TCS");
        assert_eq!(reply.header("x-trace-id").len(), 32);
    }
    for path in ["/ex/confluence/x/rest/api", "/ex/jira", "/nothing/here"] {
        let reply = cloud.get(path, &token).await;
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.json()["path"], path);
        assert_eq!(reply.json()["message"], "No message available");
    }
}

#[tokio::test]
async fn only_json_is_read_and_written() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let send = async |method: &str, tail: &str, headers: &[(&str, &str)], body: &'static str| {
        let mut request = Request::builder()
            .method(method)
            .uri(cloud.api("Acme", tail));
        request = request.header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        cloud.send(request.body(body.into()).unwrap()).await
    };
    let query = r#"{"jql": "project = SHOP"}"#;
    let edit = r#"{"fields": {"summary": "Changed"}}"#;
    for (media_type, expected) in [
        (None, 415),
        (Some("text/plain"), 415),
        (Some("application/x-www-form-urlencoded"), 415),
        (Some("application/json-patch+json"), 415),
        (Some("Application/JSON; charset=utf-8"), 200),
    ] {
        let headers: Vec<_> = media_type
            .map(|value| ("content-type", value))
            .into_iter()
            .collect();
        for body in [query, "", "{"] {
            let reply = send("POST", "search/jql", &headers, body).await;
            let expected = if expected == 200 && body != query {
                400
            } else {
                expected
            };
            assert_eq!(reply.status, expected, "{media_type:?} {body}");
        }
        let reply = send("PUT", "issue/SHOP-1", &headers, edit).await;
        let expected = if expected == 200 { 204 } else { expected };
        assert_eq!(reply.status, expected, "{media_type:?}");
        if expected == 415 {
            let detail = format!(
                "Content-Type '{}' is not supported.",
                media_type.unwrap_or("null")
            );
            assert_eq!(reply.json()["detail"], detail);
            let issue = send("GET", "issue/SHOP-1?fields=summary", &[], "").await;
            assert_ne!(issue.json()["fields"]["summary"], "Changed");
        }
    }
    for (accept, expected) in [
        ("application/json", 200),
        ("*/*", 200),
        ("application/*;q=0.1", 200),
        ("text/html, application/xml;q=0.9, */*;q=0.8", 200),
        ("application/xml", 406),
        ("text/html,application/json;q=0", 406),
    ] {
        let reply = send("GET", "field", &[("accept", accept)], "").await;
        assert_eq!(reply.status, expected, "{accept}");
    }
    let lost = send("GET", "nothing", &[("accept", "text/html")], "").await;
    assert_eq!(lost.status, 404, "a path comes before its media types");
}

#[tokio::test]
async fn a_grant_that_is_gone_is_a_401_or_an_app_that_is_not_installed() {
    let cloud = Cloud::new().await;
    let first = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "field");
    let account = json!({"account_id": cloud.person("Bruno")});
    cloud.control("revoke", account).await;
    let unauthorized = json!({"code": 401, "message": "Unauthorized"});
    assert_eq!(
        cloud.get(&path, &first).await.answer(),
        (401, unauthorized.clone())
    );
    cloud
        .control("switches", json!({"revoked_grant": "not_installed"}))
        .await;
    let gone = json!({"code": 403, "message": "The app is not installed on this instance"});
    assert_eq!(cloud.get(&path, &first).await.answer(), (403, gone.clone()));
    let again = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    assert_eq!(cloud.get(&path, &again).await.status, 200);
    assert_eq!(
        cloud.get(&path, &first).await.answer(),
        (403, gone),
        "a new consent does not bring an old token back"
    );
    cloud.advance(3_600).await;
    assert_eq!(cloud.get(&path, &first).await.answer(), (401, unauthorized));
}

#[tokio::test]
async fn site_outside_the_grant_answers_like_a_missing_scope() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Ada", "Acme", SCOPES).await.access;
    let expected = (
        401,
        json!({"code": 401, "message": "Unauthorized; scope does not match"}),
    );
    assert_eq!(
        cloud
            .get(&cloud.api("Globex", "field"), &token)
            .await
            .answer(),
        expected
    );
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problem_details() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let unknown = cloud.get(&cloud.api("Acme", "nothing"), &token).await;
    assert_eq!(
        unknown.header("content-type"),
        "application/problem+json;charset=UTF-8"
    );
    let expected = json!({"type": "about:blank", "title": "Not Found", "status": 404,
        "detail": "No endpoint GET /rest/api/3/nothing.", "instance": "/rest/api/3/nothing"});
    assert_eq!(unknown.answer(), (404, expected));

    let path = cloud.api("Acme", "search/approximate-count");
    let method = cloud.get(&path, &token).await;
    assert_eq!(method.status, 405);
    assert_eq!(method.json()["detail"], "Method 'GET' is not supported.");
    assert_eq!(method.header("allow"), "POST");
    assert_eq!(cloud.call("DELETE", &path, "", "").await.status, 401);
}

#[tokio::test]
async fn answers_carry_jiras_headers() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let reply = cloud.get(&cloud.api("Acme", "field"), &token).await;
    assert_eq!(
        reply.header("content-type"),
        "application/json;charset=UTF-8"
    );
    assert_eq!(reply.header("x-aaccountid"), cloud.person("Bruno"));
    assert_eq!(reply.header("atl-traceid").len(), 32);
    assert!(!reply.header("x-arequestid").is_empty());
}

#[tokio::test]
async fn sentences_and_names_are_in_the_profiles_language_unless_english_is_forced() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("한지우", "Acme", SCOPES).await.access;
    let plain = cloud.get(&cloud.api("Acme", "project/NOPE"), &token).await;
    assert_eq!(
        plain.json()["errorMessages"][0],
        "키가 'NOPE'인 프로젝트를 찾을 수 없습니다."
    );
    let statuses = cloud.get(&cloud.api("Acme", "status"), &token).await.json();
    assert_eq!(statuses[0]["name"], "할 일");
    assert_eq!(statuses[0]["statusCategory"]["key"], "new");

    for (forced, expected) in [
        ("true", "No project could be found with key 'NOPE'."),
        ("false", "키가 'NOPE'인 프로젝트를 찾을 수 없습니다."),
    ] {
        let request = Request::get(cloud.api("Acme", "project/NOPE"))
            .header("authorization", format!("Bearer {token}"))
            .header("accept-language", "en")
            .header("x-force-accept-language", forced);
        let reply = cloud.send(request.body("".into()).unwrap()).await;
        assert_eq!(reply.json()["errorMessages"][0], expected);
    }
}

#[tokio::test]
async fn every_self_link_resolves() {
    let cloud = Cloud::new().await;
    let token = cloud
        .connect(
            "Ada",
            "Acme",
            &format!("{AGILE_SCOPES} read:issue:jira-software manage:jira-configuration"),
        )
        .await
        .access;
    let mut open: Vec<String> = [
        "project/search?expand=lead,issueTypes&maxResults=2",
        "project/SHOP",
        "search/jql?jql=project%20in%20(SHOP,MOB,OPS)&fields=*all&maxResults=100",
        "status",
        "priority/search",
        "myself",
        "issue/SHOP-1/transitions",
        "issue/createmeta?projectKeys=SHOP,MOB&expand=projects.issuetypes.fields",
        "issue/createmeta/SHOP/issuetypes/10002",
        "statuscategory",
        "issueLinkType",
        "worklog/updated",
        "projectCategory",
        "myself?expand=groups,applicationRoles",
        "group/member?groupname=developers&maxResults=1",
        "role",
        "project/SHOP/roledetails",
        "user/assignable/search?project=SHOP",
        "../../agile/1.0/board",
        "../../agile/1.0/board/1/configuration",
        "../../agile/1.0/board/1/sprint",
        "../../software/1.0/sprint/14/issue",
    ]
    .iter()
    .map(|tail| match tail.strip_prefix("../../") {
        Some(tail) => cloud.software("Acme", tail),
        None => cloud.api("Acme", tail),
    })
    .collect();
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    while let Some(path) = open.pop() {
        let reply = cloud.get(&path, &token).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        let mut links = Vec::new();
        collect_links(&reply.json(), &mut links);
        for link in links {
            let path = link
                .strip_prefix("http://sandbox.test:8080")
                .unwrap()
                .to_owned();
            // One issue leads to all that issues lead to; a few of them will do.
            let is_enough = path.contains("/issue/") && seen.len() > 150;
            if !is_enough && seen.insert(path.clone()) {
                open.push(path);
            }
        }
    }
    assert!(seen.len() > 60, "{}", seen.len());
}

fn collect_links(value: &Value, links: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                match value.as_str() {
                    Some(link)
                        if matches!(name.as_str(), "self" | "nextPage" | "iconUrl" | "48x48") =>
                    {
                        if name == "self" || name == "nextPage" {
                            links.push(link.to_owned());
                        }
                    }
                    _ => collect_links(value, links),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_links(item, links)),
        _ => (),
    }
}
