//! `get-comments`, `add-comment`, `edit-comment`, `delete-comment`: what they do.

use axum::http::Method;
use juncture_sandbox::Options;
use serde_json::{Value, json};

use super::issues::{send, start};
use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::flow::ADA;
use crate::support::sandbox::TestSandbox;

pub(super) const ADD: &str = "/api/backend/jira/add-comment";
pub(super) const EDIT: &str = "/api/backend/jira/edit-comment";
pub(super) const DELETE: &str = "/api/backend/jira/delete-comment";
pub(super) const JIRA_COMMENTS: &str = "/ex/jira/*/rest/api/3/issue/*/comment";
pub(super) const JIRA_COMMENT: &str = "/ex/jira/*/rest/api/3/issue/*/comment/*";

/// Nobody has commented on it before.
pub(super) const ISSUE: &str = "SHOP-7";

/// What is said about [`ISSUE`], or about another issue.
pub(super) fn about(mut body: Value) -> Value {
    for (name, value) in [("external_id", "a"), ("issue_id_or_key", ISSUE)] {
        if body.get(name).is_none() {
            body[name] = json!(value);
        }
    }
    body
}

pub(super) async fn add(app: &TestApp, body: Value) -> Answer {
    app.post(ADD, &about(body)).await
}

pub(super) async fn edit(app: &TestApp, body: Value) -> Answer {
    send(app, Method::PUT, EDIT, None, &about(body)).await
}

pub(super) async fn list(app: &TestApp, issue: &str) -> Vec<Value> {
    let path = format!("/api/backend/jira/get-comments?external_id=a&issue_id_or_key={issue}");
    let list = app.get(&path).await.expect(200);
    let comments = list["comments"].as_array().unwrap().clone();
    assert_eq!(list["total"], comments.len());
    comments
}

/// How often Jira was asked to write something.
pub(super) async fn writes(app: &TestApp) -> usize {
    let requests = app.sandbox.requests().await;
    let is_write = |request: &&Value| {
        let path = request["path"].as_str().unwrap();
        path.contains("/rest/") && request["method"] != "GET"
    };
    requests.iter().filter(is_write).count()
}

/// A sandbox that has a service project.
pub(super) async fn start_with_help_desk() -> TestApp {
    let options = Options {
        projects: 9,
        ..Options::default()
    };
    let app = TestApp::start_with(&[], TestSandbox::start_with(options).await).await;
    app.connect_as("a", ADA, "Acme").await;
    app
}

#[tokio::test]
async fn a_comment_is_added_read_changed_and_deleted() {
    let app = start().await;
    let added = add(&app, json!({"body": "Seen in **2.4**"}))
        .await
        .expect(201);
    let comment = &added["comment"];
    let id = comment["id"].as_str().unwrap();
    assert_eq!(comment["body"], "Seen in **2.4**");
    assert_eq!(
        comment["body_adf"]["content"][0]["content"][1],
        json!({"type": "text", "text": "2.4", "marks": [{"type": "strong"}]})
    );
    assert_eq!(comment["author"]["displayName"], ADA);
    assert_eq!(comment["author"]["accountId"], app.account_id(ADA).await);
    assert_eq!(comment["internal"], false);
    assert!(comment["created"].is_string() && comment["updated"] == comment["created"]);
    assert_eq!(comment.get("visibility"), None);
    assert_eq!(list(&app, ISSUE).await, std::slice::from_ref(comment));

    let body = json!({"comment_id": id, "body": "Seen in **2.4** and 2.5"});
    let edited = edit(&app, body).await.expect(200);
    assert_eq!(edited["comment"]["body"], "Seen in **2.4** and 2.5");
    assert_eq!(edited.get("lost"), None);
    assert_eq!(list(&app, ISSUE).await, [edited["comment"].clone()]);

    let path = format!("{DELETE}?external_id=a&issue_id_or_key={ISSUE}&comment_id={id}");
    let deleted = app.delete(&path).await;
    deleted.assert(200, &json!({"success": true}));
    assert_eq!(list(&app, ISSUE).await, [Value::Null; 0]);
    // The parameters may stand in the body as well, and a number is an id too.
    let again = add(&app, json!({"body": "Again"})).await.expect(201);
    let id: u64 = again["comment"]["id"].as_str().unwrap().parse().unwrap();
    let body = about(json!({"comment_id": id}));
    send(&app, Method::DELETE, DELETE, None, &body)
        .await
        .expect(200);
    assert_eq!(list(&app, ISSUE).await, [Value::Null; 0]);
}

#[tokio::test]
async fn all_comments_come_oldest_first() {
    let app = start().await;
    // The seventeenth issue of each project has more than a page of a list of issues shows.
    let comments = list(&app, "SHOP-17").await;
    assert_eq!(comments.len(), 24);
    let times: Vec<&str> = comments
        .iter()
        .map(|one| one["created"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
}

#[tokio::test]
async fn a_document_is_written_as_it_is() {
    let app = start().await;
    let document = json!({"version": 1, "type": "doc", "content": [
        {"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "712020:x", "text": "@Anna", "accessLevel": ""}}]}]});
    let added = add(&app, json!({"body_adf": document})).await.expect(201);
    assert_eq!(added["comment"]["body_adf"], document);
    assert_eq!(added["comment"]["body"], "[@Anna](accountid:712020:x)");
    let id = &added["comment"]["id"];
    let plain = json!({"version": 1, "type": "doc", "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "plain"}]}]});
    let edited = edit(&app, json!({"comment_id": id, "body_adf": plain}))
        .await
        .expect(200);
    assert_eq!(edited["comment"]["body_adf"], plain);
}

#[tokio::test]
async fn an_edit_keeps_what_markdown_cannot_say() {
    let app = start().await;
    let red = json!({"type": "text", "text": "red", "marks": [{"type": "textColor", "attrs": {"color": "#ff0000"}}]});
    let media = json!({"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [
        {"type": "media", "attrs": {"id": "6e7c7f2c-aaaa", "type": "file", "collection": "", "alt": "shot.png"}}]});
    let document = json!({"version": 1, "type": "doc", "content": [
        {"type": "paragraph", "content": [red]}, media,
        {"type": "paragraph", "content": [{"type": "text", "text": "typo heer"}]}]});
    let added = add(&app, json!({"body_adf": document})).await.expect(201);
    let (id, words) = (
        &added["comment"]["id"],
        added["comment"]["body"].as_str().unwrap(),
    );

    // What says nothing new writes nothing.
    let written = writes(&app).await;
    let same = edit(&app, json!({"comment_id": id, "body": words}))
        .await
        .expect(200);
    assert_eq!(same["comment"], added["comment"]);
    assert_eq!(writes(&app).await, written);

    let right = words.replace("heer", "here");
    let edited = edit(&app, json!({"comment_id": id, "body": right}))
        .await
        .expect(200);
    let after = &edited["comment"]["body_adf"]["content"];
    assert_eq!((&after[0], &after[1]), (&document["content"][0], &media));
    assert_eq!(after[2]["content"][0]["text"], "typo here");
    assert_eq!(edited.get("lost"), None);

    // A file goes only by permission, and what goes is told.
    let written = writes(&app).await;
    let refused = edit(&app, json!({"comment_id": id, "body": "All new."}))
        .await
        .expect(400);
    assert_eq!(refused["code"], "media_would_be_lost");
    assert_eq!(
        refused["error"],
        "The comment would no longer show files, which Jira then deletes"
    );
    assert_eq!(
        refused["details"]["media"],
        json!([{"id": "6e7c7f2c-aaaa", "name": "shot.png"}])
    );
    assert_eq!(writes(&app).await, written);
    let allowed = json!({"comment_id": id, "body": "All new.", "allow_media_loss": true});
    let edited = edit(&app, allowed).await.expect(200);
    assert_eq!(edited["comment"]["body"], "All new.");
    assert_eq!(edited["lost"], json!({"media": 1, "textColor": 1}));
}

#[tokio::test]
async fn those_who_may_see_a_comment_stay_the_same_unless_told_otherwise() {
    let app = start().await;
    let role = json!({"type": "role", "value": "Developers"});
    let added = add(&app, json!({"body": "secret", "visibility": role}))
        .await
        .expect(201);
    let comment = &added["comment"];
    assert_eq!(comment["visibility"]["type"], "role");
    assert_eq!(comment["visibility"]["value"], "Developers");
    let identifier = comment["visibility"]["identifier"].clone();
    assert!(identifier.is_string());
    // Some Jiras open a comment to all where an edit does not name its readers again.
    let switch = json!({"comment_edit_drops_visibility": true});
    app.sandbox.set_switches(&switch).await;
    let id = &comment["id"];
    let edited = edit(&app, json!({"comment_id": id, "body": "still"}))
        .await
        .expect(200);
    assert_eq!(edited["comment"]["visibility"], comment["visibility"]);
    // The same readers by their id are no change; others are one, and the text stays.
    let written = writes(&app).await;
    let same = json!({"comment_id": id, "visibility": {"type": "role", "identifier": identifier}});
    edit(&app, same).await.expect(200);
    assert_eq!(writes(&app).await, written);
    let other = json!({"comment_id": id, "visibility": {"type": "group", "value": "developers"}});
    let moved = edit(&app, other).await.expect(200);
    assert_eq!(moved["comment"]["visibility"]["value"], "developers");
    assert_eq!(moved["comment"]["body"], "still");
}

#[tokio::test]
async fn an_internal_comment_is_for_agents_alone() {
    let app = start_with_help_desk().await;
    let body = json!({"issue_id_or_key": "HELP-1", "body": "between us", "internal": true});
    let added = add(&app, body).await.expect(201);
    assert_eq!(added["comment"]["internal"], true);
    let id = &added["comment"]["id"];
    let open =
        json!({"issue_id_or_key": "HELP-1", "comment_id": id, "body": "new", "internal": false});
    let refused = edit(&app, open).await.expect(409);
    assert_eq!(refused["code"], "internal_not_changeable");
    let same =
        json!({"issue_id_or_key": "HELP-1", "comment_id": id, "body": "new", "internal": true});
    let edited = edit(&app, same).await.expect(200);
    assert_eq!(
        (&edited["comment"]["body"], &edited["comment"]["internal"]),
        (&json!("new"), &json!(true))
    );
    let open = json!({"issue_id_or_key": "HELP-1", "body": "to all", "internal": false});
    assert_eq!(
        add(&app, open).await.expect(201)["comment"]["internal"],
        false
    );
}
