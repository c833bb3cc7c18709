//! `POST issue/bulk`

use serde_json::{Value, json};

use super::{WRITE_SCOPES, fields, message};
use crate::support::{Cloud, Reply};

async fn create(cloud: &Cloud, token: &str, updates: &Value) -> Reply {
    let path = cloud.api("Acme", "issue/bulk");
    cloud
        .post(&path, token, &json!({"issueUpdates": updates}))
        .await
}

fn task(summary: &Value) -> Value {
    json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"id": "10002"}, "summary": summary}})
}

#[tokio::test]
async fn what_is_wrong_is_told_by_its_place_and_the_rest_is_made() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let mut stranger = task(&json!("Elsewhere"));
    stranger["fields"]["issuetype"] = json!({"id": "100011"});
    let updates = json!([
        task(&json!("One")),
        task(&json!(null)),
        stranger,
        task(&json!("Two"))
    ]);
    let reply = create(&cloud, &token, &updates).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let body = reply.json();
    let keys: Vec<_> = body["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["SHOP-241", "SHOP-242"]);
    assert_eq!(fields(&cloud, &token, "SHOP-242").await["summary"], "Two");
    let error = |place: usize, errors: Value| {
        let collection = json!({"errorMessages": [], "errors": errors});
        json!({"status": 400, "elementErrors": collection, "failedElementNumber": place})
    };
    assert_eq!(
        body["errors"],
        json!([
            error(
                1,
                json!({"summary": "You must specify a summary of the issue."})
            ),
            error(
                2,
                json!({"issuetype": "The issue type selected is invalid."})
            ),
        ])
    );
}

#[tokio::test]
async fn nothing_made_is_a_400_of_the_same_shape() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let reply = create(&cloud, &token, &json!([task(&json!(null))])).await;
    let (status, body) = reply.answer();
    assert_eq!((status, &body["issues"]), (400, &json!([])));
    assert_eq!(body["errors"][0]["failedElementNumber"], 0);
}

#[tokio::test]
async fn fifty_are_taken_and_no_more() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let many = |count: usize| vec![task(&json!("Same")); count];
    let reply = create(&cloud, &token, &json!(many(51))).await;
    let text = "The number of issues to create must not be more than 50.";
    assert_eq!(reply.answer(), (400, message(text)));
    let reply = create(&cloud, &token, &json!(many(50))).await;
    assert_eq!(reply.json()["issues"].as_array().unwrap().len(), 50);
    let empty = create(&cloud, &token, &json!([])).await;
    assert_eq!(
        empty.answer(),
        (400, message("No Issue Create payload supplied"))
    );
}
