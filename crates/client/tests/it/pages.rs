//! A search, page by page.

use futures_util::{StreamExt as _, TryStreamExt as _};
use juncture_client::jira::SearchIssues;
use juncture_client::views::jira::found::Found;

use crate::support::Scene;

#[tokio::test]
async fn a_search_goes_on_from_page_to_page_and_each_issue_comes_once() {
    let scene = Scene::start().await;
    let whole = SearchIssues::new("project = SHOP ORDER BY created");
    let query = SearchIssues {
        limit: Some(15),
        ..whole.clone()
    };
    let pages: Vec<Found> = scene
        .jira
        .issues()
        .pages(query)
        .try_collect()
        .await
        .unwrap();
    let asked = scene.front.seen().len();
    assert!(asked > 3, "{asked} requests");
    assert_eq!(pages.len(), asked);
    let keys = |pages: &[Found]| -> Vec<String> {
        let issues = pages.iter().flat_map(|page| &page.issues);
        issues.map(|issue| issue.key.clone()).collect()
    };
    let whole = scene.jira.issues().search(&whole).await.unwrap();
    assert_eq!(keys(&pages), keys(&[whole]));
}

#[tokio::test]
async fn a_search_that_nobody_reads_on_asks_for_no_more_pages() {
    let scene = Scene::start().await;
    let query = SearchIssues {
        limit: Some(5),
        ..SearchIssues::new("project = SHOP")
    };
    let mut pages = Box::pin(scene.jira.issues().pages(query));
    let page = pages.next().await.unwrap().unwrap();
    assert_eq!(page.issues.len(), 5);
    assert_eq!(scene.front.seen().len(), 1);
}
