//! Bodies of requests that are JSON and yet more than a tree may be.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::json;

use crate::support::{TestApp, with_key};

async fn reason(app: &TestApp, body: String) -> String {
    let request = with_key(
        Request::builder()
            .method(Method::PUT)
            .uri("/api/backend/jira/edit-issue"),
    );
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let answer = app.send(request.body(Body::from(body)).unwrap()).await;
    let refused = answer.expect(400);
    assert_eq!(refused["code"], "malformed_json");
    refused["details"]["reason"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_body_is_refused_for_its_depth_and_for_its_width() {
    let app = TestApp::on_sqlite().await;
    let body = |adf: String| {
        format!(r#"{{"external_id": "a", "issue_id_or_key": "A-1", "description_adf": {adf}}}"#)
    };
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    assert_eq!(
        reason(&app, body(deep)).await,
        "nested deeper than 100 levels"
    );
    let wide = format!("[{}0]", "0,".repeat(400_000));
    assert_eq!(reason(&app, body(wide)).await, "more than 250000 values");
}

#[tokio::test]
async fn words_about_the_key_of_a_parser_are_words() {
    let app = TestApp::on_sqlite().await;
    let words = json!({"external_id": "nobody", "issue_id_or_key": "A-1", "summary": "$serde_json::private::RawValue"});
    let request = with_key(
        Request::builder()
            .method(Method::PUT)
            .uri("/api/backend/jira/edit-issue"),
    );
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let answer = app
        .send(request.body(Body::from(words.to_string())).unwrap())
        .await;
    answer.expect(404);
}
