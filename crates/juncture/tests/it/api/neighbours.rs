//! One customer never closes the door for another: what is shared is filled by a bad one while a good
//! one asks. `docs/ARCHITECTURE.md` has the table.

use axum::body::Body;
use axum::http::{Request, header};
use futures_util::future::{Either, join_all, select};
use jiff::SignedDuration;
use juncture_server::cache::Key;
use serde_json::{Value, json};

use crate::support::flow::{ADA, BRUNO};
use crate::support::replicas::Replicas;
use crate::support::{TestApp, with_key};

const SITES: &str = "/oauth/token/accessible-resources";

fn too_many() -> Value {
    json!({"kind": "status", "status": 429, "retry_after": {"seconds": 600}})
}

/// What a customer does with a connection code: the list, the hosted page, the choice.
async fn connects(app: &TestApp, code: &str, acme: &str) {
    let sites = app.sites_of(code).await.expect(200);
    assert_eq!(sites["sites"][0]["site_name"], "Acme");
    let page = app
        .visit(&format!("/finalize-connection/jira/{code}"))
        .await;
    assert_eq!(page.status, 200);
    let connected = app.finalize(code, acme).await;
    connected.assert(200, &json!({"success": true}));
}

#[tokio::test]
async fn a_429_for_one_customers_site_list_is_a_200_for_the_next() {
    let app = TestApp::start().await;
    let acme = app.site_id("Acme").await;
    let bad = app.connection_code("bad", ADA, Some("Acme")).await;
    let good = app.connection_code("good", BRUNO, Some("Acme")).await;
    app.sandbox.fault(SITES, &too_many(), Some(1)).await;
    assert_eq!(app.sites_of(&bad).await.status, 429);
    connects(&app, &good, &acme).await;

    // Whom it was told keeps to it, without asking again.
    let asked = app.sandbox.requests_to("accessible-resources").await.len();
    let page = app.visit(&format!("/finalize-connection/jira/{bad}")).await;
    assert_eq!(
        (page.status.as_u16(), page.header("retry-after")),
        (429, "600")
    );
    assert_eq!(app.finalize(&bad, &acme).await.status, 429);
    assert_eq!(
        app.sandbox.requests_to("accessible-resources").await.len(),
        asked
    );
    assert!(app.clock.slept().is_empty(), "nobody waited");
}

#[tokio::test]
async fn hanging_site_lists_of_one_customer_do_not_delay_the_next() {
    let app = TestApp::start().await;
    let acme = app.site_id("Acme").await;
    let bad = app.connection_code("bad", ADA, Some("Acme")).await;
    let good = app.connection_code("good", BRUNO, Some("Acme")).await;
    let hang = json!({"path": SITES, "fault": {"kind": "hang"}, "times": 8});
    app.sandbox.control("faults", &hang).await;
    let mut hanging = Box::pin(join_all((0..12).map(|_| app.sites_of(&bad))));
    app.sandbox
        .run_until_request(&mut hanging, "accessible-resources", 8)
        .await;
    let connecting = Box::pin(connects(&app, &good, &acme));
    assert!(
        matches!(select(connecting, hanging).await, Either::Left(_)),
        "the clock stands still, so that the lists hang for ever"
    );
}

#[tokio::test]
async fn a_429_for_one_site_leaves_the_others_open() {
    let app = TestApp::start().await;
    app.connect_as("bad", ADA, "Globex").await;
    app.connect_as("good", BRUNO, "Acme").await;
    let limited = json!({
        "kind": "status", "status": 429, "retry_after": {"seconds": 600},
        "headers": {"RateLimit-Reason": "jira-quota-tenant-based"},
    });
    app.sandbox
        .fault("/ex/jira/*/rest/api/3/project/search", &limited, Some(1))
        .await;
    let projects = |customer| format!("/api/backend/jira/get-projects?external_id={customer}");
    assert_eq!(app.get(&projects("bad")).await.status, 429);
    app.get(&projects("good")).await.expect(200);
    assert_eq!(app.get(&projects("bad")).await.status, 429);
}

#[tokio::test]
async fn an_idempotency_key_of_one_customer_is_free_for_the_next() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.connect("b").await;
    let issue_type = app.issue_type_id().await;
    let mut keys = Vec::new();
    for customer in ["a", "b"] {
        let ticket = json!({
            "external_id": customer, "jira_project_id": "10000", "summary": "Once",
            "issue_type_id": issue_type,
        });
        let request = with_key(Request::post("/api/backend/jira/create-ticket"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", "one key");
        let request = request.body(Body::from(ticket.to_string())).unwrap();
        keys.push(app.send(request).await.expect(201)["ticket"]["key"].clone());
    }
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn one_sites_fields_do_not_push_out_those_of_others() {
    const FIELDS: Key<String> = Key::new("fields", SignedDuration::from_hours(1));
    let cache = Replicas::in_memory().replica().await;
    cache.set(&FIELDS, "good", &"fields".to_owned()).await;
    // More than the whole cache holds.
    for site in 0..12 {
        let huge = "x".repeat(5 * 1024 * 1024);
        cache.set(&FIELDS, format!("bad {site}"), &huge).await;
        assert_eq!(cache.get(&FIELDS, format!("bad {site}")).await, None);
    }
    let kept = cache.get(&FIELDS, "good").await;
    assert_eq!(kept.as_deref(), Some("fields"));
    // What has grown too large does not leave its older self behind.
    cache
        .set(&FIELDS, "good", &"x".repeat(5 * 1024 * 1024))
        .await;
    assert_eq!(cache.get(&FIELDS, "good").await, None);
}
