//! The five calls.

use serde_json::{Value, json};

use super::{Receiver, SCOPES, Scene};
use crate::support::Cloud;

const URL: &str = "https://hooks.example.com/jira/events";

fn item(jql: &str) -> Value {
    json!({"jqlFilter": jql, "events": ["jira:issue_updated"]})
}

#[tokio::test]
async fn each_item_is_answered_in_its_place_and_failures_are_inside_of_the_200() {
    let scene = Scene::new().await;
    let items = json!([
        item("project = SHOP"),
        item(""),
        item("sprint = 3"),
        item("project is not EMPTY"),
        item("project = SHOP AND ("),
        item("project = SHOP ORDER BY key"),
        item("NOT project = SHOP"),
        item("assignee = currentUser()"),
        {"jqlFilter": "project IN (\"SHOP\")", "events": ["worklog_created", "sprint_started"]},
        item("project != EMPTY AND priority != High OR priority = High"),
    ]);
    let results = scene.results(&scene.token, URL, items).await;
    let errors: Vec<&str> = results
        .iter()
        .map(|result| result["errors"][0].as_str().unwrap_or_default())
        .collect();
    assert_eq!(results[0], json!({"createdWebhookId": 1}));
    assert_eq!(results[9], json!({"createdWebhookId": 2}));
    assert_eq!(errors[1], "Empty JQL search not supported");
    assert_eq!(errors[2], "The clause sprint is unsupported");
    assert_eq!(errors[3], "The operator is not is unsupported");
    assert!(
        errors[4].starts_with("Error in the JQL Query"),
        "{errors:?}"
    );
    assert_eq!(errors[5], "The clause ORDER BY is unsupported");
    assert_eq!(errors[6], "The operator NOT is unsupported");
    assert_eq!(errors[7], "The operand currentUser() is unsupported");
    assert_eq!(errors[8], "The event worklog_created is unsupported");
}

#[tokio::test]
async fn a_body_that_is_no_registration_is_refused_whole() {
    let scene = Scene::new().await;
    for body in [
        json!({"webhooks": [item("project = SHOP")]}),
        json!({"url": "http://hooks.example.com/", "webhooks": [item("project = SHOP")]}),
        json!({"url": "ftp://127.0.0.1/", "webhooks": [item("project = SHOP")]}),
        json!({"url": URL}),
        json!({"url": URL, "webhooks": []}),
        json!({"url": URL, "webhooks": [{"events": ["comment_created"]}]}),
        json!({"url": URL, "webhooks": [{"jqlFilter": "project = SHOP"}]}),
        json!({"url": URL, "webhooks": [{"jqlFilter": "project = SHOP", "events": []}]}),
        json!({"url": URL, "webhooks": [{"jqlFilter": "project = SHOP", "events": "comment_created"}]}),
        json!({"url": URL, "name": "mine", "webhooks": [item("project = SHOP")]}),
    ] {
        let reply = scene.ask_as(&scene.token, "POST", "webhook", &body).await;
        assert_eq!(reply.status, 400, "{body}");
        assert!(reply.json()["errorMessages"][0].is_string());
    }
    for body in [json!({}), json!({"webhookIds": []})] {
        for (method, tail) in [("PUT", "webhook/refresh"), ("DELETE", "webhook")] {
            let reply = scene.ask_as(&scene.token, method, tail, &body).await;
            assert_eq!(reply.status, 400, "{method} {body}");
        }
    }
    assert_eq!(scene.ask("GET", "webhook", Value::Null).await["total"], 0);
}

#[tokio::test]
async fn scopes_are_the_classic_pair_or_the_granular_ones() {
    let scene = Scene::new().await;
    let register = json!({"url": URL, "webhooks": [item("project = SHOP")]});
    let ids = json!({"webhookIds": [1]});
    let calls = [
        (
            "POST",
            "webhook",
            &register,
            "read:field:jira read:project:jira write:webhook:jira",
            200,
        ),
        (
            "GET",
            "webhook",
            &Value::Null,
            "read:webhook:jira read:jql:jira",
            200,
        ),
        (
            "PUT",
            "webhook/refresh",
            &ids,
            "write:webhook:jira read:webhook:jira",
            200,
        ),
        ("DELETE", "webhook", &ids, "delete:webhook:jira", 202),
    ];
    for (method, tail, body, granular, status) in calls {
        for scopes in [SCOPES, granular] {
            let token = scene.cloud.connect("Bruno", "Acme", scopes).await.access;
            let reply = scene.ask_as(&token, method, tail, body).await;
            assert_eq!(
                reply.status, status,
                "{method} {tail} with {scopes}: {}",
                reply.text
            );
        }
        for scopes in ["read:jira-work", "manage:jira-webhook", "read:webhook:jira"] {
            let token = scene.cloud.connect("Bruno", "Acme", scopes).await.access;
            let reply = scene.ask_as(&token, method, tail, body).await;
            let refused = json!({"code": 401, "message": "Unauthorized; scope does not match"});
            assert_eq!(
                reply.answer(),
                (401, refused),
                "{method} {tail} with {scopes}"
            );
        }
    }
    let token = scene.cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let failed = scene
        .ask_as(&token, "GET", "webhook/failed", &Value::Null)
        .await;
    assert_eq!(failed.status, 403, "only Connect apps are told");
}

#[tokio::test]
async fn lists_have_pages_and_what_was_registered() {
    let scene = Scene::new().await;
    let narrow = json!({"jqlFilter": "project = SHOP", "events": ["jira:issue_updated", "comment_created"],
        "fieldIdsFilter": ["status"], "issuePropertyKeysFilter": ["mine"]});
    scene
        .results(
            &scene.token,
            URL,
            json!([narrow, item("project = MOB"), item("project = OPS")]),
        )
        .await;
    let page = scene
        .ask("GET", "webhook?startAt=0&maxResults=2", Value::Null)
        .await;
    let facts = ["total", "startAt", "maxResults", "isLast"].map(|name| page[name].clone());
    assert_eq!(facts, [json!(3), json!(0), json!(2), json!(false)]);
    let expected = json!({"id": 1, "url": URL, "jqlFilter": "project = SHOP",
        "events": ["jira:issue_updated", "comment_created"], "fieldIdsFilter": ["status"],
        "issuePropertyKeysFilter": ["mine"], "expirationDate": "2026-10-31T12:00:00.000+0000"});
    assert_eq!(page["values"][0], expected);
    let next = page["nextPage"].as_str().unwrap();
    let next = next.split_once("/rest/api/3/").unwrap().1;
    let rest = scene.ask("GET", next, Value::Null).await;
    assert_eq!(
        (&rest["values"][0]["id"], &rest["isLast"]),
        (&json!(3), &json!(true))
    );

    scene
        .switch(json!({"list_url": "absent", "expiration": "integer"}))
        .await;
    let row = scene.ask("GET", "webhook", Value::Null).await["values"][0].clone();
    assert_eq!(row["url"], Value::Null);
    assert_eq!(row["expirationDate"], 1_793_448_000_000_i64);
    let refreshed = scene
        .ask("PUT", "webhook/refresh", json!({"webhookIds": [1]}))
        .await;
    assert_eq!(refreshed, json!({"expirationDate": 1_793_448_000_000_i64}));
}

#[tokio::test]
async fn refreshes_and_deletions_leave_out_what_is_not_there_without_a_word() {
    let scene = Scene::new().await;
    scene
        .results(
            &scene.token,
            URL,
            json!([item("project = SHOP"), item("project = MOB")]),
        )
        .await;
    scene.cloud.advance(15 * 24 * 3_600).await;
    let token = scene.cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let scene = Scene { token, ..scene };
    let refreshed = scene
        .ask("PUT", "webhook/refresh", json!({"webhookIds": [2, 77, -1]}))
        .await;
    assert_eq!(
        refreshed,
        json!({"expirationDate": "2026-11-15T12:00:00.000+0000"})
    );
    let dates = async || {
        let list = scene.ask("GET", "webhook", Value::Null).await;
        let values = list["values"].as_array().unwrap().clone();
        values
            .iter()
            .map(|row| row["expirationDate"].as_str().unwrap()[..10].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(dates().await, ["2026-10-31", "2026-11-15"]);
    let unknown = scene
        .ask("PUT", "webhook/refresh", json!({"webhookIds": [77]}))
        .await;
    assert!(
        unknown["expirationDate"].is_string(),
        "a lost id is refreshed, as it says"
    );

    let ada = scene.cloud.connect("Ada", "Acme", SCOPES).await.access;
    let foreign = scene
        .ask_as(&ada, "DELETE", "webhook", &json!({"webhookIds": [1, 2]}))
        .await;
    assert_eq!((foreign.status.as_u16(), foreign.text.as_str()), (202, ""));
    assert_eq!(dates().await.len(), 2, "Ada's request leaves Bruno's alone");
    scene.switch(json!({"delete_status": "204"})).await;
    let own = scene
        .ask_as(
            &scene.token,
            "DELETE",
            "webhook",
            &json!({"webhookIds": [1, 77]}),
        )
        .await;
    assert_eq!(own.status, 204);
    assert_eq!(dates().await, ["2026-11-15"]);
}

#[tokio::test]
async fn every_version_serves_the_calls_and_ids_are_counted_on_each_site() {
    let scene = Scene::new().await;
    let ada = scene.cloud.connect("Ada", "Globex", SCOPES).await.access;
    let body = json!({"url": URL, "webhooks": [item("project != null")]});
    for (version, id) in [("2", 1), ("latest", 2), ("3", 3)] {
        let path = scene
            .cloud
            .software("Globex", &format!("api/{version}/webhook"));
        let reply = scene.cloud.post(&path, &ada, &body).await;
        let expected = json!({"webhookRegistrationResult": [{"createdWebhookId": id}]});
        assert_eq!(reply.answer(), (200, expected));
    }
    let results = scene
        .results(&scene.token, URL, json!([item("project != null")]))
        .await;
    assert_eq!(results, [json!({"createdWebhookId": 1})]);
}

#[tokio::test]
async fn registrations_and_what_waits_are_kept_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let open = async || {
        let sandbox = juncture_sandbox::Sandbox::open(crate::support::still(), file.clone());
        Cloud::of(sandbox.unwrap()).await
    };
    let scene = Scene::on(open().await).await;
    scene.register(&["jira:issue_updated"]).await;
    scene.trouble(json!({"hold": true})).await;
    scene.edit("SHOP-1", "Before the restart").await;
    let Scene {
        token, receiver, ..
    } = scene;
    let scene = Scene {
        cloud: open().await,
        token,
        receiver,
    };
    scene.trouble(json!({"hold": false})).await;
    scene.edit("SHOP-1", "After the restart").await;
    let heard = scene.heard().await;
    let mut summaries: Vec<_> = heard
        .iter()
        .map(|taken| taken.json()["issue"]["fields"]["summary"].clone())
        .collect();
    summaries.sort_by_key(ToString::to_string);
    assert_eq!(summaries, ["After the restart", "Before the restart"]);
    let _: Receiver = scene.receiver;
}
