//! A session's link is opened, once.

use axum::body::Body;
use axum::http::{Method, Request, header};
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::admin::APPS;
use crate::support::answer::Answer;
use crate::support::flow::{BRUNO, code_of};
use crate::support::rows::count_rows;
use crate::support::sandbox::TestSandbox;
use crate::support::sessions::{Jar, RETURN, SESSIONS, path_of, told};

const INITIATE: &str = "/api/frontend/oauth/initiate-oauth-flow";

fn link(session: &Value) -> &str {
    path_of(session["connect_url"].as_str().unwrap())
}

/// What a page tells of a link that leads nowhere.
#[track_caller]
fn assert_told(answer: &Answer, code: &str, back: Option<&str>) {
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert_eq!(answer.header("x-juncture-code"), code);
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    let text = answer.text();
    assert!(text.contains("<h1>Not connected</h1>"), "{text}");
    assert!(!text.contains("jct_cs_"), "{text}");
    match back {
        Some(url) => assert!(text.contains(&format!("href=\"{url}\"")), "{text}"),
        None => assert!(!text.contains("class=\"button\""), "{text}"),
    }
}

#[tokio::test]
async fn a_link_works_once_and_says_so_kindly() {
    let app = TestApp::start_for_pages().await;
    let session = app.returning_session("a").await;
    let mut browser = Jar::default();
    let uri = browser.open(&app, &session).await;
    assert!(uri.as_str().starts_with(&app.sandbox.url), "{uri}");
    assert!(uri.query_pairs().any(|(name, _)| name == "state"));
    for jar in [&mut browser, &mut Jar::default()] {
        let again = jar.visit(&app, link(&session)).await;
        assert_told(&again, "session_used", Some(RETURN));
    }
    let by_page = json!({"session_token": session["session_token"]});
    let again = app.post(INITIATE, &by_page).await.expect(400);
    assert_eq!(
        (&again["code"], &again["details"]["field"]),
        (&json!("session_used"), &json!("session_token"))
    );
    // Nothing of the attempts is in the way of the first.
    let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    code_of(&browser.visit(&app, &callback).await);
}

#[tokio::test]
async fn what_opens_a_link_in_advance_uses_nothing_up() {
    let app = TestApp::start_for_pages().await;
    let session = app.session("a", &json!({})).await;
    for (name, value) in [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("x-purpose", "preview"),
        ("x-moz", "prefetch"),
        ("sec-fetch-dest", "image"),
        (
            "user-agent",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        ),
        (
            "user-agent",
            "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        ),
        (
            "user-agent",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        ),
        ("user-agent", "WhatsApp/2.23.20.0"),
        (
            "user-agent",
            "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
        ),
    ] {
        let request = Request::get(link(&session)).header(name, value);
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.expect(503)["code"], "not_a_visit", "{name}: {value}");
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
    }
    let head = Request::head(link(&session)).body(Body::empty()).unwrap();
    let asked = app.send(head).await;
    assert_eq!(asked.status, 503);
    assert!(!asked.headers.contains_key(header::LOCATION));
    let unopened = "SELECT COUNT(*) FROM connect_session WHERE opened_at IS NULL";
    assert_eq!(count_rows(&app, unopened).await, 1);
    Jar::default().open(&app, &session).await;
}

#[tokio::test]
async fn of_simultaneous_openings_on_two_replicas_one_wins() {
    let app = TestApp::start_for_pages().await;
    let other = app.replica().await;
    for round in 0..5 {
        let session = app.returning_session(&format!("a{round}")).await;
        let (app, other, session) = (&app, &other, &session);
        let by_page = json!({"session_token": session["session_token"]});
        let opened = join_all((0..8).map(async |number| {
            let at = if number % 2 == 0 { app } else { other };
            if number < 6 {
                Jar::default().visit(at, link(session)).await
            } else {
                at.post(INITIATE, &by_page).await
            }
        }));
        let mut statuses: Vec<_> = opened
            .await
            .iter()
            .map(|answer| answer.status.as_u16())
            .collect();
        statuses.sort_unstable();
        assert!(matches!(statuses[..], [200 | 302, 400, ..]), "{statuses:?}");
        assert_eq!(
            statuses.iter().filter(|status| **status == 400).count(),
            7,
            "{statuses:?}"
        );
    }
}

#[tokio::test]
async fn a_dead_link_leads_back_and_an_unknown_one_is_told() {
    let app = TestApp::start_for_pages().await;
    let (returning, other) = (
        app.session("a", &json!({"return_url": RETURN, "expires_in": 60}))
            .await,
        app.session("b", &json!({"expires_in": 60})).await,
    );
    app.advance(SignedDuration::from_secs(60)).await;
    let dead = Jar::default().visit(&app, link(&returning)).await;
    let expected = json!({
        "tab": "jira", "status": "error", "provider": "jira", "external_id": "a", "error": "session_expired",
    });
    assert_eq!(told(&dead), expected);
    assert!(!dead.headers.contains_key(header::SET_COOKIE));
    let dead = Jar::default().visit(&app, link(&other)).await;
    assert_told(&dead, "session_expired", None);
    for unknown in ["/connect/jct_cs_nobody", "/connect/x", "/connect/jct_sk_x"] {
        let answer = Jar::default().visit(&app, unknown).await;
        assert_told(&answer, "session_not_found", None);
    }
    assert_eq!(app.visit("/connect").await.status, 404);
}

#[tokio::test]
async fn a_link_is_not_used_up_where_there_is_no_consent_page_to_go_to() {
    let app = TestApp::start_cloud().await;
    let project = app.make_project_with_app("Acme", APPS[0]).await;
    let body = json!({"provider": "jira", "external_id": "a"});
    let made = app
        .call(Method::POST, SESSIONS, &project.secret_key, &body)
        .await;
    let session = made.expect(201);
    let apps = format!("/api/admin/projects/{}/oauth-apps/jira", project.id);
    app.admin(Method::DELETE, &apps, &Value::Null)
        .await
        .expect(200);
    let refused = Jar::default().visit(&app, link(&session)).await;
    assert_eq!(
        (refused.status.as_u16(), refused.header("x-juncture-code")),
        (409, "no_oauth_app")
    );
    // Nor is one made any more.
    let refused = app
        .call(Method::POST, SESSIONS, &project.secret_key, &body)
        .await;
    assert_eq!(refused.expect(409)["code"], "no_oauth_app");
    app.set_app(&project, APPS[0]).await;
    Jar::default().open(&app, &session).await;
}

#[tokio::test]
async fn a_page_begins_a_session_by_its_token_alone() {
    let app = TestApp::start_cloud().await;
    let acme = app.make_project_with_app("Acme", APPS[0]).await;
    let bolt = app.make_project_with_app("Bolt", APPS[1]).await;
    let body = json!({"provider": "jira", "external_id": "a"});
    let made = app
        .call(Method::POST, SESSIONS, &acme.secret_key, &body)
        .await;
    let token = made.expect(201)["session_token"].clone();
    for also in ["provider", "external_id"] {
        let body = json!({"session_token": token, also: "jira"});
        let refused = app
            .page_call(&acme.public_key, INITIATE, &body)
            .await
            .expect(400);
        assert_eq!(refused["details"]["field"], "session_token", "{also}");
    }
    let body = json!({"session_token": token});
    let foreign = app
        .page_call(&bolt.public_key, INITIATE, &body)
        .await
        .expect(400);
    assert_eq!(foreign["code"], "session_not_found");
    let begun = app
        .page_call(&acme.public_key, INITIATE, &body)
        .await
        .expect(200);
    let uri = begun["authorization_uri"].as_str().unwrap();
    assert!(uri.contains("client_id=acme-client"), "{uri}");
    let again = app
        .page_call(&acme.public_key, INITIATE, &body)
        .await
        .expect(400);
    assert_eq!(again["code"], "session_used");
    // A page of another host can keep no cookie: this flow is anybody's who has its address.
    let callback = app
        .consent(&uri.parse().unwrap(), BRUNO, Some("Acme"), "allow")
        .await;
    code_of(&Jar::default().visit(&app, &callback).await);
}

#[tokio::test]
async fn the_cookie_is_as_safe_as_the_address_allows_and_there_are_few() {
    for (base_url, name, attributes) in [
        (
            "http://127.0.0.1:8000",
            "jct_flow_",
            "Path=/; Max-Age=1500; HttpOnly; SameSite=Lax",
        ),
        (
            "https://juncture.example.com/below",
            "__Host-jct_flow_",
            "Path=/; Max-Age=1500; HttpOnly; SameSite=Lax; Secure",
        ),
    ] {
        let variables = [("JUNCTURE_BASE_URL", base_url)];
        let app = TestApp::start_with(&variables, TestSandbox::start().await).await;
        let mut browser = Jar::default();
        for number in 0..12 {
            let session = app.session(&number.to_string(), &json!({})).await;
            let token = session["session_token"].as_str().unwrap();
            assert_eq!(
                session["connect_url"],
                format!("{base_url}/connect/{token}")
            );
            let opened = browser.visit(&app, &format!("/connect/{token}")).await;
            assert_eq!(opened.status, 302);
            assert_eq!(opened.header("referrer-policy"), "no-referrer");
            assert_eq!(opened.header("cache-control"), "no-store");
            let set = opened
                .headers
                .get_all(header::SET_COOKIE)
                .iter()
                .next_back();
            let (pair, rest) = set.unwrap().to_str().unwrap().split_once("; ").unwrap();
            assert!(pair.starts_with(name), "{pair}");
            assert_eq!(rest, attributes);
            assert_eq!(browser.0.len(), (number + 1).min(8));
            let value = pair.split_once('=').unwrap().1;
            assert!(
                browser.0.values().any(|kept| kept == value),
                "the newest stays"
            );
        }
    }
}
