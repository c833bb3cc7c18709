//! The choice of a site: which are offered, what is accepted, and what is written.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::flow::{ADA, BRUNO, FRIDA, find};
use crate::support::rows::{connection_id, count_rows};

fn unknown_code() -> Value {
    json!({
        "error": "Connection ID not found: session is either expired or does not exist",
        "code": "connection_code_not_found",
    })
}

fn foreign_site() -> Value {
    json!({
        "error": "Invalid site_id",
        "code": "invalid_parameter",
        "details": {"field": "site_id", "reason": "must be one of the sites of this authorization"},
    })
}

#[tokio::test]
async fn each_jira_site_is_offered_once_though_atlassian_lists_one_twice() {
    let app = TestApp::start().await;
    let code = app.connection_code("a", ADA, Some("Acme")).await;
    let listed = app.sandbox.requests_to("accessible-resources").await;
    assert!(listed.is_empty());
    let sites = app.sites_of(&code).await.expect(200);
    let acme = app.site_id("Acme").await;
    let sites = sites["sites"].as_array().unwrap();
    assert_eq!(sites.len(), 1, "{sites:?}");
    assert_eq!(sites[0]["site_id"], acme);
    assert_eq!(sites[0]["site_name"], "Acme");
    assert!(
        sites[0]["site_url"]
            .as_str()
            .unwrap()
            .starts_with("https://")
    );
    assert!(sites[0]["avatar_url"].is_string());
}

#[tokio::test]
async fn a_second_grant_shows_the_sites_of_the_first_and_connects_only_the_chosen_one() {
    let app = TestApp::start().await;
    app.connect_as("projectile", ADA, "Acme").await;
    let code = app.connection_code("agiler", ADA, Some("Globex")).await;
    let sites = app.sites_of(&code).await.expect(200);
    let names: Vec<_> = sites["sites"]
        .as_array()
        .unwrap()
        .iter()
        .map(|site| site["site_name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Acme", "Globex"], "each once, by name");
    app.finalize(&code, &app.site_id("Globex").await)
        .await
        .assert(200, &json!({"success": true}));
    let keys = |projects: Value| -> Vec<String> {
        projects["projects"]
            .as_array()
            .unwrap()
            .iter()
            .map(|project| project["id"].to_string() + &project["avatarUrl"].to_string())
            .collect()
    };
    let acme = app
        .get("/api/backend/jira/get-projects?external_id=projectile")
        .await
        .expect(200);
    let globex = app
        .get("/api/backend/jira/get-projects?external_id=agiler")
        .await
        .expect(200);
    assert_ne!(acme["total"], globex["total"]);
    assert_ne!(keys(acme), keys(globex));
}

#[tokio::test]
async fn somebody_without_a_jira_site_is_offered_none() {
    let app = TestApp::start().await;
    let code = app.connection_code("a", FRIDA, None).await;
    app.sites_of(&code).await.assert(200, &json!({"sites": []}));
    let acme = app.site_id("Acme").await;
    app.finalize(&code, &acme)
        .await
        .assert(400, &foreign_site());
}

#[tokio::test]
async fn a_site_of_another_grant_is_refused_and_the_code_lives_on() {
    let app = TestApp::start().await;
    let code = app.connection_code("a", BRUNO, Some("Acme")).await;
    let globex = app.site_id("Globex").await;
    for site in [globex.as_str(), "nonsense", "../", "*"] {
        app.finalize(&code, site).await.assert(400, &foreign_site());
    }
    assert_eq!(app.validity("a").await["exists"], false);
    let acme = app.site_id("Acme").await;
    app.finalize(&code, &acme)
        .await
        .assert(200, &json!({"success": true}));
}

#[tokio::test]
async fn a_connection_code_works_once() {
    let app = TestApp::start().await;
    let acme = app.site_id("Acme").await;
    let code = app.connection_code("a", BRUNO, Some("Acme")).await;
    app.finalize(&code, &acme)
        .await
        .assert(200, &json!({"success": true}));
    app.finalize(&code, &acme)
        .await
        .assert(400, &unknown_code());
    app.sites_of(&code).await.assert(400, &unknown_code());
    for code in ["x", "", "%20", &"A".repeat(5000)] {
        let body = app.sites_of(code).await.expect(400);
        assert_eq!(
            body["code"],
            if code.is_empty() {
                "missing_parameter"
            } else {
                "connection_code_not_found"
            }
        );
    }
}

#[tokio::test]
async fn finalising_twice_at_once_makes_one_connection() {
    let app = TestApp::start().await;
    let acme = app.site_id("Acme").await;
    let code = app.connection_code("a", BRUNO, Some("Acme")).await;
    let (one, two) = tokio::join!(app.finalize(&code, &acme), app.finalize(&code, &acme));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    assert_eq!(app.validity("a").await["exists"], true);
}

#[tokio::test]
async fn a_connection_code_expires_after_fifteen_minutes() {
    let app = TestApp::start().await;
    let acme = app.site_id("Acme").await;
    let code = app.connection_code("a", BRUNO, Some("Acme")).await;
    app.advance(SignedDuration::from_secs(15 * 60 - 1)).await;
    app.sites_of(&code).await.expect(200);
    app.advance(SignedDuration::from_secs(1)).await;
    app.sites_of(&code).await.assert(400, &unknown_code());
    app.finalize(&code, &acme)
        .await
        .assert(400, &unknown_code());
    assert_eq!(app.validity("a").await["exists"], false);
}

#[tokio::test]
async fn connecting_again_keeps_the_selected_project_unless_the_site_changes() {
    let app = TestApp::start().await;
    let selected = "/api/backend/jira/get-selected-project?external_id=a";
    app.connect_as("a", ADA, "Acme").await;
    let select = json!({"external_id": "a", "jira_project_id": "10000"});
    app.post("/api/backend/jira/select-project", &select)
        .await
        .assert(200, &json!({"success": true}));
    app.connect_as("a", ADA, "Acme").await;
    app.get(selected)
        .await
        .assert(200, &json!({"jira_project_id": "10000"}));
    app.connect_as("a", ADA, "Globex").await;
    app.get(selected)
        .await
        .assert(200, &json!({"jira_project_id": null}));
}

#[tokio::test]
async fn connecting_again_renews_the_grant_and_keeps_the_connection() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let first_end = app.validity("a").await["expires_at"].clone();
    let id = connection_id(&app, "a").await;
    app.advance(SignedDuration::from_hours(24)).await;
    app.connect("a").await;
    assert_eq!(connection_id(&app, "a").await, id);
    let second_end = app.validity("a").await["expires_at"].clone();
    assert!(
        second_end.as_str() > first_end.as_str(),
        "{first_end} {second_end}"
    );
}

#[tokio::test]
async fn two_customers_with_one_atlassian_account_are_two_connections() {
    let app = TestApp::start().await;
    app.connect_as("a", ADA, "Acme").await;
    app.connect_as("b", ADA, "Acme").await;
    let select = json!({"external_id": "a", "jira_project_id": "10001"});
    app.post("/api/backend/jira/select-project", &select)
        .await
        .expect(200);
    let selected = "/api/backend/jira/get-selected-project?external_id=b";
    app.get(selected)
        .await
        .assert(200, &json!({"jira_project_id": null}));
}

#[tokio::test]
async fn atlassian_failing_at_the_choice_is_told_and_the_code_lives_on() {
    let app = TestApp::start().await;
    let code = app.connection_code("a", BRUNO, Some("Acme")).await;
    app.sandbox
        .fail("/oauth/token/accessible-resources", 503, None)
        .await;
    let body = json!({"error": "Failed to fetch Jira sites", "code": "upstream_unavailable"});
    app.sites_of(&code).await.assert(500, &body);
    let acme = app.site_id("Acme").await;
    app.finalize(&code, &acme).await.assert(500, &body);
    app.sandbox.clear_faults().await;
    app.finalize(&code, &acme)
        .await
        .assert(200, &json!({"success": true}));
    let world = app.sandbox.world().await;
    assert_eq!(find(&world["sites"], "id", &acme)["name"], "Acme");
}

#[tokio::test]
async fn a_customer_who_connects_twice_at_once_is_one_connection() {
    let app = TestApp::start().await;
    let other = app.replica().await;
    let acme = app.site_id("Acme").await;
    for customer in ["a", "b", "c", "d", "e"] {
        let first = app.connection_code(customer, BRUNO, Some("Acme")).await;
        let second = app.connection_code(customer, BRUNO, Some("Acme")).await;
        let (first, second) =
            tokio::join!(app.finalize(&first, &acme), other.finalize(&second, &acme));
        first.assert(200, &json!({"success": true}));
        second.assert(200, &json!({"success": true}));
        let tokens = (
            app.access_token(customer).await,
            other.access_token(customer).await,
        );
        assert_eq!(tokens.0.expect(200), tokens.1.expect(200));
    }
    for table in [
        "SELECT COUNT(*) FROM connection",
        "SELECT COUNT(*) FROM connection_external_map",
        "SELECT COUNT(*) FROM jira_connection",
    ] {
        assert_eq!(count_rows(&app, table).await, 5, "{table}");
    }
}
