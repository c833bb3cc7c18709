//! Documents as deep as Juncture takes them: its own shapes around them make them no unreadable answer.

use juncture_client::jira::NewComment;
use serde_json::{Value, json};

use crate::support::Scene;

/// A document whose JSON is 99 levels deep.
fn document() -> Value {
    let mut content =
        json!([{"type": "paragraph", "content": [{"type": "text", "text": "Deep down"}]}]);
    for _ in 0..47 {
        content = json!([{"type": "blockquote", "content": content}]);
    }
    json!({"type": "doc", "version": 1, "content": content})
}

#[tokio::test]
async fn a_document_as_deep_as_juncture_takes_it_is_read() {
    let scene = Scene::start().await;
    let key = scene.new_ticket().await;
    let comment = NewComment {
        body_adf: Some(document()),
        ..NewComment::default()
    };
    let comments = scene.jira.comments();
    comments.add(&key, &comment).await.unwrap();
    let listed = comments.list(&key).await.unwrap().comments;
    let told = listed[0].body_adf.as_ref().unwrap();
    let told: Value = juncture_json::decode(told.get()).unwrap();
    assert_eq!(told, document());
}
