//! Issues created, edited and deleted on a simulated site.

use futures_util::TryStreamExt as _;
use juncture_jira::{Change, Issue, IssueChanges, NewIssue, Site, adf};

use super::Cloud;

const MARKDOWN: &str = "# It breaks\n\nWhen **you** open `a.txt`:\n\n1. wait\n2. _wait_ more\n\n- [x] seen\n- [ ] mended\n\n> [!WARNING]\n> Not at home\n\n| a | b |\n| --- | --- |\n| c | <https://x.y> |";

/// The id of a kind of issue that the project has.
async fn issue_type(site: Site<'_>, project: &str) -> String {
    let jql = format!("project = \"{project}\"");
    let issues = site
        .search(&jql, &["issuetype"])
        .try_concat()
        .await
        .unwrap();
    let mut types = issues
        .into_iter()
        .filter_map(|issue| issue.fields.issuetype);
    types.find(|kind| !kind.subtask).unwrap().id
}

fn description(issue: &Issue) -> Option<String> {
    issue.fields.description.as_deref().map(adf::to_markdown)
}

#[tokio::test]
async fn an_issue_lives_from_its_creation_to_its_deletion() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let me = site.myself().await.unwrap();
    let kind = issue_type(site, cloud.project()).await;
    let document = adf::from_markdown(MARKDOWN);
    let created = site
        .create_issue(&NewIssue {
            project: cloud.project().to_owned(),
            summary: "It breaks".to_owned(),
            issue_type_id: kind,
            description: Some(document.into()),
            assignee_account_id: Some(me.account_id.clone()),
            ..NewIssue::default()
        })
        .await
        .unwrap();
    let issue = site.issue(&created.id, &[]).await.unwrap();
    assert_eq!(
        (issue.key.as_str(), issue.fields.summary.as_deref()),
        (created.key.as_str(), Some("It breaks"))
    );
    assert_eq!(description(&issue).as_deref(), Some(MARKDOWN));
    assert_eq!(issue.fields.assignee.unwrap().account_id, me.account_id);

    let document = adf::from_markdown("Mended.");
    let changes = IssueChanges {
        summary: Some("It broke".to_owned()),
        description: Change::Set(document.into()),
        assignee: Change::Clear,
        ..IssueChanges::default()
    };
    site.edit_issue(&created.key, &changes).await.unwrap();
    let issue = site.issue(&created.key, &[]).await.unwrap();
    assert_eq!(issue.fields.summary.as_deref(), Some("It broke"));
    assert_eq!(description(&issue).as_deref(), Some("Mended."));
    assert!(issue.fields.assignee.is_none());

    let cleared = IssueChanges {
        description: Change::Clear,
        ..IssueChanges::default()
    };
    site.edit_issue(&created.key, &cleared).await.unwrap();
    assert_eq!(
        description(&site.issue(&created.key, &[]).await.unwrap()),
        None
    );

    site.delete_issue(&created.key, false).await.unwrap();
    assert!(
        site.issue(&created.id, &[])
            .await
            .unwrap_err()
            .is_not_found()
    );
    let again = site.delete_issue(&created.key, false).await.unwrap_err();
    assert!(again.is_not_found() && !again.is_outcome_unknown());
}

#[tokio::test]
async fn a_refused_creation_tells_by_field_what_is_wrong() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let kind = issue_type(site, cloud.project()).await;
    let long = "x".repeat(256);
    let issue = NewIssue {
        project: cloud.project().to_owned(),
        summary: long,
        issue_type_id: kind,
        ..NewIssue::default()
    };
    let error = site.create_issue(&issue).await.unwrap_err();
    assert!(error.is_invalid() && !error.is_outcome_unknown());
    assert_eq!(
        error.field_errors()["summary"],
        "Summary must be less than 255 characters."
    );

    let text = serde_json::json!("a string is no document");
    let issue = NewIssue {
        summary: "It breaks".to_owned(),
        description: Some(text.into()),
        ..issue
    };
    let error = site.create_issue(&issue).await.unwrap_err();
    assert!(
        error.field_errors()["description"]
            .starts_with("Operation value must be an Atlassian Document")
    );
}

#[tokio::test]
async fn of_many_issues_those_that_are_right_are_created() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let kind = issue_type(site, cloud.project()).await;
    let issue = |summary: &str| NewIssue {
        project: cloud.project().to_owned(),
        summary: summary.to_owned(),
        issue_type_id: kind.clone(),
        ..NewIssue::default()
    };
    let mut issues: Vec<NewIssue> = (0..50)
        .map(|number| issue(&format!("Issue {number}")))
        .collect();
    issues[7].summary = "x".repeat(256);
    issues[31].extra.set("labels", &["a b"]);
    let outcomes = site.create_issues(&issues).await.unwrap();
    for (number, outcome) in outcomes.iter().enumerate() {
        match outcome {
            Ok(created) => {
                let read = site.issue(&created.key, &["summary"]).await.unwrap();
                assert_eq!(read.fields.summary, Some(issues[number].summary.clone()));
            }
            Err(refusal) if number == 7 => {
                assert!(refusal.field_errors().contains_key("summary"));
            }
            Err(refusal) => {
                assert_eq!(number, 31);
                assert!(refusal.field_errors().contains_key("labels"));
            }
        }
    }
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.is_err()).count(),
        2
    );
    let none = site.create_issues(&[issue(""), issue("")]).await.unwrap();
    assert!(none.iter().all(Result::is_err));
}
