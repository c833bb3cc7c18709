//! A server of many projects: each with its own keys, OAuth app, customers and sites.

use axum::body::Body;
use axum::http::{Method, Request, header};
use jiff::SignedDuration;
use juncture_server::upkeep::Changes;
use serde_json::{Value, json};
use url::Url;

use crate::support::TestApp;
use crate::support::admin::{APPS, CLOUD, Made, PROJECTS};
use crate::support::flow::{ADA, BRUNO};
use crate::support::rows::count_rows;
use crate::support::sandbox::TestSandbox;

/// What is set to nothing is not set.
const NO_APP: [(&str, &str); 3] = [
    ("DEFAULT_JIRA_CLIENT_ID", ""),
    ("DEFAULT_JIRA_CLIENT_SECRET", ""),
    ("DEFAULT_JIRA_REDIRECT_URI", ""),
];

const FLOW: &str = "/api/frontend/oauth/initiate-oauth-flow";

async fn info(
    app: &TestApp,
    project: &Made,
    endpoint: &str,
    id: &str,
) -> crate::support::answer::Answer {
    let path = format!("/api/backend/connection-info/{endpoint}?external_id={id}&provider=jira");
    app.call(Method::GET, &path, &project.secret_key, &Value::Null)
        .await
}

async fn token(app: &TestApp, project: &Made, id: &str) -> String {
    let token = info(app, project, "get-access-token", id).await.expect(200);
    token["access_token"].as_str().unwrap().to_owned()
}

fn client_id(uri: &Url) -> String {
    let mut pairs = uri.query_pairs();
    let found = pairs.find(|(name, _)| name == "client_id");
    found.unwrap().1.into_owned()
}

/// The client id of each refresh that Atlassian has seen.
async fn refreshing_clients(app: &TestApp) -> Vec<String> {
    let asked = app.sandbox.requests_to("/oauth/token").await;
    let bodies = asked
        .iter()
        .map(|request| juncture_json::decode::<Value>(request["body"].as_str().unwrap()).unwrap());
    let refreshes = bodies.filter(|body| body["grant_type"] == "refresh_token");
    refreshes
        .map(|body| body["client_id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn no_app_of_the_environment_is_needed_where_projects_have_their_own() {
    let mut variables = CLOUD.to_vec();
    variables.extend(NO_APP);
    let app = TestApp::start_cloud_with(&variables).await;
    let acme = app.make_project_with_app("Acme", APPS[0]).await;
    app.connect_for(&acme, "a", BRUNO, "Acme").await;
    token(&app, &acme, "a").await;

    // What may be lent is not there.
    let id = app
        .make_project("Bolt", &json!({"may_use_default_apps": true}))
        .await;
    let (_, public_key) = app
        .make_key(&id, &json!({"kind": "public", "name": "Page"}))
        .await;
    let request = Request::post(FLOW)
        .header("x-juncture-public-key", public_key)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(
            json!({"provider": "jira", "external_id": "a"}).to_string(),
        ));
    let refused = app.send(request.unwrap()).await.expect(409);
    assert_eq!(refused["code"], "no_oauth_app");
}

#[tokio::test]
async fn two_projects_connect_the_same_external_id_each_with_its_own_app_and_site() {
    let app = TestApp::start_cloud().await;
    let acme = app.make_project_with_app("Acme", APPS[0]).await;
    let bolt = app.make_project_with_app("Bolt", APPS[1]).await;
    for (project, own) in [(&acme, APPS[0].0), (&bolt, APPS[1].0)] {
        assert_eq!(client_id(&app.initiate_for(project, "a").await), own);
    }
    app.connect_for(&acme, "a", BRUNO, "Acme").await;
    let nobody = info(&app, &bolt, "check-connection-validity", "a").await;
    assert_eq!(nobody.expect(200)["exists"], false);
    info(&app, &bolt, "get-access-token", "a").await.expect(401);
    app.connect_for(&bolt, "a", ADA, "Initech").await;
    assert_ne!(token(&app, &acme, "a").await, token(&app, &bolt, "a").await);
    let names = async |project: &Made| {
        let path = "/api/backend/jira/get-projects?external_id=a";
        let listed = app.call(Method::GET, path, &project.secret_key, &Value::Null);
        let listed = listed.await.expect(200);
        listed["projects"].to_string()
    };
    assert_ne!(names(&acme).await, names(&bolt).await);

    // Each is refreshed by its own app: Atlassian takes no refresh token from another one.
    app.advance(SignedDuration::from_hours(1)).await;
    app.sandbox.forget_requests().await;
    token(&app, &acme, "a").await;
    token(&app, &bolt, "a").await;
    let clients = refreshing_clients(&app).await;
    assert_eq!(clients, [APPS[0].0, APPS[1].0]);

    // What one deletes the other keeps.
    let path = "/api/backend/connection-info/delete-connection?external_id=a&provider=jira";
    let deleted = app.call(Method::DELETE, path, &acme.secret_key, &Value::Null);
    deleted.await.expect(200);
    info(&app, &acme, "get-access-token", "a").await.expect(401);
    token(&app, &bolt, "a").await;
}

#[tokio::test]
async fn connections_keep_the_app_that_gave_their_grant() {
    let app = TestApp::start_cloud().await;
    let acme = app.make_project_with_app("Acme", APPS[0]).await;
    app.connect_for(&acme, "old", BRUNO, "Acme").await;
    let under_way = app.initiate_for(&acme, "under-way").await;
    app.set_app(&acme, APPS[1]).await;
    assert_eq!(client_id(&app.initiate_for(&acme, "new").await), APPS[1].0);
    app.connect_for(&acme, "new", ADA, "Initech").await;
    // A flow ends with the app that it began with.
    let callback = app.consent(&under_way, BRUNO, Some("Acme"), "allow").await;
    assert_eq!(app.visit(&callback).await.status, 302);
    app.advance(SignedDuration::from_hours(1)).await;
    app.sandbox.forget_requests().await;
    token(&app, &acme, "old").await;
    token(&app, &acme, "new").await;
    assert_eq!(refreshing_clients(&app).await, [APPS[0].0, APPS[1].0]);
    // Nor does it matter that the app is taken away.
    let path = format!("{PROJECTS}/{}/oauth-apps/jira", acme.id);
    app.admin(Method::DELETE, &path, &Value::Null)
        .await
        .expect(200);
    app.advance(SignedDuration::from_hours(1)).await;
    token(&app, &acme, "new").await;
    let body = json!({"provider": "jira", "external_id": "another"});
    let refused = app.page_call(&acme.public_key, FLOW, &body).await;
    assert_eq!(refused.expect(409)["code"], "no_oauth_app");
}

#[tokio::test]
async fn a_retired_app_is_kept_for_as_long_as_something_is_of_it() {
    const RETIRED: &str = "SELECT COUNT(*) FROM oauth_app WHERE retired_at IS NOT NULL";
    let app = TestApp::start_cloud().await;
    let acme = app.make_project_with_app("Acme", APPS[0]).await;
    app.connect_for(&acme, "a", BRUNO, "Acme").await;
    let under_way = app.initiate_for(&acme, "under-way").await;
    app.set_app(&acme, APPS[1]).await;
    let delete = async |id: &str| {
        let path = "/api/backend/connection-info/delete-connection?provider=jira&external_id=";
        let path = format!("{path}{id}");
        let deleted = app.call(Method::DELETE, &path, &acme.secret_key, &Value::Null);
        deleted.await.expect(200);
    };
    delete("a").await;
    app.sweep().await;
    assert_eq!(
        count_rows(&app, RETIRED).await,
        1,
        "a flow may be under way"
    );
    let callback = app.consent(&under_way, BRUNO, Some("Acme"), "allow").await;
    let code = crate::support::flow::code_of(&app.visit(&callback).await);
    let path = "/api/frontend/finalize-connection/jira/create-connection";
    let body = json!({"connection_code": code, "site_id": app.site_id("Acme").await});
    app.page_call(&acme.public_key, path, &body)
        .await
        .expect(200);
    app.advance(SignedDuration::from_hours(24)).await;
    app.sweep().await;
    assert_eq!(count_rows(&app, RETIRED).await, 1, "a connection is of it");
    token(&app, &acme, "under-way").await;
    delete("under-way").await;
    app.sweep().await;
    assert_eq!(count_rows(&app, RETIRED).await, 0);
    assert_eq!(count_rows(&app, "SELECT COUNT(*) FROM oauth_app").await, 1);
    // Set once more, it is a new one.
    app.set_app(&acme, APPS[0]).await;
    app.connect_for(&acme, "again", BRUNO, "Acme").await;
    token(&app, &acme, "again").await;
}

#[tokio::test]
async fn the_environments_app_serves_whom_the_operator_lets() {
    let app = TestApp::start_cloud().await;
    let may = json!({"may_use_default_apps": true});
    let acme = app.make_whole_project("Acme", &may).await;
    let bolt = app.make_whole_project("Bolt", &json!({})).await;
    assert_eq!(
        client_id(&app.initiate_for(&acme, "a").await),
        "sandbox-client"
    );
    let body = json!({"provider": "jira", "external_id": "a"});
    let refused = app.page_call(&bolt.public_key, FLOW, &body).await;
    refused.assert(
        409,
        &json!({"error": "The project has no OAuth app at this provider", "code": "no_oauth_app"}),
    );
    app.connect_for(&acme, "a", BRUNO, "Acme").await;
    app.advance(SignedDuration::from_hours(1)).await;
    token(&app, &acme, "a").await;
}

#[tokio::test]
async fn pages_name_their_project_by_its_public_key() {
    let app = TestApp::start_cloud().await;
    let acme = app.make_project_with_app("Acme", APPS[0]).await;
    let body = json!({"provider": "jira", "external_id": "a"});
    let invalid = json!({"error": "Invalid public key", "code": "invalid_public_key"});
    let unknown = acme.public_key.replace("jct_pk_", "jct_pk_x");
    let unknown = &unknown[..acme.public_key.len()];
    for key in ["", "x", unknown, &acme.secret_key] {
        app.page_call(key, FLOW, &body).await.assert(401, &invalid);
    }
    let without = Request::post(FLOW).header(header::CONTENT_TYPE, "application/json");
    let without = app.send(without.body(Body::from(body.to_string())).unwrap());
    without.await.assert(401, &invalid);
    let sites = "/api/frontend/finalize-connection/jira/fetch-available-sites?connection_code=x";
    app.visit(sites).await.assert(401, &invalid);
    // Another project's page gets nowhere with what belongs to the first.
    let bolt = app.make_project_with_app("Bolt", APPS[1]).await;
    let uri = app.initiate_for(&acme, "a").await;
    let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    let code = crate::support::flow::code_of(&app.visit(&callback).await);
    let path = "/api/frontend/finalize-connection/jira/create-connection";
    let body = json!({"connection_code": code, "site_id": app.site_id("Acme").await});
    let refused = app.page_call(&bolt.public_key, path, &body).await;
    assert_eq!(refused.status, 400, "{}", refused.text());
    app.page_call(&acme.public_key, path, &body)
        .await
        .expect(200);
}

#[tokio::test]
async fn cloud_mode_needs_no_secret_key_and_an_admin_key() {
    let variables = [CLOUD.as_slice(), &[("JUNCTURE_SECRET_KEY", "")]].concat();
    let app = TestApp::start_with(&variables, TestSandbox::start().await).await;
    let acme = app.make_whole_project("Acme", &json!({})).await;
    let validity = info(&app, &acme, "check-connection-validity", "a").await;
    assert_eq!(validity.expect(200)["exists"], false);
    let path = "/api/backend/connection-info/check-connection-validity?external_id=a&provider=jira";
    for key in ["", crate::support::SECRET_KEY] {
        app.call(Method::GET, path, key, &Value::Null)
            .await
            .expect(401);
    }
}

#[tokio::test]
async fn scripts_of_a_projects_origins_read_its_answers_and_no_others() {
    let app = TestApp::start_cloud().await;
    let origins = |origin: &str| json!({"allowed_origins": [origin], "may_use_default_apps": true});
    let acme = app
        .make_whole_project("Acme", &origins("https://acme.example.com"))
        .await;
    let bolt = app
        .make_whole_project("Bolt", &origins("https://bolt.example.com"))
        .await;
    let reads = async |project: &Made, origin: &str| {
        let request = Request::post(FLOW)
            .header(header::ORIGIN, origin)
            .header("x-juncture-public-key", &project.public_key)
            .header(header::CONTENT_TYPE, "application/json");
        let body = json!({"provider": "jira", "external_id": "a"}).to_string();
        let answer = app.send(request.body(Body::from(body)).unwrap()).await;
        answer.expect(200);
        answer.headers.contains_key("access-control-allow-origin")
    };
    assert!(reads(&acme, "https://acme.example.com").await);
    assert!(!reads(&acme, "https://bolt.example.com").await);
    assert!(reads(&bolt, "https://bolt.example.com").await);
    assert!(!reads(&bolt, "https://evil.example.com").await);
    // The question whether the key may be sent comes without it.
    let preflight = Request::builder()
        .method(Method::OPTIONS)
        .uri(FLOW)
        .header(header::ORIGIN, "https://acme.example.com")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "x-juncture-public-key,content-type",
        );
    let answer = app.send(preflight.body(Body::empty()).unwrap()).await;
    assert_eq!(
        answer.header("access-control-allow-headers"),
        "x-juncture-public-key,content-type"
    );
}

#[tokio::test]
async fn a_deleted_project_leaves_nothing_here_or_in_the_memory_of_others() {
    let app = TestApp::start_cloud().await;
    let replica = app.replica().await;
    let acme = app.make_project_with_app("Acme", APPS[0]).await;
    let bolt = app.make_project_with_app("Bolt", APPS[1]).await;
    app.connect_for(&acme, "a", BRUNO, "Acme").await;
    app.connect_for(&bolt, "a", ADA, "Initech").await;
    let mut changes = Changes::default();
    changes.follow(&replica.app.tokens).await.unwrap();
    replica.app.projects.follow().await.unwrap();
    let kept = token(&replica, &bolt, "a").await;
    token(&replica, &acme, "a").await;
    // One that waits for the choice of a site goes too.
    let uri = app.initiate_for(&acme, "waiting").await;
    let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    app.visit(&callback).await;

    let path = format!("{PROJECTS}/{}?confirm=Acme", acme.id);
    app.admin(Method::DELETE, &path, &Value::Null)
        .await
        .expect(200);
    for count in [
        "SELECT COUNT(*) FROM project WHERE name = 'Acme'",
        "SELECT COUNT(*) - 1 FROM connection",
        "SELECT COUNT(*) - 1 FROM connection_external_map",
        "SELECT COUNT(*) - 1 FROM jira_connection",
        "SELECT COUNT(*) - 1 FROM oauth_app",
        "SELECT COUNT(*) - 2 FROM api_key",
        "SELECT COUNT(*) FROM pending_connection",
    ] {
        assert_eq!(count_rows(&app, count).await, 0, "{count}");
    }
    info(&app, &acme, "get-access-token", "a").await.expect(401);
    app.clock.advance(SignedDuration::from_secs(1));
    changes.follow(&replica.app.tokens).await.unwrap();
    replica.app.projects.follow().await.unwrap();
    let refused = info(&replica, &acme, "get-access-token", "a").await;
    assert_eq!(refused.expect(401)["code"], "invalid_secret_key");
    let held: Vec<_> = replica.app.tokens.held.iter().collect();
    assert_eq!(held.len(), 1, "the other project's");
    assert_eq!(token(&replica, &bolt, "a").await, kept);
}

#[tokio::test]
async fn what_is_set_for_a_project_holds_on_every_process_within_seconds() {
    let app = TestApp::start_cloud().await;
    let replica = app.replica().await;
    let acme = app.make_project_with_app("Acme", APPS[0]).await;
    assert_eq!(
        client_id(&replica.initiate_for(&acme, "a").await),
        APPS[0].0
    );
    replica.app.projects.follow().await.unwrap();
    app.set_app(&acme, APPS[1]).await;
    assert_eq!(client_id(&app.initiate_for(&acme, "a").await), APPS[1].0);
    app.clock.advance(SignedDuration::from_secs(1));
    replica.app.projects.follow().await.unwrap();
    assert_eq!(
        client_id(&replica.initiate_for(&acme, "a").await),
        APPS[1].0
    );
}
