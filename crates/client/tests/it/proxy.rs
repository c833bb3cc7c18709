//! The raw proxy.

use std::collections::BTreeMap;

use juncture_client::Kind;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde_json::{Value, json};

use crate::support::Scene;
use crate::support::front::Fate;
use crate::support::world::SECRET_KEY;

#[tokio::test]
async fn jiras_own_answer_is_given_whatever_its_status() {
    let scene = Scene::start().await;
    let myself = scene
        .jira
        .request(Method::GET, "/rest/api/3/myself?expand=groups#x")
        .unwrap();
    let answer = myself.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let user: Value = juncture_json::decode(answer.bytes().await.unwrap()).unwrap();
    let current = scene.jira.users().current().await.unwrap().user;
    assert_eq!(user["accountId"], current.account_id);
    let absent = scene
        .jira
        .request(Method::GET, "/rest/api/3/issue/NONE-1")
        .unwrap();
    assert_eq!(absent.send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_body_and_a_query_go_along_and_the_key_is_ours() {
    let scene = Scene::start().await;
    let comment = json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"id": "10004"}, "summary": "By hand"}});
    let made = scene
        .jira
        .request(Method::POST, "/rest/api/3/issue")
        .unwrap();
    let made = made
        .query(&[("updateHistory", "true")])
        .header(
            AUTHORIZATION,
            HeaderValue::from_static("Bearer of-somebody"),
        )
        .json(&comment);
    let shown = format!("{made:?}");
    assert!(!shown.contains("of-somebody"), "{shown}");
    assert_eq!(made.send().await.unwrap().status(), 201);
    let seen = &scene.front.seen()[0];
    assert!(
        seen.target
            .ends_with("/jira/rest/api/3/issue?updateHistory=true"),
        "{seen:?}"
    );
    let keys: Vec<_> = seen.headers.get_all(AUTHORIZATION).iter().collect();
    assert_eq!(keys, [&format!("Bearer {SECRET_KEY}")]);
    assert_eq!(scene.made("By hand").await, 1);
}

#[tokio::test]
async fn junctures_own_failures_are_errors() {
    let scene = Scene::start().await;
    let nobody = scene.juncture.jira("nobody é");
    let call = nobody.request(Method::GET, "/rest/api/3/myself").unwrap();
    let error = call.send().await.unwrap_err();
    assert_eq!(
        (error.code(), error.status()),
        ("connection_not_found", Some(404))
    );
    scene.front.meets([Fate::Lost, Fate::Lost]);
    let read = scene
        .jira
        .request(Method::GET, "/rest/api/3/myself")
        .unwrap();
    assert_eq!(read.send().await.unwrap_err().kind(), Kind::Other);
    let change = scene
        .jira
        .request(Method::PUT, "/rest/api/3/issue/SHOP-1")
        .unwrap();
    let change = change.json(&json!({"fields": {"summary": "Changed"}}));
    assert_eq!(
        change.send().await.unwrap_err().kind(),
        Kind::OutcomeUnknown
    );
}

#[tokio::test]
async fn what_is_no_json_is_not_sent() {
    let scene = Scene::start().await;
    let call = scene
        .jira
        .request(Method::POST, "/rest/api/3/issue")
        .unwrap();
    let keys_are_no_texts = BTreeMap::from([((1, 2), 3)]);
    let error = call.json(&keys_are_no_texts).send().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::Other, "invalid_options")
    );
    assert!(scene.front.seen().is_empty());
}

#[tokio::test]
async fn a_path_that_leads_away_is_not_sent() {
    let scene = Scene::start().await;
    for path in [
        "",
        "rest",
        "//host/a",
        "/a/../b",
        "/a/%2E%2e/b",
        "/a\\b",
        "/a\nb",
        "/a/.",
    ] {
        let error = scene.jira.request(Method::GET, path).unwrap_err();
        assert_eq!(error.code(), "invalid_options", "{path:?}");
    }
    assert!(scene.front.seen().is_empty());
}
