//! Comments, steps, history and queries on a simulated site.

use juncture_jira::{Comment, NewComment, NewIssue, Site, Step, Validation, Visibility, adf, jql};
use serde_json::json;

use super::Cloud;

pub(super) async fn new_issue(site: Site<'_>, project: &str) -> String {
    let types = site.create_issue_types(project).await.unwrap();
    let kind = types.iter().find(|kind| !kind.subtask).unwrap();
    let issue = NewIssue {
        project: project.to_owned(),
        summary: "It breaks".to_owned(),
        issue_type_id: kind.id.clone(),
        ..NewIssue::default()
    };
    site.create_issue(&issue).await.unwrap().key
}

fn says(comment: &Comment) -> String {
    adf::to_markdown(comment.body.as_deref().unwrap())
}

pub(super) fn to_comment(markdown: &str) -> NewComment {
    NewComment::of(adf::from_markdown(markdown).into())
}

#[tokio::test]
async fn a_comment_lives_from_its_writing_to_its_deletion() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let me = site.myself().await.unwrap();
    let issue = new_issue(site, cloud.project()).await;
    assert!(site.comments(&issue).await.unwrap().is_empty());
    let mut ids = Vec::new();
    for number in 0..120 {
        let comment = to_comment(&format!("Number **{number}**"));
        ids.push(site.add_comment(&issue, &comment).await.unwrap().id);
    }
    let comments = site.comments(&issue).await.unwrap();
    let found: Vec<&String> = comments.iter().map(|comment| &comment.id).collect();
    assert_eq!(found, ids.iter().collect::<Vec<_>>());
    assert_eq!(says(&comments[119]), "Number **119**");
    assert_eq!(
        comments[0].author.as_ref().unwrap().account_id,
        me.account_id
    );
    assert!(!comments[0].is_internal() && comments[0].visibility.is_none());

    let body = adf::from_markdown("Another word").into();
    let edited = site
        .edit_comment(&issue, &ids[7], &body, None)
        .await
        .unwrap();
    assert_eq!(says(&edited), "Another word");
    assert_eq!(
        says(&site.comment(&issue, &ids[7]).await.unwrap()),
        "Another word"
    );
    site.delete_comment(&issue, &ids[7]).await.unwrap();
    let gone = site.comment(&issue, &ids[7]).await.unwrap_err();
    assert!(gone.is_not_found());
    let again = site.delete_comment(&issue, &ids[7]).await.unwrap_err();
    assert!(again.is_not_found() && !again.is_outcome_unknown());
    assert_eq!(site.comments(&issue).await.unwrap().len(), 119);
}

#[tokio::test]
async fn a_reply_is_one_and_says_so_where_jira_tells_it() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let issue = new_issue(site, cloud.project()).await;
    let top = site.add_comment(&issue, &to_comment("Why?")).await.unwrap();
    let mut reply = to_comment("Because.");
    reply.parent_id = Some(top.id.parse().unwrap());
    let reply = site.add_comment(&issue, &reply).await.unwrap();
    assert_eq!(
        (says(&reply).as_str(), &reply.parent_id),
        ("Because.", &None)
    );
    let switch = json!({"comment_parent_id_in_reads": "present"});
    cloud.switch(switch).await;
    let comments = site.comments(&issue).await.unwrap();
    let parents: Vec<_> = comments.iter().map(|one| one.parent_id.clone()).collect();
    assert_eq!(parents, [None, Some(top.id)]);
    let mut lost = to_comment("To nobody.");
    lost.parent_id = Some(1);
    let error = site.add_comment(&issue, &lost).await.unwrap_err();
    assert!(error.is_invalid() && !error.messages().is_empty());
}

#[tokio::test]
async fn comments_are_refused_in_words_and_by_number() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let issue = new_issue(site, cloud.project()).await;
    let mut nobody = to_comment("Seen.");
    nobody.visibility = Some(Visibility {
        kind: "role".into(),
        value: Some("No such role".into()),
        identifier: None,
    });
    let error = site.add_comment(&issue, &nobody).await.unwrap_err();
    assert!(error.is_invalid() && !error.is_outcome_unknown());
    let long = to_comment(&"x".repeat(32_768));
    let error = site.add_comment(&issue, &long).await.unwrap_err();
    assert!(error.is_invalid() && error.field_errors().contains_key("comment"));
    let missing = site
        .add_comment("NOPE-1", &to_comment("x"))
        .await
        .unwrap_err();
    assert!(missing.is_not_found());

    cloud.switch(json!({"comments_per_issue": 2})).await;
    for _ in 0..2 {
        site.add_comment(&issue, &to_comment("x")).await.unwrap();
    }
    let full = site
        .add_comment(&issue, &to_comment("x"))
        .await
        .unwrap_err();
    assert!(full.is_full() && !full.is_outcome_unknown());
}

#[tokio::test]
async fn a_step_is_made_and_stands_in_the_history() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let issue = new_issue(site, cloud.project()).await;
    let before = site
        .issue(&issue, &["status"])
        .await
        .unwrap()
        .fields
        .status
        .unwrap();
    let transitions = site.transitions(&issue).await.unwrap();
    let other = transitions
        .iter()
        .find(|transition| transition.to.id != before.id);
    let other = other.unwrap();
    let mut step = Step {
        transition_id: other.id.clone(),
        ..Step::default()
    };
    site.transition_issue(&issue, &step).await.unwrap();
    let after = site
        .issue(&issue, &["status"])
        .await
        .unwrap()
        .fields
        .status
        .unwrap();
    assert_eq!(after.id, other.to.id);

    let history = site.changelog(&issue).await.unwrap();
    let items = history.iter().flat_map(juncture_jira::History::items);
    let moved: Vec<_> = items
        .filter(|item| item.field_id.as_deref() == Some("status"))
        .collect();
    assert_eq!(moved.len(), 1);
    assert_eq!(
        (moved[0].from.as_ref(), moved[0].to.as_ref()),
        (Some(&before.id), Some(&after.id))
    );
    assert_eq!(moved[0].to_text.as_ref(), Some(&after.name));

    step.transition_id = "99999".to_owned();
    let error = site.transition_issue(&issue, &step).await.unwrap_err();
    assert!(error.is_step_not_possible() && !error.is_outcome_unknown());
}

#[tokio::test]
async fn a_query_is_judged_where_a_search_is_silent() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let good = format!("project = \"{}\" ORDER BY created", cloud.project());
    let queries = [&*good, "nonsense = 5", "project = ", "project = NOPE"];
    let parsed = site.parse_jql(&queries, Validation::Strict).await.unwrap();
    let are_wrong: Vec<bool> = parsed
        .iter()
        .map(|query| !query.errors.is_empty())
        .collect();
    assert_eq!(are_wrong, [false, true, true, true]);
    let warned = site.parse_jql(&queries, Validation::Warn).await.unwrap();
    assert!(warned[3].errors.is_empty() && !warned[3].warnings.is_empty());

    // The whole list, page by page, behind a restriction that was put around somebody's query.
    let query = jql::Query::read("status is not EMPTY ORDER BY key DESC").unwrap();
    let restricted = query.and(&format!("project = \"{}\"", cloud.project()));
    let mut issues = Vec::new();
    let mut next = None;
    loop {
        let page = site.search_page(&restricted, &["summary"], 60, next.as_deref());
        let page = page.await.unwrap();
        issues.extend(page.issues);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(issues.len(), super::ISSUES);
    let whole = site
        .all_issues_as(super::ISSUES, &restricted, &["summary"], |issue| issue)
        .await
        .unwrap();
    assert!(
        issues
            .iter()
            .zip(&whole)
            .all(|(one, other)| one.key == other.key)
    );
    let error = site
        .all_issues_as(200, &restricted, &["summary"], |issue| issue)
        .await
        .unwrap_err();
    assert!(error.is_too_long());
}
