//! Search by JQL, page by page, and its approximate count.
//!
//! The refusals come in the order Jira has: body, token, reconciled issues, page size, bounds,
//! syntax, meaning. The old `search` answers 410 since its removal (changelog CHANGE-2046).

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::json;

use super::page_token::fingerprint;
use super::payload::Payload;
use super::query::find;
use super::view::{AskedProperties, Fields, ISSUE_EXPANSIONS};
use super::walk::{Step, page, read_limit, read_token};
use crate::gateway::{Answered, Caller, Parameters, Refusal, Sentence, json_answer, page_answer};
use crate::jql::{Query, parse};
use crate::options::SemanticJqlErrors;
use crate::sandbox::State;

/// A search as asked, by query or by body.
struct Asked {
    jql: Option<String>,
    page_token: Option<String>,
    max_results: i64,
    fields: Vec<String>,
    expand: Vec<String>,
    properties: Vec<String>,
    reconciled: Vec<u64>,
    includes_archived: bool,
}

/// The refusal of the removed `search`.
pub(super) async fn removed(caller: Caller) -> Refusal {
    caller.refuse(StatusCode::GONE, &Sentence::RemovedSearch)
}

/// `GET search/jql`
pub(super) async fn by_query(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-work")?;
    let asked = Asked {
        jql: parameters.find("jql").map(str::to_owned),
        page_token: parameters.find("nextPageToken").map(str::to_owned),
        max_results: parameters.page_size()?.unwrap_or(50),
        fields: parameters.list("fields"),
        expand: parameters.list("expand"),
        properties: parameters.list("properties"),
        reconciled: parameters.repeated_numbers("reconcileIssues")?,
        includes_archived: parameters.boolean("includeArchivedProjects")? == Some(true),
    };
    parameters.boolean("fieldsByKeys")?;
    parameters.boolean("failFast")?;
    search(&caller, asked)
}

/// `POST search/jql`
pub(super) async fn by_body(caller: Caller, body: Bytes) -> Answered {
    caller.must_hold("read:jira-work")?;
    let known = [
        "jql",
        "nextPageToken",
        "maxResults",
        "fields",
        "expand",
        "properties",
        "fieldsByKeys",
        "reconcileIssues",
        "includeArchivedProjects",
    ];
    let payload = Payload::read(&caller, &body, &known)?;
    let properties = payload
        .find("properties")
        .and_then(|value| value.as_array());
    if properties.is_some_and(|items| items.iter().any(serde_json::Value::is_null)) {
        return Err(Refusal::Crashed);
    }
    payload.boolean("fieldsByKeys")?;
    let expand = payload.text("expand")?.unwrap_or_default();
    let reconciled = payload.numbers("reconcileIssues")?;
    let asked = Asked {
        jql: payload.text("jql")?,
        page_token: payload.text("nextPageToken")?,
        max_results: payload.page_size()?.unwrap_or(50),
        fields: payload.texts("fields")?.unwrap_or_default(),
        expand: expand
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect(),
        properties: payload.texts("properties")?.unwrap_or_default(),
        reconciled: reconciled
            .into_iter()
            // No issue has a number below nought.
            .map(|id| u64::try_from(id).unwrap_or_default())
            .collect(),
        includes_archived: payload.boolean("includeArchivedProjects")? == Some(true),
    };
    search(&caller, asked)
}

/// `POST search/approximate-count`
pub(super) async fn count(caller: Caller, body: Bytes) -> Answered {
    caller.must_hold("read:jira-work")?;
    let payload = Payload::read(&caller, &body, &["jql"])?;
    let query = read_jql(&caller, payload.text("jql")?.as_deref())?;
    let state = caller.state();
    let count = find(&caller, &state, &query, false, is_loud(&state))?
        .map_or(0, |search| search.count(&state.world.sites[caller.site]));
    Ok(json_answer(&json!({"count": count})))
}

fn search(caller: &Caller, asked: Asked) -> Answered {
    let state = caller.state();
    let query_id = fingerprint(&(&asked.jql, &asked.fields, caller.site, caller.person));
    let token = read_token(caller, &state, asked.page_token.as_deref(), query_id)?;
    if asked.reconciled.len() > 50 {
        return Err(caller.bad_request(&Sentence::TooManyToReconcile));
    }
    let limit = read_limit(caller, asked.max_results)?;
    let properties = AskedProperties::asked_of_list(caller, asked.properties)?;
    let query = read_jql(caller, asked.jql.as_deref())?;
    let includes_archived = asked.includes_archived;
    let found = find(caller, &state, &query, includes_archived, is_loud(&state))?;
    let Some(search) = found else {
        return Ok(json_answer(&json!({"issues": [], "isLast": true})));
    };
    let search = search.reconciling(&asked.reconciled);
    caller.must_simulate("expand", &asked.expand, &ISSUE_EXPANSIONS)?;
    let step = Step {
        query: query_id,
        jql: asked.jql.as_deref().unwrap_or_default(),
        token,
        limit,
        fields: &Fields::asked(&asked.fields),
        expand: &asked.expand,
        properties: &properties,
    };
    let body = page(caller, &state, &search, step, |view, issue, fields| {
        view.issue(issue, fields)
    });
    Ok(page_answer(&body, "issues"))
}

fn is_loud(state: &State) -> bool {
    state.switches.semantic_jql_errors == SemanticJqlErrors::Loud
}

/// Reads a query that must restrict something.
fn read_jql(caller: &Caller, jql: Option<&str>) -> Result<Query, Refusal> {
    let jql = jql.unwrap_or_default();
    let query = parse(jql).map_err(|sentence| {
        let is_bare_order = jql
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("order by");
        let is_too_long = sentence == Sentence::TooManySorts;
        // Bounds are checked before syntax, and a query that starts with its order has none.
        let first = if is_bare_order && !is_too_long {
            Sentence::UnboundedJql
        } else {
            sentence
        };
        caller.bad_request(&first)
    })?;
    if query.clause.is_none() {
        return Err(caller.bad_request(&Sentence::UnboundedJql));
    }
    Ok(query)
}
