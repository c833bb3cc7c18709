//! One of each call that the documents describe, and what came of it.

use serde_json::{Value, json};

use crate::support::{AGILE_SCOPES, Cloud};

/// An answer of the sandbox, with the operation it is the answer of.
pub(super) struct Sample {
    /// Where the template is: `api/3/`, `agile/1.0/` or `software/1.0/`.
    pub(super) root: &'static str,
    pub(super) template: &'static str,
    pub(super) method: &'static str,
    pub(super) status: u16,
    /// `None` where the answer is empty.
    pub(super) body: Option<Value>,
}

/// A call: method, template, what stands for it in the path, and the body.
type Call = (&'static str, &'static str, &'static str, Value);

const JQL: &str = "project in (SHOP, MOB, OPS, PLAT)";

/// Every call, by a person of the site Acme in a world that nobody changed before.
pub(super) async fn samples(cloud: &Cloud, person: &str) -> Vec<Sample> {
    let scopes = format!(
        "{AGILE_SCOPES} read:issue:jira-software manage:jira-configuration manage:jira-webhook"
    );
    let token = cloud.connect(person, "Acme", &scopes).await.access;
    let calls = [
        ("api/3/", reads()),
        ("api/3/", lists()),
        ("api/3/", people()),
        ("api/3/", searches()),
        ("api/3/", writes()),
        ("api/3/", comments()),
        ("api/3/", properties()),
        ("api/3/", histories()),
        ("api/3/", webhooks()),
        ("api/3/", help_with_jql()),
        ("agile/1.0/", boards_and_sprints()),
        ("agile/1.0/", issue_lists()),
        ("software/1.0/", issue_lists()),
        ("software/1.0/", counts()),
    ];
    let mut samples = Vec::new();
    for (root, calls) in calls {
        for call in calls {
            samples.push(sample(cloud, &token, root, call).await);
        }
    }
    // Only administrators get these, and Ada is one.
    let token = cloud.connect("Ada", "Acme", &scopes).await.access;
    for call in administration() {
        samples.push(sample(cloud, &token, "api/3/", call).await);
    }
    samples
}

async fn sample(cloud: &Cloud, token: &str, root: &'static str, call: Call) -> Sample {
    let (method, template, tail, body) = call;
    let path = cloud.software("Acme", &format!("{root}{tail}"));
    let text = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let reply = cloud
        .call(&method.to_uppercase(), &path, token, &text)
        .await;
    // Nobody who has a token may ask for what was not delivered.
    let is_expected = reply.status.is_success() || template == "webhook/failed";
    assert!(is_expected, "{method} {path}: {}", reply.text);
    Sample {
        root,
        template,
        method,
        status: reply.status.as_u16(),
        body: (!reply.text.is_empty()).then(|| reply.json()),
    }
}

fn get(template: &'static str, tail: &'static str) -> Call {
    ("get", template, tail, Value::Null)
}

fn reads() -> Vec<Call> {
    vec![
        get("myself", "myself"),
        get("serverInfo", "serverInfo"),
        get(
            "project/search",
            "project/search?expand=lead,description,issueTypes,url,projectKeys,insight&maxResults=3",
        ),
        get("project/{projectIdOrKey}", "project/MOB"),
        get(
            "search/jql",
            "search/jql?jql=project=SHOP&fields=*all&expand=names,schema&maxResults=100",
        ),
        get("issue/{issueIdOrKey}", "issue/SHOP-5?expand=names,schema"),
        get(
            "issue/{issueIdOrKey}/comment",
            "issue/SHOP-5/comment?maxResults=10",
        ),
        // The first comment of all is on the fifth issue of the first project.
        get(
            "issue/{issueIdOrKey}/comment/{id}",
            "issue/SHOP-5/comment/10000",
        ),
        get("issue/{issueIdOrKey}/worklog", "issue/SHOP-5/worklog"),
        get("issue/{issueIdOrKey}/votes", "issue/SHOP-5/votes"),
        get("issue/{issueIdOrKey}/watchers", "issue/SHOP-5/watchers"),
        get("project", "project?expand=lead,description,issueTypes"),
        get("priority", "priority"),
        get("priority/search", "priority/search"),
        get("field", "field"),
        get("status", "status"),
        get(
            "issue/{issueIdOrKey}/transitions",
            "issue/SHOP-5/transitions?expand=transitions.fields",
        ),
        get("issue/{issueIdOrKey}/editmeta", "issue/SHOP-5/editmeta"),
        get(
            "issue/createmeta/{projectIdOrKey}/issuetypes",
            "issue/createmeta/SHOP/issuetypes?maxResults=200",
        ),
        get(
            "issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}",
            "issue/createmeta/MOB/issuetypes/100011",
        ),
        get(
            "user/assignable/search",
            "user/assignable/search?project=SHOP&query=a",
        ),
    ]
}

fn lists() -> Vec<Call> {
    vec![
        get("label", "label?maxResults=3"),
        get("resolution", "resolution"),
        get("resolution/search", "resolution/search"),
        get("issuetype", "issuetype"),
        get("issuetype/project", "issuetype/project?projectId=10001"),
        get("configuration", "configuration"),
        get("project/{projectIdOrKey}/statuses", "project/SHOP/statuses"),
        get("project/{projectIdOrKey}/versions", "project/SHOP/versions"),
        get(
            "project/{projectIdOrKey}/version",
            "project/SHOP/version?status=released,unreleased&orderBy=-name",
        ),
        get(
            "project/{projectIdOrKey}/components",
            "project/SHOP/components?componentSource=jira",
        ),
        get(
            "project/{projectIdOrKey}/component",
            "project/SHOP/component?orderBy=name&query=pay",
        ),
        get(
            "version/{id}/unresolvedIssueCount",
            "version/30000/unresolvedIssueCount",
        ),
        get("version/{id}", "version/30001"),
        get("component/{id}", "component/20000"),
        get("issuetype/{id}", "issuetype/10000"),
        get("project/{projectIdOrKey}/role", "project/SHOP/role"),
    ]
}

fn people() -> Vec<Call> {
    let check = json!({
        "globalPermissions": ["BULK_CHANGE"],
        "projectPermissions": [{"permissions": ["EDIT_ISSUES"], "projects": [10000], "issues": [10000]}],
    });
    vec![
        // Ada, as the first seed has her.
        get(
            "user",
            "user?accountId=712020:89289555-b248-587a-8570-768a40d56857&expand=groups,applicationRoles",
        ),
        get(
            "user/bulk",
            "user/bulk?accountId=712020:89289555-b248-587a-8570-768a40d56857",
        ),
        get("user/search", "user/search?query=b"),
        get("users/search", "users/search?maxResults=100"),
        get("user/picker", "user/picker?query=a&showAvatar=true"),
        get(
            "user/assignable/multiProjectSearch",
            "user/assignable/multiProjectSearch?projectKeys=SHOP,MOB",
        ),
        get(
            "mypermissions",
            "mypermissions?permissions=EDIT_ISSUES,ADMINISTER&projectKey=SHOP",
        ),
        ("post", "permissions/check", "permissions/check", check),
    ]
}

fn administration() -> Vec<Call> {
    vec![
        get(
            "field/search",
            "field/search?type=custom&query=e&expand=key,contextsCount",
        ),
        get("field/{fieldId}/context", "field/customfield_10108/context"),
        get(
            "field/{fieldId}/context/{contextId}/option",
            // The context of the webshop, after the ones of the fields before it.
            "field/customfield_10112/context/10424/option",
        ),
    ]
}

fn searches() -> Vec<Call> {
    let post = |template, body| ("post", template, template, body);
    let full = json!({"jql": JQL, "fields": ["*all"], "maxResults": 100});
    let fetch = json!({"issueIdsOrKeys": ["SHOP-1", "MOB-2", "PLAT-3", "NOPE-1"]});
    vec![
        post("search/jql", full),
        post("search/jql", json!({"jql": JQL, "maxResults": 100})),
        post("search/approximate-count", json!({"jql": JQL})),
        post("issue/bulkfetch", fetch),
    ]
}

fn writes() -> Vec<Call> {
    let document = json!({"type": "doc", "version": 1, "content": [{"type": "paragraph"}]});
    let new = json!({
        "fields": {"project": {"key": "SHOP"}, "issuetype": {"id": "10002"}, "summary": "New", "description": document},
        "transition": {"id": "21"},
    });
    let many = json!({"issueUpdates": [{"fields": new["fields"]}, {"fields": {}}]});
    let edit = json!({"fields": {"summary": "Newer"}, "update": {"labels": [{"add": "backend"}]}});
    vec![
        ("post", "issue", "issue", new),
        (
            "put",
            "issue/{issueIdOrKey}",
            "issue/SHOP-5?notifyUsers=true",
            edit.clone(),
        ),
        (
            "put",
            "issue/{issueIdOrKey}",
            "issue/SHOP-5?returnIssue=true",
            edit,
        ),
        (
            "put",
            "issue/{issueIdOrKey}/assignee",
            "issue/SHOP-5/assignee",
            json!({"accountId": null}),
        ),
        (
            "put",
            "issue/{issueIdOrKey}/assignee",
            "issue/SHOP-5/assignee",
            json!({"accountId": "-1"}),
        ),
        // The new issue is the first after the 240 that the world began with.
        (
            "post",
            "issue/{issueIdOrKey}/transitions",
            "issue/SHOP-241/transitions",
            json!({"transition": {"id": "31"}}),
        ),
        ("post", "issue/bulk", "issue/bulk", many),
        (
            "delete",
            "issue/{issueIdOrKey}",
            "issue/SHOP-241?deleteSubtasks=true",
            Value::Null,
        ),
    ]
}

fn help_with_jql() -> Vec<Call> {
    let queries = json!([
        "summary ~ flicker AND (labels in (backend, \"two words\") OR NOT assignee = currentUser()) ORDER BY updated DESC, key",
        "status WAS Done BEFORE -1d AND status CHANGED FROM Done AFTER startOfMonth(-1M) AND due IS EMPTY",
        "project = INVALID",
        "universe = 42",
        "invalid query",
    ]);
    vec![
        (
            "post",
            "jql/parse",
            "jql/parse?validation=warn",
            json!({"queries": queries}),
        ),
        (
            "post",
            "jql/match",
            "jql/match",
            json!({"issueIds": [10_000, 10_001], "jqls": ["project = SHOP", "broken"]}),
        ),
        get(
            "issue/picker",
            "issue/picker?query=shop-1&currentJQL=project=SHOP&showSubTasks=true",
        ),
        get("jql/autocompletedata", "jql/autocompletedata"),
        (
            "post",
            "jql/autocompletedata",
            "jql/autocompletedata",
            json!({"projectIds": [10_000], "includeCollapsedFields": true}),
        ),
        get(
            "jql/autocompletedata/suggestions",
            "jql/autocompletedata/suggestions?fieldName=reporter&fieldValue=a",
        ),
    ]
}

fn histories() -> Vec<Call> {
    let edit = json!({"fields": {
        "assignee": null, "description": null, "labels": ["a"], "duedate": "2026-12-24",
    }});
    let issue = "issue/{issueIdOrKey}";
    vec![
        (
            "put",
            issue,
            "issue/SHOP-8",
            json!({"update": {"assignee": [{"set": {"accountId": "-1"}}]}}),
        ),
        ("put", issue, "issue/SHOP-8", edit),
        get(
            "issue/{issueIdOrKey}/changelog",
            "issue/SHOP-8/changelog?maxResults=2",
        ),
        (
            "post",
            "issue/{issueIdOrKey}/changelog/list",
            "issue/SHOP-8/changelog/list",
            json!({"changelogIds": [10_000, 10_001]}),
        ),
        (
            "post",
            "changelog/bulkfetch",
            "changelog/bulkfetch",
            json!({"issueIdsOrKeys": ["SHOP-8", "10000"], "fieldIds": ["status", "assignee"], "maxResults": 2}),
        ),
        get(issue, "issue/SHOP-8?expand=changelog"),
    ]
}

fn comments() -> Vec<Call> {
    let document = json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "Words"}]}]});
    let comment = json!({
        "body": document,
        "visibility": {"type": "role", "value": "Developers"},
        "properties": [{"key": "origin", "value": 1}],
    });
    let template = "issue/{issueIdOrKey}/comment/{id}";
    vec![
        (
            "post",
            "issue/{issueIdOrKey}/comment",
            "issue/SHOP-5/comment",
            comment.clone(),
        ),
        ("put", template, "issue/SHOP-5/comment/10000", comment),
        (
            "delete",
            template,
            "issue/SHOP-5/comment/10000",
            Value::Null,
        ),
    ]
}

fn webhooks() -> Vec<Call> {
    let item = json!({"jqlFilter": "project = SHOP", "events": ["jira:issue_updated"], "fieldIdsFilter": ["status"]});
    let wrong = json!({"jqlFilter": "", "events": ["comment_created"]});
    let register = json!({"url": "https://hooks.example.com/", "webhooks": [item, wrong]});
    let ids = json!({"webhookIds": [1, 77]});
    vec![
        ("post", "webhook", "webhook", register),
        get("webhook", "webhook?startAt=0&maxResults=10"),
        ("put", "webhook/refresh", "webhook/refresh", ids.clone()),
        get("webhook/failed", "webhook/failed?maxResults=10"),
        ("delete", "webhook", "webhook", ids),
    ]
}

fn properties() -> Vec<Call> {
    let properties = json!([{"key": "origin", "value": {"id": 7}}]);
    let step = json!({"transition": {"id": "31"}, "properties": properties});
    let edit = json!({"fields": {"summary": "Newer"}, "properties": properties});
    let (all, one) = (
        "issue/{issueIdOrKey}/properties",
        "issue/{issueIdOrKey}/properties/{propertyKey}",
    );
    let path = "issue/SHOP-9/properties/mark";
    vec![
        ("put", "issue/{issueIdOrKey}", "issue/SHOP-9", edit),
        (
            "post",
            "issue/{issueIdOrKey}/transitions",
            "issue/SHOP-9/transitions",
            step,
        ),
        ("put", one, path, json!({"at": null})),
        ("put", one, path, json!([1])),
        get(all, "issue/SHOP-9/properties"),
        get(one, path),
        get("issue/{issueIdOrKey}", "issue/SHOP-9?properties=*all"),
        get(
            "search/jql",
            "search/jql?jql=key=SHOP-9&properties=origin,mark",
        ),
        (
            "post",
            "issue/bulkfetch",
            "issue/bulkfetch",
            json!({"issueIdsOrKeys": ["SHOP-9"], "properties": ["mark"]}),
        ),
        ("delete", one, path, Value::Null),
    ]
}

fn boards_and_sprints() -> Vec<Call> {
    vec![
        get(
            "board",
            "board?type=scrum,kanban&projectKeyOrId=SHOP&maxResults=50",
        ),
        get("board/{boardId}", "board/10003"),
        get("board/{boardId}/configuration", "board/1/configuration"),
        get("board/{boardId}/configuration", "board/10002/configuration"),
        get(
            "board/{boardId}/sprint",
            "board/1/sprint?state=active,future&startAt=0",
        ),
        get("sprint/{sprintId}", "sprint/14"),
        get("issue/{issueIdOrKey}", "issue/SHOP-5?fields=summary"),
    ]
}

fn issue_lists() -> Vec<Call> {
    vec![
        get(
            "board/{boardId}/issue",
            "board/1/issue?maxResults=50&fields=summary&fields=sprint",
        ),
        get("board/{boardId}/backlog", "board/1/backlog"),
        get(
            "board/{boardId}/sprint/{sprintId}/issue",
            "board/1/sprint/14/issue?expand=names",
        ),
        get(
            "sprint/{sprintId}/issue",
            "sprint/14/issue?jql=statusCategory=Done&validateQuery=true",
        ),
    ]
}

fn counts() -> Vec<Call> {
    let tail = "board/1/issue/approximate-count";
    vec![get("board/{boardId}/issue/approximate-count", tail)]
}
