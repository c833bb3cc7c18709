//! Every call of the backend API, as its document tells them, for one customer of a project.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::statuses::endpoints;
use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::document::DOCUMENT;
use crate::support::sessions::SESSIONS;

const BACKEND: &str = "/api/backend/";

/// Begins like every path that is about events.
const EVENTS: &str = "/api/backend/event";
const PROXY: &str = "/api/backend/proxy/{provider}/{path}";

/// A call with all that it needs.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    /// With the query, where its parameters stand there.
    pub(super) path: String,
    /// `null` where there is none.
    pub(super) body: Value,
}

/// What calls name: their customer, and things that this one's site has.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) external_id: &'static str,
    pub(super) connection_id: String,
    pub(super) sprint_id: String,
}

impl Names {
    /// What calls name for a customer who is not connected.
    pub(super) fn of_nobody(external_id: &'static str) -> Self {
        Self {
            external_id,
            connection_id: Uuid::from_u128(7).to_string(),
            sprint_id: "1".to_owned(),
        }
    }
}

impl Call {
    /// Whether it is for a customer who need not be connected: it makes a session, each time another one.
    pub(super) fn is_for_anybody(&self) -> bool {
        self.path.ends_with("/connect-sessions")
    }

    /// Whether it changes nothing.
    pub(super) fn is_read(&self) -> bool {
        let asks = ["search-issues", "count-issues"];
        self.method == Method::GET || asks.iter().any(|name| self.path.ends_with(name))
    }

    /// Its answer for whoever has this key.
    pub(super) async fn send(&self, app: &TestApp, key: &str) -> Answer {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(&self.path)
            .header(header::AUTHORIZATION, format!("Bearer {key}"));
        if self.body.is_null() {
            return app.send(request.body(Body::empty()).unwrap()).await;
        }
        request = request
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", "the key of everybody");
        app.send(request.body(Body::from(self.body.to_string())).unwrap())
            .await
    }
}

/// One call of each operation that is about a connection: a session to make one asks for none.
pub(super) fn every_call(names: &Names) -> Vec<Call> {
    let known: BTreeMap<_, _> = endpoints()
        .into_iter()
        .map(|known| ((known.method.to_string(), known.path), known.parameters))
        .collect();
    let mut calls = Vec::new();
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        // Events are a project's, and have tests of their own.
        let is_of_project = path == SESSIONS || path.starts_with(EVENTS);
        if !path.starts_with(BACKEND) || is_of_project {
            continue;
        }
        for method in methods.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let parameters = known.get(&(method.to_string(), path.as_str()));
            // The provider judges what is passed on: whom it takes the call for is what matters.
            let passed_on = || {
                assert_eq!(path, PROXY, "{method} {path} has no good request");
                json!({"external_id": names.external_id})
            };
            let parameters = parameters.map_or_else(passed_on, |known| fill(known, names));
            calls.push(call(method, path, parameters, names));
        }
    }
    assert!(calls.len() > 40, "{}", calls.len());
    calls
}

fn call(method: Method, path: &str, parameters: Value, names: &Names) -> Call {
    let path = path
        .replace("{connection_id}", &names.connection_id)
        .replace("{provider}", "jira")
        .replace("{path}", "rest/api/3/myself");
    let is_passed_on = path.starts_with("/api/backend/proxy/");
    if !is_passed_on && [Method::POST, Method::PUT, Method::PATCH].contains(&method) {
        let body = parameters;
        return Call { method, path, body };
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.as_object().unwrap() {
        query.append_pair(name, value.as_str().unwrap());
    }
    let path = format!("{path}?{}", query.finish());
    let body = Value::Null;
    Call { method, path, body }
}

fn fill(parameters: &Value, names: &Names) -> Value {
    match parameters {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let value = if name == "external_id" {
                    json!(names.external_id)
                } else {
                    fill(value, names)
                };
                (name.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(values) => values.iter().map(|value| fill(value, names)).collect(),
        Value::String(text) => match text.as_str() {
            "<issue_type_id>" => json!("10004"),
            "<sprint_id>" => json!(names.sprint_id),
            "<comment_id>" => json!("10000"),
            "<other_status_id>" => json!("10002"),
            other => {
                assert!(!other.starts_with('<'), "what is {other}?");
                parameters.clone()
            }
        },
        other => other.clone(),
    }
}

/// What the calls of a connected customer name.
pub(super) async fn names(app: &TestApp, key: &str, external_id: &'static str) -> Names {
    let path = format!("/api/backend/connections?external_id_prefix={external_id}");
    let listed = app.call(Method::GET, &path, key, &Value::Null).await;
    let connection_id = listed.expect(200)["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = "/api/backend/jira/get-all-sprints-for-project?jira_project_id=10000&external_id=";
    let path = format!("{path}{external_id}");
    let sprints = app.call(Method::GET, &path, key, &Value::Null).await;
    let sprint_id = sprints.expect(200)["sprints"][0]["id"].to_string();
    Names {
        external_id,
        connection_id,
        sprint_id,
    }
}
