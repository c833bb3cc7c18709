//! Single issues, and many at once.

use serde_json::{Value, json};

use crate::support::{Cloud, SCOPES};

#[tokio::test]
async fn issue_is_found_by_id_and_by_key_in_any_case() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let by_key = cloud
        .get(&cloud.api("Acme", "issue/shop-7"), &token)
        .await
        .json();
    assert_eq!(by_key["key"], "SHOP-7");
    assert!(
        by_key["fields"]["summary"].is_string(),
        "everything is the default"
    );
    let id = by_key["id"].as_str().unwrap();
    let by_id = cloud
        .get(
            &cloud.api("Acme", &format!("issue/{id}?fields=summary")),
            &token,
        )
        .await
        .json();
    assert_eq!(by_id["fields"].as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn missing_and_invisible_issues_are_refused_alike() {
    let cloud = Cloud::new().await;
    let bruno = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let ada = cloud.connect("Ada", "Acme", SCOPES).await.access;
    let expected = json!({"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}});
    for key in ["SHOP-99999", "NOPE-1", "1", "SEC-1", "nonsense"] {
        let reply = cloud
            .get(&cloud.api("Acme", &format!("issue/{key}")), &bruno)
            .await;
        assert_eq!(reply.answer(), (404, expected.clone()), "{key}");
    }
    assert_eq!(
        cloud
            .get(&cloud.api("Acme", "issue/SEC-1"), &ada)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn moved_issue_answers_under_its_new_key() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let moved = cloud
        .get(&cloud.api("Acme", "issue/PLAT-3"), &token)
        .await
        .json();
    let key = moved["key"].as_str().unwrap();
    assert!(key.starts_with("OPS-"), "{key}");
    let body = json!({"issueIdsOrKeys": ["PLAT-3", key], "fields": ["summary"]});
    let found = cloud
        .post(&cloud.api("Acme", "issue/bulkfetch"), &token, &body)
        .await
        .json();
    assert_eq!(found["issues"].as_array().unwrap().len(), 1);
    assert_eq!(found["issues"][0]["key"], key);
    let renamed = cloud
        .get(&cloud.api("Acme", "issue/INFRA-1"), &token)
        .await
        .json();
    assert_eq!(
        renamed["key"], "PLAT-1",
        "the project's former key resolves"
    );
}

#[tokio::test]
async fn bulk_fetch_omits_what_it_cannot_show_and_sorts_by_id() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let body = json!({"issueIdsOrKeys": ["SHOP-9", "SHOP-3", "SEC-1", "NOPE-1", "3", "shop-3"], "fields": ["summary"]});
    let found = cloud
        .post(&cloud.api("Acme", "issue/bulkfetch"), &token, &body)
        .await
        .json();
    let keys: Vec<_> = found["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["key"].clone())
        .collect();
    assert_eq!(keys, ["SHOP-3", "SHOP-9"]);
    assert_eq!(found["issueErrors"], json!([]));
}

#[tokio::test]
async fn bulk_fetch_takes_a_thousand_only_for_light_requests() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "issue/bulkfetch");
    let status = async |count: usize, fields: Value, expand: Value| {
        let keys: Vec<String> = (0..count).map(|number| format!("SHOP-{number}")).collect();
        let body = json!({"issueIdsOrKeys": keys, "fields": fields, "expand": expand});
        cloud.post(&path, &token, &body).await.status.as_u16()
    };
    assert_eq!(status(1_000, json!(["summary"]), json!([])).await, 200);
    assert_eq!(status(1_001, json!(["summary"]), json!([])).await, 400);
    assert_eq!(
        status(1_000, json!(["summary"]), json!(["names"])).await,
        200
    );
    for fields in [
        json!([]),
        json!(null),
        json!(["*all"]),
        json!(["summary", "*navigable"]),
        json!(["-summary"]),
        json!(["summary", "comment"]),
    ] {
        assert_eq!(
            status(101, fields.clone(), json!([])).await,
            400,
            "{fields}"
        );
        assert_eq!(
            status(100, fields.clone(), json!([])).await,
            200,
            "{fields}"
        );
    }
    assert_eq!(
        status(101, json!(["summary"]), json!(["changelog"])).await,
        400
    );
    let missing = cloud
        .post(&path, &token, &json!({"fields": ["summary"]}))
        .await;
    assert_eq!(missing.status, 400);
}

/// The fields that an issue always has, with what is in them where nobody put anything.
fn empty_fields(base: &str, id: &str) -> Value {
    let link = |tail: &str| format!("{base}/rest/api/3/issue/{id}/{tail}");
    json!({
        "attachment": [],
        "comment": {"comments": [], "self": link("comment"), "maxResults": 0, "total": 0, "startAt": 0},
        "issuelinks": [],
        "worklog": {"startAt": 0, "maxResults": 20, "total": 0, "worklogs": []},
        "votes": {"self": link("votes"), "votes": 0, "hasVoted": false},
        "watches": {"self": link("watchers"), "watchCount": 0, "isWatching": false},
        "timetracking": {},
        "progress": {"progress": 0, "total": 0},
        "aggregateprogress": {"progress": 0, "total": 0},
        "environment": null,
        "versions": [],
        "security": null,
        "lastViewed": null,
        "workratio": -1,
        "timespent": null,
        "timeestimate": null,
        "timeoriginalestimate": null,
        "aggregatetimespent": null,
        "aggregatetimeestimate": null,
        "aggregatetimeoriginalestimate": null,
        "issuerestriction": {"issuerestrictions": {}, "shouldDisplay": false},
        "customfield_10011": null,
        "customfield_10015": null,
        "customfield_10021": null,
    })
}

#[tokio::test]
async fn issues_carry_the_system_fields_that_real_ones_always_have() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let base = format!("http://sandbox.test:8080/ex/jira/{}", cloud.site("Acme"));
    for tail in ["issue/SHOP-2", "issue/SHOP-2?fields=*all"] {
        let issue = cloud.get(&cloud.api("Acme", tail), &token).await.json();
        let expected = empty_fields(&base, issue["id"].as_str().unwrap());
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(issue["fields"].get(field), Some(value), "{tail} {field}");
        }
        let rank = issue["fields"]["customfield_10019"].as_str().unwrap();
        assert!(rank.starts_with("0|"), "{rank}");
    }
    let listed = cloud.get(&cloud.api("Acme", "field"), &token).await.json();
    let listed = listed.as_array().unwrap();
    for field in empty_fields("", "").as_object().unwrap().keys() {
        assert!(listed.iter().any(|row| row["id"] == **field), "{field}");
    }
}

#[tokio::test]
async fn navigable_fields_leave_out_what_may_be_long() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let names = async |fields: &str| {
        let path = cloud.api("Acme", &format!("issue/SHOP-2?fields={fields}"));
        let issue = cloud.get(&path, &token).await.json();
        let names = issue["fields"].as_object().unwrap().keys().cloned();
        names.collect::<Vec<String>>()
    };
    let (all, navigable) = (names("*all").await, names("*navigable").await);
    let apart: Vec<_> = all
        .iter()
        .filter(|name| !navigable.contains(name))
        .collect();
    let expected = [
        "issuerestriction",
        "timetracking",
        "attachment",
        "comment",
        "worklog",
    ];
    assert_eq!(apart, expected);
    let mixed = names("*navigable,comment,-votes").await;
    assert!(mixed.contains(&"comment".to_owned()) && !mixed.contains(&"votes".to_owned()));
    assert_eq!(names("-comment").await.len(), all.len() - 1);
    assert_eq!(names("comment,votes").await, ["votes", "comment"]);
}

#[tokio::test]
async fn epic_link_is_the_epic_above_an_issue() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let body = json!({"jql": "project = SHOP", "fields": ["parent", "customfield_10014"], "maxResults": 100});
    let page = cloud
        .post(&cloud.api("Acme", "search/jql"), &token, &body)
        .await
        .json();
    let mut linked = 0;
    for issue in page["issues"].as_array().unwrap() {
        let parent = &issue["fields"]["parent"];
        if parent["fields"]["issuetype"]["name"] == "Epic" {
            linked += 1;
            assert_eq!(issue["fields"]["customfield_10014"], parent["key"]);
        } else {
            assert!(issue["fields"]["customfield_10014"].is_null());
        }
    }
    assert!(linked > 5, "{linked}");
}
