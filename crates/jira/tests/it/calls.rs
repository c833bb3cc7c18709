//! What each call sends, and how its answer is read.

use juncture_jira::Policy;
use serde_json::value::RawValue;

use crate::support::{Fake, HandClock, Reply, SITE, TOKEN, client, path, token};

/// Answers one call with `body`, and says what was sent.
macro_rules! exchange {
    ($body:expr, $site:ident => $call:expr) => {{
        let clock = HandClock::new();
        let fake = Fake::script([Reply::ok($body)]).await;
        let client = client(&fake.url, &clock);
        let token = token();
        let $site = client.site(SITE, &token);
        let answer = $call.await.unwrap();
        (answer, fake.requests().remove(0))
    }};
}

#[tokio::test]
async fn every_call_asks_for_english_json_with_its_token() {
    let (_, get) = exchange!("{}", site => site.myself());
    let (_, post) = exchange!(r#"{"count": 0}"#, site => site.approximate_count("project = ED"));
    for request in [&get, &post] {
        assert_eq!(request.headers["accept"], "application/json");
        assert_eq!(request.headers["accept-language"], "en");
        assert_eq!(request.headers["x-force-accept-language"], "true");
        assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
    }
    assert_eq!((get.method.as_str(), get.target), ("GET", path("myself")));
    assert_eq!(post.headers["content-type"], "application/json");
}

#[tokio::test]
async fn accessible_resources_come_as_listed() {
    let body = r#"[
        {"id": "c1", "name": "One", "url": "https://one.atlassian.net", "scopes": ["read:jira-work"], "avatarUrl": "https://a/1"},
        {"id": "c1", "name": "One", "url": "https://one.atlassian.net", "scopes": ["read:page:confluence"]}]"#;
    let clock = HandClock::new();
    let fake = Fake::script([Reply::ok(body)]).await;
    let client = client(&fake.url, &clock).with_policy(Policy::default());
    let resources = client.accessible_resources(&token()).await.unwrap();
    assert_eq!(resources.len(), 2);
    assert_eq!(
        (resources[0].id.as_str(), resources[1].id.as_str()),
        ("c1", "c1")
    );
    assert_eq!(resources[0].url, "https://one.atlassian.net");
    assert_eq!(resources[0].scopes, ["read:jira-work"]);
    assert_eq!(resources[0].avatar_url.as_deref(), Some("https://a/1"));
    assert_eq!(resources[1].avatar_url, None);
}

#[tokio::test]
async fn a_project_is_read_with_whatever_jira_leaves_out() {
    let body = r#"{
        "self": "https://x", "id": "10000", "key": "ED", "name": "Editor", "projectTypeKey": "software",
        "simplified": true, "style": "next-gen", "isPrivate": true,
        "lead": {"accountId": "a1", "displayName": "Ada", "active": true, "avatarUrls": {"16x16": "https://a/16", "32x32": "https://a/32"}},
        "projectCategory": {"id": "7", "name": "Tools", "description": "What we work with"},
        "avatarUrls": {"48x48": "https://p/48", "16x16": "https://p/16"}, "unheardOf": [1]}"#;
    let (project, request) = exchange!(body, site => site.project("ED"));
    assert_eq!(request.target, path("project/ED"));
    assert_eq!(
        (
            project.id.as_str(),
            project.key.as_str(),
            project.name.as_str()
        ),
        ("10000", "ED", "Editor")
    );
    let lead = project.lead.unwrap();
    assert_eq!(
        (lead.display_name.as_str(), lead.avatar_urls.largest()),
        ("Ada", Some("https://a/32"))
    );
    assert_eq!(project.project_category.unwrap().name, "Tools");
    assert_eq!(project.avatar_urls.largest(), Some("https://p/48"));
    assert!(project.is_private && project.simplified);

    let bare = r#"{"id": "10000", "key": "ED", "name": null, "lead": null, "avatarUrls": null, "isPrivate": null}"#;
    let (project, _) = exchange!(bare, site => site.project("ED"));
    assert!(project.lead.is_none() && project.project_category.is_none() && !project.is_private);
    assert_eq!(project.avatar_urls.largest(), None);
}

#[tokio::test]
async fn a_value_of_an_odd_shape_costs_its_field_and_not_the_issue() {
    let body = r#"{"id": "1", "key": "ED-1", "fields": {
        "summary": 5, "status": "Open", "priority": {}, "assignee": [], "reporter": {"displayName": {}},
        "issuetype": {"name": "Bug"}, "resolution": {"id": "1"}, "project": {"key": "ED"}, "created": {},
        "labels": ["a", 5, null, "b"], "components": [{"name": "Core"}, {}, 7], "versions": "all",
        "fixVersions": [{"id": "1"}, {"name": "1.0"}], "timetracking": [1], "customfield_1": {}}}"#;
    let (issue, _) = exchange!(body, site => site.issue("ED-1", &[]));
    let fields = issue.fields;
    assert!(fields.summary.is_none() && fields.status.is_none() && fields.priority.is_none());
    assert!(fields.assignee.is_none() && fields.reporter.is_none() && fields.created.is_none());
    assert!(
        fields.resolution.is_none() && fields.project.is_none() && fields.timetracking.is_none()
    );
    assert_eq!(fields.issuetype.unwrap().name, "Bug");
    assert_eq!(fields.labels, ["a", "b"]);
    assert_eq!((fields.components.len(), fields.versions.len()), (1, 0));
    assert_eq!(fields.fix_versions[0].name, "1.0");
    assert_eq!(fields.custom.len(), 1);
}

#[tokio::test]
async fn an_issue_is_read_field_by_field() {
    let body = r#"{"id": "1", "key": "ED-1", "self": "https://x", "fields": {
        "summary": "It breaks",
        "description": {"type": "doc", "version": 1, "content": []},
        "status": {"id": "3", "name": "In Progress", "statusCategory": {"id": 4, "key": "indeterminate", "name": "In Progress", "colorName": "yellow"}},
        "assignee": {"accountId": "a1", "displayName": "Ada", "emailAddress": "ada@example.com", "timeZone": "Europe/Berlin"},
        "reporter": null,
        "priority": {"id": "2", "name": "High", "iconUrl": "https://i/2"},
        "issuetype": {"id": "10001", "name": "Bug", "subtask": true, "iconUrl": "https://i/1"},
        "project": {"id": "10000", "key": "ED", "name": "Editor"},
        "resolution": {"id": "1", "name": "Done"},
        "created": "2026-09-27T10:03:11.123+0200", "updated": "2026-09-28T10:03:11.123+0200",
        "labels": ["a", "b"], "components": [{"id": "5", "name": "Core"}],
        "fixVersions": [{"id": "6", "name": "1.0", "released": true, "releaseDate": "2026-12-01"}], "versions": null,
        "timetracking": {"originalEstimate": "3d", "timeSpentSeconds": 3600},
        "customfield_10016": 5, "customfield_10020": [{"id": 37, "name": "Sprint 37"}], "customfield_10030": null,
        "duedate": "2026-11-30", "parent": {"id": "7", "key": "ED-7"}, "resolutiondate": null, "unheardOf": {"votes": 3}}}"#;
    let (issue, request) =
        exchange!(body, site => site.issue("ED-1", &["summary", "customfield_10016"]));
    assert_eq!(
        request.target,
        path("issue/ED-1?fields=summary%2Ccustomfield_10016")
    );
    let fields = issue.fields;
    assert_eq!(fields.summary.as_deref(), Some("It breaks"));
    assert_eq!(
        fields.description.unwrap().get(),
        r#"{"type": "doc", "version": 1, "content": []}"#
    );
    let status = fields.status.unwrap();
    assert_eq!(
        (status.id.as_str(), status.name.as_str()),
        ("3", "In Progress")
    );
    let category = status.status_category.unwrap();
    assert_eq!((category.id, category.key.as_str()), (4, "indeterminate"));
    assert_eq!(category.color_name.as_deref(), Some("yellow"));
    let assignee = fields.assignee.unwrap();
    assert_eq!(assignee.email_address.as_deref(), Some("ada@example.com"));
    assert_eq!(assignee.time_zone.as_deref(), Some("Europe/Berlin"));
    assert!(fields.reporter.is_none());
    assert_eq!(
        fields.priority.unwrap().icon_url.as_deref(),
        Some("https://i/2")
    );
    assert!(fields.issuetype.unwrap().subtask);
    assert_eq!(fields.project.unwrap().key, "ED");
    assert_eq!(fields.resolution.unwrap().name, "Done");
    assert_eq!(
        fields.created.as_deref(),
        Some("2026-09-27T10:03:11.123+0200")
    );
    assert_eq!(
        fields.updated.as_deref(),
        Some("2026-09-28T10:03:11.123+0200")
    );
    assert_eq!(fields.labels, ["a", "b"]);
    assert_eq!(fields.components[0].name, "Core");
    assert!(fields.fix_versions[0].released && !fields.fix_versions[0].archived);
    assert!(fields.versions.is_empty());
    assert_eq!(fields.timetracking.unwrap().time_spent_seconds, Some(3600));
    let custom: Vec<_> = fields
        .custom
        .iter()
        .map(|(id, value)| (id.as_str(), value.get()))
        .collect();
    assert_eq!(
        custom,
        [
            ("customfield_10016", "5"),
            ("customfield_10020", r#"[{"id": 37, "name": "Sprint 37"}]"#)
        ]
    );
    let others: Vec<_> = (fields.others.iter())
        .map(|(id, value)| (id.as_str(), value.get()))
        .collect();
    assert_eq!(
        others,
        [
            ("duedate", r#""2026-11-30""#),
            ("parent", r#"{"id": "7", "key": "ED-7"}"#)
        ]
    );
}

#[tokio::test]
async fn an_issue_may_have_no_field_at_all() {
    let nulls = r#"{"id": "1", "key": "ED-1", "fields": {"summary": null, "description": null, "status": null,
        "assignee": null, "priority": null, "labels": null, "components": null, "timetracking": {}}}"#;
    for body in [
        r#"{"id": "1", "key": "ED-1"}"#,
        r#"{"id": "1", "key": "ED-1", "fields": null}"#,
        nulls,
    ] {
        let (issue, request) = exchange!(body, site => site.issue("ED-1", &[]));
        assert_eq!(request.target, path("issue/ED-1"));
        assert!(issue.fields.summary.is_none() && issue.fields.description.is_none());
        assert!(issue.fields.labels.is_empty() && issue.fields.custom.is_empty());
    }
}

#[tokio::test]
async fn fields_are_read_with_what_their_values_are() {
    let body = r#"[
        {"id": "summary", "key": "summary", "name": "Summary", "custom": false, "schema": {"type": "string", "system": "summary"}},
        {"id": "customfield_10020", "name": "Sprint", "custom": true, "schema": {"type": "array", "items": "json", "custom": "com.pyxis.greenhopper.jira:gh-sprint", "customId": 10020}},
        {"id": "thumbnail", "name": "Images", "custom": false}]"#;
    let (fields, request) = exchange!(body, site => site.fields());
    assert_eq!(request.target, path("field"));
    assert_eq!(
        (fields[0].name.as_str(), fields[0].custom),
        ("Summary", false)
    );
    let sprint = fields[1].schema.as_ref().unwrap();
    assert_eq!(
        (sprint.kind.as_str(), sprint.items.as_deref()),
        ("array", Some("json"))
    );
    assert_eq!(
        sprint.custom.as_deref(),
        Some("com.pyxis.greenhopper.jira:gh-sprint")
    );
    assert!(fields[1].custom && fields[2].schema.is_none());
}

#[tokio::test]
async fn a_count_sends_the_query_as_it_is() {
    let jql = r#"project = "ED" AND text ~ "a\"b""#;
    let (count, request) = exchange!(r#"{"count": 153}"#, site => site.approximate_count(jql));
    assert_eq!(count, 153);
    assert_eq!(
        (request.method.as_str(), request.target),
        ("POST", path("search/approximate-count"))
    );
    assert_eq!(
        request.body,
        r#"{"jql":"project = \"ED\" AND text ~ \"a\\\"b\""}"#
    );
}

#[tokio::test]
async fn a_bulk_fetch_tells_found_from_unreadable() {
    let body = r#"{"issues": [{"id": "1", "key": "ED-1", "fields": {"summary": "One"}}], "issueErrors": [{"id": "2", "errorMessage": "Try later"}]}"#;
    let (bulk, request) = exchange!(body, site => site.bulk_fetch(&["1", "2", "3"], &["summary"]));
    assert_eq!(
        (request.method.as_str(), request.target),
        ("POST", path("issue/bulkfetch"))
    );
    assert_eq!(
        request.body,
        r#"{"issueIdsOrKeys":["1","2","3"],"fields":["summary"]}"#
    );
    assert_eq!(bulk.issues[0].fields.summary.as_deref(), Some("One"));
    assert_eq!(bulk.issue_errors[0].error_message, "Try later");

    let body = r#"{"issues": [
        {"id": "1", "key": "ED-1", "fields": {}, "properties": {"mark": {"n": 7}}},
        {"id": "2", "key": "ED-2", "fields": {}, "properties": null}]}"#;
    let (bulk, request) =
        exchange!(body, site => site.bulk_fetch_with(&["1", "2"], &["summary"], &["mark"]));
    assert_eq!(
        request.body,
        r#"{"issueIdsOrKeys":["1","2"],"fields":["summary"],"properties":["mark"]}"#
    );
    let marks = bulk.issues.iter().map(|issue| issue.properties.get("mark"));
    let marks: Vec<_> = marks.map(|mark| mark.map(RawValue::get)).collect();
    assert_eq!(marks, [Some(r#"{"n": 7}"#), None]);

    let (bulk, _) = exchange!(r#"{"issues": []}"#, site => site.bulk_fetch(&["3"], &["summary"]));
    assert!(bulk.issues.is_empty() && bulk.issue_errors.is_empty());
}
