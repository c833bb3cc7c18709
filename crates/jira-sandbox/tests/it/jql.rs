//! What JQL means, and what it refuses.

use serde_json::{Value, json};

use crate::support::{Cloud, Reply, SCOPES};

struct Searcher {
    cloud: Cloud,
    token: String,
}

impl Searcher {
    async fn new() -> Self {
        let cloud = Cloud::new().await;
        let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
        Self { cloud, token }
    }

    async fn search(&self, jql: &str) -> Reply {
        let path = self.cloud.api("Acme", "search/jql");
        let body = json!({"jql": jql, "maxResults": 5000, "fields": ["key"]});
        self.cloud.post(&path, &self.token, &body).await
    }

    /// The keys a query finds, in order.
    async fn keys(&self, jql: &str) -> Vec<String> {
        let reply = self.search(jql).await;
        assert_eq!(reply.status, 200, "{jql}: {}", reply.text);
        let body = reply.json();
        let issues = body["issues"].as_array().unwrap().iter();
        issues
            .map(|issue| issue["key"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The issues of a query, each with the fields one may test against it.
    async fn issues(&self, jql: &str) -> Vec<Value> {
        let path = self.cloud.api("Acme", "issue/bulkfetch");
        let keys = self.keys(jql).await;
        let body = json!({"issueIdsOrKeys": keys, "fields": ["summary", "status", "assignee", "created", "updated", "project", "priority", "customfield_10020", "labels"]});
        self.cloud.post(&path, &self.token, &body).await.json()["issues"]
            .as_array()
            .unwrap()
            .clone()
    }
}

#[tokio::test]
async fn each_restriction_holds_for_exactly_what_it_finds() {
    let searcher = Searcher::new().await;
    let bruno = searcher.cloud.person("Bruno");
    let me = bruno.clone();
    let all = searcher.issues("project = SHOP OR project = MOB").await;
    let name = |issue: &Value| {
        issue["fields"]["status"]["name"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let category = |issue: &Value| {
        issue["fields"]["status"]["statusCategory"]["key"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let project = |issue: &Value| {
        issue["fields"]["project"]["key"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let assignee = |issue: &Value| {
        issue["fields"]["assignee"]["accountId"]
            .as_str()
            .map(str::to_owned)
    };
    let sprints = |issue: &Value| -> Vec<String> {
        let list = issue["fields"]["customfield_10020"].as_array();
        list.into_iter()
            .flatten()
            .map(|sprint| sprint["state"].as_str().unwrap().to_owned())
            .collect()
    };
    let summary = |issue: &Value| issue["fields"]["summary"].as_str().unwrap().to_lowercase();
    let assigned_to_me = |issue: &Value| assignee(issue) == Some(me.clone());
    type Holds<'a> = Box<dyn Fn(&Value) -> bool + 'a>;
    let cases: Vec<(String, Holds<'_>)> = vec![
        (
            "project = SHOP".into(),
            Box::new(|row| project(row) == "SHOP"),
        ),
        (
            "project = shop".into(),
            Box::new(|row| project(row) == "SHOP"),
        ),
        (
            "project = 10000".into(),
            Box::new(|row| project(row) == "SHOP"),
        ),
        (
            "PROJECT = \"Webshop\"".into(),
            Box::new(|row| project(row) == "SHOP"),
        ),
        (
            "project != SHOP AND project IN (SHOP, MOB)".into(),
            Box::new(|row| project(row) == "MOB"),
        ),
        (
            "project = SHOP AND status = Done".into(),
            Box::new(|row| project(row) == "SHOP" && name(row) == "Done"),
        ),
        (
            "project IN (SHOP, MOB) AND status IN ('To Do', \"Doing\")".into(),
            Box::new(|row| ["To Do", "Doing"].contains(&name(row).as_str())),
        ),
        (
            "project IN (SHOP, MOB) && statusCategory = \"In Progress\"".into(),
            Box::new(|row| category(row) == "indeterminate"),
        ),
        (
            "project IN (SHOP, MOB) AND statusCategory NOT IN (done, new)".into(),
            Box::new(|row| category(row) == "indeterminate"),
        ),
        (
            "project IN (SHOP, MOB) AND assignee = currentUser()".into(),
            Box::new(|row| assigned_to_me(row)),
        ),
        (
            format!("project IN (SHOP, MOB) AND assignee = '{bruno}'"),
            Box::new(|row| assigned_to_me(row)),
        ),
        (
            "project IN (SHOP, MOB) AND assignee IS EMPTY".into(),
            Box::new(|row| assignee(row).is_none()),
        ),
        (
            "project IN (SHOP, MOB) AND assignee = EMPTY".into(),
            Box::new(|row| assignee(row).is_none()),
        ),
        (
            "project IN (SHOP, MOB) AND assignee IS NOT NULL".into(),
            Box::new(|row| assignee(row).is_some()),
        ),
        (
            "project IN (SHOP, MOB) AND assignee IN (currentUser(), EMPTY)".into(),
            Box::new(|row| assigned_to_me(row) || assignee(row).is_none()),
        ),
        (
            "project IN (SHOP, MOB) AND assignee != currentUser()".into(),
            Box::new(|row| assignee(row).is_some() && !assigned_to_me(row)),
        ),
        (
            "project IN (SHOP, MOB) AND NOT assignee = currentUser()".into(),
            Box::new(|row| assignee(row).is_some() && !assigned_to_me(row)),
        ),
        (
            "project IN (SHOP, MOB) AND !(assignee = currentUser() OR status = Done)".into(),
            Box::new(|row| assignee(row).is_some() && !assigned_to_me(row) && name(row) != "Done"),
        ),
        (
            "project IN (SHOP, MOB) AND sprint IN openSprints()".into(),
            Box::new(|row| sprints(row).contains(&"active".to_owned())),
        ),
        (
            "project IN (SHOP, MOB) AND sprint IS EMPTY".into(),
            Box::new(|row| sprints(row).is_empty()),
        ),
        (
            "project IN (SHOP, MOB) AND summary ~ 'translate'".into(),
            Box::new(|row| summary(row).split(' ').any(|word| word == "translate")),
        ),
        (
            "project IN (SHOP, MOB) AND summary ~ 'transl*'".into(),
            Box::new(|row| {
                summary(row)
                    .split(' ')
                    .any(|word| word.starts_with("transl"))
            }),
        ),
        (
            "project IN (SHOP, MOB) AND summary ~ 'transl'".into(),
            Box::new(|_| false),
        ),
        (
            "project IN (SHOP, MOB) AND summary !~ 'translate'".into(),
            Box::new(|row| !summary(row).contains("translate")),
        ),
        (
            "project IN (SHOP, MOB) AND priority IS EMPTY".into(),
            Box::new(|row| project(row) == "MOB"),
        ),
        (
            "project = MOB OR project = SHOP AND status = Done".into(),
            Box::new(|row| project(row) == "MOB" || name(row) == "Done"),
        ),
        (
            "(project = MOB OR project = SHOP) AND status = Done".into(),
            Box::new(|row| name(row) == "Done"),
        ),
    ];
    for (jql, holds) in &cases {
        let mut found = searcher.keys(jql).await;
        let wanted = all.iter().filter(|issue| holds(issue));
        let mut wanted: Vec<String> = wanted
            .map(|issue| issue["key"].as_str().unwrap().to_owned())
            .collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{jql}");
        assert!(
            !found.is_empty() || jql.ends_with("'transl'"),
            "{jql} shows nothing"
        );
    }
}

#[tokio::test]
async fn dates_are_read_in_the_callers_zone_and_split_a_project_without_loss() {
    let searcher = Searcher::new().await;
    let all = searcher.keys("project = SHOP").await.len();
    for field in ["created", "updated"] {
        let before = searcher
            .keys(&format!("project = SHOP AND {field} < '2026/04/01 10:30'"))
            .await
            .len();
        let after = searcher
            .keys(&format!(
                "project = SHOP AND {field} >= \"2026-04-01 10:30\""
            ))
            .await
            .len();
        assert!(before > 0 && after > 0);
        assert_eq!(before + after, all, "{field}");
        let negated = searcher
            .keys(&format!(
                "project = SHOP AND NOT {field} >= \"2026-04-01 10:30\""
            ))
            .await
            .len();
        assert_eq!(negated, before);
    }
    // The zone of Bruno's profile is two hours ahead of UTC in spring.
    let created = searcher.issues("project = SHOP").await;
    let expected = created.iter().filter(|issue| {
        let text = issue["fields"]["created"].as_str().unwrap();
        text >= "2026-04-01T10:30"
    });
    let found = searcher
        .keys("project = SHOP AND created >= '2026-04-01 10:30'")
        .await
        .len();
    assert_eq!(found, expected.count(), "the site writes the same zone");
    assert_eq!(
        searcher
            .keys("project = SHOP AND created >= -400d")
            .await
            .len(),
        all
    );
    assert_eq!(
        searcher
            .keys("project = SHOP AND created > now()")
            .await
            .len(),
        0
    );
}

#[tokio::test]
async fn keys_compare_by_number_within_their_project() {
    let searcher = Searcher::new().await;
    let range = searcher
        .keys("key >= SHOP-9 AND key <= SHOP-11 ORDER BY key ASC")
        .await;
    assert_eq!(range, ["SHOP-9", "SHOP-10", "SHOP-11"]);
    assert_eq!(
        searcher
            .keys("issuekey IN (shop-2, 'SHOP-1') ORDER BY key")
            .await,
        ["SHOP-1", "SHOP-2"]
    );
    let issue = searcher
        .cloud
        .get(&searcher.cloud.api("Acme", "issue/SHOP-5"), &searcher.token)
        .await
        .json();
    let by_id = searcher
        .keys(&format!("id = {}", issue["id"].as_str().unwrap()))
        .await;
    assert_eq!(by_id, ["SHOP-5"]);
}

#[tokio::test]
async fn order_by_sorts_by_each_field_in_turn() {
    let searcher = Searcher::new().await;
    let ascending = searcher.keys("project = SHOP ORDER BY key").await;
    let mut descending = searcher.keys("project = SHOP ORDER BY key DESC").await;
    descending.reverse();
    assert_eq!(ascending, descending);
    assert_eq!(ascending.first().unwrap(), "SHOP-1");
    assert_eq!(ascending.len(), 240);
    let issues = searcher
        .keys("project = SHOP ORDER BY priority DESC, created ASC, key")
        .await;
    assert_eq!(issues.len(), 240);
}

#[tokio::test]
async fn syntax_errors_say_what_and_where() {
    let searcher = Searcher::new().await;
    let at = |what: &str, line: u8, character: u8| {
        format!("Error in the JQL Query: {what} (line {line}, character {character})")
    };
    let end = |what: &str| format!("Error in the JQL Query: {what}");
    let cases = [
        (
            "project = a   status = b",
            at("Expecting either 'OR' or 'AND' but got 'status'.", 1, 15),
        ),
        (
            "project = 'unclosed",
            at(
                "The quoted string 'unclosed' has not been completed.",
                1,
                11,
            ),
        ),
        (
            "project = SHOP AND",
            end("Expecting a field name at the end of the query."),
        ),
        (
            "project = INT",
            at(
                "'INT' is a reserved JQL word. You must surround it in quotation marks to use it in a query.",
                1,
                11,
            ),
        ),
        (
            "project in (\nSHOP, do)",
            at(
                "'do' is a reserved JQL word. You must surround it in quotation marks to use it in a query.",
                2,
                7,
            ),
        ),
        (
            "project",
            end(
                "Expecting an operator before the end of the query. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.",
            ),
        ),
        (
            "project is SHOP",
            at("Expecting 'EMPTY' or 'NULL' but got 'SHOP'.", 1, 12),
        ),
        (
            "project =",
            end("Expecting either a value, list or function before the end of the query."),
        ),
        (
            "project in SHOP",
            at("Expecting a list or function but got 'SHOP'.", 1, 12),
        ),
        (
            "(project = SHOP",
            end("Expecting ')' before the end of the query."),
        ),
        (
            "project in (SHOP MOB)",
            at("Expecting ')' but got 'MOB'.", 1, 18),
        ),
        (
            "project = @me",
            at(
                "The character '@' is a reserved JQL character. You must enclose it in a string or use the escape '\\u0040' instead.",
                1,
                11,
            ),
        ),
        (
            r#"project = "a\q""#,
            at(
                r#"'\q' is an illegal JQL escape sequence. The valid escape sequences are \', \", \t, \n, \r, \\, '\ ' and \uXXXX."#,
                1,
                13,
            ),
        ),
        (
            "project = SHOP ORDER created",
            at("Expecting 'by' but got 'created'.", 1, 22),
        ),
        (
            "project = SHOP ORDER BY",
            end("Expecting a field name at the end of the query."),
        ),
        (
            "project = SHOP ORDER BY key, created, updated, summary, status, priority, assignee, project",
            "JQL can be ordered by at most 7 fields.".to_owned(),
        ),
        (
            "project WAS SHOP",
            "The sandbox does not simulate the operator 'WAS'.".to_owned(),
        ),
    ];
    for (jql, message) in cases {
        let expected = json!({"errorMessages": [message], "errors": {}});
        assert_eq!(
            searcher.search(jql).await.answer(),
            (400, expected),
            "{jql}"
        );
    }
    let deep = format!("{}project = SHOP{}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(searcher.search(&deep).await.status, 400);
}

#[tokio::test]
async fn quoting_keeps_a_value_a_value() {
    let searcher = Searcher::new().await;
    searcher
        .cloud
        .control("switches", json!({"semantic_jql_errors": "loud"}))
        .await;
    let unknown = |value: &str| json!({"errorMessages": [format!("The value '{value}' does not exist for the field 'project'.")], "errors": {}});
    let cases = [
        (
            r#"project = "10000 OR project != 1""#,
            "10000 OR project != 1",
        ),
        (
            r#"project = "X\" OR project = \"SHOP""#,
            "X\" OR project = \"SHOP",
        ),
        (r#"project = "back\\slash""#, "back\\slash"),
        (r#"project = 'it\'s'"#, "it's"),
        (r#"project = "tab\tnew\u0041""#, "tab\tnewA"),
    ];
    for (jql, value) in cases {
        assert_eq!(
            searcher.search(jql).await.answer(),
            (400, unknown(value)),
            "{jql}"
        );
    }
    assert_eq!(searcher.keys("\"project\" = \"SHOP\"").await.len(), 240);
}

#[tokio::test]
async fn mistakes_of_meaning_are_silent_or_loud_by_switch() {
    let searcher = Searcher::new().await;
    let cases = [
        (
            "project = NOPE",
            "The value 'NOPE' does not exist for the field 'project'.",
        ),
        (
            "project = 99999",
            "A value with ID '99999' does not exist for the field 'project'.",
        ),
        (
            "project = SEC",
            "The value 'SEC' does not exist for the field 'project'.",
        ),
        (
            "flavour = sweet",
            "Field 'flavour' does not exist or you do not have permission to view it.",
        ),
        (
            "key IN (SHOP-1, SHOP-99999)",
            "An issue with key 'SHOP-99999' does not exist for field 'key'.",
        ),
        (
            "key >= SHOP-99999",
            "An issue with key 'SHOP-99999' does not exist for field 'key'.",
        ),
        (
            "project = SHOP AND assignee = nobody()",
            "Unable to find JQL function 'nobody()'.",
        ),
        (
            "created > '27/Oct/25'",
            "Date value '27/Oct/25' for field 'created' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
        ),
        (
            "project = SHOP ORDER BY labels",
            "Not able to sort using field 'labels'.",
        ),
        (
            "project ~ SHOP",
            "The operator '~' is not supported by the 'project' field.",
        ),
    ];
    for (jql, _) in cases {
        let silent = json!({"issues": [], "isLast": true});
        assert_eq!(searcher.search(jql).await.answer(), (200, silent), "{jql}");
    }
    searcher
        .cloud
        .control("switches", json!({"semantic_jql_errors": "loud"}))
        .await;
    for (jql, message) in cases {
        let loud = json!({"errorMessages": [message], "errors": {}});
        assert_eq!(searcher.search(jql).await.answer(), (400, loud), "{jql}");
    }
}
