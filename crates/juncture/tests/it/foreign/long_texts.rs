//! Descriptions longer than Jira takes.

use axum::body::Body;
use axum::http::{Method, Request, header};
use futures_util::future::{Either, join_all, select};
use serde_json::{Value, json};

use crate::support::answer::Answer;
use crate::support::flow::ADA;
use crate::support::{TestApp, with_key};

async fn edit(app: &TestApp, field: &str, description: Value) -> Answer {
    let body = json!({"external_id": "a", "issue_id_or_key": "SHOP-1", field: description});
    let request = with_key(
        Request::builder()
            .method(Method::PUT)
            .uri("/api/backend/jira/edit-issue"),
    );
    let request = request.header(header::CONTENT_TYPE, "application/json");
    app.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

#[tokio::test]
async fn what_jira_would_not_take_is_refused_by_its_field_and_jira_is_not_asked() {
    let app = TestApp::on_sqlite().await;
    app.connect_as("a", ADA, "Acme").await;
    let document = |text: &str| json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]});
    // 32,767 characters are taken, however many bytes and marks they are.
    let longest = "\u{e9}".repeat(32_767);
    edit(&app, "description", json!(longest)).await.expect(200);
    edit(
        &app,
        "description",
        json!(format!("[{longest}](https://x.y/{})", "z".repeat(60_000))),
    )
    .await
    .expect(200);
    edit(&app, "description_adf", document(&longest))
        .await
        .expect(200);

    let asked = app.sandbox.requests().await.len();
    let too_long = longest + "a";
    for (field, description) in [
        ("description", json!(too_long)),
        ("description", json!("~a~ ".repeat(250_000))),
        ("description", json!("http:// ".repeat(125_000))),
        ("description", json!("**a".repeat(40_000))),
        ("description_adf", document(&too_long)),
    ] {
        let refused = json!({
            "error": format!("Invalid {field}"), "code": "invalid_parameter",
            "details": {"field": field, "reason": "must have at most 32,767 characters of text"},
        });
        edit(&app, field, description).await.assert(400, &refused);
    }
    assert_eq!(app.sandbox.requests().await.len(), asked);
}

/// In one thread, which serves everybody: no clock is needed to tell whether it was kept from the others.
/// The texts are refused for what they become, so that between their beginning and their end there is
/// nothing but the conversion.
#[tokio::test]
async fn who_asks_while_the_longest_markdown_is_converted_is_answered_first() {
    let app = TestApp::on_sqlite().await;
    app.connect_as("a", ADA, "Acme").await;
    let shapes = ["http://a.b ", "~a~ ", "**a", "a** ", "[a"];
    let longest = |part: &str| json!(part.repeat(131_068 / part.len()));
    for part in shapes {
        let edits = join_all((0..4).map(|_| edit(&app, "description", longest(part))));
        let look = Box::pin(app.visit("/healthz"));
        let Either::Right((lives, edits)) = select(edits, look).await else {
            panic!("{part}: the conversion was waited for")
        };
        assert_eq!(lives.status, 200);
        for refused in edits.await {
            refused.expect(400);
        }
    }
}
