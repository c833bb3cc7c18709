//! What a site has: its types, statuses, fields and people, and how their lists are asked for.

use juncture_jira::{AllowedValue, Assignable, Error, Place, Site};
use serde_json::{Value, json};

use crate::support::{Fake, HandClock, Reply, Request, SITE, client, path, token};

/// Runs these calls against a server that answers so, and tells what was asked.
macro_rules! ask {
    ($replies:expr, $site:ident => $call:expr) => {{
        let fake = Fake::script($replies).await;
        let client = client(&fake.url, &HandClock::new());
        let token = token();
        let $site: Site<'_> = client.site(SITE, &token);
        let answer = $call.await;
        let requests = fake.requests();
        let targets: Vec<String> = requests.into_iter().map(|request| request.target).collect();
        (answer, targets)
    }};
}

fn ok(body: &Value) -> Reply {
    Reply::ok(&body.to_string())
}

#[tokio::test]
async fn the_lists_of_a_site_are_read_with_whatever_jira_leaves_out() {
    let types = json!([
        {"self": "https://x", "id": "10001", "name": "Bug", "description": "It breaks", "iconUrl": "https://i", "subtask": false, "hierarchyLevel": 0},
        {"id": "10002", "name": "Sub-task", "subtask": true, "hierarchyLevel": -1, "description": null}]);
    let (read, targets) = ask!([ok(&types)], site => site.issue_types());
    let read = read.unwrap();
    assert_eq!(targets, [path("issuetype")]);
    assert_eq!(read[0].description.as_deref(), Some("It breaks"));
    assert_eq!((read[1].subtask, read[1].hierarchy_level), (true, Some(-1)));

    let statuses = json!([{"id": "3", "name": "Doing", "description": "", "statusCategory": {"id": 4, "key": "indeterminate"}}]);
    let (read, targets) = ask!([ok(&statuses)], site => site.statuses());
    assert_eq!(targets, [path("status")]);
    assert_eq!(
        read.unwrap()[0].status_category.as_ref().unwrap().key,
        "indeterminate"
    );

    let by_type = json!([{"id": "10001", "name": "Bug", "subtask": false, "statuses": statuses}, {"id": "10002", "statuses": []}]);
    let (read, targets) = ask!([ok(&by_type)], site => site.project_statuses("ED"));
    let read = read.unwrap();
    assert_eq!(targets, [path("project/ED/statuses")]);
    assert_eq!(
        (read[0].id.as_str(), read[0].statuses[0].id.as_str()),
        ("10001", "3")
    );
    assert!(read[1].statuses.is_empty());

    let labels =
        json!({"startAt": 0, "maxResults": 1000, "total": 2, "isLast": true, "values": ["a", "b"]});
    let (read, targets) = ask!([ok(&labels)], site => site.labels());
    assert_eq!(
        (read.unwrap(), targets),
        (
            vec!["a".into(), "b".into()],
            vec![path("label?startAt=0&maxResults=1000")]
        )
    );

    let versions = json!({"isLast": true, "values": [
        {"id": "1", "name": "1.0", "released": true, "releaseDate": "2026-11-30", "startDate": "2026-11-01", "overdue": false, "description": "First", "projectId": 10_000}]});
    let (read, targets) = ask!([ok(&versions)], site => site.versions("ED"));
    let version = read.unwrap().remove(0);
    assert_eq!(
        targets,
        [path("project/ED/version?startAt=0&maxResults=50")]
    );
    assert_eq!(
        (version.start_date.as_deref(), version.overdue),
        (Some("2026-11-01"), Some(false))
    );
    assert_eq!(version.description.as_deref(), Some("First"));

    let components = json!({"isLast": true, "values": [{"id": "5", "name": "Core", "lead": {"accountId": "a1"}}, {"id": "6", "name": "Rim"}]});
    let (read, targets) = ask!([ok(&components)], site => site.components("ED"));
    let read = read.unwrap();
    assert_eq!(
        targets,
        [path("project/ED/component?startAt=0&maxResults=50")]
    );
    assert_eq!(read[0].lead.as_ref().unwrap().account_id, "a1");
    assert!(read[1].lead.is_none());
}

#[tokio::test]
async fn priorities_and_resolutions_come_by_the_older_way_where_the_newer_is_closed() {
    let page = json!({"isLast": true, "total": 1, "values": [{"id": "1", "name": "High", "description": "Soon", "isDefault": true}]});
    let bare = json!([{"id": "2", "name": "Low"}]);
    let missing = r#"{"code": 401, "message": "Unauthorized; scope does not match"}"#;
    let closed = [
        Reply::status(401, missing),
        Reply::status(403, r#"{"errorMessages": ["No."]}"#),
        Reply::status(410, "{}"),
    ];

    let (read, targets) = ask!([ok(&page)], site => site.priorities());
    let read = read.unwrap();
    assert_eq!(targets, [path("priority/search?startAt=0&maxResults=50")]);
    assert_eq!(
        (read[0].is_default, read[0].description.as_deref()),
        (true, Some("Soon"))
    );
    let (read, targets) = ask!([ok(&page)], site => site.resolutions());
    assert!(read.unwrap()[0].is_default);
    assert_eq!(targets, [path("resolution/search?startAt=0&maxResults=50")]);

    for refusal in closed {
        let (read, targets) = ask!([refusal.clone(), ok(&bare)], site => site.priorities());
        assert_eq!(read.unwrap()[0].name, "Low");
        assert_eq!(targets[1..], [path("priority")]);
        let (read, targets) = ask!([refusal, ok(&bare)], site => site.resolutions());
        assert_eq!(read.unwrap()[0].name, "Low");
        assert_eq!(targets[1..], [path("resolution")]);
    }
    // A dead token is no reason to ask elsewhere.
    let dead = Reply::status(401, r#"{"code": 401, "message": "Unauthorized"}"#);
    let (read, targets) = ask!([dead], site => site.priorities());
    assert!(read.unwrap_err().is_unauthorized());
    assert_eq!(targets.len(), 1);
}

fn colour() -> Value {
    json!({"fieldId": "customfield_1", "key": "customfield_1", "name": "Colour", "required": true, "hasDefaultValue": false,
        "operations": ["set"], "schema": {"type": "option", "custom": "x:select", "customId": 1},
        "allowedValues": [{"self": "https://x", "id": "1", "value": "Red"}, {"id": 2, "value": "Blue", "disabled": true}, {}, 5, null]})
}

#[tokio::test]
async fn the_fields_of_a_new_issue_come_in_each_shape() {
    let summary = json!({"fieldId": "summary", "name": "Summary", "required": true, "operations": ["set"], "schema": {"type": "string", "system": "summary"}});
    // As Cloud does, as the document allows besides, and as Data Center does.
    for member in ["fields", "results", "values"] {
        let page =
            json!({"startAt": 0, "maxResults": 200, "total": 2, member: [summary, colour()]});
        let (read, targets) = ask!([ok(&page)], site => site.create_fields("ED", "10001"));
        let read = read.unwrap();
        assert_eq!(
            targets,
            [path(
                "issue/createmeta/ED/issuetypes/10001?startAt=0&maxResults=200"
            )]
        );
        assert_eq!(
            (
                read[0].id.as_str(),
                read[0].schema.as_ref().unwrap().system.as_deref()
            ),
            ("summary", Some("summary"))
        );
        assert_eq!(read[0].allowed_values(), None);
        assert!(read[1].must_be_given() && read[1].is_settable());
        let allowed = read[1].allowed_values().unwrap();
        let value = |id: &str, name: &str, disabled| AllowedValue {
            id: id.into(),
            name: name.into(),
            disabled,
            ..AllowedValue::default()
        };
        assert_eq!(
            allowed,
            [value("1", "Red", false), value("2", "Blue", true)]
        );
    }
    for member in ["issueTypes", "createMetaIssueType", "values"] {
        let page = json!({"startAt": 0, "maxResults": 200, "total": 1, member: [{"id": "10001", "name": "Bug", "hierarchyLevel": 0}]});
        let (read, targets) = ask!([ok(&page)], site => site.create_issue_types("ED"));
        assert_eq!(
            targets,
            [path(
                "issue/createmeta/ED/issuetypes?startAt=0&maxResults=200"
            )]
        );
        assert_eq!(read.unwrap()[0].id, "10001");
    }
    // Both names at once, one of them empty.
    let page = json!({"total": 1, "issueTypes": [], "createMetaIssueType": [{"id": "10001", "name": "Bug"}]});
    let (read, _) = ask!([ok(&page)], site => site.create_issue_types("ED"));
    assert_eq!(read.unwrap().len(), 1);
    // Neither.
    let (read, _) = ask!([ok(&json!({"total": 0}))], site => site.create_issue_types("ED"));
    assert!(read.unwrap_err().is_bad_response());
}

#[tokio::test]
async fn five_hundred_fields_come_on_three_pages() {
    let fake = Fake::start(|request: &Request| {
        let start: usize = request.target.split("startAt=").nth(1).unwrap().split('&').next().unwrap().parse().unwrap();
        let fields: Vec<Value> = (start..500.min(start + 200)).map(|id| json!({"fieldId": format!("customfield_{id}"), "name": "x", "required": false, "operations": [], "schema": {"type": "any"}})).collect();
        ok(&json!({"startAt": start, "maxResults": 200, "total": 500, "fields": fields}))
    })
    .await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let fields = client
        .site(SITE, &token)
        .create_fields("ED", "1")
        .await
        .unwrap();
    assert_eq!(
        (fields.len(), fields[499].id.as_str(), fake.count()),
        (500, "customfield_499", 3)
    );
}

#[tokio::test]
async fn the_fields_of_an_issue_are_kept_as_they_are_read() {
    let mut of_issue = colour();
    of_issue.as_object_mut().unwrap().remove("fieldId");
    let body = json!({"fields": {"summary": {"key": "summary", "name": "Summary", "required": true, "operations": ["set"], "schema": {"type": "string"}},
        "customfield_1": of_issue, "issuetype": {"name": "Type", "required": true, "operations": [], "schema": {"type": "issuetype"}, "defaultValue": {"id": "1"}}}});
    let (read, targets) = ask!([ok(&body)], site => site.edit_fields("ED-1"));
    let read = read.unwrap();
    assert_eq!(targets, [path("issue/ED-1/editmeta")]);
    let ids: Vec<_> = read.iter().map(|field| field.id.as_str()).collect();
    assert_eq!(ids, ["summary", "customfield_1", "issuetype"]);
    assert!(!read[2].is_settable() && read[2].required);
    assert_eq!(
        read[2].default_value.as_ref().unwrap().get(),
        r#"{"id":"1"}"#
    );

    // As a cache keeps them: by the same names, and without what nobody reads.
    let kept = serde_json::to_string(&read).unwrap();
    assert!(!kept.contains("https://x"), "{kept}");
    let again: Vec<juncture_jira::FieldMeta> = juncture_json::decode(&kept).unwrap();
    assert_eq!(again[1].allowed_values(), read[1].allowed_values());
    assert_eq!(serde_json::to_string(&again).unwrap(), kept);

    for body in [json!({}), json!({"fields": {}}), json!({"fields": null})] {
        let (read, _) = ask!([ok(&body)], site => site.edit_fields("ED-1"));
        assert!(read.unwrap().is_empty());
    }
}

#[tokio::test]
async fn allowed_values_of_an_odd_shape_are_as_good_as_none() {
    for (allowed, told) in [
        (json!("many"), None),
        (json!({"id": "1"}), None),
        (Value::Null, None),
        (json!([]), Some(0)),
        (
            json!([{"accountId": "a1", "displayName": "Ada"}, {"id": {}}, {"id": "1"}]),
            Some(2),
        ),
        (
            json!([{"id": "1", "value": "Europe", "children": [{"id": "2", "value": "Berlin"}]}]),
            Some(1),
        ),
        (
            json!([{"id": "1", "value": "Europe", "children": null, "disabled": null}]),
            Some(1),
        ),
        // More than Jira lets a field have: nobody knows what that is.
        (json!(vec![json!({"id": "1"}); 10_001]), None),
    ] {
        let mut field = colour();
        field["allowedValues"] = allowed;
        let (read, _) = ask!([ok(&json!({"total": 1, "fields": [field]}))], site => site.create_fields("ED", "1"));
        let values = read.unwrap()[0].allowed_values();
        assert_eq!(values.map(|values| values.len()), told);
    }
}

fn users(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({"accountId": id, "accountType": "atlassian", "displayName": "Ada", "active": true})).collect()
}

fn ids(found: Result<Vec<juncture_jira::User>, Error>) -> Vec<String> {
    found
        .unwrap()
        .into_iter()
        .map(|user| user.account_id)
        .collect()
}

#[tokio::test]
async fn people_are_searched_for_until_nobody_new_comes() {
    let (found, targets) = ask!([ok(&users(&["a", "b"])), ok(&users(&["b"]))], site => site.search_users("ada b&c", 10));
    assert_eq!(ids(found), ["a", "b"]);
    assert_eq!(
        targets,
        [
            path("user/search?query=ada+b%26c&startAt=0&maxResults=10"),
            path("user/search?query=ada+b%26c&startAt=2&maxResults=10"),
        ]
    );
    // As many as are wanted, and more than that.
    let (found, targets) = ask!([ok(&users(&["a", "b"]))], site => site.search_users("ada", 2));
    assert_eq!((ids(found).len(), targets.len()), (2, 1));
    let (found, targets) = ask!([ok(&users(&["a", "b"]))], site => site.search_users("ada", 1));
    assert_eq!((ids(found), targets.len()), (vec!["a".to_owned()], 1));
    // Nobody, or no right to look.
    let (found, targets) = ask!([ok(&json!([]))], site => site.search_users("ada", 5_000));
    assert!(found.unwrap().is_empty());
    assert_eq!(
        targets,
        [path("user/search?query=ada&startAt=0&maxResults=1000")]
    );
}

#[tokio::test]
async fn a_search_for_people_without_an_end_ends() {
    let mut number = 0;
    let fake = Fake::start(move |_| {
        number += 1;
        ok(&users(&[&number.to_string()]))
    })
    .await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let error = client
        .site(SITE, &token)
        .search_users("a", 1_000)
        .await
        .unwrap_err();
    assert_eq!(
        (error.list_fault(), fake.count()),
        (Some("goes on and on"), 56)
    );
}

#[tokio::test]
async fn those_who_may_be_assigned_are_asked_for_by_project_or_issue() {
    for (to, query, target) in [
        (Assignable::Project("ED"), None, "project=ED"),
        (
            Assignable::Issue("ED-1"),
            Some("ada"),
            "issueKey=ED-1&query=ada",
        ),
        (Assignable::Issue("10001"), None, "issueId=10001"),
    ] {
        let (found, targets) = ask!([ok(&users(&["a"])), ok(&json!([]))], site => site.assignable_users(to, query, 50));
        assert_eq!(ids(found), ["a"]);
        assert_eq!(
            targets[0],
            path(&format!(
                "user/assignable/search?{target}&startAt=0&maxResults=50"
            ))
        );
    }
}

#[tokio::test]
async fn people_are_read_by_their_ids() {
    let one = json!({"accountId": "712020:a", "accountType": "app", "displayName": "Robot", "locale": "de_DE", "timeZone": "Europe/Berlin"});
    let (user, targets) = ask!([ok(&one)], site => site.user("712020:a"));
    let user = user.unwrap();
    assert_eq!(targets, [path("user?accountId=712020%3Aa")]);
    assert_eq!(
        (user.account_type.as_deref(), user.locale.as_deref()),
        (Some("app"), Some("de_DE"))
    );

    let many: Vec<String> = (0..45).map(|id| format!("a{id}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let page =
        |ids: &[&str]| ok(&json!({"isLast": true, "total": ids.len(), "values": users(ids)}));
    let (found, targets) =
        ask!([page(&["a0", "a1"]), page(&["a44"])], site => site.users_by_id(&many));
    assert_eq!(ids(found), ["a0", "a1", "a44"]);
    assert!(targets[0].contains("maxResults=40&accountId=a0&accountId=a1&"));
    assert!(
        targets[1]
            .ends_with("accountId=a40&accountId=a41&accountId=a42&accountId=a43&accountId=a44")
    );
    let (found, targets) = ask!([page(&[])], site => site.users_by_id(&[]));
    assert!(found.unwrap().is_empty() && targets.is_empty());
}

#[tokio::test]
async fn permissions_are_asked_for_in_their_place() {
    let body = json!({"permissions": {"EDIT_ISSUES": {"id": "12", "key": "EDIT_ISSUES", "havePermission": true}, "BULK_CHANGE": {"havePermission": false}}});
    for (place, query) in [
        (Place::Anywhere, ""),
        (Place::Project("ED"), "&projectKey=ED"),
        (Place::Project("10000"), "&projectId=10000"),
        (Place::Issue("ED-1"), "&issueKey=ED-1"),
        (Place::Issue("10001"), "&issueId=10001"),
    ] {
        let (mine, targets) =
            ask!([ok(&body)], site => site.my_permissions(&["EDIT_ISSUES", "BULK_CHANGE"], place));
        let mine = mine.unwrap();
        assert_eq!((mine["EDIT_ISSUES"], mine["BULK_CHANGE"]), (true, false));
        assert_eq!(
            targets,
            [path(&format!(
                "mypermissions?permissions=EDIT_ISSUES%2CBULK_CHANGE{query}"
            ))]
        );
    }
}

#[tokio::test]
async fn a_project_tells_its_types() {
    let body = json!({"id": "10000", "key": "ED", "description": "Edits", "issueTypes": [{"id": "10001", "name": "Bug", "subtask": false}]});
    let (project, _) = ask!([ok(&body)], site => site.project("ED"));
    let project = project.unwrap();
    assert_eq!(
        (
            project.description.as_deref(),
            project.issue_types()[0].name.as_str()
        ),
        (Some("Edits"), "Bug")
    );
    let (project, _) = ask!([ok(&json!({"id": "1", "key": "ED", "issueTypes": null}))], site => site.project("ED"));
    assert!(project.unwrap().issue_types().is_empty());
}
