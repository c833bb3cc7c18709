//! The journal: the truth that others are held against.

use serde_json::{Value, json};

use super::{Scene, document};

async fn entries(scene: &Scene, query: &str) -> Vec<Value> {
    let path = format!(
        "/_sandbox/journal?site_id={}{query}",
        scene.cloud.site("Acme")
    );
    let journal = scene.cloud.get(&path, "").await;
    assert_eq!(journal.status, 200, "{}", journal.text);
    journal.json()["entries"].as_array().unwrap().clone()
}

fn what(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| entry["what"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn every_change_is_an_entry_whoever_made_it_and_nothing_else_is() {
    let scene = Scene::new().await;
    assert_eq!(
        entries(&scene, "").await,
        [] as [Value; 0],
        "the world begins with none"
    );
    scene.edit("SHOP-1", "Edited").await;
    scene.edit("SHOP-1", "Edited").await;
    scene.ask("GET", "issue/SHOP-1", Value::Null).await;
    let comment = scene
        .ask(
            "POST",
            "issue/SHOP-1/comment",
            json!({"body": document("Said")}),
        )
        .await;
    let path = format!("issue/SHOP-1/comment/{}", comment["id"].as_str().unwrap());
    scene
        .ask("PUT", &path, json!({"body": document("Otherwise")}))
        .await;
    scene.ask("DELETE", &path, Value::Null).await;
    let with_all = json!({"fields": {"summary": "Again"}, "properties": [{"key": "mine", "value": 1}],
        "update": {"comment": [{"add": {"body": document("With an edit")}}]}});
    scene.ask("PUT", "issue/SHOP-1", with_all).await;
    let site = scene.cloud.site("Acme");
    let change = json!({"site_id": site, "project": "MOB", "add": 1, "move": [{"issue": "SHOP-2", "to": "OPS"}],
        "touch": ["SHOP-3"], "delete": ["SHOP-4"]});
    scene.cloud.control("issues", change).await;
    let refused = scene
        .ask_as(
            &scene.token,
            "PUT",
            "issue/SHOP-1",
            &json!({"fields": {"summary": ""}}),
        )
        .await;
    assert_eq!(refused.status, 400);
    let all = entries(&scene, "").await;
    assert_eq!(
        what(&all)[..9],
        [
            "issue_updated",
            "comment_created",
            "comment_updated",
            "comment_deleted",
            "issue_updated",
            "property_set",
            "comment_created",
            "issue_created",
            "issue_moved"
        ]
    );
    assert_eq!(all[9]["what"], "issue_deleted");
    let numbers: Vec<_> = all
        .iter()
        .map(|entry| entry["sequence"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=all.len() as u64).collect::<Vec<_>>());
    assert_eq!(
        (&all[0]["actor"], &all[0]["at"]),
        (
            &json!(scene.cloud.person("Bruno")),
            &json!("2026-10-01T12:00:00Z")
        )
    );
    assert_eq!(
        (&all[0]["issue"]["key"], &all[0]["project"]),
        (&json!("SHOP-1"), &json!("10000"))
    );
    let item = &all[0]["change"]["items"][0];
    assert_eq!(
        (&item["field"], &item["to"]),
        (&json!("summary"), &json!({"text": "Edited"}))
    );
    assert_eq!(
        (&all[1]["part"], &all[8]["actor"]),
        (&comment["id"], &Value::Null)
    );
    let history = scene
        .ask("GET", "issue/SHOP-1/changelog", Value::Null)
        .await;
    let last = history["values"].as_array().unwrap().last().unwrap()["id"].clone();
    assert_eq!(
        all[4]["change"]["id"], last,
        "entries name the entries of histories"
    );
    assert_eq!(entries(&scene, "&since=4").await, all[4..]);
}

#[tokio::test]
async fn a_person_is_told_what_the_person_may_see() {
    let scene = Scene::new().await;
    let ada = scene
        .cloud
        .connect("Ada", "Acme", super::SCOPES)
        .await
        .access;
    let restricted = json!({"body": document("Among us"), "visibility": {"type": "group", "value": "jira-admins-acme"}});
    scene
        .ask_as(&ada, "POST", "issue/SHOP-1/comment", &restricted)
        .await;
    scene.edit("OPS-1", "Seen").await;
    let bruno = scene.cloud.person("Bruno");
    let query = format!("&account_id={bruno}");
    assert_eq!(what(&entries(&scene, &query).await), ["issue_updated"]);
    let site = scene.cloud.site("Acme");
    let hide = json!({"site_id": site, "account_id": bruno, "project": "OPS", "deny": ["BROWSE_PROJECTS"]});
    scene.cloud.control("permissions", hide).await;
    assert_eq!(what(&entries(&scene, &query).await), [] as [&str; 0]);
    assert_eq!(entries(&scene, "").await.len(), 2);
    for wrong in ["site_id=x", &format!("site_id={site}&account_id=x")] {
        let reply = scene
            .cloud
            .get(&format!("/_sandbox/journal?{wrong}"), "")
            .await;
        assert_eq!(reply.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn the_newest_entries_are_kept_and_their_numbers_go_on() {
    let scene = Scene::new().await;
    let site = scene.cloud.site("Acme");
    let change = json!({"site_id": site, "project": "SHOP", "add": 10_050});
    scene.cloud.control("issues", change).await;
    let oldest = entries(&scene, "").await;
    assert_eq!((oldest.len(), &oldest[0]["sequence"]), (1_000, &json!(51)));
    let newest = entries(&scene, "&since=10000&limit=20").await;
    let numbers: Vec<_> = newest
        .iter()
        .map(|entry| entry["sequence"].clone())
        .collect();
    assert_eq!(numbers, (10_001..=10_020).collect::<Vec<_>>());
}
