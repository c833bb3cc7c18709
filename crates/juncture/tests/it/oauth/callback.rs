//! From the consent page back to us: the state, the code, and what may go wrong.

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use url::Url;

use crate::support::answer::Answer;
use crate::support::flow::{BRUNO, code_of, link_to_try_again};
use crate::support::sandbox::TestSandbox;
use crate::support::{BASE_URL, CALLBACK, TestApp};

/// The callback as a program asks for it.
async fn call_back(app: &TestApp, path: &str) -> Answer {
    let request = Request::get(path).header(header::ACCEPT, "application/json");
    app.send(request.body(Body::empty()).unwrap()).await
}

fn invalid_state() -> Value {
    json!({"error": "Invalid state parameter", "code": "invalid_state"})
}

#[tokio::test]
async fn the_authorization_uri_is_what_atlassian_documents() {
    let scopes = [(
        "DEFAULT_JIRA_SCOPES",
        "read:jira-work, write:jira-work read:jira-work offline_access",
    )];
    let app = TestApp::start_with(&scopes, TestSandbox::start().await).await;
    let uri = app.initiate("customer 1").await;
    assert!(
        uri.as_str()
            .starts_with(&format!("{}/authorize?", app.sandbox.url))
    );
    let pairs: BTreeMap<String, String> = uri.query_pairs().into_owned().collect();
    assert_eq!(uri.query_pairs().count(), 7, "each parameter once");
    assert_eq!(pairs["audience"], "api.atlassian.com");
    assert_eq!(pairs["client_id"], "sandbox-client");
    assert_eq!(
        pairs["scope"],
        "read:jira-work write:jira-work offline_access"
    );
    assert_eq!(
        pairs["redirect_uri"],
        format!("{}{CALLBACK}", crate::support::BASE_URL)
    );
    assert_eq!(pairs["response_type"], "code");
    assert_eq!(pairs["prompt"], "consent");
    assert!(
        uri.query()
            .unwrap()
            .contains("scope=read%3Ajira-work%20write"),
        "spaces are %20: {uri}"
    );
}

#[tokio::test]
async fn the_documented_alias_and_numbers_as_ids_start_a_flow_too() {
    let app = TestApp::start().await;
    for (path, id) in [
        ("/api/frontend/oauth/get-authorization-uri", json!("a")),
        ("/api/frontend/oauth/initiate-oauth-flow/", json!(4711)),
    ] {
        let body = json!({"provider": "jira", "external_id": id, "unknown": [1]});
        assert!(app.post(path, &body).await.expect(200)["authorization_uri"].is_string());
    }
}

#[tokio::test]
async fn states_are_long_and_never_the_same() {
    let app = TestApp::start().await;
    let mut states = HashSet::new();
    for _ in 0..50 {
        let uri = app.initiate("a").await;
        let (_, state) = uri.query_pairs().find(|(name, _)| name == "state").unwrap();
        assert!(state.len() >= 43, "{state}");
        assert!(states.insert(state.into_owned()));
    }
}

#[tokio::test]
async fn a_grant_leads_to_the_finalise_page_at_the_configured_frontend() {
    let frontend = [("JUNCTURE_FRONTEND_URL", "https://front.example.com/sub/")];
    let app = TestApp::start_with(&frontend, TestSandbox::start().await).await;
    let uri = app.initiate("a").await;
    let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    let answer = app.visit(&callback).await;
    assert_eq!(answer.status, 302);
    let location = answer.header("location");
    assert!(
        location.starts_with("https://front.example.com/sub/finalize-connection/jira/"),
        "{location}"
    );
}

#[tokio::test]
async fn a_state_works_once() {
    let app = TestApp::start().await;
    let uri = app.initiate("a").await;
    let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    code_of(&app.visit(&callback).await);
    call_back(&app, &callback)
        .await
        .assert(400, &invalid_state());
    assert_eq!(
        app.sandbox.requests_to("/oauth/token").await.len(),
        1,
        "the replay asks Atlassian nothing"
    );
    // A fresh code does not revive the state.
    let again = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    call_back(&app, &again).await.assert(400, &invalid_state());
}

#[tokio::test]
async fn of_two_uses_of_a_state_at_once_one_wins() {
    let app = TestApp::start().await;
    let uri = app.initiate("a").await;
    let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    let (one, two) = tokio::join!(app.visit(&callback), app.visit(&callback));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [302, 400]);
}

#[tokio::test]
async fn a_state_is_used_up_by_a_bad_first_use() {
    let app = TestApp::start().await;
    let uri = app.initiate("a").await;
    let good = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    let bad = good.replace("code=", "code=x");
    call_back(&app, &bad).await.assert(
        400,
        &json!({"error": "The authorization code is invalid or expired. Please try again.", "code": "invalid_code"}),
    );
    call_back(&app, &good).await.assert(400, &invalid_state());
}

#[tokio::test]
async fn a_state_expires_after_ten_minutes() {
    let app = TestApp::start().await;
    let uri = app.initiate("a").await;
    app.advance(SignedDuration::from_secs(10 * 60 - 1)).await;
    let in_time = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    code_of(&app.visit(&in_time).await);

    let uri = app.initiate("a").await;
    app.advance(SignedDuration::from_mins(10)).await;
    let late = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    let expired = json!({"error": "The authorization has expired. Please try again.", "code": "state_expired"});
    call_back(&app, &late).await.assert(400, &expired);
    call_back(&app, &late).await.assert(400, &invalid_state());
    assert_eq!(app.sandbox.requests_to("/oauth/token").await.len(), 1);
}

#[tokio::test]
async fn states_of_others_are_refused() {
    let app = TestApp::start().await;
    let other = TestApp::start().await;
    let foreign = other.initiate("a").await;
    let (_, foreign) = foreign
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap();
    for state in ["", "x", "AQJrMQ", &foreign, &"A".repeat(5000)] {
        let answer = call_back(&app, &format!("{CALLBACK}?code=c&state={state}")).await;
        answer.assert(400, &invalid_state());
    }
    let missing = json!({"error": "Missing code or state", "code": "missing_parameter"});
    call_back(&app, &format!("{CALLBACK}?code=c"))
        .await
        .assert(400, &missing);
    call_back(&app, CALLBACK).await.assert(400, &missing);
    let uri = app.initiate("a").await;
    let (_, state) = uri.query_pairs().find(|(name, _)| name == "state").unwrap();
    call_back(&app, &format!("{CALLBACK}?state={state}"))
        .await
        .assert(400, &missing);
    assert!(
        app.sandbox.requests_to("/oauth/token").await.is_empty(),
        "nothing reaches Atlassian"
    );
}

#[tokio::test]
async fn an_unknown_provider_in_the_path_is_refused_before_the_state_is_used() {
    let app = TestApp::start().await;
    let uri = app.initiate("a").await;
    let good = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    let answer = call_back(&app, &good.replace("/jira?", "/github?")).await;
    assert_eq!(answer.expect(400)["code"], "invalid_provider");
    code_of(&app.visit(&good).await);
}

#[tokio::test]
async fn denied_consent_ends_on_a_page_with_a_fresh_start() {
    let app = TestApp::start().await;
    let uri = app.initiate("a").await;
    let denied = app.consent(&uri, BRUNO, Some("Acme"), "deny").await;
    let page = app.visit(&denied).await;
    assert_eq!(page.status, 400);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(
        page.text()
            .contains("Access was not granted. You can try again."),
        "{}",
        page.text()
    );
    let retry = consent_again(&app, &page).await;
    let callback = app.consent(&retry, BRUNO, Some("Acme"), "allow").await;
    code_of(&app.visit(&callback).await);
    // For programs the same is JSON.
    let uri = app.initiate("a").await;
    let denied = app.consent(&uri, BRUNO, Some("Acme"), "deny").await;
    let body =
        json!({"error": "Access was not granted. You can try again.", "code": "access_denied"});
    call_back(&app, &denied).await.assert(400, &body);
}

/// The consent page to which the button of a failed flow leads.
async fn consent_again(app: &TestApp, page: &Answer) -> Url {
    let answer = app.visit(&path_of(&link_to_try_again(page))).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    answer.header("location").parse().unwrap()
}

fn path_of(link: &Url) -> String {
    assert!(link.as_str().starts_with(BASE_URL), "{link}");
    link[url::Position::BeforePath..].to_owned()
}

#[tokio::test]
async fn a_flow_may_be_tried_again_within_its_ten_minutes_and_no_longer() {
    let app = TestApp::start().await;
    let mut uri = app.initiate("a").await;
    let mut pages = Vec::new();
    for _ in 0..4 {
        app.advance(SignedDuration::from_secs(149)).await;
        let denied = app.consent(&uri, BRUNO, Some("Acme"), "deny").await;
        pages.push(app.visit(&denied).await);
        uri = consent_again(&app, pages.last().unwrap()).await;
    }
    // The fourth try began after 596 s, and its state ends after 600, as the first one would have.
    app.advance(SignedDuration::from_secs(4)).await;
    let late = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    let page = app.visit(&late).await;
    assert_eq!(page.status, 400);
    assert!(page.text().contains("state_expired"), "{}", page.text());
    assert!(!page.text().contains("/try-again/"), "{}", page.text());
    // Nor does any link of the flow lead anywhere now.
    let expired = json!({"error": "The authorization has expired. Please try again.", "code": "state_expired"});
    for page in &pages {
        let path = path_of(&link_to_try_again(page));
        call_back(&app, &path).await.assert(400, &expired);
    }
    assert!(app.sandbox.requests_to("/oauth/token").await.is_empty());
}

#[tokio::test]
async fn half_of_what_the_limit_lets_through_may_ask_atlassian() {
    let limit = [("PUBLIC_REQUESTS_PER_MINUTE", "20")];
    let app = TestApp::start_with(&limit, TestSandbox::start().await).await;
    let visit = async |path: String| {
        let stranger = ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 4711)));
        let request = Request::get(path).extension(stranger);
        let request = request.header(header::ACCEPT, "text/html");
        app.send(request.body(Body::empty()).unwrap()).await
    };
    let mut uri = app.initiate("a").await;
    let mut answered = 0;
    loop {
        let (_, state) = uri.query_pairs().find(|(name, _)| name == "state").unwrap();
        let page = visit(format!("{CALLBACK}?code=made-up&state={state}")).await;
        if page.status == 429 {
            break;
        }
        let again = visit(path_of(&link_to_try_again(&page))).await;
        assert_eq!(again.status, 302);
        uri = again.header("location").parse().unwrap();
        answered += 2;
        assert!(answered <= 20);
    }
    assert_eq!(answered, 20);
    assert_eq!(app.sandbox.requests_to("/oauth/token").await.len(), 10);
}

#[tokio::test]
async fn a_link_to_try_again_is_no_state_and_a_state_no_link() {
    let app = TestApp::start().await;
    let uri = app.initiate("a").await;
    let (_, state) = uri.query_pairs().find(|(name, _)| name == "state").unwrap();
    let denied = app.consent(&uri, BRUNO, Some("Acme"), "deny").await;
    let link = link_to_try_again(&app.visit(&denied).await);
    let (_, flow) = link.query_pairs().next().unwrap();
    call_back(&app, &format!("{CALLBACK}?code=c&state={flow}"))
        .await
        .assert(400, &invalid_state());
    let try_again = "/api/frontend/oauth/try-again/jira";
    let refused = json!({
        "error": "Invalid flow", "code": "invalid_parameter",
        "details": {"field": "flow", "reason": "is none of this server's"},
    });
    for flow in [&*state, "x"] {
        call_back(&app, &format!("{try_again}?flow={flow}"))
            .await
            .assert(400, &refused);
    }
    // A page of another refusal, of a code that is none: one visit of the callback, no further state.
    let uri = app.initiate("a").await;
    let bad = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    let page = app.visit(&bad.replace("code=", "code=x")).await;
    assert!(!page.text().contains("state="), "{}", page.text());
}

#[tokio::test]
async fn another_error_of_the_provider_is_told_without_being_trusted() {
    let app = TestApp::start().await;
    let uri = app.initiate("a").await;
    let (_, state) = uri.query_pairs().find(|(name, _)| name == "state").unwrap();
    let path = format!("{CALLBACK}?error=%3Cscript%3Ealert(1)%3C/script%3E&state={state}");
    let page = app.visit(&path).await;
    assert_eq!(page.status, 400);
    assert!(!page.text().contains("<script>"), "{}", page.text());
    assert!(
        page.text()
            .contains("The provider could not complete the authorization. Please try again.")
    );
}

#[tokio::test]
async fn a_wrong_client_secret_is_our_configuration_error() {
    let wrong = [("DEFAULT_JIRA_CLIENT_SECRET", "not-the-secret")];
    let app = TestApp::start_with(&wrong, TestSandbox::start().await).await;
    for variant in ["access_denied", "invalid_client400", "invalid_client401"] {
        app.sandbox
            .set_switches(&json!({"refused_client": variant}))
            .await;
        let uri = app.initiate("a").await;
        let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
        let body = json!({"error": "Failed to exchange the authorization code", "code": "provider_misconfigured"});
        call_back(&app, &callback).await.assert(500, &body);
    }
}

#[tokio::test]
async fn refused_codes_are_told_in_every_variant() {
    let app = TestApp::start().await;
    for variant in ["invalid_request", "invalid_grant"] {
        app.sandbox
            .set_switches(&json!({"refused_code": variant}))
            .await;
        let uri = app.initiate("a").await;
        let bad = app
            .consent(&uri, BRUNO, Some("Acme"), "allow")
            .await
            .replace("code=", "code=x");
        assert_eq!(
            call_back(&app, &bad).await.expect(400)["code"],
            "invalid_code",
            "{variant}"
        );
    }
}
