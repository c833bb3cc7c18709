//! Descriptions that are edited as Markdown, and rich text in `get-issue-details`.

use axum::http::Method;
use serde_json::{Value, json};

use super::issues::{send, start};
use crate::support::TestApp;
use crate::support::answer::Answer;

const EDIT: &str = "/api/backend/jira/edit-issue";
const ISSUE: &str = "/ex/jira/*/rest/api/3/issue/*";

async fn edit(app: &TestApp, mut changes: Value) -> Answer {
    changes["external_id"] = json!("a");
    changes["issue_id_or_key"] = json!("SHOP-1");
    send(app, Method::PUT, EDIT, None, &changes).await
}

async fn details(app: &TestApp) -> Value {
    let path = "/api/backend/jira/get-issue-details?external_id=a&issue_id_or_key=SHOP-1";
    app.get(path).await.expect(200)["issue"].clone()
}

/// How often the issue was written.
async fn writes(app: &TestApp) -> usize {
    let requests = app.sandbox.requests().await;
    requests
        .iter()
        .filter(|request| request["method"] == "PUT")
        .count()
}

fn paragraph(words: &str) -> Value {
    json!({"type": "paragraph", "content": [{"type": "text", "text": words}]})
}

/// A document of which Markdown cannot say most.
fn document() -> Value {
    let red = json!({"type": "text", "text": "red", "marks": [{"type": "textColor", "attrs": {"color": "#ff0000"}}]});
    json!({"version": 1, "type": "doc", "content": [
        {"type": "paragraph", "content": [
            {"type": "text", "text": "Hi "},
            {"type": "mention", "attrs": {"id": "5b10a2844c20165700ede21g", "text": "@Anna Gray", "accessLevel": ""}},
            {"type": "text", "text": ", see "},
            {"type": "inlineCard", "attrs": {"url": "https://field.example/browse/FLD-1"}},
            {"type": "text", "text": " in "},
            red,
        ]},
        {"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [
            {"type": "media", "attrs": {"id": "6e7c7f2c-aaaa", "type": "file", "collection": "", "alt": "shot.png"}}]},
        paragraph("typo heer"),
    ]})
}

async fn with_document() -> TestApp {
    let app = start().await;
    edit(&app, json!({"description_adf": document()}))
        .await
        .expect(200);
    app
}

#[tokio::test]
async fn an_edit_keeps_what_markdown_cannot_say() {
    let app = with_document().await;
    let before = details(&app).await;
    let words = before["description"].as_str().unwrap();
    let edited = edit(&app, json!({"description": words.replace("heer", "here")}))
        .await
        .expect(200);
    assert_eq!(edited.get("lost"), None, "{edited}");
    let after = details(&app).await["description_adf"].clone();
    assert_eq!(after["content"][2]["content"][0]["text"], "typo here");
    for block in [0, 1] {
        assert_eq!(
            after["content"][block].to_string(),
            before["description_adf"]["content"][block].to_string()
        );
    }
}

#[tokio::test]
async fn a_text_that_says_nothing_new_writes_nothing() {
    let app = with_document().await;
    let before = details(&app).await;
    let written = writes(&app).await;
    let same = edit(&app, json!({"description": before["description"]}))
        .await
        .expect(200);
    assert_eq!(same["issue"]["description"], before["description"]);
    assert_eq!(writes(&app).await, written);
    assert_eq!(details(&app).await, before);
    // Beside another field, that field alone is written.
    edit(
        &app,
        json!({"description": before["description"], "summary": "Other"}),
    )
    .await
    .expect(200);
    assert_eq!(writes(&app).await, written + 1);
    assert_eq!(
        details(&app).await["description_adf"],
        before["description_adf"]
    );
}

#[tokio::test]
async fn what_an_edit_takes_away_is_told() {
    let app = with_document().await;
    let words = "Hi [@Anna Gray](accountid:5b10a2844c20165700ede21g)\n\n[attachment: shot.png]";
    let edited = edit(&app, json!({"description": words})).await.expect(200);
    assert_eq!(edited["lost"], json!({"inlineCard": 1, "textColor": 1}));
    let after = details(&app).await["description_adf"].clone();
    assert_eq!(
        after["content"][0]["content"][1],
        document()["content"][0]["content"][1]
    );
    assert_eq!(after["content"][1], document()["content"][1]);
}

#[tokio::test]
async fn a_file_goes_from_a_description_only_by_permission() {
    let app = with_document().await;
    let written = writes(&app).await;
    for gone in ["All new.", ""] {
        let refused = edit(
            &app,
            json!({"description": gone, "allow_media_loss": false}),
        )
        .await
        .expect(400);
        assert_eq!(refused["code"], "media_would_be_lost");
        assert_eq!(
            refused["details"]["media"],
            json!([{"id": "6e7c7f2c-aaaa", "name": "shot.png"}])
        );
    }
    let odd = edit(&app, json!({"description": "a", "allow_media_loss": "yes"}))
        .await
        .expect(400);
    assert_eq!(odd["error"], "Invalid allow_media_loss");
    assert_eq!(writes(&app).await, written);
    let edited = edit(&app, json!({"description": "", "allow_media_loss": true}))
        .await
        .expect(200);
    assert_eq!(
        edited["lost"],
        json!({"inlineCard": 1, "media": 1, "textColor": 1})
    );
    assert_eq!(details(&app).await["description_adf"], Value::Null);
    // A document is written as it is.
    edit(&app, json!({"description_adf": document()}))
        .await
        .expect(200);
    let plain = json!({"version": 1, "type": "doc", "content": [paragraph("a")]});
    let edited = edit(&app, json!({"description_adf": plain}))
        .await
        .expect(200);
    assert_eq!(edited.get("lost"), None);
    assert_eq!(details(&app).await["description_adf"], plain);
}

#[tokio::test]
async fn nothing_is_written_over_a_description_that_cannot_be_read() {
    let app = with_document().await;
    let written = writes(&app).await;
    let change = || json!({"description": "All new.", "allow_media_loss": true});
    for (status, expected, code) in [
        (403, 403, "access_denied"),
        (404, 404, "issue_not_found"),
        (503, 500, "upstream_unavailable"),
    ] {
        let body = json!({"errorMessages": ["No."], "errors": {}});
        let fault = json!({"kind": "status", "status": status, "body": body});
        let fault = json!({"path": ISSUE, "method": "GET", "fault": fault, "times": "forever"});
        app.sandbox.control("faults", &fault).await;
        let refused = edit(&app, change()).await.expect(expected);
        assert_eq!(refused["code"], code);
        app.sandbox.clear_faults().await;
    }
    let odd = json!({"id": "1", "key": "SHOP-1", "fields": {"description": "no document"}});
    app.sandbox
        .fault(
            ISSUE,
            &json!({"kind": "status", "status": 200, "body": odd}),
            Some(1),
        )
        .await;
    let refused = edit(&app, change()).await.expect(409);
    assert_eq!(refused["code"], "description_not_editable");
    assert_eq!(writes(&app).await, written);
    assert_eq!(details(&app).await["description_adf"], document());
}

#[tokio::test]
async fn rich_text_of_other_fields_stands_beside_them_as_markdown() {
    let app = start().await;
    let words = json!({"version": 1, "type": "doc", "content": [{"type": "paragraph", "content": [
        {"type": "text", "text": "Given "}, {"type": "text", "text": "a", "marks": [{"type": "strong"}]}]}]});
    let fields = json!({
        "environment": words, "customfield_10050": words, "customfield_10051": "a *text*",
        "customfield_10052": {"type": "option", "value": "x"}, "customfield_10053": [words],
    });
    let body = json!({"id": "1", "key": "SHOP-1", "fields": fields});
    app.sandbox
        .fault(
            ISSUE,
            &json!({"kind": "status", "status": 200, "body": body}),
            Some(1),
        )
        .await;
    let issue = details(&app).await;
    assert_eq!(
        (&issue["environment"], &issue["environment_adf"]),
        (&json!("Given **a**"), &words)
    );
    assert_eq!(
        issue["customFieldsMarkdown"],
        json!({"customfield_10050": "Given **a**"})
    );
    assert_eq!(issue["customFields"]["customfield_10050"], words);
    assert_eq!(issue["customFields"].as_object().unwrap().len(), 4);
    let plain = details(&app).await;
    assert_eq!(
        (&plain["environment"], &plain["environment_adf"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(plain["customFieldsMarkdown"], json!({}));
}
