//! What Atlassian documents and the sandbox leaves out says so.

use serde_json::{Value, json};

use crate::support::{AGILE_SCOPES, Cloud, SCOPES};

fn not_simulated(what: &str) -> Value {
    json!({"errorMessages": [format!("The sandbox does not simulate {what}.")], "errors": {}})
}

#[tokio::test]
async fn a_documented_operation_without_an_endpoint_is_a_501_that_names_it() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    for (method, tail) in [
        ("POST", "api/3/issue/SHOP-1/remotelink"),
        ("GET", "api/3/dashboard"),
        ("GET", "api/2/issue/SHOP-1/remotelink"),
        ("POST", "api/latest/jql/sanitize"),
        ("POST", "agile/1.0/sprint/14/issue"),
        // These look like an issue, a project and a board.
        ("PUT", "api/3/issue/archive"),
        ("GET", "api/3/project/recent"),
        ("PUT", "agile/1.0/issue/rank"),
        // These have an endpoint, for another method.
        ("POST", "api/3/project"),
        ("DELETE", "api/3/project/SHOP"),
        ("DELETE", "api/3/issue/SHOP-1/votes"),
        // Jira Service Management has a document of its own. A 404 would say that the issue is no
        // request of a customer, and a client would go on to tell them what is internal.
        ("GET", "servicedeskapi/request/SHOP-1"),
        ("POST", "servicedeskapi/request/SHOP-1/comment"),
    ] {
        let path = cloud.software("Acme", tail);
        let reply = cloud.call(method, &path, &token, "{}").await;
        let expected = not_simulated(&format!("{method} /rest/{tail}"));
        assert_eq!(reply.answer(), (501, expected), "{method} {tail}");
    }
    let refused = cloud.get(&cloud.api("Acme", "dashboard"), "").await;
    assert_eq!(refused.status, 401, "the gateway comes first");
}

#[tokio::test]
async fn a_path_that_is_not_documented_is_jiras_404() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    for tail in [
        "api/3/nothing",
        "api/2/issue/SHOP-1/nothing",
        "api/4/field",
        "tempo/1/plan",
    ] {
        let reply = cloud.get(&cloud.software("Acme", tail), &token).await;
        let (status, body) = reply.answer();
        assert_eq!(status, 404, "{tail}");
        assert_eq!(body["detail"], format!("No endpoint GET /rest/{tail}."));
    }
}

#[tokio::test]
async fn parameters_and_expansions_that_are_left_out_are_named() {
    let cloud = Cloud::new().await;
    let scopes = format!("{AGILE_SCOPES} manage:jira-configuration");
    let token = cloud.connect("Bruno", "Acme", &scopes).await.access;
    for (tail, what) in [
        (
            "api/3/group?groupname=developers&expand=users",
            "expand=users",
        ),
        (
            "api/3/priority/search?projectId=1",
            "the parameter 'projectId'",
        ),
        (
            "api/3/issue/SHOP-1?expand=names,operations",
            "expand=operations",
        ),
        (
            "api/3/search/jql?jql=project=SHOP&expand=renderedFields",
            "expand=renderedFields",
        ),
        (
            "api/3/search/jql?jql=project=SHOP&properties=*all",
            "properties=*all",
        ),
        (
            "software/1.0/sprint/14/issue?expand=operations",
            "expand=operations",
        ),
        (
            "agile/1.0/sprint/14/issue?expand=operations",
            "expand=operations",
        ),
        (
            "api/3/project/SHOP?expand=permissions",
            "expand=permissions",
        ),
        ("api/3/project/search?action=edit", "action=edit"),
        (
            "api/3/project/search?propertyQuery=a",
            "the parameter 'propertyQuery'",
        ),
        ("agile/1.0/board?filterId=1", "the parameter 'filterId'"),
    ] {
        let reply = cloud.get(&cloud.software("Acme", tail), &token).await;
        assert_eq!(reply.answer(), (501, not_simulated(what)), "{tail}");
    }
}

#[tokio::test]
async fn every_field_that_the_site_lists_is_searched_by_or_named_as_left_out() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    cloud
        .control("switches", json!({"semantic_jql_errors": "loud"}))
        .await;
    let fields = cloud.get(&cloud.api("Acme", "field"), &token).await.json();
    let fields = fields.as_array().unwrap().iter();
    let mut names = 0;
    for name in fields.flat_map(|field| field["clauseNames"].as_array().unwrap()) {
        let name = name.as_str().unwrap();
        let body = json!({"jql": format!("\"{name}\" IS NOT EMPTY")});
        let reply = cloud
            .post(&cloud.api("Acme", "search/jql"), &token, &body)
            .await;
        assert!(!reply.text.contains("does not exist"), "{}", reply.text);
        names += 1;
    }
    assert!(names > 50, "{names}");
}

#[tokio::test]
async fn what_a_write_leaves_out_is_named_and_nothing_is_written() {
    let cloud = Cloud::new().await;
    let scopes = "read:jira-work write:jira-work";
    let token = cloud.connect("Bruno", "Acme", scopes).await.access;
    let path = cloud.api("Acme", "issue/SHOP-1");
    let edit = json!({"fields": {"summary": "Changed"}, "historyMetadata": {"type": "a"}});
    let reply = cloud.call("PUT", &path, &token, &edit.to_string()).await;
    let expected = not_simulated("'historyMetadata' in the body of a write");
    assert_eq!(reply.answer(), (501, expected));
    let issue = cloud.get(&path, &token).await.json();
    assert_ne!(issue["fields"]["summary"], "Changed");
}

#[tokio::test]
async fn the_page_of_gaps_is_the_one_that_the_code_prints() {
    let page = juncture_sandbox::gaps().await;
    let written = include_str!("../../../../docs/SANDBOX-GAPS.md");
    assert!(
        page == written,
        "`juncture sandbox --gaps > docs/SANDBOX-GAPS.md` brings the page up to date"
    );
    for left_out in [
        "`linkedIssues`",
        "| `/rest/api/3/issue/archive` | POST, PUT |",
        "| `/rest/api/3/issue/{issueIdOrKey}/votes` | DELETE, POST |",
    ] {
        assert!(page.contains(left_out), "{left_out}");
    }
    for served in [
        "`/rest/api/3/search/jql`",
        "`/rest/api/3/issue/bulkfetch`",
        "| `/rest/api/3/field` |",
    ] {
        let line = page.lines().find(|line| line.contains(served));
        assert!(line.is_none_or(|line| !line.contains("GET")), "{served}");
    }
}
