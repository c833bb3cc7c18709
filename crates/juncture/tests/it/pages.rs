//! The hosted pages, as a browser without JavaScript uses them.

use axum::body::Body;
use axum::http::{Request, header};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::flow::{ADA, BRUNO, FRIDA, code_of};
use crate::support::sandbox::TestSandbox;

/// What every page promises about itself.
fn assert_is_page(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    let text = answer.text();
    assert!(
        !text.contains("<script") && !text.contains("style=") && !text.contains("<style"),
        "{text}"
    );
}

#[tokio::test]
async fn the_home_page_says_what_this_is() {
    let app = TestApp::on_sqlite().await;
    let page = app.visit("/").await;
    assert_is_page(&page, 200);
    assert!(page.text().contains(env!("CARGO_PKG_VERSION")));
    let css = app.visit("/assets/juncture.css").await;
    assert_eq!(
        (css.status.as_u16(), css.header("content-type")),
        (200, "text/css; charset=utf-8")
    );
}

#[tokio::test]
async fn a_customer_picks_a_site_and_is_told_that_it_is_done() {
    let app = TestApp::on_sqlite().await;
    app.connect_as("earlier", ADA, "Globex").await;
    let code = app.connection_code("a", ADA, Some("Acme")).await;
    let path = format!("/finalize-connection/jira/{code}");
    let page = app.visit(&path).await;
    assert_is_page(&page, 200);
    for site in ["Acme", "Globex"] {
        assert!(
            page.text().contains(&format!("<strong>{site}</strong>")),
            "{}",
            page.text()
        );
        let id = app.site_id(site).await;
        assert_eq!(page.text().matches(&format!("value=\"{id}\"")).count(), 1);
    }
    assert!(!page.text().contains("Initech"), "not granted");

    // Without a choice the page asks again, and nothing is used up.
    let reminded = app.submit(&path, &[]).await;
    assert_is_page(&reminded, 400);
    assert!(reminded.text().contains("Please pick one."));

    let done = app
        .submit(&path, &[("choice", &app.site_id("Acme").await)])
        .await;
    assert_is_page(&done, 200);
    assert!(done.text().contains(CONNECTED), "{}", done.text());
    assert_eq!(app.validity("a").await["exists"], true);
}

const CONNECTED: &str = "The Jira site <strong>Acme</strong> is connected.";

#[tokio::test]
async fn whoever_comes_back_to_a_finished_flow_is_told_that_it_is_connected() {
    let app = TestApp::on_sqlite().await;
    let uri = app.initiate("a").await;
    let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    let code = code_of(&app.visit(&callback).await);
    let path = format!("/finalize-connection/jira/{code}");
    let choice = [("choice", &*app.site_id("Acme").await)];
    assert!(app.submit(&path, &choice).await.text().contains(CONNECTED));
    app.advance(SignedDuration::from_secs(15 * 60 - 1)).await;
    // A reload of what was sent, a second tab, and Back to the consent page with another answer of it.
    let back = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    for page in [
        app.submit(&path, &choice).await,
        app.visit(&path).await,
        app.visit(&callback).await,
        app.visit(&back).await,
    ] {
        assert_is_page(&page, 200);
        assert!(page.text().contains(CONNECTED), "{}", page.text());
    }
    // Programs are told what the contract says: a code and a state work once.
    let again = app.finalize(&code, choice[0].1).await;
    assert_eq!(again.expect(400)["code"], "connection_code_not_found");
    let request = Request::get(&callback).header(header::ACCEPT, "application/json");
    let again = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(again.expect(400)["code"], "invalid_state");
    // With the code's life it ends, and with the connection.
    app.advance(SignedDuration::from_secs(1)).await;
    assert_is_page(&app.visit(&path).await, 400);
    let code = app.connection_code("b", BRUNO, Some("Acme")).await;
    let path = format!("/finalize-connection/jira/{code}");
    app.submit(&path, &choice).await;
    app.delete("/api/backend/connection-info/delete-connection?provider=jira&external_id=b")
        .await
        .expect(200);
    assert_is_page(&app.visit(&path).await, 400);
}

#[tokio::test]
async fn what_opens_the_callback_in_advance_uses_nothing_up() {
    let app = TestApp::on_sqlite().await;
    let uri = app.initiate("a").await;
    let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    for (name, value) in [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("x-purpose", "preview"),
        ("x-moz", "prefetch"),
        ("sec-fetch-dest", "image"),
        ("sec-fetch-dest", "script"),
    ] {
        let request = Request::get(&callback).header(name, value);
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.expect(503)["code"], "not_a_visit", "{name}: {value}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let asked = Request::head(&callback).body(Body::empty()).unwrap();
    assert_eq!(app.send(asked).await.status, 503);
    assert!(app.sandbox.requests_to("/oauth/token").await.is_empty());
    let request = Request::get(&callback).header("sec-fetch-dest", "document");
    let visit = app.send(request.body(Body::empty()).unwrap()).await;
    code_of(&visit);
}

#[tokio::test]
async fn behind_a_path_prefix_pages_name_their_assets_below_it() {
    let variables = [(
        "DEFAULT_JIRA_REDIRECT_URI",
        "http://127.0.0.1:8000/juncture/api/frontend/oauth/authorization-callback/jira",
    )];
    let app = TestApp::on_sqlite_with(&variables, TestSandbox::start().await).await;
    for path in [
        "/",
        "/docs",
        "/nowhere",
        "/finalize-connection/jira/unknown",
    ] {
        let page = app.visit(path).await;
        let text = page.text();
        for link in text
            .split("href=\"")
            .skip(1)
            .filter(|link| link.starts_with('/'))
        {
            assert!(link.starts_with("/juncture/"), "{path}: {link}");
        }
        assert!(text.contains("/juncture/assets/juncture.css"), "{path}");
    }
}

#[tokio::test]
async fn an_unknown_address_is_a_page_for_a_browser() {
    let app = TestApp::on_sqlite().await;
    for path in ["/nowhere", "/api/frontend/nowhere"] {
        let page = app.visit(path).await;
        assert_is_page(&page, 404);
        assert!(page.text().contains("<h1>Not found</h1>"));
        let request = Request::get(path).body(Body::empty()).unwrap();
        let body = json!({"error": "Not found", "code": "not_found"});
        app.send(request).await.assert(404, &body);
    }
    for path in ["/favicon.ico", "/assets/juncture.svg"] {
        assert_eq!(
            app.visit(path).await.header("content-type"),
            "image/svg+xml"
        );
    }
    assert!(app.visit("/").await.text().contains("href=\"/docs\""));
}

#[tokio::test]
async fn the_api_for_people_has_no_backticks_and_describes_what_bodies_hold() {
    let app = TestApp::on_sqlite().await;
    let page = app.visit("/docs").await;
    let text = page.text();
    let shown = text
        .split("<pre")
        .map(|part| part.split_once("</pre>").map_or(part, |(_, rest)| rest));
    let shown: String = shown.collect();
    assert!(!shown.contains('`'), "{:?}", shown.split('`').nth(1));
    assert!(shown.contains(
        "<dt><code>issue_type_id</code> <span class=\"quiet\">string or integer, required</span></dt>"
    ));
    assert!(shown.contains("The title: one line of at most 255 characters."));
}

#[tokio::test]
async fn the_customer_goes_on_to_the_configured_address() {
    for name in [
        "DEFAULT_JIRA_SITE_REDIRECT_URI",
        "NEXT_PUBLIC_DEFAULT_JIRA_SITE_REDIRECT_URI",
    ] {
        let redirect = [(name, "https://app.example.com/done?x=1")];
        let app = TestApp::on_sqlite_with(&redirect, TestSandbox::start().await).await;
        let code = app.connection_code("a", BRUNO, Some("Acme")).await;
        let path = format!("/finalize-connection/jira/{code}");
        // Browsers apply `form-action` to the redirect behind the form.
        let page = app.visit(&path).await;
        assert!(
            page.header("content-security-policy")
                .contains("form-action 'self' https://app.example.com;")
        );
        let done = app
            .submit(&path, &[("choice", &app.site_id("Acme").await)])
            .await;
        assert_eq!(done.status, 303);
        assert_eq!(done.header("location"), "https://app.example.com/done?x=1");
    }
}

#[tokio::test]
async fn a_site_of_another_grant_is_refused_on_the_page_too() {
    let app = TestApp::on_sqlite().await;
    let code = app.connection_code("a", BRUNO, Some("Acme")).await;
    let path = format!("/finalize-connection/jira/{code}");
    let refused = app
        .submit(&path, &[("choice", &app.site_id("Globex").await)])
        .await;
    assert_is_page(&refused, 400);
    assert_eq!(app.validity("a").await["exists"], false);
}

#[tokio::test]
async fn an_account_without_a_site_is_told_so() {
    let app = TestApp::on_sqlite().await;
    let code = app.connection_code("a", FRIDA, None).await;
    let page = app
        .visit(&format!("/finalize-connection/jira/{code}"))
        .await;
    assert_is_page(&page, 200);
    assert!(
        page.text()
            .contains("Your account gave access to no Jira site."),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("<form"));
}

#[tokio::test]
async fn pages_of_unknown_codes_and_providers_are_readable_errors() {
    let app = TestApp::on_sqlite().await;
    for path in [
        "/finalize-connection/jira/nope",
        "/finalize-connection/github/nope",
        "/finalize-connection/jira/%00",
    ] {
        assert_is_page(&app.visit(path).await, 400);
        let request = Request::get(path).header(header::ACCEPT, "application/json");
        let json = app.send(request.body(Body::empty()).unwrap()).await;
        assert!(json.expect(400)["error"].is_string());
    }
}

#[tokio::test]
async fn names_from_jira_cannot_break_the_page() {
    let app = TestApp::on_sqlite().await;
    let code = app.connection_code("a", BRUNO, Some("Acme")).await;
    let hostile = json!([{
        "id": "1\"><script>alert(1)</script>",
        "name": "<img src=x onerror=alert(1)>",
        "url": "javascript:alert(1)",
        "scopes": ["read:jira-work"],
        "avatarUrl": "x",
    }]);
    let fault = json!({"kind": "status", "status": 200, "body": hostile});
    app.sandbox
        .fault("/oauth/token/accessible-resources", &fault, None)
        .await;
    let page = app
        .visit(&format!("/finalize-connection/jira/{code}"))
        .await;
    assert_is_page(&page, 200);
    assert!(
        !page.text().contains("<img") && !page.text().contains("href=\"javascript"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn the_api_is_documented_for_people_and_programs_from_one_source() {
    let app = TestApp::on_sqlite().await;
    let document = app.visit("/openapi.json").await.expect(200);
    let page = app.visit("/docs").await;
    assert_is_page(&page, 200);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let title = format!("{} {path}", method.to_uppercase());
            assert!(page.text().contains(&title), "{title}");
            let anchor = operation["operationId"].as_str().unwrap();
            let section = format!("<section id=\"{anchor}\"");
            assert_eq!(page.text().matches(&section).count(), 1, "{anchor}");
        }
    }
    for host in ["http://", "https://"] {
        let loads = [format!("src=\"{host}"), format!("href=\"{host}")];
        assert!(!loads.iter().any(|load| page.text().contains(load)));
    }
}
