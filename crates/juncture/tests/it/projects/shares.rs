//! What two projects share, and what not: a project at one of its limits goes on waiting beside another one
//! that notices nothing.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::admin::{APPS, Made};
use crate::support::answer::Answer;
use crate::support::flow::{ADA, BRUNO};

const SEARCH: &str = "/ex/jira/*/rest/api/3/project/search";

/// What Jira says when the quota of this name is used up.
fn spent(reason: &str) -> Value {
    json!({
        "kind": "status", "status": 429, "retry_after": {"seconds": 600},
        "headers": {"RateLimit-Reason": reason},
    })
}

async fn list(app: &TestApp, project: &Made) -> Answer {
    let path = "/api/backend/jira/get-projects?external_id=a";
    app.call(Method::GET, path, &project.secret_key, &Value::Null)
        .await
}

/// How often Jira was asked for its projects.
async fn asked(app: &TestApp) -> usize {
    app.sandbox.requests_to("/project/search").await.len()
}

/// A noisy project and its neighbour, both with customers on Acme, the one of one app and the other of another.
async fn each_with_its_own_app(app: &TestApp) -> [Made; 2] {
    let noisy = app.make_project_with_app("Noisy", APPS[0]).await;
    let quiet = app.make_project_with_app("Quiet", APPS[1]).await;
    app.connect_for(&noisy, "a", BRUNO, "Acme").await;
    app.connect_for(&quiet, "a", ADA, "Acme").await;
    [noisy, quiet]
}

#[tokio::test]
async fn projects_with_their_own_apps_have_their_own_quotas_and_pace() {
    for reason in [
        "jira-quota-global-based",
        "jira-quota-tenant-based",
        "jira-burst-based",
    ] {
        let app = TestApp::start_cloud().await;
        let [noisy, quiet] = each_with_its_own_app(&app).await;
        app.sandbox.fault(SEARCH, &spent(reason), Some(1)).await;
        list(&app, &noisy).await.expect(429);
        let before = asked(&app).await;
        list(&app, &quiet).await.expect(200);
        assert!(app.clock.slept().is_empty(), "{reason}: nobody waited");
        let between = asked(&app).await;
        assert!(between > before);
        // Whom it was told keeps to it, without asking Jira again.
        list(&app, &noisy).await.expect(429);
        assert_eq!(asked(&app).await, between, "{reason}");
        app.advance(SignedDuration::from_secs(601)).await;
        list(&app, &noisy).await.expect(200);
    }
}

#[tokio::test]
async fn calls_of_one_app_that_hang_leave_the_other_apps_slots_free() {
    let app = TestApp::start_cloud().await;
    let [noisy, quiet] = each_with_its_own_app(&app).await;
    // As many as an app has slots at a site; the others of its calls wait for one.
    let hang = json!({"kind": "hang"});
    app.sandbox.fault(SEARCH, &hang, Some(8)).await;
    let seen = asked(&app).await;
    let hanging = futures_util::future::join_all((0..16).map(|_| list(&app, &noisy)));
    let mut hanging = Box::pin(hanging);
    app.sandbox
        .run_until_request(&mut hanging, "/project/search", seen + 8)
        .await;
    let listing = Box::pin(list(&app, &quiet));
    // The clock stands still: what waits for the hanging calls waits for ever.
    match futures_util::future::select(listing, hanging).await {
        futures_util::future::Either::Left((listed, _)) => drop(listed.expect(200)),
        futures_util::future::Either::Right(_) => panic!("they do not hang"),
    }
}

#[tokio::test]
async fn projects_that_share_the_environments_app_share_its_quota_and_nothing_else() {
    let app = TestApp::start_cloud().await;
    let may = json!({"may_use_default_apps": true});
    let noisy = app.make_whole_project("Noisy", &may).await;
    let quiet = app.make_whole_project("Quiet", &may).await;
    app.connect_for(&noisy, "a", ADA, "Globex").await;
    app.connect_for(&quiet, "a", BRUNO, "Acme").await;
    // A limit of one site is that site's alone.
    app.sandbox
        .fault(SEARCH, &spent("jira-quota-tenant-based"), Some(1))
        .await;
    list(&app, &noisy).await.expect(429);
    list(&app, &quiet).await.expect(200);
    app.advance(SignedDuration::from_secs(601)).await;
    // The quota is the app's, and Jira counts all its calls together: who goes on asking is refused, too.
    app.sandbox
        .fault(SEARCH, &spent("jira-quota-global-based"), Some(1))
        .await;
    list(&app, &noisy).await.expect(429);
    let before = asked(&app).await;
    list(&app, &quiet).await.expect(429);
    assert_eq!(
        asked(&app).await,
        before,
        "Jira is not asked for what it would refuse"
    );
    app.advance(SignedDuration::from_secs(601)).await;
    for project in [&noisy, &quiet] {
        list(&app, project).await.expect(200);
    }
}

#[tokio::test]
async fn strangers_who_call_too_often_for_one_project_may_call_for_another() {
    let app = TestApp::start_cloud().await;
    let limits = json!({"limits": {"public_requests_per_minute": 5}, "may_use_default_apps": true});
    let noisy = app.make_whole_project("Noisy", &limits).await;
    let quiet = app
        .make_whole_project("Quiet", &json!({"may_use_default_apps": true}))
        .await;
    let begin = async |project: &Made| {
        let stranger = ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 4711)));
        let body = json!({"provider": "jira", "external_id": "a"});
        let request = Request::post("/api/frontend/oauth/initiate-oauth-flow")
            .header("x-juncture-public-key", &project.public_key)
            .header(header::CONTENT_TYPE, "application/json")
            .extension(stranger);
        let request = request.body(Body::from(body.to_string())).unwrap();
        app.send(request).await.status.as_u16()
    };
    for _ in 0..5 {
        assert_eq!(begin(&noisy).await, 200);
    }
    assert_eq!(begin(&noisy).await, 429);
    for _ in 0..10 {
        assert_eq!(begin(&quiet).await, 200);
    }
    // Nor do strangers use up what the back end may.
    let path = "/api/backend/connection-info/check-connection-validity?external_id=a&provider=jira";
    for project in [&noisy, &quiet] {
        app.call(Method::GET, path, &project.secret_key, &Value::Null)
            .await
            .expect(200);
    }
}
