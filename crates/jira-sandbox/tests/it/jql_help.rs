//! Queries checked, matched and completed.

use serde_json::{Value, json};

use crate::support::{Cloud, Reply, SCOPES};

async fn parse(cloud: &Cloud, token: &str, validation: &str, queries: &[&str]) -> Vec<Value> {
    let path = cloud.api("Acme", &format!("jql/parse?validation={validation}"));
    let reply = cloud.post(&path, token, &json!({"queries": queries})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["queries"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_mistake_is_told_also_when_searches_are_silent() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let cases = [
        (
            "invalid query",
            "Error in the JQL Query: Expecting operator but got 'query'. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'. (line 1, character 9)",
        ),
        (
            "summary = test",
            "The operator '=' is not supported by the 'summary' field.",
        ),
        (
            "summary in test",
            "Operator 'in' does not support the non-list value '\"test\"' for field 'summary'.",
        ),
        (
            "project = INVALID",
            "The value 'INVALID' does not exist for the field 'project'.",
        ),
        (
            "universe = 42",
            "Field 'universe' does not exist or you do not have permission to view it.",
        ),
        (
            "project = SHOP ORDER BY universe",
            "Field 'universe' does not exist or you do not have permission to view it.",
        ),
    ];
    let queries = cases.map(|(query, _)| query);
    let strict = parse(&cloud, &token, "strict", &queries).await;
    for (found, (query, error)) in strict.iter().zip(cases) {
        assert_eq!(*found, json!({"query": query, "errors": [error]}));
    }
    let warn = parse(&cloud, &token, "warn", &queries).await;
    assert_eq!(warn[3]["warnings"], json!([cases[3].1]));
    assert!(warn[3].get("errors").is_none() && warn[3]["structure"].is_object());
    assert_eq!(warn[4]["errors"], json!([cases[4].1]));
    assert!(warn[4]["structure"].is_object() && warn[0].get("structure").is_none());
    let none = parse(&cloud, &token, "none", &queries).await;
    assert_eq!(none[0]["errors"], json!([cases[0].1]));
    assert!(
        none[1..]
            .iter()
            .all(|row| row.get("errors").is_none() && row["structure"].is_object())
    );
}

#[tokio::test]
async fn a_query_is_taken_apart() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let query = "summary ~ test AND (labels in (urgent, \"two words\") OR NOT assignee = currentUser()) AND status CHANGED FROM Done AFTER startOfMonth(-1M) AND due is empty ORDER BY updated DESC, key";
    let found = parse(&cloud, &token, "strict", &[query]).await;
    let field = |name: &str| json!({"name": name, "encodedName": name});
    let value = |text: &str, encoded: &str| json!({"value": text, "encodedValue": encoded});
    let expected = json!({
        "where": {"operator": "and", "clauses": [
            {"field": field("summary"), "operator": "~", "operand": value("test", "test")},
            {"operator": "or", "clauses": [
                {"field": field("labels"), "operator": "in", "operand": {
                    "encodedOperand": "(urgent, \"two words\")",
                    "values": [value("urgent", "urgent"), value("two words", "\"two words\"")]}},
                {"operator": "not", "clauses": [
                    {"field": field("assignee"), "operator": "=", "operand": {
                        "function": "currentUser", "arguments": [], "encodedOperand": "currentUser()"}}]},
            ]},
            {"field": field("status"), "operator": "changed", "predicates": [
                {"operator": "from", "operand": value("Done", "Done")},
                {"operator": "after", "operand": {
                    "function": "startOfMonth", "arguments": ["-1M"], "encodedOperand": "startOfMonth(-1M)"}}]},
            {"field": field("due"), "operator": "is", "operand": {"keyword": "empty"}},
        ]},
        "orderBy": {"fields": [
            {"field": field("updated"), "direction": "desc"},
            {"field": field("key")},
        ]},
    });
    assert_eq!(found[0]["structure"], expected);
}

#[tokio::test]
async fn what_is_no_list_of_queries_is_refused() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "jql/parse");
    for body in [
        json!({}),
        json!({"queries": []}),
        json!({"queries": [1]}),
        json!({"queries": "a = b"}),
    ] {
        assert_eq!(cloud.post(&path, &token, &body).await.status, 400, "{body}");
    }
    let body = json!({"queries": ["project = SHOP"]});
    assert_eq!(
        cloud
            .post(&format!("{path}?validation=loose"), &token, &body)
            .await
            .status,
        400
    );
    let gap = json!({"queries": ["watcher = currentUser()"]});
    let text = "The sandbox does not simulate the JQL field 'watcher'.";
    let expected = (400, json!({"errorMessages": [text], "errors": {}}));
    assert_eq!(cloud.post(&path, &token, &gap).await.answer(), expected);
}

async fn matches(cloud: &Cloud, token: &str, body: &Value) -> Reply {
    cloud
        .post(&cloud.api("Acme", "jql/match"), token, body)
        .await
}

#[tokio::test]
async fn issues_are_matched_by_id() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let ids = async |key: &str| {
        let issue = cloud
            .get(&cloud.api("Acme", &format!("issue/{key}")), &token)
            .await
            .json();
        issue["id"].as_str().unwrap().parse::<u64>().unwrap()
    };
    let (one, two) = (ids("SHOP-1").await, ids("MOB-1").await);
    let body = json!({"issueIds": [two, one, 1], "jqls": [
        "project = SHOP", "project in (SHOP, MOB)", "project = NOPE", "status was Nowhere", "broken", "order by key"]});
    let reply = matches(&cloud, &token, &body).await.json();
    let found = reply["matches"].as_array().unwrap();
    let none = |row: &Value| row["matchedIssues"] == json!([]);
    assert_eq!(found[0], json!({"matchedIssues": [one], "errors": []}));
    assert_eq!(found[1]["matchedIssues"], json!([two, one]));
    for silent in &found[2..4] {
        assert_eq!(*silent, json!({"matchedIssues": [], "errors": []}));
    }
    assert!(
        none(&found[4])
            && found[4]["errors"][0]
                .as_str()
                .unwrap()
                .starts_with("Error in the JQL Query")
    );
    assert!(
        none(&found[5])
            && found[5]["errors"][0]
                .as_str()
                .unwrap()
                .starts_with("Unbounded JQL")
    );
    for wrong in [
        json!({"jqls": []}),
        json!({"issueIds": []}),
        json!({"issueIds": ["SHOP-1"], "jqls": []}),
        json!({"issueIds": vec![1; 1_001], "jqls": ["a = b"]}),
        json!({"issueIds": [1], "jqls": vec!["a = b"; 101]}),
    ] {
        assert_eq!(matches(&cloud, &token, &wrong).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn values_are_suggested_with_what_was_typed_in_bold() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let suggest = async |query: &str| {
        let path = cloud.api("Acme", &format!("jql/autocompletedata/suggestions?{query}"));
        cloud.get(&path, &token).await
    };
    let status = suggest("fieldName=status&fieldValue=prog").await.json();
    let expected = json!([{"value": "\"In Progress\"", "displayName": "In <b>Prog</b>ress"}]);
    assert_eq!(status["results"], expected);
    let all = suggest("fieldName=priority&fieldValue=").await.json();
    assert_eq!(all["results"].as_array().unwrap().len(), 5);
    let people = suggest("fieldName=status&predicateName=by&predicateValue=chiara")
        .await
        .json();
    assert_eq!(people["results"][0]["displayName"], "<b>Chiara</b> Moretti");
    let value = people["results"][0]["value"].as_str().unwrap();
    assert_eq!(value, format!("\"{}\"", cloud.person("Chiara")));
    let labels = suggest("fieldName=labels&fieldValue=back").await.json();
    assert_eq!(
        labels["results"],
        json!([{"value": "backend", "displayName": "<b>back</b>end"}])
    );
    assert_eq!(
        suggest("fieldName=nothing").await.json()["results"],
        json!([])
    );
    assert_eq!(suggest("").await.status, 400);
    assert_eq!(
        suggest("fieldName=status&predicateName=near").await.status,
        400
    );
}

#[tokio::test]
async fn comments_are_searched_by_those_who_read_them() {
    let cloud = Cloud::new().await;
    let scopes = format!("{SCOPES} write:jira-work");
    let ada = cloud.connect("Ada", "Acme", &scopes).await.access;
    let chiara = cloud.connect("Chiara", "Acme", &scopes).await.access;
    let comment = json!({
        "body": {"type": "doc", "version": 1, "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": "Confidential quarrel"}]}]},
        "visibility": {"type": "role", "value": "Administrators"},
    });
    cloud
        .post(&cloud.api("Acme", "issue/SHOP-7/comment"), &ada, &comment)
        .await;
    let keys = async |token: &str, jql: &str| {
        let body = json!({"jql": jql, "fields": ["key"]});
        let page = cloud
            .post(&cloud.api("Acme", "search/jql"), token, &body)
            .await
            .json();
        page["issues"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["key"].clone())
            .collect::<Vec<_>>()
    };
    for jql in ["comment ~ quarrel", "text ~ \"confid*\""] {
        assert_eq!(keys(&ada, jql).await, ["SHOP-7"], "{jql}");
        assert!(keys(&chiara, jql).await.is_empty(), "{jql}");
    }
}

#[tokio::test]
async fn what_is_listed_can_be_asked_for() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let data = cloud
        .get(&cloud.api("Acme", "jql/autocompletedata"), &token)
        .await
        .json();
    let fields = data["visibleFieldNames"].as_array().unwrap();
    assert!(fields.len() > 40);
    let mut queries = Vec::new();
    for field in fields {
        let name = field["value"].as_str().unwrap();
        for operator in field["operators"].as_array().unwrap() {
            let operand = match operator.as_str().unwrap() {
                "is" | "is not" => "empty",
                "in" | "not in" | "was in" | "was not in" => "(nothing)",
                "changed" => "",
                _ => "nothing",
            };
            queries.push(format!("{name} {} {operand}", operator.as_str().unwrap()));
        }
        if field["orderable"] == "true" {
            queries.push(format!("project = SHOP order by {name}"));
        }
    }
    let queries: Vec<&str> = queries.iter().map(String::as_str).collect();
    for row in parse(&cloud, &token, "strict", &queries).await {
        let errors = row["errors"].to_string();
        // Nothing is called so, but each field could hold something that is.
        let is_unknown = |text: &str| errors.contains(text);
        assert!(
            !is_unknown("is not supported") && !is_unknown("Field '") && !is_unknown("History"),
            "{row}"
        );
    }
    let sprint = fields
        .iter()
        .find(|row| row["cfid"] == "cf[10020]")
        .unwrap();
    assert_eq!(sprint["displayName"], "Sprint - cf[10020]");
    assert_eq!(
        (&sprint["auto"], &sprint["searchable"]),
        (&json!("true"), &json!("true"))
    );
    let functions = data["visibleFunctionNames"].as_array().unwrap();
    let open = functions
        .iter()
        .find(|row| row["value"] == "openSprints()")
        .unwrap();
    assert_eq!(open["isList"], "true");
    assert!(
        data["jqlReservedWords"]
            .as_array()
            .unwrap()
            .contains(&json!("changed"))
    );
}

#[tokio::test]
async fn lists_are_narrowed_to_projects_and_names_collapsed() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let names = async |body: Value| {
        let data = cloud
            .post(&cloud.api("Acme", "jql/autocompletedata"), &token, &body)
            .await;
        assert_eq!(data.status, 200, "{}", data.text);
        let fields = data.json()["visibleFieldNames"].as_array().unwrap().clone();
        fields
            .iter()
            .map(|row| row["value"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let all = names(json!({})).await;
    let shop = names(json!({"projectIds": [10_000, 99]})).await;
    assert!(shop.len() < all.len() && shop.iter().all(|name| all.contains(name)));
    let collapsed = names(json!({"includeCollapsedFields": true})).await;
    assert!(
        collapsed.contains(&"\"Sprint[Sprint]\"".to_owned()),
        "{collapsed:?}"
    );
    assert!(collapsed.len() > all.len());
}

#[tokio::test]
async fn issues_are_picked_by_their_keys_and_words() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let pick = async |query: &str| {
        let path = cloud.api("Acme", &format!("issue/picker?{query}"));
        cloud.get(&path, &token).await.json()["sections"]
            .as_array()
            .unwrap()
            .clone()
    };
    let keys = |section: &Value| {
        let issues = section["issues"].as_array().unwrap().iter();
        issues
            .map(|row| row["key"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let found = pick("query=shop-24").await;
    assert_eq!((found.len(), &found[0]["id"]), (1, &json!("hs")));
    let mut own = keys(&found[0]);
    own.sort();
    assert_eq!(own, ["SHOP-24", "SHOP-240"]);
    assert_eq!(found[0]["sub"], "Showing 2 of 2 matching issues");
    assert!(
        found[0]["issues"][0]["keyHtml"]
            .as_str()
            .unwrap()
            .starts_with("<b>SHOP-24</b>")
    );
    assert!(found[0]["issues"][0]["id"].is_u64());
    let both =
        pick("query=shop-24&currentJQL=project=SHOP%20ORDER%20BY%20key&currentIssueKey=SHOP-24")
            .await;
    assert_eq!(
        (keys(&both[1]), &both[1]["id"]),
        (vec!["SHOP-240".to_owned()], &json!("cs"))
    );
    let words = pick("query=transl&currentProjectId=10000").await;
    assert!(
        keys(&words[0]).len() > 1 && keys(&words[0]).iter().all(|key| key.starts_with("SHOP-"))
    );
    let escaped = pick("query=draft&currentProjectId=10000").await;
    assert!(
        escaped[0]["issues"][0]["summary"]
            .as_str()
            .unwrap()
            .ends_with("&lt;<b>draft</b>&gt;"),
        "{escaped:?}"
    );
    assert_eq!(
        pick("query=nothing-like-it").await[0]["msg"],
        "No matching issues were found."
    );
    let shown = keys(&pick("query=shop-&currentJQL=issuetype=Sub-task").await[1]);
    assert!(!shown.is_empty());
    assert!(
        keys(&pick("query=shop-&currentJQL=issuetype=Sub-task&showSubTasks=false").await[1])
            .is_empty()
    );
}
