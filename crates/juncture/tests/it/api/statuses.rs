//! Every status that the OpenAPI document names, of every endpoint, is one that the server gives.
//!
//! Each case is an endpoint and a status; how it comes about is a [`Scenario`]. `docs/API.md` is the
//! table of them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use jiff::SignedDuration;
use juncture_sandbox::Options;
use juncture_server::events::cursor;
use juncture_server::project::ProjectId;
use juncture_server::web::extract::TooSlow;
use serde_json::{Value, json};

use super::event_statuses;
use crate::support::admin::{ADMIN_KEY, APPS, PROJECTS};
use crate::support::answer::Answer;
use crate::support::flow::{BRUNO, code_of, link_to_try_again};
use crate::support::rows::{connection_id, execute};
use crate::support::sandbox::TestSandbox;
use crate::support::sessions::{Jar, SESSIONS};
use crate::support::{CALLBACK, SECRET_KEY, TestApp};

const ADMIN: &str = "/api/admin/";
const CONNECTIONS: &str = "/api/backend/connections";
const CONNECTION: &str = "/api/backend/connections/{connection_id}";
const TIMELINE: &str = "/api/backend/connections/{connection_id}/timeline";
const EVENTS: &str = "/api/backend/events";
const BOARDS: &str = "/ex/jira/*/rest/agile/1.0/board";
const ISSUE: &str = "/ex/jira/*/rest/api/3/issue/*";
const TRANSITIONS: &str = "/ex/jira/*/rest/api/3/issue/*/transitions";
const COMMENTS: &str = "/ex/jira/*/rest/api/3/issue/*/comment";
const COMMENT: &str = "/ex/jira/*/rest/api/3/issue/*/comment/*";

/// How a status comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scenario {
    GoodRequest,
    MissingParameters,
    NoSecretKey,
    JiraRefusesTheUser,
    GrantIsDead,
    UnknownConnection,
    UnknownThing,
    ChangedMeanwhile,
    ProjectIsArchived,
    KeyUsedForAnother,
    BodyTooLarge,
    BodyIsNoJson,
    BodyTakesTooLong,
    StrangerCallsTooOften,
    JiraLimits,
    JiraFails,
    StoreFails,
    NobodyVisits,
    FlowIsFinished,
    NoPublicKey,
    NoOAuthApp,
    KeyLacksScope,
    ProjectCallsTooOften,
    UnfitParameters,
    EventsAreForgotten,
    DefaultProject,
    SessionsRequired,
    OtherBrowser,
    EndpointOfEnvironment,
    ReplayUnderWay,
}

/// An endpoint: a good request to it, and the Jira call that decides its fate.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) parameters: Value,
    jira: Option<&'static str>,
}

pub(super) fn endpoint(
    method: Method,
    path: &'static str,
    parameters: Value,
    jira: impl Into<Option<&'static str>>,
) -> Endpoint {
    Endpoint {
        method,
        path,
        parameters,
        jira: jira.into(),
    }
}

/// Every endpoint. Parameters in `<…>` are filled in by [`prepare`].
#[expect(clippy::too_many_lines, reason = "an entry for each endpoint")]
pub(crate) fn endpoints() -> Vec<Endpoint> {
    let subject = || json!({"external_id": "a", "provider": "jira"});
    let project = || json!({"external_id": "a", "jira_project_id": "10000"});
    let issue = || json!({"external_id": "a", "issue_id_or_key": "SHOP-1"});
    let (get, post) = (Method::GET, Method::POST);
    let info = |name| (get.clone(), name, subject());
    let mut all = vec![];
    for (path, jira) in [
        (
            "/api/backend/connection-info/check-connection-validity",
            None,
        ),
        (
            "/api/backend/connection-info/get-connection-credentials",
            None,
        ),
        (
            "/api/backend/connection-info/get-access-token",
            Some("/oauth/token"),
        ),
    ] {
        let (method, path, parameters) = info(path);
        all.push(endpoint(method, path, parameters, jira));
    }
    all.push(endpoint(
        Method::DELETE,
        "/api/backend/connection-info/delete-connection",
        subject(),
        None,
    ));
    all.push(endpoint(get.clone(), CONNECTIONS, json!({}), None));
    all.push(endpoint(post.clone(), SESSIONS, subject(), None));
    for method in [Method::GET, Method::DELETE] {
        all.push(endpoint(method, CONNECTION, json!({}), None));
    }
    all.push(endpoint(get.clone(), TIMELINE, json!({}), None));
    all.push(endpoint(get.clone(), EVENTS, json!({}), None));
    let whose = json!({"external_id": "a"});
    all.push(endpoint(Method::DELETE, EVENTS, whose, None));
    all.extend(event_statuses::endpoints());
    for (path, jira) in [
        (
            "/api/backend/jira/get-tickets-for-project",
            "/ex/jira/*/rest/api/3/search/jql",
        ),
        ("/api/backend/jira/get-boards-for-project", BOARDS),
        ("/api/backend/jira/get-all-sprints-for-project", BOARDS),
        ("/api/backend/jira/get-active-sprints-for-project", BOARDS),
    ] {
        all.push(endpoint(get.clone(), path, project(), jira));
    }
    for (path, parameters, jira) in [
        ("get-project", project(), "/ex/jira/*/rest/api/3/project/*"),
        (
            "get-issue-types",
            project(),
            "/ex/jira/*/rest/api/3/project/*",
        ),
        (
            "get-statuses",
            project(),
            "/ex/jira/*/rest/api/3/project/*/statuses",
        ),
        (
            "get-priorities",
            json!({"external_id": "a"}),
            "/ex/jira/*/rest/api/3/priority",
        ),
        (
            "get-resolutions",
            json!({"external_id": "a"}),
            "/ex/jira/*/rest/api/3/resolution",
        ),
        (
            "get-labels",
            json!({"external_id": "a"}),
            "/ex/jira/*/rest/api/3/label",
        ),
        (
            "get-fields",
            json!({"external_id": "a"}),
            "/ex/jira/*/rest/api/3/field",
        ),
        (
            "get-create-fields",
            json!({"external_id": "a", "jira_project_id": "10000", "issue_type_id": "<issue_type_id>"}),
            "/ex/jira/*/rest/api/3/issue/createmeta/*/issuetypes/*",
        ),
        (
            "get-edit-fields",
            issue(),
            "/ex/jira/*/rest/api/3/issue/*/editmeta",
        ),
        (
            "search-users",
            json!({"external_id": "a", "query": "ada"}),
            "/ex/jira/*/rest/api/3/user/search",
        ),
        (
            "get-assignable-users",
            project(),
            "/ex/jira/*/rest/api/3/user/assignable/search",
        ),
        (
            "get-current-user",
            json!({"external_id": "a"}),
            "/ex/jira/*/rest/api/3/myself",
        ),
    ] {
        let path = format!("/api/backend/jira/{path}");
        all.push(endpoint(get.clone(), path.leak(), parameters, jira));
    }
    let edit = json!({"external_id": "a", "issue_id_or_key": "SHOP-1", "summary": "New words"});
    let comment = |body: Value| {
        json!({
            "external_id": "a", "issue_id_or_key": "SHOP-1", "comment_id": "<comment_id>", "body": body,
        })
    };
    let ticket = json!({
        "external_id": "a", "jira_project_id": "10000", "summary": "A new ticket",
        "issue_type_id": "<issue_type_id>",
    });
    let flow = json!({"provider": "jira", "external_id": "a"});
    let choice = json!({"connection_code": "<connection_code>", "site_id": "<site_id>"});
    let code = json!({"connection_code": "<connection_code>"});
    let by_id = || json!({"external_id": "a"});
    all.extend([
        endpoint(
            get.clone(),
            "/api/backend/jira/get-projects",
            by_id(),
            "/ex/jira/*/rest/api/3/project/search",
        ),
        endpoint(
            post.clone(),
            "/api/backend/jira/select-project",
            project(),
            None,
        ),
        endpoint(
            get.clone(),
            "/api/backend/jira/get-selected-project",
            by_id(),
            None,
        ),
        endpoint(
            get.clone(),
            "/api/backend/jira/get-tickets-for-sprint",
            json!({"external_id": "a", "sprint_id": "<sprint_id>"}),
            "/ex/jira/*/rest/agile/1.0/sprint/*",
        ),
        endpoint(
            get.clone(),
            "/api/backend/jira/get-issue-details",
            issue(),
            ISSUE,
        ),
        endpoint(Method::PUT, "/api/backend/jira/edit-issue", edit, ISSUE),
        endpoint(
            post.clone(),
            "/api/backend/jira/create-ticket",
            ticket,
            "/ex/jira/*/rest/api/3/issue",
        ),
        endpoint(
            post.clone(),
            "/api/backend/jira/create-tickets",
            json!({"external_id": "a", "tickets": [{
                "jira_project_id": "SHOP", "summary": "x", "issue_type_id": "<issue_type_id>",
            }]}),
            "/ex/jira/*/rest/api/3/issue/bulk",
        ),
        endpoint(
            Method::DELETE,
            "/api/backend/jira/delete-issue",
            issue(),
            ISSUE,
        ),
        endpoint(
            get.clone(),
            "/api/backend/jira/get-transitions",
            issue(),
            TRANSITIONS,
        ),
        endpoint(
            post.clone(),
            "/api/backend/jira/transition-issue",
            json!({"external_id": "a", "issue_id_or_key": "SHOP-1", "to_status_id": "<other_status_id>"}),
            TRANSITIONS,
        ),
        endpoint(
            get.clone(),
            "/api/backend/jira/get-comments",
            issue(),
            COMMENTS,
        ),
        endpoint(
            post.clone(),
            "/api/backend/jira/add-comment",
            json!({"external_id": "a", "issue_id_or_key": "SHOP-1", "body": "Words"}),
            COMMENTS,
        ),
        endpoint(
            Method::PUT,
            "/api/backend/jira/edit-comment",
            comment(json!("New words")),
            COMMENT,
        ),
        endpoint(
            Method::DELETE,
            "/api/backend/jira/delete-comment",
            comment(json!("")),
            COMMENT,
        ),
        endpoint(
            post.clone(),
            "/api/frontend/oauth/initiate-oauth-flow",
            flow,
            None,
        ),
        endpoint(
            get.clone(),
            "/api/frontend/oauth/authorization-callback/{provider}",
            json!({}),
            "/oauth/token",
        ),
        endpoint(
            get.clone(),
            "/api/frontend/oauth/try-again/{provider}",
            json!({}),
            None,
        ),
        endpoint(
            get.clone(),
            "/api/frontend/finalize-connection/jira/fetch-available-sites",
            code,
            "/oauth/token/accessible-resources",
        ),
        endpoint(
            post,
            "/api/frontend/finalize-connection/jira/create-connection",
            choice,
            "/oauth/token/accessible-resources",
        ),
        endpoint(get.clone(), "/healthz", json!({}), None),
        endpoint(get.clone(), "/metrics", json!({}), None),
        endpoint(get, "/readyz", json!({}), None),
    ]);
    all.extend(searching());
    all
}

/// Those that look for issues, and for what has changed in one.
fn searching() -> Vec<Endpoint> {
    let jql = || json!({"external_id": "a", "jql": "project = SHOP"});
    vec![
        endpoint(
            Method::POST,
            "/api/backend/jira/search-issues",
            jql(),
            "/ex/jira/*/rest/api/3/search/jql",
        ),
        endpoint(
            Method::POST,
            "/api/backend/jira/count-issues",
            jql(),
            "/ex/jira/*/rest/api/3/search/approximate-count",
        ),
        endpoint(
            Method::GET,
            "/api/backend/jira/get-changelog",
            json!({"external_id": "a", "issue_id_or_key": "SHOP-1"}),
            "/ex/jira/*/rest/api/3/issue/*/changelog",
        ),
    ]
}

/// Those for whoever runs the server.
fn admin_endpoints() -> Vec<Endpoint> {
    let project = "/api/admin/projects/{project_id}";
    let keys = "/api/admin/projects/{project_id}/keys";
    let key = "/api/admin/projects/{project_id}/keys/{key_id}";
    let app = "/api/admin/projects/{project_id}/oauth-apps/{provider}";
    let set = json!({"client_id": "another-client", "client_secret": "secret"});
    let cases = [
        (Method::POST, PROJECTS, json!({"name": "A project"})),
        (Method::GET, PROJECTS, json!({})),
        (Method::GET, project, json!({})),
        (Method::PATCH, project, json!({"settings": {}})),
        (Method::DELETE, project, json!({"confirm": "<name>"})),
        (
            Method::POST,
            keys,
            json!({"kind": "secret", "name": "A key"}),
        ),
        (Method::GET, keys, json!({})),
        (Method::DELETE, key, json!({})),
        (Method::PUT, app, set),
        (Method::GET, app, json!({})),
        (Method::DELETE, app, json!({})),
    ];
    let cases = cases.into_iter();
    cases
        .map(|(method, path, parameters)| endpoint(method, path, parameters, None))
        .collect()
}

/// The scenario that shows a status of an endpoint.
fn scenario(endpoint: &Endpoint, status: u16) -> Scenario {
    let is_token = endpoint.path.ends_with("get-access-token");
    let is_of_store = endpoint.path.starts_with("/api/backend/") && endpoint.jira.is_none();
    if endpoint.path.starts_with(ADMIN) {
        return scenario_of_admin(endpoint, status);
    }
    if event_statuses::is_one(endpoint)
        && let Some(scenario) = event_statuses::scenario(endpoint, status)
    {
        return scenario;
    }
    match status {
        200 if endpoint.path.contains("authorization-callback") => Scenario::FlowIsFinished,
        200 | 201 | 302 => Scenario::GoodRequest,
        400 if [CONNECTIONS, TIMELINE].contains(&endpoint.path) => Scenario::UnfitParameters,
        400 if endpoint.path == EVENTS && endpoint.method == Method::GET => {
            Scenario::UnfitParameters
        }
        400 => Scenario::MissingParameters,
        401 if endpoint.path.starts_with("/api/frontend/") => Scenario::NoPublicKey,
        401 => Scenario::NoSecretKey,
        403 if is_of_store => Scenario::KeyLacksScope,
        403 if endpoint.path.contains("initiate") => Scenario::SessionsRequired,
        403 if endpoint.path.starts_with("/api/frontend/oauth/") => Scenario::OtherBrowser,
        403 if is_token => Scenario::GrantIsDead,
        403 => Scenario::JiraRefusesTheUser,
        404 if endpoint.path.ends_with("get-tickets-for-sprint") => Scenario::UnknownThing,
        404 => Scenario::UnknownConnection,
        409 if endpoint.path.contains("initiate") => Scenario::NoOAuthApp,
        409 if endpoint.path.contains("create-ticket") || endpoint.path == SESSIONS => {
            Scenario::KeyUsedForAnother
        }
        409 if endpoint.path.contains("tickets") => Scenario::ProjectIsArchived,
        409 => Scenario::ChangedMeanwhile,
        410 => Scenario::EventsAreForgotten,
        408 => Scenario::BodyTakesTooLong,
        413 => Scenario::BodyTooLarge,
        415 => Scenario::BodyIsNoJson,
        429 if is_of_store => Scenario::ProjectCallsTooOften,
        429 if endpoint.jira.is_none() => Scenario::StrangerCallsTooOften,
        429 => Scenario::JiraLimits,
        500 if endpoint.jira.is_some() => Scenario::JiraFails,
        503 if endpoint.path.contains("callback") => Scenario::NobodyVisits,
        500 | 503 => Scenario::StoreFails,
        other => panic!("no scenario for {other} of {}", endpoint.path),
    }
}

/// The same of an endpoint for whoever runs the server.
fn scenario_of_admin(endpoint: &Endpoint, status: u16) -> Scenario {
    match status {
        200 | 201 => Scenario::GoodRequest,
        400 if endpoint.method == Method::GET || endpoint.method == Method::PATCH => {
            Scenario::UnfitParameters
        }
        400 if endpoint.path.ends_with("oauth-apps/{provider}") => Scenario::UnfitParameters,
        400 => Scenario::MissingParameters,
        401 => Scenario::NoSecretKey,
        404 => Scenario::UnknownThing,
        408 => Scenario::BodyTakesTooLong,
        409 if endpoint.method == Method::POST => Scenario::KeyUsedForAnother,
        409 => Scenario::DefaultProject,
        413 => Scenario::BodyTooLarge,
        415 => Scenario::BodyIsNoJson,
        500 => Scenario::StoreFails,
        other => panic!("no scenario for {other} of {}", endpoint.path),
    }
}

#[tokio::test]
async fn every_documented_status_is_given() {
    let mut stage: Option<(Method, &str, TestApp)> = None;
    for (endpoint, status) in cases() {
        let app = match stage.take() {
            Some((method, path, app)) if (&method, path) == (&endpoint.method, endpoint.path) => {
                app
            }
            _ => start().await,
        };
        let scenario = scenario(&endpoint, status);
        let answer = play(&app, &endpoint, scenario).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{} {} {scenario:?}: {}",
            endpoint.method,
            endpoint.path,
            answer.text()
        );
        if status >= 400 {
            let body = answer.json();
            assert!(
                body["error"].is_string() && body["code"].is_string(),
                "{body}"
            );
        }
        stage = Some((endpoint.method, endpoint.path, app));
    }
}

async fn start() -> TestApp {
    let small = Options {
        issues: 20,
        projects: 6,
        ..Options::default()
    };
    let admin = [("JUNCTURE_ADMIN_KEY", ADMIN_KEY)];
    TestApp::start_with(&admin, TestSandbox::start_with(small).await).await
}

#[test]
fn the_table_of_statuses_is_the_committed_one() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let page = std::fs::read_to_string(format!("{root}/docs/API.md")).unwrap();
    let table = to_table();
    assert!(
        page.contains(&table),
        "docs/API.md is out of step; its table should be:\n{table}"
    );
}

/// The documented statuses of every endpoint, and the scenario of [`every_documented_status_is_given`]
/// that shows each.
fn to_table() -> String {
    let mut table = "| endpoint | status | shown by |\n| --- | --- | --- |\n".to_owned();
    for (endpoint, status) in cases() {
        let scenario = scenario(&endpoint, status);
        let line = format!(
            "| `{} {}` | {status} | {scenario:?} |\n",
            endpoint.method, endpoint.path
        );
        table.push_str(&line);
    }
    table
}

/// Every endpoint and status of the document. One that has no entry in [`endpoints`] fails here.
fn cases() -> Vec<(Endpoint, u16)> {
    let document: Value = juncture_json::decode(juncture_server::router::document()).unwrap();
    let mut known: BTreeMap<(String, &str), Endpoint> = endpoints()
        .into_iter()
        .chain(admin_endpoints())
        .map(|endpoint| ((endpoint.method.to_string(), endpoint.path), endpoint))
        .collect();
    let mut cases = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        // Its answers are the provider's; `proxy` shows those that are not.
        if path.starts_with("/api/backend/proxy/") {
            continue;
        }
        for (method, operation) in methods.as_object().unwrap() {
            let key = (method.to_uppercase(), path.as_str());
            let endpoint = known.remove(&key);
            let endpoint = endpoint.unwrap_or_else(|| panic!("no good request for {key:?}"));
            for status in operation["responses"].as_object().unwrap().keys() {
                let Endpoint {
                    method,
                    path,
                    parameters,
                    jira,
                } = &endpoint;
                let endpoint = Endpoint {
                    method: method.clone(),
                    path,
                    parameters: parameters.clone(),
                    jira: *jira,
                };
                cases.push((endpoint, status.parse().unwrap()));
            }
        }
    }
    assert!(known.is_empty(), "not in the document: {:?}", known.keys());
    cases
}

/// Lets a call to Jira fail so, and its newer way where there are two.
async fn strike(app: &TestApp, jira: &str, fault: &Value) {
    app.sandbox.fault(jira, fault, None).await;
    if jira.ends_with("/priority") || jira.ends_with("/resolution") {
        app.sandbox
            .fault(&format!("{jira}/search"), fault, None)
            .await;
    }
}

/// Sets the scene, makes the request, and gives the answer.
#[expect(clippy::too_many_lines, reason = "an arm for each scenario")]
async fn play(app: &TestApp, endpoint: &Endpoint, scenario: Scenario) -> Answer {
    // What the scenario before has left: its faults, a limit to wait out, a dead grant.
    app.sandbox.clear_faults().await;
    app.advance(SignedDuration::from_hours(1)).await;
    app.connect("a").await;
    if matches!(scenario, Scenario::NoPublicKey | Scenario::NoOAuthApp) {
        return play_in_cloud(endpoint, scenario).await;
    }
    if scenario == Scenario::SessionsRequired {
        return play_where_sessions_are_required(endpoint).await;
    }
    let (mut path, mut parameters) = match scenario {
        Scenario::OtherBrowser => prepare_session(app, endpoint).await,
        _ if event_statuses::is_one(endpoint) => {
            event_statuses::prepare(app, endpoint, scenario).await
        }
        _ => prepare(app, endpoint).await,
    };
    let jira = endpoint.jira.unwrap_or_default();
    let mut request = Request::builder().method(endpoint.method.clone());
    let key = key_for(app, endpoint, scenario).await;
    if let Some(key) = &key {
        request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
    }
    match scenario {
        Scenario::NoPublicKey | Scenario::NoOAuthApp | Scenario::SessionsRequired => {
            unreachable!("played elsewhere")
        }
        Scenario::ProjectCallsTooOften => limit_to_one(app).await,
        Scenario::EventsAreForgotten => {
            execute(app, "UPDATE event_feed SET swept_to = position").await;
            parameters = json!({"after": cursor::write(ProjectId::DEFAULT, 0)});
        }
        Scenario::UnfitParameters | Scenario::UnknownThing if event_statuses::is_one(endpoint) => {}
        Scenario::UnfitParameters => unfit(endpoint, &mut path, &mut parameters),
        Scenario::DefaultProject => {
            let project = app.default_project().await;
            path = endpoint.path.replace("{project_id}", &project);
            parameters = json!({"name": "another", "confirm": "default"});
        }
        Scenario::GoodRequest
        | Scenario::EndpointOfEnvironment
        | Scenario::ReplayUnderWay
        | Scenario::NoSecretKey
        | Scenario::KeyLacksScope
        | Scenario::OtherBrowser
        | Scenario::BodyTakesTooLong => {}
        Scenario::MissingParameters => parameters = json!({}),
        Scenario::JiraRefusesTheUser => {
            let body = json!({"errorMessages": ["You may not."], "errors": {}});
            let fault = json!({"kind": "status", "status": 403, "body": body});
            strike(app, jira, &fault).await;
        }
        Scenario::GrantIsDead => {
            let account_id = app.account_id(BRUNO).await;
            app.sandbox
                .control("revoke", &json!({"account_id": account_id}))
                .await;
            app.advance(SignedDuration::from_hours(1)).await;
        }
        Scenario::UnknownConnection => name_nobody(endpoint, &mut path, &mut parameters),
        Scenario::UnknownThing if endpoint.path.starts_with(ADMIN) => {
            let nobody = uuid::Uuid::max().to_string();
            path = endpoint.path.replace("{project_id}", &nobody);
            path = path
                .replace("{provider}", "jira")
                .replace("{key_id}", &nobody);
        }
        Scenario::UnknownThing => parameters["sprint_id"] = json!("999999999"),
        Scenario::ChangedMeanwhile => app.sandbox.fail(jira, 409, None).await,
        Scenario::ProjectIsArchived => parameters["jira_project_id"] = json!("LEGACY"),
        Scenario::KeyUsedForAnother => {
            request = request.header("idempotency-key", "key-1");
            use_key_for_another(app, &path, &parameters, &key.unwrap()).await;
        }
        Scenario::BodyTooLarge => {
            let is_of_many = parameters.get("tickets").is_some();
            let megabytes = if is_of_many { 8 } else { 1 };
            parameters["external_id"] = json!("x".repeat(megabytes * 1024 * 1024));
        }
        Scenario::StrangerCallsTooOften => {
            let stranger = ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 4711)));
            request = request.extension(stranger);
            use_limit_up(app, endpoint, stranger).await;
        }
        Scenario::BodyIsNoJson => request = request.header(header::CONTENT_TYPE, "text/plain"),
        Scenario::JiraLimits | Scenario::JiraFails => {
            if jira == "/oauth/token" && !path.contains("callback") {
                app.advance(SignedDuration::from_hours(1)).await;
            }
            let status = if scenario == Scenario::JiraLimits {
                429
            } else {
                503
            };
            let fault =
                json!({"kind": "status", "status": status, "retry_after": {"seconds": 1800}});
            strike(app, jira, &fault).await;
        }
        Scenario::StoreFails => app.app.store.close().await,
        Scenario::NobodyVisits => request = request.header("sec-purpose", "prefetch"),
        Scenario::FlowIsFinished => {
            let code = code_of(&app.visit(&with_query(&path, &parameters)).await);
            let site_id = app.site_id("Acme").await;
            app.finalize(&code, &site_id).await.expect(200);
            request = request.header(header::ACCEPT, "text/html");
        }
    }
    put(request, &path, &parameters, endpoint, scenario, app).await
}

/// The key that a request comes with.
async fn key_for(app: &TestApp, endpoint: &Endpoint, scenario: Scenario) -> Option<String> {
    match scenario {
        Scenario::NoSecretKey | Scenario::StrangerCallsTooOften | Scenario::OtherBrowser => None,
        Scenario::KeyLacksScope => {
            let project = app.default_project().await;
            let is_of_events = endpoint.path.starts_with("/api/backend/event");
            let scope = if is_of_events { "proxy" } else { "events" };
            Some(app.make_secret(&project, &[scope]).await.1)
        }
        _ if endpoint.path.starts_with(ADMIN) => Some(ADMIN_KEY.to_owned()),
        _ => Some(SECRET_KEY.to_owned()),
    }
}

/// Sends something else with the key of a request that is to come.
async fn use_key_for_another(app: &TestApp, path: &str, parameters: &Value, key: &str) {
    let mut other = parameters.clone();
    let is_of_many = other.get("tickets").is_some();
    if is_of_many {
        other["tickets"][0]["summary"] = json!("Another ticket");
    } else {
        other["summary"] = json!("Another ticket");
        other["name"] = json!("Another thing");
        other["expires_in"] = json!(60);
        other["mode"] = json!("thin");
    }
    let first = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", "key-1");
    app.send(first.body(Body::from(other.to_string())).unwrap())
        .await
        .expect(if is_of_many { 200 } else { 201 });
}

/// Calls as often in this minute as a stranger may.
async fn use_limit_up(app: &TestApp, endpoint: &Endpoint, stranger: ConnectInfo<SocketAddr>) {
    for _ in 0..app.app.config.public_requests_per_minute {
        let call = Request::builder()
            .method(endpoint.method.clone())
            .uri(endpoint.path)
            .extension(stranger);
        let answer = app.send(call.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 400, "let through, but empty");
    }
}

/// The answer of a server of many projects, to a page that names none, or one without an app.
async fn play_in_cloud(endpoint: &Endpoint, scenario: Scenario) -> Answer {
    let app = TestApp::start_cloud().await;
    let mut request = Request::builder().method(endpoint.method.clone());
    if scenario == Scenario::NoOAuthApp {
        let project = app.make_whole_project("Acme", &json!({})).await;
        request = request.header("x-juncture-public-key", project.public_key);
    }
    let (path, parameters) = (endpoint.path, &endpoint.parameters);
    put(request, path, parameters, endpoint, scenario, &app).await
}

/// The answer of a server whose project connects by connect sessions alone.
async fn play_where_sessions_are_required(endpoint: &Endpoint) -> Answer {
    let app = start().await;
    let path = format!("{PROJECTS}/{}", app.default_project().await);
    let settings = json!({"settings": {"require_connect_sessions": true}});
    app.admin(Method::PATCH, &path, &settings).await.expect(200);
    app.app.projects.follow().await.unwrap();
    let request = Request::builder().method(endpoint.method.clone());
    let (path, parameters) = (endpoint.path, &endpoint.parameters);
    let scenario = Scenario::SessionsRequired;
    put(request, path, parameters, endpoint, scenario, &app).await
}

/// The path and the parameters of a good request, but for the browser that its flow is bound to.
async fn prepare_session(app: &TestApp, endpoint: &Endpoint) -> (String, Value) {
    let mut browser = Jar::default();
    let uri = browser.open(app, &app.session("a", &json!({})).await).await;
    let decision = if endpoint.path.contains("try-again") {
        "deny"
    } else {
        "allow"
    };
    let callback = app.consent(&uri, BRUNO, Some("Acme"), decision).await;
    let url = if decision == "deny" {
        link_to_try_again(&browser.visit(app, &callback).await)
    } else {
        let base: url::Url = crate::support::BASE_URL.parse().unwrap();
        base.join(&callback).unwrap()
    };
    let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    (url.path().to_owned(), json!(query))
}

/// Lets the project of the environment call once a minute, which it has.
async fn limit_to_one(app: &TestApp) {
    let path = format!("{PROJECTS}/{}", app.default_project().await);
    let limits = json!({"settings": {"limits": {"requests_per_minute": 1}}});
    app.admin(Method::PATCH, &path, &limits).await.expect(200);
    app.app.projects.follow().await.unwrap();
    app.validity("a").await;
}

/// Makes something of a request to whoever runs the server unfit.
fn unfit(endpoint: &Endpoint, path: &mut String, parameters: &mut Value) {
    if endpoint.path.ends_with("{provider}") {
        *path = path.replace("/jira", "/nope");
    } else if endpoint.method == Method::PATCH {
        *parameters = json!({"settings": {"limit": 1}});
    } else {
        *parameters = json!({"limit": "0"});
    }
}

/// Names a connection that is not there.
fn name_nobody(endpoint: &Endpoint, path: &mut String, parameters: &mut Value) {
    if endpoint.path.starts_with(CONNECTION) {
        *path = endpoint.path.replace("{connection_id}", "nobody");
    } else {
        parameters["external_id"] = json!("nobody");
    }
}

/// Sends the parameters where they belong, and gives the answer.
async fn put(
    mut request: axum::http::request::Builder,
    path: &str,
    parameters: &Value,
    endpoint: &Endpoint,
    scenario: Scenario,
    app: &TestApp,
) -> Answer {
    // The parameters of a DELETE may stand in either place.
    let is_about_the_body = matches!(
        scenario,
        Scenario::BodyTooLarge | Scenario::BodyIsNoJson | Scenario::BodyTakesTooLong
    );
    if is_about_the_body || matches!(endpoint.method, Method::POST | Method::PUT | Method::PATCH) {
        if scenario != Scenario::BodyIsNoJson {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = match scenario {
            Scenario::BodyTakesTooLong => overdue(),
            _ => Body::from(parameters.to_string()),
        };
        return app.send(request.uri(path).body(body).unwrap()).await;
    }
    if scenario != Scenario::FlowIsFinished {
        request = request.header(header::ACCEPT, "application/json");
    }
    let request = request.uri(with_query(path, parameters));
    app.send(request.body(Body::empty()).unwrap()).await
}

fn with_query(path: &str, parameters: &Value) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.as_object().unwrap() {
        query.append_pair(name, value.as_str().unwrap());
    }
    format!("{path}?{}", query.finish())
}

/// A body as the server has it whose time is over (`accept::deadlines` shows that it comes to that).
fn overdue() -> Body {
    Body::from_stream(futures_util::stream::once(async {
        Err::<axum::body::Bytes, _>(TooSlow)
    }))
}

/// The path and the parameters of a good request, with everything in them that exists only now.
async fn prepare(app: &TestApp, endpoint: &Endpoint) -> (String, Value) {
    let mut parameters = endpoint.parameters.clone();
    if endpoint.path.starts_with(ADMIN) {
        let path = prepare_admin(app, endpoint, &mut parameters).await;
        return (path, parameters);
    }
    if endpoint.path.contains("authorization-callback") {
        let uri = app.initiate("a").await;
        let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
        let url = url::Url::parse(crate::support::BASE_URL)
            .unwrap()
            .join(&callback)
            .unwrap();
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        return (CALLBACK.to_owned(), json!(query));
    }
    if endpoint.path.contains("try-again") {
        let uri = app.initiate("a").await;
        let denied = app.consent(&uri, BRUNO, Some("Acme"), "deny").await;
        let link = link_to_try_again(&app.visit(&denied).await);
        let query: BTreeMap<String, String> = link.query_pairs().into_owned().collect();
        return (link.path().to_owned(), json!(query));
    }
    if endpoint.path.starts_with(CONNECTION) {
        let id = connection_id(app, "a").await.unwrap().to_string();
        return (endpoint.path.replace("{connection_id}", &id), parameters);
    }
    // One of several tickets has parameters of its own.
    let tickets = parameters.get_mut("tickets");
    let ticket = tickets
        .and_then(|tickets| tickets.get_mut(0))
        .map(Value::take);
    if let Some(mut ticket) = ticket {
        fill(app, ticket.as_object_mut().unwrap()).await;
        parameters["tickets"] = json!([ticket]);
        return (endpoint.path.to_owned(), parameters);
    }
    fill(app, parameters.as_object_mut().unwrap()).await;
    (endpoint.path.to_owned(), parameters)
}

/// The path of a good request of whoever runs the server: there is a project, with all it needs.
async fn prepare_admin(app: &TestApp, endpoint: &Endpoint, parameters: &mut Value) -> String {
    let path = endpoint.path.replace("{provider}", "jira");
    if !path.contains("{project_id}") {
        return path;
    }
    let name = uuid::Uuid::new_v4().to_string();
    let project = app.make_whole_project(&name, &json!({})).await;
    if let Some(confirm) = parameters.get_mut("confirm") {
        *confirm = name.into();
    }
    app.set_app(&project, APPS[0]).await;
    let (key, _) = app.make_secret(&project.id, &[]).await;
    path.replace("{project_id}", &project.id)
        .replace("{key_id}", &key)
}

async fn fill(app: &TestApp, parameters: &mut serde_json::Map<String, Value>) {
    for value in parameters.values_mut() {
        let filled = match value.as_str().unwrap() {
            "<connection_code>" => app.connection_code("a", BRUNO, Some("Acme")).await,
            "<site_id>" => app.site_id("Acme").await,
            "<sprint_id>" => app.active_sprint_id().await,
            "<issue_type_id>" => app.issue_type_id().await,
            "<comment_id>" => app.comment_on("SHOP-1").await,
            "<other_status_id>" => app.other_status_of("SHOP-1").await,
            other => other.to_owned(),
        };
        *value = filled.into();
    }
}
