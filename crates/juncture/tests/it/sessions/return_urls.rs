//! Where a browser may be sent back to, and in which clothes other addresses come.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::admin::{ADMIN_KEY, PROJECTS};
use crate::support::sandbox::TestSandbox;
use crate::support::sessions::SESSIONS;

/// Addresses that are none of `https://app.example.com`, whatever they look like.
const FOREIGN: [&str; 40] = [
    "https://evil.example/",
    "http://app.example.com/",
    "https://app.example.com:8443/",
    "https://app.example.com.evil.example/",
    "https://app.example.com.",
    "https://evil-app.example.com/",
    "https://xapp.example.com/",
    "https://example.com/",
    "https://sub.app.example.com/",
    "https://app.example.com@evil.example/",
    "https://app.example.com:443@evil.example/",
    "https://evil.example@app.example.com/",
    "https://user:password@app.example.com/",
    "https://@app.example.com/",
    "https://app.example.com\\@evil.example/",
    "https://app.example.com\\.evil.example/",
    "https:\\\\evil.example/",
    "https:/\\evil.example/",
    "https://evil.example\\app.example.com",
    "https:///app.example.com/",
    "https:app.example.com/",
    "https:/app.example.com/",
    "//app.example.com/",
    "/settings",
    "app.example.com",
    "HTTPS://evil.example/",
    "HTTPS://app.example.com/",
    " https://app.example.com/",
    "https://app.example.com/ ",
    "https://app.exa\tmple.com/",
    "https://app.example.com/\r\nset-cookie: a=b",
    "https://app.example.com\u{ff0f}.evil.example/",
    "https://\u{430}pp.example.com/",
    "https://app.example.com%2f.evil.example/",
    "https://evil.example/https://app.example.com/",
    "https://evil.example?https://app.example.com/",
    "https://evil.example#https://app.example.com/",
    "javascript:alert(1)//https://app.example.com/",
    "data:text/html,https://app.example.com/",
    "ftp://app.example.com/",
];

async fn ask(app: &TestApp, url: &str) -> (u16, Value) {
    let body = json!({"provider": "jira", "external_id": "a", "return_url": url});
    let answer = app.post(SESSIONS, &body).await;
    (answer.status.as_u16(), answer.json())
}

#[track_caller]
fn assert_refused((status, body): (u16, Value), url: &str) {
    assert_eq!(status, 400, "{url}: {body}");
    assert_eq!(body["details"]["field"], "return_url", "{url}: {body}");
}

#[tokio::test]
async fn an_address_is_of_an_origin_that_is_configured() {
    let variables = [
        (
            "CORS_ALLOWED_ORIGINS",
            "https://app.example.com,http://localhost:3000",
        ),
        (
            "DEFAULT_JIRA_SITE_REDIRECT_URI",
            "https://www.example.com/done",
        ),
        ("JUNCTURE_FRONTEND_URL", "https://pages.example.com/own"),
    ];
    let app = TestApp::start_with(&variables, TestSandbox::start().await).await;
    for url in [
        "https://app.example.com",
        "https://app.example.com/",
        "https://app.example.com:443/a/b?c=d#e",
        "https://APP.example.com/",
        "https://app.example.com/?next=https://evil.example/",
        "https://app.example.com/a@b",
        "https://app.example.com//evil.example/",
        "http://localhost:3000/back",
        "https://www.example.com/",
        "https://pages.example.com/",
    ] {
        let (status, body) = ask(&app, url).await;
        assert_eq!(status, 201, "{url}: {body}");
    }
    for url in FOREIGN {
        assert_refused(ask(&app, url).await, url);
    }
    let too_long = format!("https://app.example.com/{}", "x".repeat(2_048));
    assert_refused(ask(&app, &too_long).await, &too_long);
}

#[tokio::test]
async fn with_nothing_configured_no_address_is_allowed() {
    let app = TestApp::start().await;
    for url in ["https://app.example.com/", crate::support::BASE_URL] {
        assert_refused(ask(&app, url).await, url);
    }
}

#[tokio::test]
async fn what_a_project_lists_is_all_that_it_allows_and_goes_by_segments() {
    let variables = [
        ("JUNCTURE_ADMIN_KEY", ADMIN_KEY),
        ("CORS_ALLOWED_ORIGINS", "https://app.example.com"),
    ];
    let app = TestApp::start_with(&variables, TestSandbox::start().await).await;
    let path = format!("{PROJECTS}/{}", app.default_project().await);
    let settings = json!({"settings": {
        "allowed_origins": ["https://app.example.com"],
        "allowed_return_urls": [
            "https://app.example.com/team", "https://other.example.com/a/", "https://query.example.com/x?y=z"
        ],
    }});
    app.admin(Method::PATCH, &path, &settings).await.expect(200);
    app.app.projects.follow().await.unwrap();
    for url in [
        "https://app.example.com/team",
        "https://app.example.com/team?tab=2#x",
        "https://app.example.com/team/",
        "https://app.example.com/team/a/b",
        "https://app.example.com/x/../team/a",
        "https://other.example.com/a",
        "https://other.example.com/a/b",
        "https://query.example.com/x?y=z",
    ] {
        let (status, body) = ask(&app, url).await;
        assert_eq!(status, 201, "{url}: {body}");
    }
    for url in FOREIGN.into_iter().chain([
        "https://app.example.com/",
        "https://app.example.com/teams",
        "https://app.example.com/team2/x",
        "https://app.example.com/TEAM",
        "https://app.example.com/team/../admin",
        "https://app.example.com/team/%2e%2e/admin",
        "https://app.example.com/team/.%2E/admin",
        "https://app.example.com/team/..%2fadmin",
        "https://app.example.com/team/%5C..%5Cadmin",
        "https://app.example.com/team/..;/admin",
        "https://app.example.com/team%2fx",
        "https://app.example.com/a/team",
        "https://other.example.com/ab",
        "https://query.example.com/x",
        "https://query.example.com/x?y=z&w=v",
    ]) {
        assert_refused(ask(&app, url).await, url);
    }
}
