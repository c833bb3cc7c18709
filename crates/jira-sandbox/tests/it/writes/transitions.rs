//! Transitions.

use serde_json::{Value, json};

use super::{WRITE_SCOPES, fields, message};
use crate::support::{Cloud, Reply};

async fn perform(cloud: &Cloud, token: &str, body: &Value) -> Reply {
    cloud
        .post(&cloud.api("Acme", "issue/SHOP-7/transitions"), token, body)
        .await
}

#[tokio::test]
async fn transitions_lead_to_every_other_status() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let path = cloud.api("Acme", "issue/SHOP-7/transitions");
    perform(&cloud, &token, &json!({"transition": {"id": "11"}})).await;
    let list = cloud.get(&path, &token).await.json();
    let ids: Vec<_> = list["transitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].clone())
        .collect();
    assert_eq!(ids, ["21", "31", "41", "51"]);
    let done = perform(&cloud, &token, &json!({"transition": {"id": "51"}})).await;
    assert_eq!((done.status.as_u16(), done.text.as_str()), (204, ""));
    let found = fields(&cloud, &token, "SHOP-7").await;
    assert_eq!(found["status"]["statusCategory"]["key"], "done");
    assert_eq!(found["resolution"]["name"], "Done");
    assert_eq!(found["resolutiondate"], "2026-10-01T14:00:00.000+0200");
    perform(&cloud, &token, &json!({"transition": {"id": 21}})).await;
    let reopened = fields(&cloud, &token, "SHOP-7").await;
    assert_eq!(reopened["status"]["name"], "In Progress");
    assert_eq!(reopened["resolution"], Value::Null);
    let one = cloud
        .get(
            &format!("{path}?transitionId=31&expand=transitions.fields"),
            &token,
        )
        .await
        .json();
    assert_eq!(one["transitions"].as_array().unwrap().len(), 1);
    assert_eq!(one["transitions"][0]["fields"], json!({}));
}

#[tokio::test]
async fn transitions_that_do_not_exist_now_are_refused() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    perform(&cloud, &token, &json!({"transition": {"id": "11"}})).await;
    for id in ["99", "11", ""] {
        let reply = perform(&cloud, &token, &json!({"transition": {"id": id}})).await;
        let text = format!("Transition id '{id}' is not valid for this issue.");
        assert_eq!(reply.answer(), (400, message(&text)));
    }
    let missing = perform(&cloud, &token, &json!({"fields": {}})).await;
    assert_eq!(
        missing.answer(),
        (400, message("Missing 'transition' identifier"))
    );
    let field = perform(
        &cloud,
        &token,
        &json!({"transition": {"id": "21"}, "fields": {"summary": "x"}}),
    )
    .await;
    assert_eq!(field.status, 400);
    let dmitri = cloud.connect("Dmitri", "Acme", WRITE_SCOPES).await.access;
    let path = cloud.api("Acme", "issue/SHOP-7/transitions");
    assert_eq!(
        cloud.get(&path, &dmitri).await.json()["transitions"],
        json!([])
    );
    assert_eq!(
        perform(&cloud, &dmitri, &json!({"transition": {"id": "21"}}))
            .await
            .status,
        400
    );
}
