//! Issues created, edited, assigned, moved through their workflow, and deleted.

mod comments;
mod create;
mod create_many;
mod delete;
mod desk;
mod edit;
mod fields;
mod forms;
mod histories;
mod lost;
mod metadata;
mod properties;
mod transitions;

use serde_json::{Value, json};

use crate::support::{Cloud, Reply};

/// The scopes for reading and writing issues.
const WRITE_SCOPES: &str = "read:jira-work write:jira-work read:jira-user";

/// A document of one paragraph.
fn document(text: &str) -> Value {
    json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": text}]}]})
}

/// The refusal of these fields.
fn field_errors(errors: &Value) -> (u16, Value) {
    (400, json!({"errorMessages": [], "errors": errors}))
}

/// The refusal with one message.
fn message(text: &str) -> Value {
    json!({"errorMessages": [text], "errors": {}})
}

async fn put(cloud: &Cloud, token: &str, tail: &str, body: &Value) -> Reply {
    let path = cloud.api("Acme", &format!("issue/{tail}"));
    cloud.call("PUT", &path, token, &body.to_string()).await
}

async fn fields(cloud: &Cloud, token: &str, key: &str) -> Value {
    let path = cloud.api("Acme", &format!("issue/{key}"));
    cloud.get(&path, token).await.json()["fields"].clone()
}

/// A subtask of SHOP and its parent, by their keys.
async fn subtask_and_parent(cloud: &Cloud, token: &str) -> (String, String) {
    let body = json!({"jql": "project = SHOP AND issuetype = Sub-task", "fields": ["parent"], "maxResults": 1});
    let path = cloud.api("Acme", "search/jql");
    let page = cloud.post(&path, token, &body).await.json();
    let issue = &page["issues"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&issue["key"]), text(&issue["fields"]["parent"]["key"]))
}
