//! A sprint's issues come by whichever of three ways Jira still offers.

use juncture_jira::{Error, Issue};

use crate::support::{Fake, HandClock, Issues, Reply, SITE, client, token};

const SOFTWARE: &str = "/rest/software/1.0/sprint/37/issue";
const AGILE: &str = "/rest/agile/1.0/sprint/37/issue";
const SPRINT: &str = "/rest/agile/1.0/sprint/37";

fn no_endpoint() -> Reply {
    Reply::status(
        404,
        r#"{"title": "Not Found", "status": 404, "detail": "No endpoint GET /x."}"#,
    )
}

fn missing_scope() -> Reply {
    Reply::status(
        401,
        r#"{"code": 401, "message": "Unauthorized; scope does not match"}"#,
    )
}

/// 250 issues in a sprint, of which some ways are closed: what came, and the ways that were tried.
async fn read(closed: &[(&'static str, Reply)]) -> (Result<Vec<Issue>, Error>, Vec<String>) {
    let mut jira = Issues::numbered(1..=250);
    jira.instead.extend(closed.iter().cloned());
    let fake = jira.serve().await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let issues = client
        .site(SITE, &token)
        .sprint_issues(37, &["summary", "description"])
        .await;
    (issues, ways(&fake))
}

/// The paths behind the site, each once in a row.
fn ways(fake: &Fake) -> Vec<String> {
    let site = format!("/ex/jira/{SITE}");
    let requests = fake.requests();
    let mut ways: Vec<String> = requests
        .iter()
        .map(|request| request.target.split('?').next().unwrap().replace(&site, ""))
        .collect();
    ways.dedup();
    ways
}

#[track_caller]
fn is_whole(issues: Result<Vec<Issue>, Error>) {
    let issues = issues.unwrap();
    let ids: Vec<u64> = issues
        .iter()
        .map(|issue| issue.id.parse().unwrap())
        .collect();
    assert_eq!(ids, (1..=250).rev().collect::<Vec<_>>());
    assert_eq!(issues[0].fields.summary.as_deref(), Some("Issue 250"));
}

const BULK: &str = "/rest/api/3/issue/bulkfetch";
const SEARCH: &str = "/rest/api/3/search/jql";

#[tokio::test]
async fn the_current_list_says_which_and_the_issues_are_fetched_by_id() {
    let (issues, ways) = read(&[]).await;
    is_whole(issues);
    assert_eq!(ways, [SOFTWARE, BULK]);
}

#[tokio::test]
async fn the_deprecated_list_stands_in_where_the_current_one_is_missing() {
    for closed in [no_endpoint(), Reply::status(410, "")] {
        let (issues, ways) = read(&[(SOFTWARE, closed)]).await;
        is_whole(issues);
        assert_eq!(ways, [SOFTWARE, AGILE, BULK]);
    }
}

#[tokio::test]
async fn a_search_stands_in_where_both_lists_are_gone_or_out_of_scope() {
    let gone = Reply::status(
        410,
        r#"{"errorMessages": ["The requested API has been removed."]}"#,
    );
    let (issues, ways) = read(&[(SOFTWARE, no_endpoint()), (AGILE, gone)]).await;
    is_whole(issues);
    assert_eq!(ways, [SOFTWARE, AGILE, SEARCH, BULK]);

    let (issues, ways) = read(&[(SOFTWARE, missing_scope())]).await;
    is_whole(issues);
    assert_eq!(ways, [SOFTWARE, SEARCH, BULK]);

    // Both are missing, and yet the sprint is there.
    let sprint = Reply::ok(r#"{"id": 37, "name": "Sprint", "state": "active"}"#);
    let (issues, ways) = read(&[
        (SOFTWARE, no_endpoint()),
        (AGILE, no_endpoint()),
        (SPRINT, sprint),
    ])
    .await;
    is_whole(issues);
    assert_eq!(ways, [SOFTWARE, AGILE, SPRINT, SEARCH, BULK]);
}

#[tokio::test]
async fn a_sprint_that_does_not_exist_is_not_found() {
    let missing = Reply::status(
        404,
        r#"{"errorMessages": ["Sprint does not exist"], "errors": {}}"#,
    );
    let (issues, ways) = read(&[
        (SOFTWARE, missing.clone()),
        (AGILE, missing.clone()),
        (SPRINT, missing),
    ])
    .await;
    assert!(issues.unwrap_err().is_not_found());
    assert_eq!(ways, [SOFTWARE, AGILE, SPRINT]);
}

#[tokio::test]
async fn a_refused_user_is_refused() {
    let (issues, ways) = read(&[(
        SOFTWARE,
        Reply::status(403, r#"{"errorMessages": ["No licence."]}"#),
    )])
    .await;
    assert!(issues.unwrap_err().is_forbidden());
    assert_eq!(ways, [SOFTWARE]);
}

#[tokio::test]
async fn without_issues_by_id_the_list_is_walked_for_what_it_holds() {
    for closed in [None, Some((SOFTWARE, no_endpoint()))] {
        let mut closed = Vec::from_iter(closed);
        closed.push((BULK, Reply::status(404, "")));
        let (issues, ways) = read(&closed).await;
        is_whole(issues);
        assert_eq!(ways.last(), ways.get(ways.len() - 3));
    }
}

#[tokio::test]
async fn the_search_names_the_sprint() {
    let mut jira = Issues::numbered(1..=3);
    jira.instead.insert(SOFTWARE, missing_scope());
    let fake = jira.serve().await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let issues = client
        .site(SITE, &token)
        .sprint_issues(37, &["summary"])
        .await
        .unwrap();
    assert_eq!(issues.len(), 3);
    assert!(
        fake.requests()[1]
            .body
            .starts_with(r#"{"jql":"sprint = 37","#)
    );
}
