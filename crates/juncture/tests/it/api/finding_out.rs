//! What there is in a Jira: types, statuses, fields, people.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::issues::start;
use crate::support::TestApp;

const CREATE_FIELDS: &str =
    "/api/backend/jira/get-create-fields?external_id=a&jira_project_id=SHOP&issue_type_id=10004";

async fn get(app: &TestApp, what: &str) -> Value {
    let path = format!("/api/backend/jira/{what}");
    app.get(&path).await.expect(200)
}

fn names(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|one| one["name"].as_str().unwrap()).collect()
}

fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let mut list = list.as_array().unwrap().iter();
    list.find(|one| one["name"] == name)
        .unwrap_or_else(|| panic!("no {name}"))
}

#[tokio::test]
async fn a_project_comes_with_its_types() {
    let app = start().await;
    let project = get(&app, "get-project?external_id=a&jira_project_id=SHOP").await;
    assert_eq!(
        (&project["key"], &project["style"]),
        (&json!("SHOP"), &json!("classic"))
    );
    let types = names(&project["issueTypes"]);
    assert!(
        types.contains(&"Bug") && types.contains(&"Story"),
        "{types:?}"
    );
    let list = get(&app, "get-issue-types?external_id=a&jira_project_id=SHOP").await;
    assert_eq!(names(&list["issue_types"]), types);
    let unknown = json!({"error": "Project not found", "code": "project_not_found"});
    for what in ["get-project", "get-issue-types", "get-statuses"] {
        let path = format!("/api/backend/jira/{what}?external_id=a&jira_project_id=NOPE");
        app.get(&path).await.assert(404, &unknown);
    }
}

#[tokio::test]
async fn without_a_project_types_and_statuses_are_those_of_the_site() {
    let app = start().await;
    let of_site = get(&app, "get-statuses?external_id=a").await;
    assert_eq!(of_site["by_issue_type"], json!([]));
    let select = json!({"external_id": "a", "jira_project_id": "SHOP"});
    let path = "/api/backend/jira/select-project";
    app.post(path, &select).await.expect(200);
    let of_project = get(&app, "get-statuses?external_id=a").await;
    let (all, some) = (names(&of_site["statuses"]), names(&of_project["statuses"]));
    assert!(
        some.iter().all(|name| all.contains(name)),
        "{some:?} {all:?}"
    );
    assert!(some.len() < all.len(), "{some:?} {all:?}");
    for of_type in of_project["by_issue_type"].as_array().unwrap() {
        assert!(!of_type["status_ids"].as_array().unwrap().is_empty());
    }
    let categories = ["new", "indeterminate", "done"];
    for status in of_project["statuses"].as_array().unwrap() {
        assert!(
            categories.contains(&status["category"].as_str().unwrap()),
            "{status}"
        );
    }
}

#[tokio::test]
async fn the_small_lists_of_a_site() {
    let app = start().await;
    let priorities = get(&app, "get-priorities?external_id=a").await;
    assert!(names(&priorities["priorities"]).contains(&"High"));
    let resolutions = get(&app, "get-resolutions?external_id=a").await;
    assert!(names(&resolutions["resolutions"]).contains(&"Done"));
    let labels = get(&app, "get-labels?external_id=a").await;
    assert!(
        labels["labels"]
            .as_array()
            .unwrap()
            .iter()
            .all(Value::is_string)
    );
}

#[tokio::test]
async fn the_fields_of_a_site_are_told_in_plain_words() {
    let app = start().await;
    let fields = get(&app, "get-fields?external_id=a").await;
    for (name, word) in [
        ("Summary", "text"),
        ("Description", "rich_text"),
        ("Release notes", "rich_text"),
        ("Effort", "number"),
        ("Go-live", "date"),
        ("Outage began", "datetime"),
        ("Keywords", "labels"),
        ("Severity", "option"),
        ("Platforms", "options"),
        ("Region", "cascading_option"),
        ("Reviewers", "users"),
        ("Owning group", "group"),
        ("Verified in", "versions"),
        ("Sprint", "sprint"),
    ] {
        assert_eq!(named(&fields["fields"], name)["type"], word, "{name}");
    }
}

#[tokio::test]
async fn the_fields_of_a_new_issue_tell_what_must_be_given_and_what_may() {
    let app = start().await;
    let fields = get(
        &app,
        "get-create-fields?external_id=a&jira_project_id=SHOP&issue_type_id=10004",
    )
    .await;
    assert_eq!(named(&fields["fields"], "Summary")["required"], true);
    let severity = named(&fields["fields"], "Severity");
    assert_eq!(severity["type"], "option");
    let values = names(&severity["allowed_values"]);
    assert!(values.contains(&"Major"), "{values:?}");
    let region = named(&fields["fields"], "Region");
    assert!(
        region["allowed_values"][0]["children"].is_array(),
        "{region}"
    );
    for (query, status, code) in [
        ("jira_project_id=SHOP", 400, "missing_parameter"),
        (
            "jira_project_id=SHOP&issue_type_id=Bug",
            400,
            "invalid_parameter",
        ),
        (
            "jira_project_id=SHOP&issue_type_id=99999",
            404,
            "project_or_issue_type_not_found",
        ),
        (
            "jira_project_id=NOPE&issue_type_id=10004",
            404,
            "project_or_issue_type_not_found",
        ),
    ] {
        let path = format!("/api/backend/jira/get-create-fields?external_id=a&{query}");
        let told = app.get(&path).await.expect(status);
        assert_eq!(told["code"], code, "{query}: {told}");
    }
}

#[tokio::test]
async fn the_fields_of_an_issue_tell_what_can_be_changed() {
    let app = start().await;
    let fields = get(&app, "get-edit-fields?external_id=a&issue_id_or_key=SHOP-1").await;
    let labels = named(&fields["fields"], "Labels");
    assert!(
        labels["operations"]
            .as_array()
            .unwrap()
            .contains(&json!("add")),
        "{labels}"
    );
    let path = "/api/backend/jira/get-edit-fields?external_id=a&issue_id_or_key=SHOP-999999";
    let unknown = json!({"error": "Issue not found", "code": "issue_not_found"});
    app.get(path).await.assert(404, &unknown);
}

#[tokio::test]
async fn people_are_found_by_the_beginning_of_their_names() {
    let app = start().await;
    let found = get(&app, "search-users?external_id=a&query=ada").await;
    assert_eq!(found["users"][0]["displayName"], "Ada Lindqvist", "{found}");
    let assignable = get(
        &app,
        "get-assignable-users?external_id=a&jira_project_id=SHOP",
    )
    .await;
    assert!(!assignable["users"].as_array().unwrap().is_empty());
    let one = get(
        &app,
        "get-assignable-users?external_id=a&jira_project_id=SHOP&limit=1",
    )
    .await;
    assert_eq!(one["users"].as_array().unwrap().len(), 1);
    let of_issue = get(
        &app,
        "get-assignable-users?external_id=a&issue_id_or_key=SHOP-1&query=ada",
    )
    .await;
    assert_eq!(
        of_issue["users"][0]["displayName"], "Ada Lindqvist",
        "{of_issue}"
    );
    let me = get(&app, "get-current-user?external_id=a").await;
    assert_eq!(me["displayName"], "Ada Lindqvist");
    assert!(me["timeZone"].is_string(), "{me}");
    for (query, field) in [
        ("search-users?external_id=a&query=a&limit=0", "limit"),
        ("search-users?external_id=a&query=a&limit=many", "limit"),
        (
            "get-assignable-users?external_id=a&jira_project_id=SHOP&issue_id_or_key=SHOP-1",
            "issue_id_or_key",
        ),
        (
            "get-assignable-users?external_id=a&issue_id_or_key=nope",
            "issue_id_or_key",
        ),
    ] {
        let told = app
            .get(&format!("/api/backend/jira/{query}"))
            .await
            .expect(400);
        assert_eq!(told["details"]["field"], field, "{query}: {told}");
    }
}

#[tokio::test]
async fn what_many_ask_for_at_once_is_fetched_once_and_kept_for_five_minutes() {
    let app = start().await;
    let asked = async || {
        let path = "/rest/api/3/issue/createmeta/SHOP/issuetypes/10004";
        app.sandbox.requests_to(path).await.len()
    };
    let many = (0..20).map(|_| app.get(CREATE_FIELDS));
    for answer in futures_util::future::join_all(many).await {
        answer.expect(200);
    }
    let pages = asked().await;
    app.get(CREATE_FIELDS).await.expect(200);
    assert_eq!(asked().await, pages);
    app.advance(SignedDuration::from_mins(6)).await;
    app.get(CREATE_FIELDS).await.expect(200);
    assert_eq!(asked().await, 2 * pages);
    // Another connection to the same site is told by Jira what it may see.
    app.connect("b").await;
    let of_another = CREATE_FIELDS.replace("external_id=a", "external_id=b");
    app.get(&of_another).await.expect(200);
    assert_eq!(asked().await, 3 * pages);
}
