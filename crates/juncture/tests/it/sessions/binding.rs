//! A flow is of the browser in which its link was opened, and of no other.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::admin::ADMIN_KEY;
use crate::support::answer::Answer;
use crate::support::flow::{ADA, BRUNO, code_of, link_to_try_again};
use crate::support::rows::count_rows;
use crate::support::sandbox::TestSandbox;
use crate::support::sessions::{Jar, told};

const SITES: &str = "/api/frontend/finalize-connection/jira/fetch-available-sites?connection_code=";
const FINISH: &str = "/api/frontend/finalize-connection/jira/create-connection";

/// What another browser is told.
#[track_caller]
fn assert_other(answer: &Answer) {
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert_eq!(answer.header("x-juncture-code"), "other_browser");
    let text = answer.text();
    assert!(
        !text.contains("app.example.com") && !text.contains("Acme"),
        "{text}"
    );
    let is_page = answer.header("content-type").starts_with("text/html");
    assert!(
        !is_page || text.contains("<h1>Not connected</h1>"),
        "{text}"
    );
}

/// How many rows there are that a return could leave.
async fn left(app: &TestApp) -> [i64; 4] {
    [
        count_rows(app, "SELECT COUNT(*) FROM used_state").await,
        count_rows(app, "SELECT COUNT(*) FROM pending_connection").await,
        count_rows(app, "SELECT COUNT(*) FROM connection").await,
        count_rows(
            app,
            "SELECT COUNT(*) FROM connect_session WHERE code_hash IS NOT NULL",
        )
        .await,
    ]
}

#[tokio::test]
async fn two_tabs_finish_two_flows_without_mixing() {
    let app = TestApp::start_for_pages().await;
    let (acme, globex) = (app.site_id("Acme").await, app.site_id("Globex").await);
    let mut browser = Jar::default();
    let (one, two) = (
        app.returning_session("one").await,
        app.returning_session("two").await,
    );
    // Each step of the one tab comes between two of the other.
    let first = browser.open(&app, &one).await;
    let second = browser.open(&app, &two).await;
    assert_eq!(browser.0.len(), 2);
    let second = app.consent(&second, ADA, Some("Globex"), "allow").await;
    let first = app.consent(&first, BRUNO, Some("Acme"), "allow").await;
    let first = code_of(&browser.visit(&app, &first).await);
    let second = code_of(&browser.visit(&app, &second).await);
    let page = |code: &str| format!("/finalize-connection/jira/{code}");
    for code in [&second, &first] {
        assert_eq!(browser.visit(&app, &page(code)).await.status, 200);
    }
    let second = browser
        .submit(&app, &page(&second), &[("choice", &globex)])
        .await;
    let first = browser
        .submit(&app, &page(&first), &[("choice", &acme)])
        .await;
    assert_eq!(told(&first)["external_id"], "one");
    assert_eq!(told(&second)["external_id"], "two");
    let listed = app.get("/api/backend/connections").await.expect(200);
    let site = |external_id: &str| {
        let listed = listed["data"].as_array().unwrap().iter();
        let mut of_it = listed.filter(|one| one["external_id"] == external_id);
        of_it.next().unwrap()["site"]["name"].clone()
    };
    assert_eq!((site("one"), site("two")), (json!("Acme"), json!("Globex")));
}

#[tokio::test]
async fn a_return_in_another_browser_is_refused_and_leaves_nothing() {
    let app = TestApp::start_for_pages().await;
    let session = app.returning_session("a").await;
    let mut browser = Jar::default();
    let uri = browser.open(&app, &session).await;
    let callback = app.consent(&uri, ADA, Some("Acme"), "allow").await;
    // One with no cookie, one that is bound to a flow of its own, and one that has made its cookie up.
    let mut other = Jar::default();
    other.open(&app, &app.returning_session("b").await).await;
    let mut liar = browser.clone();
    liar.0
        .values_mut()
        .for_each(|value| *value = "x".repeat(43));
    for jar in [&mut Jar::default(), &mut other, &mut liar] {
        assert_other(&jar.visit(&app, &callback).await);
    }
    let request = Request::get(&callback).header(header::ACCEPT, "application/json");
    let refused = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(refused.expect(403)["code"], "other_browser");
    assert_eq!(left(&app).await, [0, 0, 0, 0]);
    assert!(app.sandbox.requests_to("/oauth/token").await.is_empty());
    assert_eq!(app.validity("a").await["exists"], false);
    // Denied there, it is no other.
    let denied = app.consent(&uri, ADA, Some("Acme"), "deny").await;
    assert_other(&Jar::default().visit(&app, &denied).await);
    // Whose flow it is goes on.
    code_of(&browser.visit(&app, &callback).await);
}

#[tokio::test]
async fn the_page_its_forms_and_its_api_are_of_the_same_browser() {
    let app = TestApp::start_for_pages().await;
    let acme = app.site_id("Acme").await;
    let session = app.returning_session("a").await;
    let mut browser = Jar::default();
    let page = browser.page(&app, &session, (ADA, "Acme")).await;
    let code = page.rsplit_once('/').unwrap().1.to_owned();
    let choice = json!({"connection_code": code, "site_id": acme});
    let mut other = Jar::default();
    other.open(&app, &app.returning_session("b").await).await;
    for jar in [&mut Jar::default(), &mut other] {
        assert_other(&jar.visit(&app, &page).await);
        assert_other(&jar.submit(&app, &page, &[("choice", &acme)]).await);
        assert_other(&jar.visit(&app, &format!("{SITES}{code}")).await);
        assert_other(&jar.post(&app, FINISH, &choice).await);
    }
    assert_eq!(left(&app).await, [1, 1, 0, 1]);
    let sites = browser
        .visit(&app, &format!("{SITES}{code}"))
        .await
        .expect(200);
    assert_eq!(sites["sites"].as_array().unwrap().len(), 1);
    let connected = browser.post(&app, FINISH, &choice).await;
    connected.assert(200, &json!({"success": true}));
    // What it ended in is told to no other either.
    assert_other(&Jar::default().visit(&app, &page).await);
    assert_eq!(told(&browser.visit(&app, &page).await)["status"], "success");
}

#[tokio::test]
async fn a_back_end_speaks_for_the_customers_of_its_own_project() {
    let variables = [("JUNCTURE_ADMIN_KEY", ADMIN_KEY)];
    let app = TestApp::start_with(&variables, TestSandbox::start().await).await;
    let session = app.session("a", &json!({})).await;
    let page = Jar::default().page(&app, &session, (BRUNO, "Acme")).await;
    let code = page.rsplit_once('/').unwrap().1.to_owned();
    let path = format!("{SITES}{code}");
    let other = app.make_whole_project("Other", &json!({})).await;
    let project = app.default_project().await;
    let (_, reader) = app.make_secret(&project, &["jira:read"]).await;
    for key in [&other.secret_key, &reader] {
        let refused = app.call(Method::GET, &path, key, &Value::Null).await;
        assert_eq!(refused.expect(403)["code"], "other_browser");
    }
    let (_, writer) = app.make_secret(&project, &["connections:write"]).await;
    app.call(Method::GET, &path, &writer, &Value::Null)
        .await
        .expect(200);
    let connected = app.finalize(&code, &app.site_id("Acme").await).await;
    connected.assert(200, &json!({"success": true}));
}

#[tokio::test]
async fn a_flow_is_tried_again_in_its_browser_alone() {
    let app = TestApp::start().await;
    let session = app.session("a", &json!({})).await;
    let mut browser = Jar::default();
    let uri = browser.open(&app, &session).await;
    let denied = app.consent(&uri, BRUNO, Some("Acme"), "deny").await;
    let page = browser.visit(&app, &denied).await;
    assert_eq!(page.status, 400);
    let link = link_to_try_again(&page);
    assert_other(&Jar::default().visit(&app, link.as_str()).await);
    let again = browser.visit(&app, link.as_str()).await;
    let uri = again.header("location").parse().unwrap();
    let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    assert_other(&Jar::default().visit(&app, &callback).await);
    code_of(&browser.visit(&app, &callback).await);
}
