//! Ten thousand flow starts of one address: most are refused, and little is remembered.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use serde_json::json;

use crate::support::browser::Browser;
use crate::support::process::Process;
use crate::support::sandbox::TestSandbox;
use crate::support::sessions::path_of;
use crate::support::{TestApp, environment_of_process, free_port};

const INITIATE: &str = "/api/frontend/oauth/initiate-oauth-flow";

/// How much the server may grow, in bytes.
const MOST_MEMORY: usize = 20 * 1024 * 1024;

#[tokio::test]
async fn starts_by_page_and_by_link_count_together() {
    let app = TestApp::start_with(
        &[("PUBLIC_REQUESTS_PER_MINUTE", "4")],
        TestSandbox::start().await,
    )
    .await;
    let session = app.session("a", &json!({})).await;
    let stranger = ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 4711)));
    let body = json!({"provider": "jira", "external_id": "a"}).to_string();
    let mut statuses = Vec::new();
    for number in 0..6 {
        let request = if number % 2 == 0 {
            Request::post(INITIATE)
                .header(header::CONTENT_TYPE, "application/json")
                .extension(stranger)
                .body(Body::from(body.clone()))
        } else {
            Request::get("/connect/jct_cs_nobody")
                .extension(stranger)
                .body(Body::empty())
        };
        let answer = app.send(request.unwrap()).await;
        statuses.push(answer.status.as_u16());
        if answer.status == 429 {
            assert_eq!(answer.header("retry-after"), "15");
        }
    }
    assert_eq!(statuses, [200, 400, 200, 400, 429, 429]);
    // A link that is refused so is not used up.
    let link = path_of(session["connect_url"].as_str().unwrap());
    let request = Request::get(link).extension(stranger).body(Body::empty());
    assert_eq!(app.send(request.unwrap()).await.status, 429);
    assert_eq!(app.visit(link).await.status, 302);
}

#[tokio::test]
async fn of_ten_thousand_starts_of_one_address_three_hundred_a_minute_are_let_through() {
    let app = TestApp::on_sqlite().await;
    let stranger = ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 4711)));
    let body = json!({"provider": "jira", "external_id": "a"}).to_string();
    let mut through = 0;
    for _ in 0..10_000 {
        let request = Request::post(INITIATE)
            .header(header::CONTENT_TYPE, "application/json")
            .extension(stranger)
            .body(Body::from(body.clone()));
        match app.send_to_any_jira(request.unwrap()).await {
            answer if answer.status == 200 => through += 1,
            answer => assert_eq!(
                (answer.status.as_u16(), answer.header("retry-after")),
                (429, "1")
            ),
        }
    }
    assert_eq!(through, 300);
}

#[tokio::test]
async fn ten_thousand_starts_of_one_address_take_little() {
    let sandbox = TestSandbox::start().await;
    let folder = tempfile::tempdir().unwrap();
    let variables = environment_of_process(folder.path(), &sandbox.url, free_port());
    let pairs: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (server, address) = Process::serve(folder.path(), &pairs);
    let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
    let flow = json!({"provider": "jira", "external_id": "a"});
    let start = |number: usize| {
        let request = if number.is_multiple_of(2) {
            browser
                .http
                .post(format!("{}{INITIATE}", browser.server))
                .json(&flow)
        } else {
            browser
                .http
                .get(format!("{}/connect/jct_cs_{number}", browser.server))
        };
        async {
            let answer = request.send().await.unwrap();
            let retry_after = answer.headers().get("retry-after").cloned();
            (answer.status().as_u16(), retry_after)
        }
    };
    // The first have everything in place that starts need.
    for number in 0..10 {
        start(number).await;
    }
    let before = server.resident();
    let mut refused = 0;
    for number in 0..10_000 {
        match start(number).await {
            (429, retry_after) => {
                let seconds: u64 = retry_after.unwrap().to_str().unwrap().parse().unwrap();
                assert!((1..=60).contains(&seconds), "{seconds}");
                refused += 1;
            }
            (200 | 400, _) => {}
            (other, _) => panic!("{other}"),
        }
    }
    let grown = server.resident().saturating_sub(before);
    assert!(grown < MOST_MEMORY, "{grown} bytes");
    assert!(refused > 0, "none was refused");
    server.stop();
}
