//! A Jira whose lists do not end, or not for long. It has one site, and counts what it is asked.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::loopback::Loopback;

/// A page: what of, where it begins, and the number of the request.
pub(crate) type Page = dyn Fn(What, usize, usize) -> Value + Send + Sync;

/// What a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Issues,
    Projects,
    Boards,
    Sprints,
}

#[derive(Clone)]
pub(crate) struct EndlessJira {
    pub(crate) url: String,
    site: Arc<str>,
    page: Arc<Page>,
    calls: Arc<AtomicUsize>,
}

impl EndlessJira {
    /// A gateway to this site alone.
    pub(crate) async fn start(
        site: &str,
        page: impl Fn(What, usize, usize) -> Value + Send + Sync + 'static,
    ) -> Self {
        let loopback = Loopback::bind().await;
        let jira = Self {
            url: loopback.url.clone(),
            site: site.into(),
            page: Arc::new(page),
            calls: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(jira.clone());
        loopback.serve(router);
        jira
    }

    /// The calls for pages since the last time.
    pub(crate) fn take_calls(&self) -> usize {
        self.calls.swap(0, Ordering::SeqCst)
    }
}

async fn answer(State(jira): State<EndlessJira>, request: Request) -> Response {
    let path = request.uri().path();
    let what = match path {
        "/oauth/token/accessible-resources" => {
            let site = json!({
                "id": *jira.site, "name": "Acme", "url": "https://acme.example", "scopes": ["read:jira-work"],
            });
            return json_of(&json!([site]));
        }
        path if path.ends_with("/field") => return json_of(&json!([])),
        path if path.ends_with("/project/search") => What::Projects,
        path if path.ends_with("/board") => What::Boards,
        path if path.contains("/board/") => What::Sprints,
        path if path.contains("/agile/1.0/sprint/") && !path.ends_with("/issue") => {
            return json_of(&json!({"id": 37, "name": "Sprint", "state": "active"}));
        }
        _ => What::Issues,
    };
    let query = request.uri().query().unwrap_or_default();
    let start = url::form_urlencoded::parse(query.as_bytes())
        .find_map(|(name, value)| (name == "startAt").then(|| value.parse().unwrap()));
    let number = jira.calls.fetch_add(1, Ordering::SeqCst);
    let page = (jira.page)(what, start.unwrap_or(0), number);
    if page["status"] == 401 {
        return (
            StatusCode::UNAUTHORIZED,
            r#"{"code": 401, "message": "Unauthorized"}"#,
        )
            .into_response();
    }
    json_of(&page)
}

fn json_of(body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (headers, body.to_string()).into_response()
}

/// A page of numbered items, each named by `name`, that has no word about the end.
pub(crate) fn items(what: What, ids: Range<usize>, name: &str) -> Value {
    let item = |id: usize| match what {
        What::Issues => {
            json!({"id": id.to_string(), "key": format!("E-{id}"), "fields": {"summary": name}})
        }
        What::Projects => json!({"id": id.to_string(), "key": format!("E{id}"), "name": name}),
        What::Boards => json!({"id": id, "name": name, "type": "scrum"}),
        What::Sprints => json!({"id": id, "name": name, "state": "closed"}),
    };
    let member = if what == What::Issues {
        "issues"
    } else {
        "values"
    };
    json!({ member: ids.map(item).collect::<Vec<_>>() })
}
