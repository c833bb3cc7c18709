//! Single things and their lists, read from a simulated site.

use std::collections::HashSet;

use futures_util::TryStreamExt as _;
use juncture_jira::secrecy::SecretString;
use juncture_jira::{Project, adf, oauth};

use super::{Cloud, ISSUES};

#[tokio::test]
async fn a_site_is_read_whole() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;

    let resources = client.accessible_resources(&token).await.unwrap();
    let of_jira = |scopes: &[String]| scopes.iter().any(|scope| oauth::is_jira_scope(scope));
    let resource = resources
        .iter()
        .find(|resource| of_jira(&resource.scopes))
        .unwrap();
    let site = client.site(&resource.id, &token);
    let me = site.myself().await.unwrap();
    assert_eq!(
        me.account_id,
        cloud.user("en")["account_id"].as_str().unwrap()
    );

    let projects = site.projects().try_concat().await.unwrap();
    let is_largest = |project: &&Project| project.key == cloud.project();
    let project = projects.iter().find(is_largest).unwrap();
    assert_eq!(site.project(&project.id).await.unwrap().key, project.key);

    let jql = format!("project = \"{}\" ORDER BY created DESC", project.key);
    let fields = [
        "summary",
        "description",
        "status",
        "created",
        "assignee",
        "priority",
    ];
    let issues = site.search(&jql, &fields).try_concat().await.unwrap();
    let ids: HashSet<&str> = issues.iter().map(|issue| issue.id.as_str()).collect();
    assert_eq!((issues.len(), ids.len()), (ISSUES, ISSUES));
    assert_eq!(site.approximate_count(&jql).await.unwrap(), ISSUES as u64);
    for issue in &issues {
        assert!(issue.fields.summary.is_some() && issue.fields.created.is_some());
        assert!(
            issue
                .fields
                .status
                .as_ref()
                .unwrap()
                .status_category
                .is_some()
        );
        if let Some(description) = &issue.fields.description {
            assert!(!adf::to_markdown(description).is_empty());
        }
    }

    let some: Vec<&str> = issues
        .iter()
        .take(50)
        .map(|issue| issue.id.as_str())
        .collect();
    let bulk = site.bulk_fetch(&some, &["summary"]).await.unwrap();
    assert_eq!((bulk.issues.len(), bulk.issue_errors.len()), (50, 0));
    let one = site
        .issue(&issues[0].key.to_lowercase(), &[])
        .await
        .unwrap();
    assert_eq!(
        (one.id, one.key),
        (issues[0].id.clone(), issues[0].key.clone())
    );
    let names = site.fields().await.unwrap();
    assert!(
        names
            .iter()
            .any(|field| field.id == "summary" && !field.custom)
    );
    assert!(
        one.fields
            .custom
            .keys()
            .all(|id| names.iter().any(|field| field.id == *id))
    );
}

#[tokio::test]
async fn refusals_are_told_apart_and_in_english() {
    let cloud = Cloud::start().await;
    // A reader whose own language is another one, and whose grant lacks `read:jira-user`.
    let token = cloud.token(cloud.user("ko"), "read:jira-work").await;
    let client = cloud.client();
    let site_id = cloud.site_id();
    let site = client.site(site_id, &token);

    assert!(site.myself().await.unwrap_err().is_missing_scope());
    let missing = site.project("NOPE").await.unwrap_err();
    assert!(missing.is_not_found());
    assert_eq!(
        missing.messages(),
        ["No project could be found with key 'NOPE'."]
    );
    let unbounded = site
        .approximate_count("ORDER BY created")
        .await
        .unwrap_err();
    assert!(unbounded.is_invalid());
    assert!(unbounded.messages()[0].starts_with("Unbounded JQL queries are not allowed here."));
    assert!(site.issue("NOPE-1", &[]).await.unwrap_err().is_not_found());
    let made_up = SecretString::from("made-up");
    assert!(
        client
            .site(site_id, &made_up)
            .myself()
            .await
            .unwrap_err()
            .is_unauthorized()
    );
}
