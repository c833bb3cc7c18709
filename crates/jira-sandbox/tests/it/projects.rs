//! The project search and the single project.

use juncture_sandbox::Options;
use serde_json::{Value, json};

use crate::support::{Cloud, SCOPES, still};

async fn cloud_of(projects: usize) -> (Cloud, String) {
    let cloud = Cloud::with(Options {
        projects,
        issues: 20,
        ..still()
    })
    .await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    (cloud, token)
}

fn keys(page: &Value) -> Vec<&str> {
    let values = page["values"].as_array().unwrap().iter();
    values
        .map(|project| project["key"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn next_page_leads_through_all_projects_and_is_absent_at_the_end() {
    let (cloud, token) = cloud_of(130).await;
    let mut path = cloud.api("Acme", "project/search?maxResults=40&query=o");
    let mut found = Vec::new();
    loop {
        let page = cloud.get(&path, &token).await.json();
        found.extend(keys(&page).into_iter().map(str::to_owned));
        assert_eq!(page["isLast"], json!(page.get("nextPage").is_none()));
        if page["isLast"] == true {
            assert_eq!(page["total"], found.len());
            break;
        }
        let next = page["nextPage"].as_str().unwrap();
        path = next
            .strip_prefix("http://sandbox.test:8080")
            .unwrap()
            .to_owned();
    }
    let mut sorted = found.clone();
    sorted.sort();
    assert_eq!(found, sorted, "by key is the default order");
    assert!(found.len() > 80);
}

#[tokio::test]
async fn page_size_and_start_are_clamped_and_never_refused() {
    let (cloud, token) = cloud_of(120).await;
    for (query, size, start) in [
        ("maxResults=1000", 100, 0),
        ("maxResults=0", 1, 0),
        ("maxResults=-5", 1, 0),
        ("startAt=-9", 50, 0),
        ("startAt=9999", 50, 9_999),
    ] {
        let page = cloud
            .get(
                &cloud.api("Acme", &format!("project/search?{query}")),
                &token,
            )
            .await
            .json();
        assert_eq!(
            (&page["maxResults"], &page["startAt"]),
            (&json!(size), &json!(start)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn conversion_is_checked_before_the_order() {
    let (cloud, token) = cloud_of(3).await;
    let both = cloud
        .get(
            &cloud.api("Acme", "project/search?orderBy=zz&startAt=abc"),
            &token,
        )
        .await;
    assert_eq!(
        both.json()["detail"],
        "Failed to convert 'startAt' with value: 'abc'"
    );
    let order = cloud
        .get(&cloud.api("Acme", "project/search?orderBy=zz"), &token)
        .await;
    let expected = "The field to order by should be one of [name, key, owner, category, issueCount, lastIssueUpdatedTime, archivedDate, deletedDate]. Instead, it was: zz.";
    assert_eq!(
        order.answer(),
        (400, json!({"errorMessages": [expected], "errors": {}}))
    );
    for harmless in ["", "-name", "%2Bkey", "+key", "issueCount"] {
        let reply = cloud
            .get(
                &cloud.api("Acme", &format!("project/search?orderBy={harmless}")),
                &token,
            )
            .await;
        assert_eq!(reply.status, 200, "{harmless}");
    }
}

#[tokio::test]
async fn filters_narrow_the_search() {
    let (cloud, token) = cloud_of(6).await;
    let search = async |query: &str| {
        let page = cloud
            .get(
                &cloud.api("Acme", &format!("project/search?{query}")),
                &token,
            )
            .await
            .json();
        keys(&page)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(search("").await, ["MOB", "OPS", "PLAT", "SHOP"]);
    assert_eq!(search("orderBy=-key").await, ["SHOP", "PLAT", "OPS", "MOB"]);
    assert_eq!(search("query=SHOP").await, ["SHOP"]);
    assert_eq!(search("query=form").await, ["PLAT"]);
    assert_eq!(search("keys=MOB&keys=OPS").await, ["MOB", "OPS"]);
    assert_eq!(search("id=10000&id=10002").await, ["OPS", "SHOP"]);
    assert_eq!(search("typeKey=business").await, ["OPS"]);
    assert_eq!(search("status=archived").await, ["LEGACY"]);
}

#[tokio::test]
async fn projects_show_their_quirks() {
    let (cloud, token) = cloud_of(6).await;
    let plain = cloud
        .get(&cloud.api("Acme", "project/search"), &token)
        .await
        .json();
    assert!(
        plain["values"]
            .as_array()
            .unwrap()
            .iter()
            .all(|project| project.get("lead").is_none())
    );
    let page = cloud
        .get(&cloud.api("Acme", "project/search?expand=lead"), &token)
        .await
        .json();
    let project = |key: &str| {
        let mut values = page["values"].as_array().unwrap().iter();
        values
            .find(|project| project["key"] == key)
            .unwrap()
            .clone()
    };
    assert!(project("SHOP")["lead"]["displayName"].is_string());
    assert_eq!(project("SHOP")["projectCategory"]["name"], "Product");
    assert!(
        project("OPS").get("lead").is_none(),
        "a lead who cannot be seen"
    );
    assert!(project("PLAT").get("projectCategory").is_none());
    assert_eq!(
        (&project("MOB")["style"], &project("MOB")["simplified"]),
        (&json!("next-gen"), &json!(true))
    );
    assert_eq!(project("SHOP")["isPrivate"], false);

    let ada = cloud.connect("Ada", "Acme", SCOPES).await.access;
    let private = cloud
        .get(&cloud.api("Acme", "project/SEC"), &ada)
        .await
        .json();
    assert_eq!(private["isPrivate"], true);
    assert_eq!(
        cloud
            .get(&cloud.api("Acme", "project/SEC"), &token)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn project_is_found_by_id_key_and_former_key_with_letter_case() {
    let (cloud, token) = cloud_of(6).await;
    for (segment, key) in [("10000", "SHOP"), ("SHOP", "SHOP"), ("INFRA", "PLAT")] {
        let body = cloud
            .get(&cloud.api("Acme", &format!("project/{segment}")), &token)
            .await
            .json();
        assert_eq!(body["key"], key);
    }
    for (segment, word) in [
        ("shop", "key"),
        ("NOPE", "key"),
        ("99999", "id"),
        ("010000", "key"),
        ("1234567890123456789", "key"),
    ] {
        let reply = cloud
            .get(&cloud.api("Acme", &format!("project/{segment}")), &token)
            .await;
        let sentence = format!("No project could be found with {word} '{segment}'.");
        assert_eq!(
            reply.answer(),
            (404, json!({"errorMessages": [sentence], "errors": {}}))
        );
    }
}

#[tokio::test]
async fn archived_project_says_so_and_is_no_part_of_the_unpaged_list() {
    let (cloud, token) = cloud_of(6).await;
    let archived = cloud
        .get(&cloud.api("Acme", "project/LEGACY"), &token)
        .await
        .json();
    assert_eq!(archived["archived"], true);
    let live = cloud
        .get(&cloud.api("Acme", "project/SHOP"), &token)
        .await
        .json();
    assert_ne!(live["archived"], true);
    let list = cloud
        .get(&cloud.api("Acme", "project"), &token)
        .await
        .json();
    let keys: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["key"])
        .collect();
    assert_eq!(keys, ["MOB", "OPS", "PLAT", "SHOP"]);
    let category = cloud
        .get(
            &cloud.api("Acme", "project/search?categoryId=10001"),
            &token,
        )
        .await;
    let values = category.json()["values"].as_array().unwrap().clone();
    assert_eq!(values.len(), 1);
    assert_eq!(values[0]["key"], "OPS");
}
