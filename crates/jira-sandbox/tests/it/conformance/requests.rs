//! Requests against Atlassian's OpenAPI documents, at the sandbox's door.

use juncture_sandbox::Options;
use serde_json::{Value, json};

use super::samples::samples;
use crate::support::{AGILE_SCOPES, Cloud, still};

async fn checking() -> Cloud {
    Cloud::with(Options {
        check_requests: true,
        ..still()
    })
    .await
}

/// The problems that were found since they were last forgotten, request by request.
async fn problems(cloud: &Cloud) -> Vec<Value> {
    let list = cloud.get("/_sandbox/violations", "").await.json();
    assert_eq!(list["checked"], true);
    cloud.call("DELETE", "/_sandbox/violations", "", "").await;
    let violations = list["violations"].as_array().unwrap().iter();
    violations.map(|row| row["problems"].clone()).collect()
}

#[tokio::test]
async fn described_requests_break_nothing() {
    let cloud = checking().await;
    samples(&cloud, "Ada").await;
    assert_eq!(problems(&cloud).await, Vec::<Value>::new());
}

/// Sends requests which each have one problem, and looks for just that one.
async fn each_is_listed(cases: &[(&str, &str, Value, &str)]) {
    let cloud = checking().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    for (method, tail, body, expected) in cases {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let path = cloud.software("Acme", tail);
        let reply = cloud.call(method, &path, &token, &body).await;
        assert_ne!(reply.status, 500, "answered all the same: {tail}");
        assert_eq!(
            problems(&cloud).await,
            [json!([expected])],
            "{method} {tail}"
        );
    }
}

#[tokio::test]
async fn operations_that_are_not_described_are_listed() {
    let unknown = "the documents have no such operation";
    each_is_listed(&[
        ("GET", "api/3/search?jql=project=SHOP", json!(null), unknown),
        (
            "GET",
            "api/3/search/approximate-count",
            json!(null),
            unknown,
        ),
        ("GET", "api/2/issue/SHOP-1", json!(null), unknown),
    ])
    .await;
}

#[tokio::test]
async fn parameters_that_are_not_described_so_are_listed() {
    let get = |tail, expected| ("GET", tail, json!(null), expected);
    each_is_listed(&[
        get("api/3/project/search?colour=red", "the query parameter 'colour' is not described"),
        get("api/3/project/search?maxResults=many", "the parameter 'maxResults': \"many\" is not of type \"integer\""),
        get("api/3/project/search?maxResults=1000", "the parameter 'maxResults': 1000 is greater than the maximum of 100"),
        get("api/3/project/search?query=a&query=b", "the query parameter 'query' is given 2 times"),
        get("api/3/issue/SHOP-1?updateHistory=yes", "the parameter 'updateHistory': \"yes\" is not of type \"boolean\""),
        get("agile/1.0/board?type=wall", "the parameter 'type': \"wall\" does not match \"^(scrum|kanban|simple)(,(scrum|kanban|simple))*$\""),
        get("agile/1.0/board/one/sprint", "the parameter 'boardId': \"one\" is not of type \"integer\""),
        get("agile/1.0/board/1/sprint?state=open", "the parameter 'state': \"open\" does not match \"^(future|active|closed)(,(future|active|closed))*$\""),
        ("DELETE", "api/3/issue/SHOP-2?deleteSubtasks=True", json!(null), "the parameter 'deleteSubtasks': \"True\" is not one of \"true\" or \"false\""),
    ])
    .await;
}

#[tokio::test]
async fn bodies_that_are_not_described_so_are_listed() {
    let search = |body, expected| ("POST", "api/3/search/jql", body, expected);
    each_is_listed(&[
        (
            "GET",
            "api/3/issue/SHOP-1",
            json!({}),
            "a body is not described",
        ),
        search(
            json!({"jql": "a", "maxResults": "5"}),
            "the body at '/maxResults': \"5\" is not of type \"integer\"",
        ),
        search(
            json!({"jql": "a", "startAt": 0}),
            "the body at '': Additional properties are not allowed ('startAt' was unexpected)",
        ),
        search(
            json!({"jql": "a", "expand": ["names"]}),
            "the body at '/expand': [\"names\"] is not of type \"string\"",
        ),
        (
            "PUT",
            "api/3/issue/SHOP-1",
            json!({"update": {"labels": "a"}}),
            "the body at '/update/labels': \"a\" is not of type \"array\"",
        ),
        (
            "PUT",
            "api/3/issue/SHOP-1/assignee",
            json!({"username": "bruno"}),
            "the body at '': Additional properties are not allowed ('username' was unexpected)",
        ),
    ])
    .await;
    let cloud = checking().await;
    let request = axum::http::Request::post(cloud.api("Acme", "search/jql"))
        .header("content-type", "text/plain");
    cloud.send(request.body("{}".into()).unwrap()).await;
    assert_eq!(
        problems(&cloud).await,
        [json!(["the content type is text/plain"])]
    );
}

#[tokio::test]
async fn bodies_that_are_missing_or_no_json_are_listed() {
    let cloud = checking().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    for body in ["", "{"] {
        cloud
            .call("POST", &cloud.api("Acme", "search/jql"), &token, body)
            .await;
        let found = problems(&cloud).await;
        assert!(
            found[0][0]
                .as_str()
                .unwrap()
                .starts_with("the body is no JSON"),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn a_request_that_a_fault_strikes_is_checked_as_well() {
    let cloud = checking().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let rule =
        json!({"path": "/ex/", "match": "prefix", "fault": {"kind": "status", "status": 503}});
    cloud.control("faults", rule).await;
    cloud.get(&cloud.api("Acme", "field?a=b"), &token).await;
    assert_eq!(
        problems(&cloud).await,
        [json!(["the query parameter 'a' is not described"])]
    );
}

#[tokio::test]
async fn nothing_is_listed_unless_requests_are_checked() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    cloud.get(&cloud.api("Acme", "field?a=b"), &token).await;
    let list = cloud.get("/_sandbox/violations", "").await.json();
    assert_eq!(list, json!({"checked": false, "violations": []}));
}
