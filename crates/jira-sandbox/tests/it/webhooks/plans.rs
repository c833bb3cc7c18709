//! Bodies of events about properties, sprints and versions, which name nobody.

use serde_json::{Value, json};

use super::{Scene, Taken};

fn events(heard: &[Taken]) -> Vec<String> {
    heard.iter().map(Taken::event).collect()
}

#[tokio::test]
async fn a_property_has_its_key_and_the_value_that_was_set() {
    let scene = Scene::new().await;
    scene
        .register(&["issue_property_set", "issue_property_deleted"])
        .await;
    let path = "issue/SHOP-1/properties/mine";
    scene.ask("PUT", path, json!({"a": 1})).await;
    let body = scene.heard_one().await.json();
    assert_eq!(body["property"]["key"], "mine");
    assert_eq!(body["property"]["value"], json!({"a": 1}));
    assert_eq!(body["issue"]["key"], "SHOP-1");
    scene.ask("DELETE", path, Value::Null).await;
    let body = scene.heard_one().await.json();
    assert_eq!(body["webhookEvent"], "issue_property_deleted");
    assert_eq!(
        (&body["property"]["value"], &body["user"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn a_sprint_is_told_from_its_making_to_its_end() {
    let scene = Scene::new().await;
    let all =
        ["created", "updated", "started", "closed", "deleted"].map(|word| format!("sprint_{word}"));
    scene.register(&all.each_ref().map(String::as_str)).await;
    scene.trouble(json!({"at_once": 1})).await;
    let site = scene.cloud.site("Acme");
    let board = scene.cloud.site_row("Acme")["boards"][0]["id"].clone();
    let new = json!({"site_id": site, "create": {"board": board, "name": "Next"}});
    let id = &scene.cloud.control("sprints", new).await["created"];
    let rest = json!({"site_id": site, "rename": [{"id": id, "name": "Now"}], "start": [id], "close": [id], "delete": [id]});
    scene.cloud.control("sprints", rest).await;
    let heard = scene.heard().await;
    assert_eq!(events(&heard), all);
    let sprints: Vec<_> = heard
        .iter()
        .map(|taken| taken.json()["sprint"].clone())
        .collect();
    for sprint in &sprints {
        assert_eq!((&sprint["id"], &sprint["originBoardId"]), (id, &board));
    }
    assert_eq!(
        (&sprints[0]["state"], &sprints[0]["name"]),
        (&json!("future"), &json!("Next"))
    );
    assert_eq!(
        (&sprints[2]["state"], &sprints[2]["name"]),
        (&json!("active"), &json!("Now"))
    );
    assert_eq!(sprints[3]["state"], "closed");
    let wrong = json!({"site_id": site, "start": [id]});
    let reply = scene.cloud.post("/_sandbox/sprints", "", &wrong).await;
    assert_eq!(reply.status, 404, "it is gone");
}

#[tokio::test]
async fn releasing_a_version_updates_it_as_well() {
    let scene = Scene::new().await;
    let all = [
        "created",
        "updated",
        "released",
        "unreleased",
        "moved",
        "deleted",
    ];
    let all = all.map(|word| format!("jira:version_{word}"));
    scene.register(&all.each_ref().map(String::as_str)).await;
    scene.trouble(json!({"at_once": 1})).await;
    let site = scene.cloud.site("Acme");
    let changes = json!({"site_id": site, "project": "SHOP", "create": "3.0", "rename": [{"name": "3.0", "to": "3.1"}],
        "release": ["3.1"], "unrelease": ["3.1"], "move": ["3.1"], "delete": ["3.1"]});
    let made = scene.cloud.control("versions", changes).await;
    let heard = scene.heard().await;
    let told: Vec<_> = events(&heard)
        .iter()
        .map(|event| event.replace("jira:version_", ""))
        .collect();
    let expected = [
        "created",
        "updated",
        "updated",
        "released",
        "updated",
        "unreleased",
        "moved",
        "deleted",
    ];
    assert_eq!(told, expected);
    let version = heard[3].json()["version"].clone();
    assert_eq!(
        (&version["id"], &version["name"]),
        (&made["created"], &json!("3.1"))
    );
    assert_eq!(
        (&version["released"], &version["projectId"]),
        (&json!(true), &json!(10_000))
    );
    assert!(heard.iter().all(|taken| taken.json()["user"].is_null()));
}
