//! Searches in custom fields, and in the system fields that few issues fill.

use serde_json::{Value, json};

use crate::support::Cloud;

const SCOPES: &str = "read:jira-work write:jira-work";

struct Searcher {
    cloud: Cloud,
    token: String,
}

impl Searcher {
    async fn new() -> Self {
        let cloud = Cloud::new().await;
        let token = cloud.connect("Ada", "Acme", SCOPES).await.access;
        let loud = json!({"semantic_jql_errors": "loud"});
        cloud.control("switches", loud).await;
        Self { cloud, token }
    }

    /// The keys a query finds, in order.
    async fn keys(&self, jql: &str) -> Vec<String> {
        let path = self.cloud.api("Acme", "search/jql");
        let body = json!({"jql": jql, "maxResults": 5000, "fields": ["key"]});
        let reply = self.cloud.post(&path, &self.token, &body).await;
        assert_eq!(reply.status, 200, "{jql}: {}", reply.text);
        let body = reply.json();
        let issues = body["issues"].as_array().unwrap().iter();
        issues
            .map(|issue| issue["key"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn refusal(&self, jql: &str) -> String {
        let path = self.cloud.api("Acme", "search/jql");
        let reply = self
            .cloud
            .post(&path, &self.token, &json!({"jql": jql}))
            .await;
        assert_eq!(reply.status, 400, "{jql}");
        reply.json()["errorMessages"][0]
            .as_str()
            .unwrap()
            .to_owned()
    }

    async fn edit(&self, key: &str, fields: Value) {
        let path = self.cloud.api("Acme", &format!("issue/{key}"));
        let body = json!({"fields": fields}).to_string();
        let reply = self.cloud.call("PUT", &path, &self.token, &body).await;
        assert_eq!(reply.status, 204, "{}", reply.text);
    }
}

/// Two issues of SHOP whose fields hold what no other issue has.
async fn two() -> Searcher {
    let searcher = Searcher::new().await;
    let person = searcher.cloud.person("Dmitri");
    let text = |text: &str| {
        json!({"type": "doc", "version": 1, "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": text}]}]})
    };
    let first = json!({
        "customfield_10101": "Quetzal one", "customfield_10102": text("Quetzal notes"),
        "customfield_10103": "https://docs.example/quetzal", "customfield_10104": 901.5,
        "customfield_10105": "2031-01-05", "customfield_10106": "2031-01-05T10:00:00.000+0000",
        "customfield_10107": ["quetzal"], "customfield_10109": {"value": "Phone"},
        "customfield_10112": {"value": "Asia", "child": {"value": "Japan"}},
        "customfield_10113": {"accountId": person}, "customfield_10116": [{"name": "developers"}],
        "customfield_10117": {"key": "SEC"}, "customfield_10119": [{"name": "0.9"}],
        "customfield_10001": "9e1d4b5a-7c0f-4a53-8e0e-6a2f7f1e0c11-1809",
        "environment": text("Quetzal land"), "versions": [{"name": "0.9"}],
        "timetracking": {"originalEstimate": "9w"},
    });
    searcher.edit("SHOP-2", first).await;
    let second = json!({"customfield_10101": "Quetzal two", "customfield_10104": 902,
        "customfield_10112": {"value": "Asia", "child": {"value": "Korea"}}});
    searcher.edit("SHOP-3", second).await;
    searcher
}

#[tokio::test]
async fn every_kind_of_custom_field_is_searched_in_its_way() {
    let searcher = two().await;
    for (restriction, expected) in [
        ("Codename ~ quetzal", &["SHOP-2", "SHOP-3"][..]),
        ("cf[10101] ~ 'quetzal two'", &["SHOP-3"]),
        (
            "'Codename[Short text]' ~ 'quetz*' AND Codename !~ two",
            &["SHOP-2"],
        ),
        ("'Release notes' ~ quetzal", &["SHOP-2"]),
        (
            "Documentation = 'https://docs.example/quetzal'",
            &["SHOP-2"],
        ),
        ("Effort > 900", &["SHOP-2", "SHOP-3"]),
        ("Effort in (901.5, 903)", &["SHOP-2"]),
        ("Effort >= 902", &["SHOP-3"]),
        ("Go-live > 2030-12-31", &["SHOP-2"]),
        ("'Outage began' >= '2031-01-05 10:00'", &["SHOP-2"]),
        ("Keywords = Quetzal", &["SHOP-2"]),
        ("Channel = Phone AND Effort > 900", &["SHOP-2"]),
        ("Region = Japan", &["SHOP-2"]),
        ("Region in cascadeOption(Asia)", &["SHOP-2", "SHOP-3"]),
        ("Region in cascadeOption('Asia', 'Korea')", &["SHOP-3"]),
        ("Approver = 'Dmitri Halloran'", &["SHOP-2"]),
        (
            "'Approver[User Picker (single user)]' = 'Dmitri Halloran'",
            &["SHOP-2"],
        ),
        (
            "'Informed groups' = developers AND Effort > 900",
            &["SHOP-2"],
        ),
        ("'Twin project' = SEC", &["SHOP-2"]),
        ("'Verified in' = '0.9'", &["SHOP-2"]),
        (
            "Team = '9e1d4b5a-7c0f-4a53-8e0e-6a2f7f1e0c11-1809'",
            &["SHOP-2"],
        ),
        ("environment ~ quetzal", &["SHOP-2"]),
        ("affectedVersion = '0.9'", &["SHOP-2"]),
        ("originalEstimate = 9w", &["SHOP-2"]),
        ("text ~ '\"quetzal land\"'", &["SHOP-2"]),
        ("Codename ~ '\"one quetzal\"'", &[]),
        ("text ~ quetzal", &["SHOP-2", "SHOP-3"]),
    ] {
        let jql = format!("project = SHOP AND {restriction} ORDER BY key");
        assert_eq!(searcher.keys(&jql).await, expected, "{restriction}");
    }
}

#[tokio::test]
async fn empty_and_full_custom_fields_make_up_the_project() {
    let searcher = two().await;
    let all = searcher.keys("project = SHOP").await.len();
    for name in [
        "Codename",
        "Effort",
        "Go-live",
        "Keywords",
        "Severity",
        "Region",
        "Reviewers",
        "Team",
        "Approver",
        "environment",
        "'Story point estimate'",
        "'Epic Link'",
        "originalEstimate",
    ] {
        let empty = searcher
            .keys(&format!("project = SHOP AND {name} IS EMPTY"))
            .await;
        let full = searcher
            .keys(&format!("project = SHOP AND {name} IS NOT EMPTY"))
            .await;
        assert_eq!(empty.len() + full.len(), all, "{name}");
        assert!(!empty.is_empty() && !full.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_name_of_several_fields_finds_what_any_of_them_holds() {
    let searcher = Searcher::new().await;
    // Severity is a field of SHOP and PLAT, and another one of MOB.
    let of = async |jql: &str| searcher.keys(jql).await;
    let both = of("Severity = Minor").await;
    let (company, team) = (of("cf[10108] = Minor").await, of("cf[10208] = Minor").await);
    assert!(!company.is_empty() && !team.is_empty());
    assert_eq!(both.len(), company.len() + team.len());
    assert!(team.iter().all(|key| key.starts_with("MOB-")));
}

#[tokio::test]
async fn custom_fields_sort() {
    let searcher = two().await;
    let jql = |order: &str| format!("project = SHOP AND Effort > 900 ORDER BY {order}");
    for (order, expected) in [
        ("Effort", ["SHOP-2", "SHOP-3"]),
        ("cf[10104] DESC", ["SHOP-3", "SHOP-2"]),
        ("Codename DESC", ["SHOP-3", "SHOP-2"]),
        ("'Go-live'", ["SHOP-2", "SHOP-3"]),
    ] {
        assert_eq!(searcher.keys(&jql(order)).await, expected, "{order}");
    }
}

#[tokio::test]
async fn functions_stand_for_versions_types_members_and_what_people_lead() {
    let searcher = two().await;
    let same = async |left: &str, right: &str| {
        let found = searcher.keys(left).await;
        assert!(!found.is_empty(), "{left}");
        assert_eq!(found, searcher.keys(right).await, "{left}");
    };
    same(
        "project = SHOP AND fixVersion in releasedVersions()",
        "project = SHOP AND fixVersion = '1.0'",
    )
    .await;
    same(
        "fixVersion in unreleasedVersions(SHOP)",
        "project = SHOP AND fixVersion in ('1.1', '2.0 beta')",
    )
    .await;
    same(
        "fixVersion = earliestUnreleasedVersion(SHOP)",
        "project = SHOP AND fixVersion = '1.1'",
    )
    .await;
    same(
        "fixVersion = latestReleasedVersion(SHOP)",
        "project = SHOP AND fixVersion = '1.0'",
    )
    .await;
    same(
        "project = SHOP AND assignee in membersOf(developers)",
        "project = SHOP AND assignee in ('Ada Lindqvist', 'Bruno Okafor')",
    )
    .await;
    same(
        "project = SHOP AND issuetype in subtaskIssueTypes()",
        "project = SHOP AND issuetype = Sub-task",
    )
    .await;
    same(
        "project in (SHOP, MOB) AND type in standardIssueTypes()",
        "project in (SHOP, MOB) AND hierarchyLevel = 0",
    )
    .await;
    same(
        "project in projectsLeadByUser('Bruno Okafor')",
        "project = MOB",
    )
    .await;
    same(
        "component in componentsLeadByUser() AND project = SHOP",
        "project = SHOP AND component = Basket",
    )
    .await;
    same("category = Product", "project = SHOP").await;
    same(
        "project in projectsWhereUserHasPermission('administer projects')",
        "project in (SHOP, MOB, OPS, SEC, PLAT)",
    )
    .await;
}

#[tokio::test]
async fn mistakes_in_custom_fields_are_told() {
    let searcher = Searcher::new().await;
    for (jql, expected) in [
        (
            "Codename = falcon",
            "The operator '=' is not supported by the 'Codename' field.",
        ),
        (
            "Severity = Dreadful",
            "Error in JQL Query: The value 'Dreadful' does not exist for the field 'Severity'.",
        ),
        (
            "Effort = much",
            "Error in JQL Query: The value 'much' does not exist for the field 'Effort'.",
        ),
        (
            "Effort ~ 1",
            "The operator '~' is not supported by the 'Effort' field.",
        ),
        (
            "cf[19999] = 1",
            "Field 'cf[19999]' does not exist or you do not have permission to view it.",
        ),
        (
            "'Codename[Number]' = 1",
            "Field 'Codename[Number]' does not exist or you do not have permission to view it.",
        ),
        (
            "assignee in membersOf(nobody)",
            "Could not resolve the argument 'nobody' provided to function 'membersOf'.",
        ),
        (
            "development = 1",
            "The sandbox does not simulate the JQL field 'development'.",
        ),
    ] {
        assert_eq!(searcher.refusal(jql).await, expected, "{jql}");
    }
}

#[tokio::test]
async fn comments_are_searched_by_those_who_read_them() {
    let searcher = Searcher::new().await;
    let path = searcher.cloud.api("Acme", "issue/SHOP-2/comment");
    let comment = |text: &str, group: &str| {
        json!({"visibility": {"type": "group", "value": group},
            "body": {"type": "doc", "version": 1, "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": text}]}]}})
    };
    for body in [
        comment("wombat for all", "jira-users-acme"),
        comment("quokka for few", "jira-admins-acme"),
    ] {
        let reply = searcher.cloud.post(&path, &searcher.token, &body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
    }
    let chiara = Searcher {
        token: searcher
            .cloud
            .connect("Chiara", "Acme", SCOPES)
            .await
            .access,
        cloud: searcher.cloud,
    };
    assert_eq!(chiara.keys("comment ~ wombat").await, ["SHOP-2"]);
    assert_eq!(chiara.keys("text ~ quokka").await, Vec::<String>::new());
    let ada = Searcher {
        token: searcher.token,
        cloud: chiara.cloud,
    };
    assert_eq!(ada.keys("comment ~ quokka").await, ["SHOP-2"]);
}
