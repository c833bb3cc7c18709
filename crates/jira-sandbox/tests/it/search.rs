//! Search by JQL, its pages and refusals.

use serde_json::json;

use crate::support::{Cloud, SCOPES, still};
use juncture_sandbox::Options;

#[tokio::test]
async fn a_walk_by_page_tokens_finds_every_issue_once_newest_first() {
    let cloud = Cloud::with(Options {
        issues: 1_237,
        ..still()
    })
    .await;
    let token = cloud.connect("Ada", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "search/jql");
    let mut body = json!({"jql": "project = \"SHOP\" ORDER BY created DESC", "maxResults": 5000,
        "fields": ["summary", "created"]});
    let (mut keys, mut times) = (Vec::new(), Vec::new());
    loop {
        let page = cloud.post(&path, &token, &body).await.json();
        for issue in page["issues"].as_array().unwrap() {
            keys.push(issue["key"].as_str().unwrap().to_owned());
            times.push(issue["fields"]["created"].as_str().unwrap().to_owned());
        }
        assert_eq!(
            page["isLast"].as_bool().unwrap(),
            page.get("nextPageToken").is_none()
        );
        match page.get("nextPageToken") {
            Some(next) => body["nextPageToken"] = next.clone(),
            None => break,
        }
    }
    assert_eq!(keys.len(), 1_237);
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 1_237);
    assert!(
        times.windows(2).any(|pair| pair[0] == pair[1]),
        "ties are part of the world"
    );
}
