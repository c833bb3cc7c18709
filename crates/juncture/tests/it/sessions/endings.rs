//! Every ending leads the browser to where the session says, with what has come of it, and no secret.

use jiff::SignedDuration;
use serde_json::{Value, json};
use url::Url;

use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::flow::BRUNO;
use crate::support::sandbox::TestSandbox;
use crate::support::sessions::{Jar, RETURN, told};

/// An external id that is read as nothing else, wherever it stands.
const ID: &str = "a&status=success#ü +%";

fn expected(status: &str, error: Option<&str>) -> Value {
    let mut expected =
        json!({"tab": "jira", "status": status, "provider": "jira", "external_id": ID});
    if let Some(error) = error {
        expected["error"] = json!(error);
    }
    expected
}

/// The browser is led back, with the query and the fragment that were there, and nothing of the flow.
#[track_caller]
fn assert_led_back(answer: &Answer, (status, error): (&str, Option<&str>), secrets: &[&str]) {
    assert_eq!(
        told(answer),
        expected(status, error),
        "{}",
        answer.header("location")
    );
    let location = answer.header("location");
    assert!(
        location.starts_with("https://app.example.com/settings?tab=jira&status="),
        "{location}"
    );
    assert!(location.ends_with("#connections"), "{location}");
    for secret in secrets {
        assert!(!location.contains(secret), "{location}");
    }
}

struct Begun {
    app: TestApp,
    browser: Jar,
    token: String,
    uri: Url,
}

async fn begin() -> Begun {
    let app = TestApp::start_for_pages().await;
    let session = app.returning_session(ID).await;
    let mut browser = Jar::default();
    let uri = browser.open(&app, &session).await;
    let token = session["session_token"].as_str().unwrap().to_owned();
    Begun {
        app,
        browser,
        token,
        uri,
    }
}

impl Begun {
    async fn decide(&self, decision: &str) -> String {
        self.app
            .consent(&self.uri, BRUNO, Some("Acme"), decision)
            .await
    }

    /// The page of choices.
    async fn page(&mut self) -> String {
        let callback = self.decide("allow").await;
        let code = crate::support::flow::code_of(&self.browser.visit(&self.app, &callback).await);
        format!("/finalize-connection/jira/{code}")
    }
}

#[tokio::test]
async fn a_connection_is_a_success_also_for_who_comes_back() {
    let mut begun = begin().await;
    let callback = begun.decide("allow").await;
    let code = crate::support::flow::code_of(&begun.browser.visit(&begun.app, &callback).await);
    let page = format!("/finalize-connection/jira/{code}");
    let shown = begun.browser.visit(&begun.app, &page).await;
    let policy = shown.header("content-security-policy");
    assert!(
        policy.contains("form-action 'self' https://app.example.com;"),
        "{policy}"
    );
    let acme = begun.app.site_id("Acme").await;
    let secrets = [&*code, &begun.token];
    for _ in 0..2 {
        let end = begun
            .browser
            .submit(&begun.app, &page, &[("choice", &acme)])
            .await;
        assert_eq!(end.status, 303);
        assert_led_back(&end, ("success", None), &secrets);
    }
    for again in [&page, &callback] {
        let end = begun.browser.visit(&begun.app, again).await;
        assert_led_back(&end, ("success", None), &secrets);
    }
}

#[tokio::test]
async fn what_the_customer_or_the_provider_refuses_is_told_at_once() {
    let mut begun = begin().await;
    let denied = begun.decide("deny").await;
    let end = begun.browser.visit(&begun.app, &denied).await;
    assert_led_back(&end, ("denied", None), &[&begun.token]);

    let mut begun = begin().await;
    let failed = begun
        .decide("deny")
        .await
        .replace("access_denied", "server_error");
    let end = begun.browser.visit(&begun.app, &failed).await;
    assert_led_back(
        &end,
        ("error", Some("authorization_failed")),
        &[&begun.token],
    );

    let mut begun = begin().await;
    let mut nothing = begun
        .decide("deny")
        .await
        .replace("error=access_denied", "x=y");
    nothing = nothing.replace("error_description", "z");
    let end = begun.browser.visit(&begun.app, &nothing).await;
    assert_led_back(&end, ("error", Some("missing_parameter")), &[&begun.token]);
}

#[tokio::test]
async fn a_code_that_is_not_taken_and_a_failing_token_host_are_errors() {
    for (status, body, error) in [
        (403, json!({"error": "invalid_grant"}), "invalid_code"),
        (503, json!({}), "upstream_unavailable"),
        (
            401,
            json!({"error": "invalid_client"}),
            "provider_misconfigured",
        ),
    ] {
        let mut begun = begin().await;
        let fault = json!({"kind": "status", "status": status, "body": body});
        begun.app.sandbox.fault("/oauth/token", &fault, None).await;
        let callback = begun.decide("allow").await;
        let end = begun.browser.visit(&begun.app, &callback).await;
        assert_led_back(&end, ("error", Some(error)), &[&begun.token]);
        assert_eq!(end.header("x-juncture-code"), error);
    }
}

#[tokio::test]
async fn a_flow_that_takes_too_long_has_expired() {
    let mut begun = begin().await;
    let callback = begun.decide("allow").await;
    begun.app.clock.advance(SignedDuration::from_mins(10));
    let end = begun.browser.visit(&begun.app, &callback).await;
    assert_led_back(&end, ("error", Some("state_expired")), &[&begun.token]);

    let mut begun = begin().await;
    let page = begun.page().await;
    let acme = begun.app.site_id("Acme").await;
    begun.app.advance(SignedDuration::from_mins(15)).await;
    begun.app.sweep().await;
    for end in [
        begun.browser.visit(&begun.app, &page).await,
        begun
            .browser
            .submit(&begun.app, &page, &[("choice", &acme)])
            .await,
    ] {
        assert_led_back(
            &end,
            ("error", Some("connection_code_not_found")),
            &[&begun.token],
        );
    }
}

#[tokio::test]
async fn a_provider_that_fails_the_choice_is_an_error() {
    let mut begun = begin().await;
    let page = begun.page().await;
    begun
        .app
        .sandbox
        .fail("/oauth/token/accessible-resources", 503, None)
        .await;
    let end = begun.browser.visit(&begun.app, &page).await;
    assert_led_back(
        &end,
        ("error", Some("upstream_unavailable")),
        &[&begun.token],
    );
}

#[tokio::test]
async fn a_state_that_was_used_is_no_ending() {
    let mut begun = begin().await;
    let callback = begun.decide("allow").await;
    crate::support::flow::code_of(&begun.browser.visit(&begun.app, &callback).await);
    // The tab in which it goes on may yet end well.
    let again = begun.browser.visit(&begun.app, &callback).await;
    assert_eq!(again.status, 400);
    assert!(
        again.text().contains(&format!("href=\"{RETURN}\"")),
        "{}",
        again.text()
    );
}

#[tokio::test]
async fn without_an_address_of_its_own_a_session_leads_to_the_configured_one() {
    let variables = [(
        "DEFAULT_JIRA_SITE_REDIRECT_URI",
        "https://app.example.com/done?x=1&status=success&y=%20&provider=all",
    )];
    let app = TestApp::start_with(&variables, TestSandbox::start().await).await;
    let mut browser = Jar::default();
    let uri = browser
        .open(&app, &app.session("a", &json!({})).await)
        .await;
    let denied = app.consent(&uri, BRUNO, Some("Acme"), "deny").await;
    let end = browser.visit(&app, &denied).await;
    let expected =
        json!({"x": "1", "y": " ", "status": "denied", "provider": "jira", "external_id": "a"});
    assert_eq!(told(&end), expected);
    let session = app.session("a", &json!({})).await;
    let page = browser.page(&app, &session, (BRUNO, "Acme")).await;
    let end = browser
        .submit(&app, &page, &[("choice", &app.site_id("Acme").await)])
        .await;
    assert_eq!(told(&end)["status"], "success");
}

#[tokio::test]
async fn without_any_address_pages_tell_the_end() {
    let app = TestApp::start().await;
    let mut browser = Jar::default();
    let session = app.session("a", &json!({})).await;
    let page = browser.page(&app, &session, (BRUNO, "Acme")).await;
    let end = browser
        .submit(&app, &page, &[("choice", &app.site_id("Acme").await)])
        .await;
    assert_eq!(end.status, 200);
    assert!(end.text().contains("<h1>Connected</h1>"), "{}", end.text());
}
