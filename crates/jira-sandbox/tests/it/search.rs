//! Search by JQL, its pages and refusals.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{Cloud, SCOPES, still};
use juncture_sandbox::Options;

#[tokio::test]
async fn a_walk_by_page_tokens_finds_every_issue_once_newest_first() {
    let cloud = Cloud::with(Options {
        issues: 1_237,
        ..still()
    })
    .await;
    let token = cloud.connect("Ada", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "search/jql");
    let mut body = json!({"jql": "project = \"SHOP\" ORDER BY created DESC", "maxResults": 5000,
        "fields": ["summary", "created"]});
    let (mut keys, mut times) = (Vec::new(), Vec::new());
    loop {
        let page = cloud.post(&path, &token, &body).await.json();
        for issue in page["issues"].as_array().unwrap() {
            keys.push(issue["key"].as_str().unwrap().to_owned());
            times.push(issue["fields"]["created"].as_str().unwrap().to_owned());
        }
        assert_eq!(
            page["isLast"].as_bool().unwrap(),
            page.get("nextPageToken").is_none()
        );
        match page.get("nextPageToken") {
            Some(next) => body["nextPageToken"] = next.clone(),
            None => break,
        }
    }
    assert_eq!(keys.len(), 1_237);
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 1_237);
    assert!(
        times.windows(2).any(|pair| pair[0] == pair[1]),
        "ties are part of the world"
    );
}

/// What the search endpoint says to a body.
async fn refusal(cloud: &Cloud, token: &str, body: &str) -> (u16, Value) {
    let path = cloud.api("Acme", "search/jql");
    cloud.call("POST", &path, token, body).await.answer()
}

fn messages(message: &str) -> (u16, Value) {
    (400, json!({"errorMessages": [message], "errors": {}}))
}

#[tokio::test]
async fn unreadable_bodies_are_refused_without_errors() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let payload = "Invalid request payload. Refer to the REST API documentation and try again.";
    let cases = [
        ("", "No content to map to Object due to end of input"),
        (
            "{",
            "There was an error parsing JSON. Check that your request body is valid.",
        ),
        (r#"{"jql":"project=SHOP","startAt":0}"#, payload),
        (
            r#"{"jql":"project=SHOP","validateQuery":"strict"}"#,
            payload,
        ),
        (r#"{"jql":"project=SHOP","fields":"summary"}"#, payload),
        (r#"{"jql":"project=SHOP","expand":["names"]}"#, payload),
        (r#"{"jql":["project=SHOP"]}"#, payload),
        (r#"{"jql":"project=SHOP","maxResults":"many"}"#, payload),
        ("[]", payload),
    ];
    for (body, message) in cases {
        let expected = (400, json!({"errorMessages": [message]}));
        assert_eq!(refusal(&cloud, &token, body).await, expected, "{body}");
    }
    for body in [
        r#"{"jql":"project=SHOP","reconcileIssues":null}"#,
        r#"{"jql":"project=SHOP","properties":[null]}"#,
    ] {
        assert_eq!(refusal(&cloud, &token, body).await.0, 500, "{body}");
    }
    for body in [
        r#"{"jql":"project=SHOP","maxResults":"5"}"#,
        r#"{"jql":"project=SHOP","maxResults":5.9}"#,
    ] {
        let (status, page) = refusal(&cloud, &token, body).await;
        assert_eq!((status, page["issues"].as_array().unwrap().len()), (200, 5));
    }
}

#[tokio::test]
async fn refusals_come_in_jiras_order() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    // Each body has every mistake from its place on, so only the first may be named.
    let many = vec![1; 51];
    let cases = [
        (
            json!({"jql": "", "nextPageToken": "x", "reconcileIssues": many, "maxResults": 0}),
            "The provided next page token is invalid or expired.",
        ),
        (
            json!({"jql": "", "reconcileIssues": many, "maxResults": 0}),
            "The max number of issues to reconcile is 50.",
        ),
        (
            json!({"jql": "", "maxResults": 0}),
            "The max results parameter has to be between 1 and 5,000.",
        ),
        (
            json!({"jql": "", "maxResults": 5_001}),
            "The max results parameter has to be between 1 and 5,000.",
        ),
        (
            json!({"jql": "", "maxResults": null}),
            "The max results parameter has to be between 1 and 5,000.",
        ),
        (
            json!({"jql": " "}),
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.",
        ),
        (
            json!({}),
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.",
        ),
        (
            json!({"jql": "order by created"}),
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.",
        ),
        (
            json!({"jql": "flavour = "}),
            "Error in the JQL Query: Expecting either a value, list or function before the end of the query.",
        ),
    ];
    for (body, message) in cases {
        let found = refusal(&cloud, &token, &body.to_string()).await;
        assert_eq!(found, messages(message), "{body}");
    }
}

#[tokio::test]
async fn query_and_body_find_the_same() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let body = json!({"jql": "project = SHOP", "fields": ["summary", "status"], "maxResults": 7, "expand": "names,schema"});
    let path = cloud.api("Acme", "search/jql");
    let by_body = cloud.post(&path, &token, &body).await.json();
    for query in ["fields=summary,status", "fields=summary&fields=status"] {
        let path =
            format!("{path}?jql=project%20%3D%20SHOP&maxResults=7&expand=names,schema&{query}");
        let by_query = cloud.get(&path, &token).await.json();
        assert_eq!(by_query["issues"], by_body["issues"]);
        assert_eq!(
            by_query["names"],
            json!({"summary": "Summary", "status": "Status"})
        );
        assert_eq!(
            by_query["schema"]["summary"],
            json!({"type": "string", "system": "summary"})
        );
    }
    let wrong = cloud
        .get(&format!("{path}?jql=x&maxResults=abc"), &token)
        .await;
    assert_eq!(wrong.status, 400);
    assert_eq!(
        wrong.json()["detail"],
        "Failed to convert 'maxResults' with value: 'abc'"
    );
    assert_eq!(
        wrong.header("content-type"),
        "application/problem+json;charset=UTF-8"
    );
}

#[tokio::test]
async fn default_is_the_id_alone_and_bare_pages_reach_five_thousand() {
    let cloud = Cloud::with(Options {
        issues: 5_100,
        ..still()
    })
    .await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "search/jql");
    let search = async |fields: Value, limit: u32| {
        let body = json!({"jql": "project = SHOP", "maxResults": limit, "fields": fields});
        cloud.post(&path, &token, &body).await.json()["issues"]
            .as_array()
            .unwrap()
            .clone()
    };
    let bare = search(Value::Null, 5_000).await;
    assert_eq!(bare.len(), 5_000);
    assert_eq!(
        bare[0].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["id"]
    );
    let keyed = search(json!(["id", "key"]), 5_000).await;
    assert_eq!(keyed.len(), 5_000);
    assert!(keyed[0]["key"].is_string() && keyed[0].get("fields").is_none());
    let full = search(json!(["summary"]), 5_000).await;
    assert_eq!(full.len(), 100);
    assert_eq!(full[0]["fields"].as_object().unwrap().len(), 1);
    let excluded = search(json!(["*all", "-description"]), 1).await;
    assert!(excluded[0]["fields"].get("description").is_none());
    assert!(excluded[0]["fields"].get("summary").is_some());
}

#[tokio::test]
async fn page_tokens_are_bound_to_their_query_and_last_seven_days() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await;
    let path = cloud.api("Acme", "search/jql");
    let first = json!({"jql": "project = SHOP", "fields": ["summary"], "maxResults": 10});
    let next = cloud.post(&path, &token.access, &first).await.json()["nextPageToken"].clone();
    let invalid = messages("The provided next page token is invalid or expired.");
    for changed in [
        json!({"jql": "project = MOB", "fields": ["summary"], "nextPageToken": next}),
        json!({"jql": "project = SHOP", "fields": ["status"], "nextPageToken": next}),
        json!({"jql": "project = SHOP", "fields": ["summary"], "nextPageToken": "AAAA"}),
    ] {
        assert_eq!(
            cloud.post(&path, &token.access, &changed).await.answer(),
            invalid
        );
    }
    let same = json!({"jql": "project = SHOP", "fields": ["summary"], "maxResults": 20, "nextPageToken": next});
    assert_eq!(cloud.post(&path, &token.access, &same).await.status, 200);
    let week = 7 * 24 * 60 * 60;
    cloud.advance(week - 1).await;
    let access = crate::support::tokens(&cloud.refresh(&token.refresh).await).access;
    assert_eq!(cloud.post(&path, &access, &same).await.status, 200);
    cloud.advance(1).await;
    assert_eq!(cloud.post(&path, &access, &same).await.answer(), invalid);
}

#[tokio::test]
async fn page_tokens_carry_the_query_in_clear() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let body = json!({"jql": "project = SHOP AND summary ~ checkout", "maxResults": 1});
    let page = cloud
        .post(&cloud.api("Acme", "search/jql"), &token, &body)
        .await
        .json();
    let next = page["nextPageToken"].as_str().unwrap();
    let inside = URL_SAFE_NO_PAD.decode(next).unwrap();
    assert!(
        String::from_utf8(inside)
            .unwrap()
            .contains("summary ~ checkout")
    );
}

#[tokio::test]
async fn numbers_to_reconcile_are_repeated_and_never_split() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let search = async |query: &str| {
        let path = cloud.api("Acme", &format!("search/jql?jql=project=SHOP&{query}"));
        cloud.get(&path, &token).await
    };
    let repeated = search("reconcileIssues=10001&reconcileIssues=10002").await;
    assert_eq!(repeated.status, 200);
    let split = search("reconcileIssues=10001,10002").await;
    assert_eq!(split.status, 400);
    let detail = "Failed to convert 'reconcileIssues' with value: '10001,10002'";
    assert_eq!(split.json()["detail"], detail);
}

#[tokio::test]
async fn page_sizes_beyond_32_bits_are_refused() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    for tail in [
        "search/jql?jql=project=SHOP&",
        "project/search?",
        "issue/SHOP-1/comment?",
    ] {
        let path = cloud.api("Acme", &format!("{tail}maxResults=2147483648"));
        let reply = cloud.get(&path, &token).await;
        assert_eq!(reply.status, 400, "{tail}");
        let detail = "Failed to convert 'maxResults' with value: '2147483648'";
        assert_eq!(reply.json()["detail"], detail);
    }
    let body = r#"{"jql":"project=SHOP","maxResults":2147483648}"#;
    let payload = "Invalid request payload. Refer to the REST API documentation and try again.";
    let expected = (400, json!({"errorMessages": [payload]}));
    assert_eq!(refusal(&cloud, &token, body).await, expected);
}

#[tokio::test]
async fn issues_that_come_and_go_under_a_walk_neither_hide_nor_double_the_others() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "search/jql");
    let mut body =
        json!({"jql": "project = SHOP ORDER BY created DESC", "fields": ["key"], "maxResults": 50});
    let page = cloud.post(&path, &token, &body).await.json();
    let keys_of = |page: &Value| -> Vec<String> {
        let issues = page["issues"].as_array().unwrap().iter();
        issues
            .map(|issue| issue["key"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut keys = keys_of(&page);
    // The last issue of the page goes, and newer ones appear before it.
    let change =
        json!({"site_id": cloud.site("Acme"), "project": "SHOP", "add": 3, "delete": [keys[49]]});
    let changed = cloud.control("issues", change).await;
    assert_eq!(
        changed["added"],
        json!(["SHOP-241", "SHOP-242", "SHOP-243"])
    );
    body["nextPageToken"] = page["nextPageToken"].clone();
    loop {
        let page = cloud.post(&path, &token, &body).await.json();
        keys.extend(keys_of(&page));
        match page.get("nextPageToken") {
            Some(next) => body["nextPageToken"] = next.clone(),
            None => break,
        }
    }
    keys.sort();
    keys.dedup();
    assert_eq!(
        keys.len(),
        240,
        "all that were there at the start, each once"
    );
}

#[tokio::test]
async fn short_pages_leave_nothing_out() {
    let cloud = Cloud::new().await;
    cloud
        .control("switches", json!({"short_pages": true}))
        .await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let mut body = json!({"jql": "project = SHOP", "fields": ["key"], "maxResults": 50});
    let mut lengths = Vec::new();
    loop {
        let page = cloud
            .post(&cloud.api("Acme", "search/jql"), &token, &body)
            .await
            .json();
        lengths.push(page["issues"].as_array().unwrap().len());
        match page.get("nextPageToken") {
            Some(next) => body["nextPageToken"] = next.clone(),
            None => break,
        }
    }
    assert_eq!(lengths.iter().sum::<usize>(), 240);
    assert_eq!(lengths[..3], [50, 17, 50]);
}

#[tokio::test]
async fn archived_and_invisible_projects_are_left_out() {
    let cloud = Cloud::new().await;
    let bruno = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let ada = cloud.connect("Ada", "Acme", SCOPES).await.access;
    let projects = async |token: &str, includes: bool| {
        let body = json!({"jql": "created > -400d", "fields": ["project"], "maxResults": 5000, "includeArchivedProjects": includes});
        let page = cloud
            .post(
                &cloud.api("Acme", "search/approximate-count"),
                token,
                &json!({"jql": "created > -400d"}),
            )
            .await
            .json();
        let mut found = std::collections::BTreeSet::new();
        let mut body = body;
        let mut count = 0;
        loop {
            let page = cloud
                .post(&cloud.api("Acme", "search/jql"), token, &body)
                .await
                .json();
            for issue in page["issues"].as_array().unwrap() {
                found.insert(
                    issue["fields"]["project"]["key"]
                        .as_str()
                        .unwrap()
                        .to_owned(),
                );
                count += 1;
            }
            match page.get("nextPageToken") {
                Some(next) => body["nextPageToken"] = next.clone(),
                None => break,
            }
        }
        if !includes {
            assert_eq!(
                page["count"], count,
                "the count counts what the search finds"
            );
        }
        found.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(
        projects(&bruno, false).await,
        ["MOB", "OPS", "PLAT", "SHOP"]
    );
    assert_eq!(
        projects(&bruno, true).await,
        ["LEGACY", "MOB", "OPS", "PLAT", "SHOP"]
    );
    assert_eq!(
        projects(&ada, false).await,
        ["MOB", "OPS", "PLAT", "SEC", "SHOP"]
    );
}

#[tokio::test]
async fn approximate_count_needs_a_restriction() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "search/approximate-count");
    let found = cloud
        .post(&path, &token, &json!({"jql": "project = SHOP"}))
        .await;
    assert_eq!(found.answer(), (200, json!({"count": 240})));
    let unbounded = cloud
        .post(&path, &token, &json!({"jql": "order by key"}))
        .await;
    assert_eq!(
        unbounded.answer(),
        messages(
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
        )
    );
}

#[tokio::test]
async fn removed_search_is_gone_in_both_versions() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let site = cloud.site("Acme");
    for version in [2, 3] {
        for method in ["GET", "POST"] {
            let path = format!("/ex/jira/{site}/rest/api/{version}/search");
            let (status, body) = cloud.call(method, &path, &token, "{}").await.answer();
            assert_eq!(status, 410);
            let sentence = body["errorMessages"][0].as_str().unwrap();
            assert!(sentence.starts_with("The requested API has been removed."));
            assert!(sentence.ends_with("#CHANGE-2046"));
        }
    }
}

#[tokio::test]
async fn a_walk_in_any_order_gives_the_same_as_one_large_page() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "search/jql");
    let orders = [
        "",
        "key",
        "id DESC",
        "created DESC",
        "updated",
        "summary",
        "status DESC, key",
        "priority DESC",
        "priority",
        "assignee",
        "assignee DESC",
        "project, created",
        "type",
    ];
    for order in orders {
        let order = if order.is_empty() {
            String::new()
        } else {
            format!("ORDER BY {order}")
        };
        let jql = format!("project IN (SHOP, MOB) {order}");
        let whole = json!({"jql": jql, "fields": ["key"], "maxResults": 5_000});
        let whole = cloud.post(&path, &token, &whole).await.json()["issues"].clone();
        let mut body = json!({"jql": jql, "fields": ["key"], "maxResults": 37});
        let mut walked = Vec::new();
        loop {
            let page = cloud.post(&path, &token, &body).await.json();
            walked.extend(page["issues"].as_array().unwrap().clone());
            match page.get("nextPageToken") {
                Some(next) => body["nextPageToken"] = next.clone(),
                None => break,
            }
        }
        assert_eq!(json!(walked), whole, "{order}");
    }
}

#[tokio::test]
async fn an_issue_that_changes_under_a_walk_jumps_and_one_that_keeps_its_place_does_not() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "search/jql");
    let walk = async |order: &str| {
        let mut keys = Vec::new();
        let mut body = json!({"jql": format!("project = SHOP ORDER BY {order}"), "fields": ["key"], "maxResults": 100});
        loop {
            let page = cloud.post(&path, &token, &body).await.json();
            let issues = page["issues"].as_array().unwrap().iter();
            keys.extend(issues.map(|row| row["key"].as_str().unwrap().to_owned()));
            let Some(next) = page.get("nextPageToken") else {
                return keys;
            };
            body["nextPageToken"] = next.clone();
            // Once a page is read, its first issue changes.
            let change = json!({"site_id": cloud.site("Acme"), "touch": [keys[keys.len() - 100]]});
            cloud.control("issues", change).await;
        }
    };
    let count = |keys: &[String]| {
        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        (keys.len(), distinct.len())
    };
    assert_eq!(count(&walk("key ASC").await), (240, 240), "the key stays");
    assert_eq!(
        count(&walk("updated DESC").await),
        (240, 240),
        "it jumped to what was read before"
    );
    assert_eq!(
        count(&walk("updated ASC").await),
        (242, 240),
        "it jumped to what was not read yet, and came twice"
    );
}

#[tokio::test]
async fn a_new_issue_is_found_when_the_index_has_caught_up() {
    let cloud = Cloud::new().await;
    let scopes = "read:jira-work write:jira-work";
    let token = cloud.connect("Bruno", "Acme", scopes).await.access;
    let path = cloud.api("Acme", "search/jql");
    let jql = "project = SHOP AND summary ~ Fresh";
    cloud
        .control("switches", json!({"search_lag_seconds": 60}))
        .await;
    let new = json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"id": "10002"}, "summary": "Fresh"}});
    let made = cloud.post(&cloud.api("Acme", "issue"), &token, &new).await;
    let made = made.json();
    let id: u64 = made["id"].as_str().unwrap().parse().unwrap();
    let found = async |reconciled: Value| {
        let body = json!({"jql": jql, "reconcileIssues": reconciled});
        let page = cloud.post(&path, &token, &body).await.json();
        page["issues"].as_array().unwrap().len()
    };
    let by_query = async |reconciled: &str| {
        let query = format!("{path}?jql=summary%20~%20Fresh{reconciled}");
        let page = cloud.get(&query, &token).await.json();
        page["issues"].as_array().unwrap().len()
    };
    let count = async || {
        let path = cloud.api("Acme", "search/approximate-count");
        let reply = cloud.post(&path, &token, &json!({"jql": jql})).await;
        reply.json()["count"].clone()
    };
    cloud.advance(59).await;
    assert_eq!((found(json!([])).await, count().await), (0, json!(0)));
    assert_eq!(found(json!([id])).await, 1);
    assert_eq!(found(json!([-1, 10_000])).await, 0);
    assert_eq!(by_query("").await, 0);
    assert_eq!(by_query(&format!("&reconcileIssues={id}")).await, 1);
    let other = json!({"jql": "summary ~ Stale", "reconcileIssues": [id]});
    let other = cloud.post(&path, &token, &other).await.json();
    assert_eq!(other["issues"], json!([]), "the query holds all the same");
    let itself = cloud.api("Acme", &format!("issue/{id}"));
    assert_eq!(cloud.get(&itself, &token).await.status, 200);
    let fetch = json!({"issueIdsOrKeys": [made["key"]], "fields": ["summary"]});
    let bulk = cloud.api("Acme", "issue/bulkfetch");
    let fetched = cloud.post(&bulk, &token, &fetch).await.json();
    assert_eq!(fetched["issues"].as_array().unwrap().len(), 1);
    cloud.advance(1).await;
    assert_eq!((found(json!([])).await, count().await), (1, json!(1)));
    assert_eq!(by_query("").await, 1);
}
