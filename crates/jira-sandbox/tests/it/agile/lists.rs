//! The issues of boards, backlogs and sprints.

use serde_json::{Value, json};

use crate::support::{AGILE_SCOPES, Cloud, still};
use juncture_sandbox::Options;

/// The keys of a list by page token, page by page.
async fn walk(cloud: &Cloud, token: &str, tail: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = String::new();
    loop {
        let path = cloud.software("Acme", &format!("software/1.0/{tail}{next}"));
        let reply = cloud.get(&path, token).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let page = reply.json();
        pages.push(keys(&page));
        let Some(token) = page.get("nextPageToken") else {
            assert_eq!(page["isLast"], true);
            return pages;
        };
        next = format!("&nextPageToken={}", token.as_str().unwrap());
    }
}

fn keys(page: &Value) -> Vec<String> {
    let issues = page["issues"].as_array().unwrap().iter();
    let keys = issues.map(|issue| issue["key"].as_str().unwrap().to_owned());
    keys.collect()
}

/// The keys which a search finds.
async fn searched(cloud: &Cloud, token: &str, jql: &str) -> Vec<String> {
    let body = json!({"jql": jql, "fields": ["key"], "maxResults": 5_000});
    let path = cloud.api("Acme", "search/jql");
    keys(&cloud.post(&path, token, &body).await.json())
}

#[tokio::test]
async fn sprint_lists_agree_with_jql() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    for sprint in [11, 14, 16] {
        let expected = searched(&cloud, &token, &format!("sprint = {sprint} ORDER BY rank")).await;
        assert!(expected.len() > 3);
        let pages = walk(
            &cloud,
            &token,
            &format!("sprint/{sprint}/issue?maxResults=7"),
        )
        .await;
        assert!(pages.iter().all(|page| page.len() <= 7));
        assert_eq!(pages.concat(), expected);
        let old = cloud.software(
            "Acme",
            &format!("agile/1.0/sprint/{sprint}/issue?maxResults=100"),
        );
        assert_eq!(keys(&cloud.get(&old, &token).await.json()), expected);
    }
}

#[tokio::test]
async fn page_size_depends_on_the_fields() {
    let options = Options {
        issues: 700,
        ..still()
    };
    let cloud = Cloud::with(options).await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let bare = walk(
        &cloud,
        &token,
        "board/10002/issue?maxResults=5000&fields=key",
    )
    .await;
    assert_eq!((bare.len(), bare[0].len()), (1, 700));
    let full = walk(
        &cloud,
        &token,
        "board/10002/issue?maxResults=5000&fields=summary",
    )
    .await;
    assert_eq!((full.len(), full[0].len()), (7, 100));
    let default = walk(&cloud, &token, "board/10002/issue?fields=summary").await;
    assert_eq!(default[0].len(), 50);
    assert_eq!(bare.concat(), full.concat());
    for size in ["0", "5001"] {
        let path = cloud.software(
            "Acme",
            &format!("software/1.0/board/1/issue?maxResults={size}"),
        );
        assert_eq!(cloud.get(&path, &token).await.status, 400);
    }
}

#[tokio::test]
async fn board_leaves_out_epics_and_its_backlog_what_is_planned_or_done() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let mut board = walk(&cloud, &token, "board/1/issue?fields=key&maxResults=5000")
        .await
        .concat();
    board.sort();
    let mut cards = searched(&cloud, &token, "project = SHOP AND issuetype != Epic").await;
    cards.sort();
    assert_eq!(board, cards);
    let count = cloud.software("Acme", "software/1.0/board/1/issue/approximate-count");
    let expected = json!({"count": cards.len()});
    assert_eq!(cloud.get(&count, &token).await.json(), expected);

    let mut backlog = walk(&cloud, &token, "board/1/backlog?fields=key&maxResults=5000")
        .await
        .concat();
    backlog.sort();
    let jql = "project = SHOP AND issuetype != Epic AND statusCategory != Done AND (sprint IS EMPTY OR sprint NOT IN (openSprints(), futureSprints()))";
    let mut unplanned = searched(&cloud, &token, jql).await;
    unplanned.sort();
    assert!(!backlog.is_empty());
    assert_eq!(backlog, unplanned);
    let old = cloud.software("Acme", "agile/1.0/board/1/backlog?maxResults=1");
    assert_eq!(cloud.get(&old, &token).await.json()["total"], backlog.len());
}

#[tokio::test]
async fn board_sprint_lists_what_the_board_shows_of_the_sprint() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let all = walk(&cloud, &token, "sprint/14/issue?fields=key")
        .await
        .concat();
    let shown = walk(&cloud, &token, "board/1/sprint/14/issue?fields=key")
        .await
        .concat();
    let epics = searched(&cloud, &token, "sprint = 14 AND issuetype = Epic").await;
    assert_eq!(shown.len() + epics.len(), all.len());
    assert!(
        shown
            .iter()
            .all(|key| all.contains(key) && !epics.contains(key))
    );
    let other = walk(&cloud, &token, "board/2/sprint/14/issue?fields=key").await;
    assert_eq!(
        other,
        [Vec::<String>::new()],
        "another board shows nothing of it"
    );
}

#[tokio::test]
async fn jql_narrows_and_orders_a_list() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let jql = "statusCategory%20=%20Done%20ORDER%20BY%20created%20DESC";
    let found = walk(
        &cloud,
        &token,
        &format!("sprint/13/issue?fields=key&jql={jql}"),
    )
    .await
    .concat();
    let expected = searched(
        &cloud,
        &token,
        "sprint = 13 AND statusCategory = Done ORDER BY created DESC",
    )
    .await;
    assert!(!expected.is_empty());
    assert_eq!(found, expected);
    for (query, status) in [
        ("jql=status%20=%20Nowhere", 400),
        ("jql=status%20=%20Nowhere&validateQuery=false", 200),
        ("jql=watcher%20=%20currentUser()&validateQuery=false", 400),
        ("jql=key%20in%20votedIssues()&validateQuery=false", 400),
        ("jql=status%20=", 400),
        ("nextPageToken=bogus", 400),
        ("jql=ORDER%20BY%20key", 200),
    ] {
        let path = cloud.software("Acme", &format!("software/1.0/sprint/13/issue?{query}"));
        assert_eq!(cloud.get(&path, &token).await.status, status, "{query}");
    }
}

#[tokio::test]
async fn cards_tell_their_sprint_and_those_before() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let path = cloud.software("Acme", "software/1.0/sprint/14/issue");
    let page = cloud.get(&path, &token).await.json();
    let issues = page["issues"].as_array().unwrap();
    assert!(
        issues
            .iter()
            .all(|issue| issue["fields"]["sprint"]["id"] == 14)
    );
    assert!(
        issues
            .iter()
            .any(|issue| issue["fields"]["closedSprints"][0]["state"] == "closed")
    );
    assert!(
        issues
            .iter()
            .all(|issue| issue["fields"]["summary"].is_string())
    );
    assert_eq!(page["expand"], "schema,names");
}

#[tokio::test]
async fn deprecated_lists_page_by_offset_until_they_are_gone_or_missing() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let path = cloud.software(
        "Acme",
        "agile/1.0/board/1/issue?maxResults=1000&startAt=100&fields=key",
    );
    let page = cloud.get(&path, &token).await.json();
    assert_eq!(
        (&page["startAt"], &page["maxResults"]),
        (&json!(100), &json!(100))
    );
    let total = page["total"].as_u64().unwrap();
    assert_eq!(keys(&page).len() as u64, (total - 100).min(100));
    assert!(page.get("isLast").is_none() && page.get("nextPageToken").is_none());
    for (switch, status) in [("gone", 410), ("missing", 404), ("served", 200)] {
        cloud
            .control("switches", json!({"agile_issue_lists": switch}))
            .await;
        for tail in [
            "board/1/issue",
            "board/1/backlog",
            "sprint/14/issue",
            "board/1/sprint/14/issue",
        ] {
            let path = cloud.software("Acme", &format!("agile/1.0/{tail}"));
            assert_eq!(
                cloud.get(&path, &token).await.status,
                status,
                "{tail} {switch}"
            );
        }
        let metadata = cloud.software("Acme", "agile/1.0/board/1/sprint");
        assert_eq!(
            cloud.get(&metadata, &token).await.status,
            200,
            "sprints stay"
        );
    }
}

#[tokio::test]
async fn software_lists_may_be_missing() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    cloud
        .control("switches", json!({"software_issue_lists": "missing"}))
        .await;
    let path = cloud.software("Acme", "software/1.0/sprint/14/issue");
    let (status, body) = cloud.get(&path, &token).await.answer();
    assert_eq!(status, 404);
    assert_eq!(
        body["detail"],
        "No endpoint GET /rest/software/1.0/sprint/14/issue."
    );
    let old = cloud.software("Acme", "agile/1.0/sprint/14/issue");
    assert_eq!(cloud.get(&old, &token).await.status, 200);
}
