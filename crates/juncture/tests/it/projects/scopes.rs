//! Each scope against each endpoint, as the OpenAPI document tells which one needs which.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::document::DOCUMENT;

/// An operation of the backend API, called without a parameter: so whoever may call it does nothing.
struct Operation {
    method: Method,
    path: String,
    /// The scope that its document names.
    needs: &'static str,
    /// What whoever may call it is answered: what is missing, but where nothing need be given.
    opened: u16,
}

/// What is answered to a call without a parameter.
fn opened(path: &str, operation: &Value) -> u16 {
    let is_required = |parameter: &Value| parameter["required"] == true;
    let parameters = operation["parameters"].as_array();
    if path.contains("_id}") {
        404
    } else if operation["operationId"] == "eventsErase" {
        // It needs one parameter of three.
        400
    } else if operation["requestBody"].is_null() && !parameters.unwrap().iter().any(is_required) {
        200
    } else {
        400
    }
}

/// Every operation of the backend API.
fn operations() -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        if !path.starts_with("/api/backend/") {
            continue;
        }
        let of_document = path;
        let path = path
            .replace("{connection_id}", &Uuid::nil().to_string())
            .replace("{endpoint_id}", &Uuid::nil().to_string())
            .replace("{delivery_id}", &Uuid::nil().to_string())
            .replace("{provider}", "jira")
            .replace("{path}", "rest/api/3/myself");
        for (method, operation) in methods.as_object().unwrap() {
            let scopes = operation["security"][0]["secret_key"].as_array();
            let [scope] = &scopes.unwrap()[..] else {
                panic!("{method} {path} names no scope, or several");
            };
            let method = method.to_uppercase().parse().unwrap();
            operations.push(Operation {
                method,
                path: path.clone(),
                needs: scope.as_str().unwrap(),
                opened: opened(of_document, operation),
            });
        }
    }
    assert!(operations.len() > 40, "{}", operations.len());
    operations
}

/// The scopes that a key can have.
fn scopes() -> Vec<&'static str> {
    let words = &DOCUMENT["components"]["schemas"]["AdminKeyScope"]["enum"];
    let words = words.as_array().unwrap().iter();
    words.map(|word| word.as_str().unwrap()).collect()
}

/// What a key is told that may not do something.
fn refusal(scope: &str) -> Value {
    json!({
        "error": "This key may not do that", "code": "missing_key_scope", "details": {"scope": scope}
    })
}

#[tokio::test]
async fn each_scope_opens_its_endpoints_and_no_other() {
    let app = TestApp::start_with_admin().await;
    let project = app.default_project().await;
    let mut needed = BTreeSet::new();
    for scope in scopes() {
        let (_, key) = app.make_secret(&project, &[scope]).await;
        for Operation {
            method,
            path,
            needs,
            opened,
        } in operations()
        {
            let answer = app.call(method.clone(), &path, &key, &Value::Null).await;
            if needs == scope {
                needed.insert(needs);
                assert_eq!(answer.status, opened, "{method} {path}: {}", answer.text());
            } else if method == Method::HEAD {
                assert_eq!(answer.status, 403, "{method} {path}");
            } else {
                answer.assert(403, &refusal(needs));
            }
        }
    }
    assert_eq!(needed, scopes().into_iter().collect());
}

#[tokio::test]
async fn several_scopes_open_what_each_opens_and_none_opens_all() {
    let app = TestApp::start_with_admin().await;
    let project = app.default_project().await;
    let (_, some) = app
        .make_secret(&project, &["jira:write", "tokens:read"])
        .await;
    let (_, all) = app.make_secret(&project, &[]).await;
    for Operation {
        method,
        path,
        needs,
        opened,
    } in operations()
    {
        let answer = app.call(method.clone(), &path, &all, &Value::Null).await;
        assert_eq!(answer.status, opened, "{method} {path}");
        let is_open = ["jira:write", "tokens:read"].contains(&needs);
        let answer = app.call(method.clone(), &path, &some, &Value::Null).await;
        let status = if is_open { opened } else { 403 };
        assert_eq!(answer.status, status, "{method} {path}");
    }
}

#[tokio::test]
async fn an_alias_needs_what_its_endpoint_needs() {
    let app = TestApp::start_with_admin().await;
    let project = app.default_project().await;
    let (_, key) = app.make_secret(&project, &["connections:read"]).await;
    let jira = "/api/backend/integration-helpers/jira";
    let mut aliases: Vec<_> = operations()
        .into_iter()
        .filter_map(|operation| {
            let rest = operation.path.strip_prefix("/api/backend/jira")?;
            Some((operation.method, format!("{jira}{rest}"), operation.needs))
        })
        .collect();
    for name in ["get-all-projects", "get-selected-project-id", "get-issue"] {
        for prefix in ["/api/backend/jira", jira] {
            aliases.push((Method::GET, format!("{prefix}/{name}"), "jira:read"));
        }
    }
    for (method, path, needs) in aliases {
        for slash in ["", "/"] {
            let path = format!("{path}{slash}");
            let answer = app.call(method.clone(), &path, &key, &Value::Null).await;
            answer.assert(403, &refusal(needs));
        }
    }
    // What is not there is not there for anybody, and other methods are told.
    let nowhere = "/api/backend/jira/nope";
    app.call(Method::GET, nowhere, &key, &Value::Null)
        .await
        .expect(404);
    let projects = "/api/backend/jira/get-projects";
    app.call(Method::PUT, projects, &key, &Value::Null)
        .await
        .expect(405);
    let head = app.call(Method::HEAD, projects, &key, &Value::Null).await;
    assert_eq!(head.status, 403);
}
