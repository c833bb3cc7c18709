//! `parent_id` of `add-comment`: comments that answer others.

use serde_json::{Value, json};

use super::comments::{ADD, ISSUE, about, add, edit, list, writes};
use super::issues::{send, start};
use crate::support::TestApp;

async fn added(app: &TestApp, body: Value) -> Value {
    add(app, body).await.expect(201)["comment"].take()
}

/// Lets this Jira tell which comment a reply answers.
async fn tell_parents(app: &TestApp) {
    let switch = json!({"comment_parent_id_in_reads": "present"});
    app.sandbox.set_switches(&switch).await;
}

#[tokio::test]
async fn a_reply_belongs_to_what_it_answers_where_jira_tells_that() {
    let app = start().await;
    let top = added(&app, json!({"body": "Why?"})).await;
    let reply = added(&app, json!({"body": "Because.", "parent_id": top["id"]})).await;
    assert_eq!(reply["body"], "Because.");
    // Most Jiras do not tell.
    assert_eq!(reply.get("parent_id"), None);
    tell_parents(&app).await;
    let told = list(&app, ISSUE).await;
    assert_eq!(told[0].get("parent_id"), None);
    assert_eq!(told[1]["parent_id"], top["id"]);
    // A number is an id too; an edit leaves the reply where it is.
    let number: u64 = top["id"].as_str().unwrap().parse().unwrap();
    let second = added(&app, json!({"body": "And", "parent_id": number})).await;
    assert_eq!(second["parent_id"], top["id"]);
    let body = json!({"comment_id": second["id"], "body": "And so on."});
    let edited = edit(&app, body).await.expect(200);
    assert_eq!(edited["comment"]["parent_id"], top["id"]);
}

#[tokio::test]
async fn a_reply_has_the_readers_of_what_it_answers() {
    let app = start().await;
    let role = json!({"type": "role", "value": "Developers"});
    let top = added(&app, json!({"body": "secret", "visibility": role})).await;
    let reply = added(&app, json!({"body": "yes", "parent_id": top["id"]})).await;
    assert_eq!(reply["visibility"], top["visibility"]);
    let written = list(&app, ISSUE).await.len();
    let group = json!({"type": "group", "value": "developers"});
    let others = json!({"body": "no", "parent_id": top["id"], "visibility": group});
    let refused = add(&app, others).await.expect(400);
    assert_eq!(refused["code"], "invalid_fields");
    assert!(refused["details"]["reasons"][0].is_string(), "{refused}");
    assert_eq!(list(&app, ISSUE).await.len(), written);
}

#[tokio::test]
async fn what_is_no_comment_of_the_issue_is_not_answered() {
    let app = start().await;
    let written = writes(&app).await;
    for odd in [json!("x"), json!("1/2"), json!(["1"]), json!(-1)] {
        let refused = add(&app, json!({"body": "a", "parent_id": odd})).await;
        assert_eq!(refused.expect(400)["error"], "Invalid parent_id", "{odd}");
    }
    assert_eq!(writes(&app).await, written);
    let elsewhere = json!({"issue_id_or_key": "SHOP-8", "body": "there"});
    let elsewhere = added(&app, elsewhere).await;
    for parent in [json!("99999999"), elsewhere["id"].clone()] {
        let refused = add(&app, json!({"body": "a", "parent_id": parent})).await;
        let refused = refused.expect(400);
        let fields = json!([{"id": "parent_id", "name": "parent_id", "reason": "unknown_value"}]);
        assert_eq!(refused["details"]["fields"], fields, "{refused}");
    }
    // A reply is not answered itself, in Jira's own words.
    let top = added(&app, json!({"body": "Why?"})).await;
    let reply = added(&app, json!({"body": "Because.", "parent_id": top["id"]})).await;
    let again = json!({"body": "So?", "parent_id": reply["id"]});
    let refused = add(&app, again).await.expect(400);
    assert!(refused["details"]["reasons"][0].is_string(), "{refused}");
    assert_eq!(list(&app, ISSUE).await.len(), 2);
}

#[tokio::test]
async fn one_key_makes_one_reply_and_another_parent_is_another_request() {
    let app = start().await;
    let top = added(&app, json!({"body": "Why?"})).await;
    let post = async |body: Value| {
        let method = axum::http::Method::POST;
        send(&app, method, ADD, Some("reply-1"), &about(body)).await
    };
    let reply = json!({"body": "Because.", "parent_id": top["id"]});
    let first = post(reply.clone()).await.expect(201);
    assert_eq!(post(reply).await.expect(201), first);
    let other = post(json!({"body": "Because."})).await;
    assert_eq!(other.expect(409)["code"], "idempotency_key_reused");
    assert_eq!(list(&app, ISSUE).await.len(), 2);
}
