//! A long list takes the memory of what is shown of it, and not that of all that Jira says.

use axum::http::Method;
use serde_json::Value;

use super::attacked::Attacked;
use crate::support::front::Crafted;

const ISSUES: usize = 3_000;

/// How much Jira says of an issue that nobody has asked for.
const BESIDES: usize = 8 * 1024;

#[tokio::test]
async fn what_is_not_shown_is_not_held() {
    let attacked = Attacked::start().await;
    let Attacked {
        server,
        browser,
        front,
        ..
    } = &attacked;
    let besides = "x".repeat(BESIDES);
    let issue = |number: usize| {
        format!(
            r#"{{"id":"{number}","key":"A-{number}","self":"{besides}","fields":{{"summary":"s"}}}}"#
        )
    };
    let page = |issues: usize| {
        let issues: Vec<_> = (0..issues).map(issue).collect();
        format!(r#"{{"issues":[{}],"isLast":true}}"#, issues.join(","))
    };
    let path = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=SHOP";
    // What is made once is made now.
    front.craft("/search/jql", Crafted::json(200, page(30)));
    assert_eq!(browser.call(Method::GET, path).await.status(), 200);
    let text = page(ISSUES);
    let length = text.len();
    front.craft("/search/jql", Crafted::json(200, text));
    let before = server.peak_memory();
    let answer = browser.call(Method::GET, path).await;
    assert_eq!(answer.status(), 200);
    let list: Value = juncture_json::decode(answer.bytes().await.unwrap()).unwrap();
    assert_eq!(list["total"], ISSUES);
    let taken = server.peak_memory_above(before);
    println!("{} KiB for {} KiB", taken / 1024, length / 1024);
    assert!(taken < length / 3, "{} KiB", taken / 1024);
    attacked.server.stop();
}
