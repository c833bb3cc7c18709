//! Writes to one issue at the same time.

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::issues::{EDIT, send, start};
use crate::support::TestApp;
use crate::support::answer::Answer;

const ISSUE: &str = "/ex/jira/*/rest/api/3/issue/*";

async fn describe(app: &TestApp, issue: &str, description: &str) -> Answer {
    let body = json!({"external_id": "a", "issue_id_or_key": issue, "description": description});
    send(app, Method::PUT, EDIT, None, &body).await
}

/// Calls to Jira about this issue.
async fn calls(app: &TestApp, issue: &str) -> usize {
    let requests = app.sandbox.requests().await;
    let is_about = |request: &&Value| {
        let path = request["path"].as_str().unwrap();
        path.split('/').any(|part| part == issue)
    };
    requests.iter().filter(is_about).count()
}

/// Each reads what is there and writes what is to be there; so one would undo what the other does.
#[tokio::test]
async fn who_writes_to_an_issue_waits_for_who_came_before() {
    let app = start().await;
    describe(&app, "SHOP-1", "One.\n\nTwo.").await.expect(200);
    let before = calls(&app, "SHOP-1").await;
    let put = json!({"path": ISSUE, "method": "PUT", "fault": {"kind": "hang"}, "times": 1});
    app.sandbox.control("faults", &put).await;
    let first = describe(&app, "SHOP-1", "First.\n\nTwo.");
    tokio::pin!(first);
    // It reads, and writes.
    app.sandbox
        .run_until_request(&mut first, "/issue/SHOP-1", before + 2)
        .await;
    let comment = json!({"external_id": "a", "issue_id_or_key": "shop-1", "body": "Words"});
    let second = send(
        &app,
        Method::POST,
        "/api/backend/jira/add-comment",
        None,
        &comment,
    );
    tokio::pin!(second);
    // Another issue is written to meanwhile, as often as the second one could have been.
    tokio::select! {
        _ = &mut second => panic!("it does not wait"),
        other = describe(&app, "SHOP-2", "Three.") => drop(other.expect(200)),
    }
    assert_eq!(calls(&app, "SHOP-1").await, before + 2);
    let (first, second, ()) = tokio::join!(first, second, app.sandbox.clear_faults());
    first.expect(200);
    second.expect(201);
}

#[tokio::test]
async fn nobody_waits_for_ever() {
    let app = start().await;
    let put =
        json!({"path": ISSUE, "method": "PUT", "fault": {"kind": "hang"}, "times": "forever"});
    app.sandbox.control("faults", &put).await;
    let title =
        |title: &str| json!({"external_id": "a", "issue_id_or_key": "SHOP-1", "summary": title});
    let (title_1, title_2) = (title("One"), title("Two"));
    let mut first = Box::pin(send(&app, Method::PUT, EDIT, None, &title_1));
    app.sandbox
        .run_until_request(&mut first, "/issue/SHOP-1", 1)
        .await;
    let mut second = Box::pin(send(&app, Method::PUT, EDIT, None, &title_2));
    for _ in 0..100 {
        assert!(futures_util::poll!(&mut second).is_pending());
        tokio::task::yield_now().await;
    }
    app.advance(SignedDuration::from_mins(1)).await;
    // It waits in vain, or has its turn at the last moment; it tells which.
    let second = async {
        tokio::select! {
            answer = &mut second => answer,
            () = app.sandbox.until_request("/issue/SHOP-1", 2) => {
                app.advance(SignedDuration::from_mins(1)).await;
                second.await
            }
        }
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first.expect(500)["code"], "outcome_unknown");
    let code = second.expect(500)["code"].clone();
    let sent = match code.as_str() {
        Some("upstream_timeout") => 1,
        Some("outcome_unknown") => 2,
        _ => panic!("{code}"),
    };
    let requests = app.sandbox.requests_to("/issue/SHOP-1").await;
    let puts = requests.iter().filter(|request| request["method"] == "PUT");
    assert_eq!(puts.count(), sent, "{code}");
}
