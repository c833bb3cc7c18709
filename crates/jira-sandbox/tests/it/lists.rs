//! The small lists of a site and of its projects.

use serde_json::{Value, json};

use crate::support::{Cloud, SCOPES};

struct Reader {
    cloud: Cloud,
    token: String,
}

impl Reader {
    async fn new(person: &str, scopes: &str) -> Self {
        let cloud = Cloud::new().await;
        let token = cloud.connect(person, "Acme", scopes).await.access;
        Self { cloud, token }
    }

    async fn get(&self, tail: &str) -> Value {
        let path = self.cloud.api("Acme", tail);
        let reply = self.cloud.get(&path, &self.token).await;
        assert_eq!(reply.status, 200, "{tail}: {}", reply.text);
        reply.json()
    }

    async fn status(&self, tail: &str) -> u16 {
        let path = self.cloud.api("Acme", tail);
        self.cloud.get(&path, &self.token).await.status.as_u16()
    }
}

/// The names of rows.
fn names(rows: &Value) -> Vec<&str> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn lists_of_the_site_are_told_whole_and_by_page() {
    let reader = Reader::new("Bruno", SCOPES).await;
    let five = ["Highest", "High", "Medium", "Low", "Lowest"];
    assert_eq!(names(&reader.get("priority").await), five);
    let page = reader.get("priority/search?maxResults=2&startAt=1").await;
    assert_eq!(names(&page["values"]), ["High", "Medium"]);
    let found = reader.get("priority/search?priorityName=low&id=4").await;
    assert_eq!(names(&found["values"]), ["Low"]);
    assert_eq!(
        reader.get("priority/search?onlyDefault=true").await["total"],
        0
    );

    let four = ["Done", "Won't Do", "Duplicate", "Cannot Reproduce"];
    assert_eq!(names(&reader.get("resolution").await), four);
    let page = reader.get("resolution/search?id=10002").await;
    assert_eq!(names(&page["values"]), ["Duplicate"]);

    let labels = reader.get("label?maxResults=2").await;
    assert_eq!(labels["values"].as_array().unwrap().len(), 2);
    assert!(labels["total"].as_u64().unwrap() > 5);

    let categories = reader.get("statuscategory").await;
    let four = ["No Category", "To Do", "In Progress", "Done"];
    assert_eq!(names(&categories), four);
    for wanted in ["1", "undefined"] {
        let alone = reader.get(&format!("statuscategory/{wanted}")).await;
        assert_eq!(alone, categories[0]);
    }
    let categories = reader.get("projectCategory").await;
    let first = categories[0]["id"].as_str().unwrap();
    let alone = reader.get(&format!("projectCategory/{first}")).await;
    assert_eq!(alone, categories[0]);

    let kinds = reader.get("project/type").await;
    let four = ["product_discovery", "software", "service_desk", "business"];
    let keys = |rows: &Value| -> Vec<String> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["key"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(keys(&kinds), four);
    let accessible = keys(&reader.get("project/type/accessible").await);
    assert!(
        accessible.contains(&"software".to_owned()),
        "{accessible:?}"
    );
    assert!(!accessible.contains(&"product_discovery".to_owned()));
    assert_eq!(reader.get("project/type/software").await, kinds[1]);
    assert_eq!(
        reader.get("project/type/software/accessible").await,
        kinds[1]
    );
    for tail in [
        "project/type/nothing",
        "project/type/product_discovery/accessible",
    ] {
        assert_eq!(reader.status(tail).await, 404, "{tail}");
    }

    let others = reader.get("issuetype/10002/alternatives").await;
    assert_eq!(names(&others), ["Epic", "Story", "Bug"]);
    let others = reader.get("issuetype/10003/alternatives").await;
    assert_eq!(
        names(&others),
        Vec::<&str>::new(),
        "there is one kind of subtask"
    );
    assert_eq!(reader.status("issuetype/99/alternatives").await, 404);

    let types = reader.get("issuetype").await;
    let scoped = types.as_array().unwrap().iter();
    let scoped = scoped.filter(|row| row.get("scope").is_some());
    assert_eq!(scoped.count(), 3, "those of the team-managed project");
    let own = reader
        .get("issuetype/project?projectId=10001&level=0")
        .await;
    assert_eq!(names(&own), ["Task"]);
    assert_eq!(reader.status("issuetype/project?projectId=99").await, 404);
    assert_eq!(reader.status("issuetype/project").await, 400);

    let site = reader.get("configuration").await;
    assert_eq!(site["timeTrackingConfiguration"]["workingHoursPerDay"], 8);
}

#[tokio::test]
async fn paging_through_priorities_may_be_for_administrators() {
    let reader = Reader::new("Bruno", SCOPES).await;
    let switch = json!({"priority_search_scope": "admin_only"});
    reader.cloud.control("switches", switch).await;
    assert_eq!(reader.status("priority/search").await, 401);
    assert_eq!(reader.status("priority").await, 200);
}

#[tokio::test]
async fn versions_are_released_archived_overdue_or_none_of_it() {
    let reader = Reader::new("Bruno", SCOPES).await;
    let all = reader.get("project/SHOP/versions").await;
    let told = |name: &str| {
        let mut rows = all.as_array().unwrap().iter();
        rows.find(|row| row["name"] == name).unwrap().clone()
    };
    assert_eq!(names(&all), ["1.0", "1.1", "2.0 beta", "0.9"]);
    let expected = [
        ("1.0", true, false, Value::Null),
        ("1.1", false, false, json!(true)),
        ("2.0 beta", false, false, Value::Null),
        ("0.9", true, true, Value::Null),
    ];
    for (name, released, archived, overdue) in expected {
        let row = told(name);
        let found = (&row["released"], &row["archived"], &row["overdue"]);
        assert_eq!(
            found,
            (&json!(released), &json!(archived), &overdue),
            "{name}"
        );
        assert_eq!(row["projectId"], 10_000);
    }
    assert_eq!(told("1.1")["releaseDate"], "2026-09-30");
    assert_eq!(told("1.1")["userReleaseDate"], "30/Sep/26");
    let page = reader
        .get("project/SHOP/version?status=released,archived&orderBy=-name")
        .await;
    assert_eq!(names(&page["values"]), ["1.0", "0.9"]);
    let page = reader.get("project/SHOP/version?query=rewrite").await;
    assert_eq!(names(&page["values"]), ["0.9"]);
    assert_eq!(
        reader.status("project/SHOP/version?orderBy=size").await,
        400
    );
    assert_eq!(reader.status("project/NOPE/versions").await, 404);
    let counts = reader.get("version/30000/unresolvedIssueCount").await;
    let (open, all) = (&counts["issuesUnresolvedCount"], &counts["issuesCount"]);
    assert!(open.as_u64().unwrap() < all.as_u64().unwrap(), "{counts}");
}

#[tokio::test]
async fn components_say_whose_they_are() {
    let reader = Reader::new("Bruno", SCOPES).await;
    let all = reader.get("project/SHOP/components").await;
    assert_eq!(names(&all), ["Basket", "Payment", "Storefront"]);
    assert_eq!(all[0]["lead"]["displayName"], "Ada Lindqvist");
    assert_eq!(all[0]["realAssignee"]["displayName"], "Ada Lindqvist");
    assert!(all[1].get("lead").is_none());
    let page = reader.get("project/SHOP/component?query=pay").await;
    assert_eq!(names(&page["values"]), ["Payment"]);
    assert!(page["values"][0]["issueCount"].as_u64().unwrap() > 0);
    let one = reader.get("component/20001").await;
    assert_eq!(
        (&one["project"], &one["projectId"]),
        (&json!("SHOP"), &json!(10_000))
    );
}

#[tokio::test]
async fn statuses_of_a_project_stand_under_its_issue_types() {
    let reader = Reader::new("Bruno", SCOPES).await;
    let types = reader.get("project/MOB/statuses").await;
    assert_eq!(names(&types), ["Epic", "Task", "Subtask"]);
    assert_eq!(names(&types[1]["statuses"]), ["To Do", "Doing", "Done"]);
}

#[tokio::test]
async fn contexts_and_options_are_for_administrators() {
    let scopes = format!("{SCOPES} manage:jira-configuration");
    let ada = Reader::new("Ada", &scopes).await;
    let contexts = ada.get("field/customfield_10108/context").await;
    assert_eq!(names(&contexts["values"]), ["Platform", "Severity"]);
    let id = contexts["values"][1]["id"].as_str().unwrap();
    let options = ada
        .get(&format!("field/customfield_10108/context/{id}/option"))
        .await;
    let disabled: Vec<_> = options["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["value"].clone(), row["disabled"].clone()))
        .collect();
    assert_eq!(disabled.len(), 4);
    assert_eq!(disabled[3], (json!("Trivial"), json!(true)));
    assert_eq!(
        ada.status("field/customfield_10101/context/1/option").await,
        400
    );
    assert_eq!(ada.status("field/customfield_1/context").await, 404);

    let bruno = Reader::new("Bruno", &scopes).await;
    for (tail, text) in [
        (
            "field/search",
            "Only Jira administrators can access fields.",
        ),
        (
            "field/customfield_10108/context",
            "Only Jira administrators can access custom field contexts.",
        ),
        (
            "field/customfield_10108/context/1/option",
            "Only Jira administrators can manage custom field options.",
        ),
    ] {
        let path = bruno.cloud.api("Acme", tail);
        let (status, body) = bruno.cloud.get(&path, &bruno.token).await.answer();
        assert_eq!(
            (status, &body["errorMessages"][0]),
            (403, &json!(text)),
            "{tail}"
        );
    }
}

#[tokio::test]
async fn fields_are_those_of_projects_that_one_sees() {
    let reader = Reader::new("Bruno", SCOPES).await;
    let fields = reader.get("field").await;
    let find = |id: &str| {
        let mut rows = fields.as_array().unwrap().iter();
        rows.find(|row| row["id"] == id).cloned()
    };
    let own = find("customfield_10208").unwrap();
    assert_eq!(
        own["scope"],
        json!({"type": "PROJECT", "project": {"id": "10001"}})
    );
    assert_eq!(
        own["clauseNames"],
        json!(["cf[10208]", "Severity", "Severity[Dropdown]"])
    );
    assert_eq!(
        find("customfield_10108").unwrap()["name"],
        own["name"],
        "names are not unique"
    );
    for id in ["issuekey", "thumbnail", "parent"] {
        assert!(find(id).unwrap().get("schema").is_none(), "{id}");
    }
    let made = json!({"site_id": reader.cloud.site("Acme"), "name": "Secret", "kind": "text", "projects": ["SEC"]});
    let made = reader.cloud.control("fields", made).await;
    let id = made["field"].as_str().unwrap();
    let listed = reader.get("field").await;
    assert!(listed.as_array().unwrap().iter().all(|row| row["id"] != id));
}

#[tokio::test]
async fn time_that_a_site_does_not_track_is_no_field() {
    let reader = Reader::new("Bruno", "read:jira-work write:jira-work read:jira-user").await;
    let meta = reader.get("issue/SHOP-7/editmeta").await;
    assert!(meta["fields"].get("timetracking").is_some());
    let off = json!({"site_id": reader.cloud.site("Acme"), "time_tracking": false});
    reader.cloud.control("settings", off).await;
    let site = reader.get("configuration").await;
    assert_eq!(site["timeTrackingEnabled"], false);
    assert!(site.get("timeTrackingConfiguration").is_none());
    let meta = reader.get("issue/SHOP-7/editmeta").await;
    assert!(meta["fields"].get("timetracking").is_none());
    let path = reader.cloud.api("Acme", "issue/SHOP-7");
    let edit = json!({"fields": {"timetracking": {"originalEstimate": "1d"}}}).to_string();
    let reply = reader.cloud.call("PUT", &path, &reader.token, &edit).await;
    let text =
        "Field 'timetracking' cannot be set. It is not on the appropriate screen, or unknown.";
    let expected = json!({"errorMessages": [], "errors": {"timetracking": text}});
    assert_eq!(reply.answer(), (400, expected));
}

#[tokio::test]
async fn nobody_logs_work_and_links_have_kinds() {
    let reader = Reader::new("Bruno", SCOPES).await;
    for name in ["updated", "deleted"] {
        let page = reader
            .get(&format!("worklog/{name}?since=1438013671562"))
            .await;
        assert_eq!(page["values"], json!([]));
        assert_eq!(
            (&page["since"], &page["lastPage"]),
            (&json!(1_438_013_671_562_u64), &json!(true))
        );
    }
    let path = reader.cloud.api("Acme", "worklog/list");
    let list = async |ids: Value| {
        let reply = reader
            .cloud
            .post(&path, &reader.token, &json!({"ids": ids}))
            .await;
        (reply.status.as_u16(), reply.json())
    };
    assert_eq!(list(json!([1, 2])).await, (200, json!([])));
    assert_eq!(list(json!([])).await.0, 400);
    assert_eq!(list(json!(vec![1; 1_001])).await.0, 400);

    let kinds = reader.get("issueLinkType").await["issueLinkTypes"].clone();
    assert_eq!(names(&kinds), ["Blocks", "Cloners", "Duplicate", "Relates"]);
    assert_eq!(
        (&kinds[0]["inward"], &kinds[0]["outward"]),
        (&json!("is blocked by"), &json!("blocks"))
    );
    assert_eq!(reader.get("issueLinkType/10003").await, kinds[3]);
    assert_eq!(reader.status("issueLinkType/1").await, 404);
}
