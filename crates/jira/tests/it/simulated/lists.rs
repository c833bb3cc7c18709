//! Long lists of a simulated site.

use std::collections::BTreeSet;

use futures_util::TryStreamExt as _;
use juncture_jira::{Issue, Sprint};
use serde_json::json;

use super::{Cloud, ISSUES};

fn ids(issues: &[Issue]) -> Vec<&str> {
    issues.iter().map(|issue| issue.id.as_str()).collect()
}

#[tokio::test]
async fn all_issues_are_those_that_a_search_walks_through() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let jql = format!("project = \"{}\" ORDER BY created DESC", cloud.project());
    let fields = ["summary", "description", "status", "assignee"];
    let walked = site.search(&jql, &fields).try_concat().await.unwrap();
    for short_pages in [false, true] {
        cloud.switch(json!({"short_pages": short_pages})).await;
        let all = site.all_issues(&jql, &fields).await.unwrap();
        assert_eq!(all.len(), ISSUES);
        assert_eq!(ids(&all), ids(&walked));
        for (one, other) in all.iter().zip(&walked) {
            assert_eq!(one.fields.summary, other.fields.summary);
            let documents = [one, other]
                .map(|issue| issue.fields.description.as_ref().map(ToString::to_string));
            assert_eq!(documents[0], documents[1]);
        }
    }
}

#[tokio::test]
async fn sixty_boards_and_a_hundred_and_thirty_sprints_come_whole() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let boards = site.boards(cloud.project()).await.unwrap();
    assert_eq!(
        boards
            .iter()
            .map(|board| board.id)
            .collect::<BTreeSet<_>>()
            .len(),
        60
    );
    assert_eq!(boards.len(), 60);
    let kanban = boards.iter().find(|board| board.kind == "kanban").unwrap();
    assert!(site.sprints(kanban.id, &[]).await.unwrap_err().is_invalid());

    let scrum = boards.iter().find(|board| board.kind == "scrum").unwrap();
    for sprint_totals in [true, false] {
        cloud.switch(json!({"sprint_totals": sprint_totals})).await;
        let sprints = site.sprints(scrum.id, &[]).await.unwrap();
        let own: Vec<&Sprint> = (sprints.iter())
            .filter(|sprint| sprint.origin_board_id == Some(scrum.id))
            .collect();
        assert_eq!(own.len(), 130);
        assert_eq!(
            sprints
                .iter()
                .map(|sprint| sprint.id)
                .collect::<BTreeSet<_>>()
                .len(),
            sprints.len()
        );
        let active = site.sprints(scrum.id, &["active"]).await.unwrap();
        assert!(!active.is_empty() && active.iter().all(|sprint| sprint.state == "active"));
        let one = site.sprint(active[0].id).await.unwrap();
        assert_eq!((one.id, one.name), (active[0].id, active[0].name.clone()));
    }
}

#[tokio::test]
async fn a_sprint_has_the_same_issues_by_each_of_three_ways() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let boards = site.boards(cloud.project()).await.unwrap();
    let scrum = boards.iter().find(|board| board.kind == "scrum").unwrap();
    let sprint = site.sprints(scrum.id, &["active"]).await.unwrap().remove(0);
    let fields = ["summary", "description"];
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    for (software, agile) in [
        ("served", "served"),
        ("missing", "served"),
        ("missing", "gone"),
        ("missing", "missing"),
    ] {
        cloud
            .switch(json!({"software_issue_lists": software, "agile_issue_lists": agile}))
            .await;
        let issues = site.sprint_issues(sprint.id, &fields).await.unwrap();
        assert!(!issues.is_empty());
        let documents = issues
            .iter()
            .filter_map(|issue| issue.fields.description.as_ref());
        assert!(documents.clone().count() > 0);
        assert!(
            documents
                .clone()
                .all(|document| document.get().starts_with('{')),
            "documents, by any way"
        );
        found.push(ids(&issues).into_iter().map(str::to_owned).collect());
    }
    assert!(found.windows(2).all(|pair| pair[0] == pair[1]));

    cloud
        .switch(json!({"software_issue_lists": "served"}))
        .await;
    assert!(
        site.sprint_issues(999_999, &fields)
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn without_the_granular_scopes_a_sprint_is_searched_for() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let boards = site.boards(cloud.project()).await.unwrap();
    let scrum = boards.iter().find(|board| board.kind == "scrum").unwrap();
    let sprint = site.sprints(scrum.id, &["active"]).await.unwrap().remove(0);
    let with_scopes = site.sprint_issues(sprint.id, &["summary"]).await.unwrap();

    let classic = cloud.token(cloud.user("en"), "read:jira-work").await;
    let site = client.site(cloud.site_id(), &classic);
    assert!(
        site.sprints(scrum.id, &[])
            .await
            .unwrap_err()
            .is_missing_scope()
    );
    let without = site.sprint_issues(sprint.id, &["summary"]).await.unwrap();
    let sorted = |issues: &[Issue]| {
        ids(issues)
            .into_iter()
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(sorted(&without), sorted(&with_scopes));
}
