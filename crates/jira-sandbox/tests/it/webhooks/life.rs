//! What a registration lives through, and what it may tell its owner.

use serde_json::{Value, json};

use super::{SCOPES, SECRET, Scene, document, events};

const DAY: i64 = 24 * 3_600;

impl Scene {
    /// A new hour for Bruno.
    async fn again(self) -> Self {
        let token = self.cloud.connect("Bruno", "Acme", SCOPES).await.access;
        Self { token, ..self }
    }
}

#[tokio::test]
async fn thirty_days_without_a_refresh_end_it_without_a_word() {
    let scene = Scene::new().await;
    scene.register(&["jira:issue_updated"]).await;
    scene.cloud.advance(30 * DAY - 1).await;
    let scene = scene.again().await;
    scene.edit("SHOP-1", "The last second").await;
    assert_eq!(scene.heard_one().await.event(), "jira:issue_updated");
    scene.cloud.advance(1).await;
    scene.edit("SHOP-1", "The first second after").await;
    assert!(scene.heard().await.is_empty());
}

#[tokio::test]
async fn what_becomes_of_expired_ones_is_a_switch() {
    for (switch, listed, revives) in [
        ("listed_and_revivable", 1, true),
        ("listed_and_dead", 1, false),
        ("gone", 0, false),
    ] {
        let scene = Scene::new().await;
        scene.switch(json!({"expired": switch})).await;
        let id = scene.register(&["jira:issue_updated"]).await;
        let site = scene.cloud.site("Acme");
        scene
            .cloud
            .control(
                "webhooks/registrations",
                json!({"site_id": site, "id": id, "do": "expire"}),
            )
            .await;
        let list = scene.ask("GET", "webhook", Value::Null).await;
        assert_eq!(list["total"], listed, "{switch}");
        scene
            .ask("PUT", "webhook/refresh", json!({"webhookIds": [id]}))
            .await;
        scene.edit("SHOP-1", switch).await;
        assert_eq!(!scene.heard().await.is_empty(), revives, "{switch}");
        scene.cloud.advance(121 * DAY).await;
        let scene = scene.again().await;
        let list = scene.ask("GET", "webhook", Value::Null).await;
        assert_eq!(list["total"], 0, "{switch}: three months are the end");
    }
}

#[tokio::test]
async fn expired_ones_count_among_the_five_by_switch() {
    for (counts, taken) in [(false, 5), (true, 4)] {
        let scene = Scene::new().await;
        scene.switch(json!({"expired_counts": counts})).await;
        let id = scene.register(&["jira:issue_updated"]).await;
        let site = scene.cloud.site("Acme");
        scene
            .cloud
            .control(
                "webhooks/registrations",
                json!({"site_id": site, "id": id, "do": "expire"}),
            )
            .await;
        let items =
            vec![json!({"jqlFilter": "project = SHOP", "events": ["jira:issue_updated"]}); 5];
        let results = scene
            .results(&scene.token, &scene.receiver.url, items.into())
            .await;
        let made = results
            .iter()
            .filter(|row| row["createdWebhookId"].is_number());
        assert_eq!(made.count(), taken, "counts: {counts}");
    }
}

#[tokio::test]
async fn one_that_is_lost_is_not_listed_and_one_that_is_mute_is() {
    let scene = Scene::new().await;
    let site = scene.cloud.site("Acme");
    let id = scene.register(&["jira:issue_updated"]).await;
    for (act, listed, heard) in [("mute", 1, 0), ("unmute", 1, 1), ("lose", 0, 0)] {
        scene
            .cloud
            .control(
                "webhooks/registrations",
                json!({"site_id": site, "id": id, "do": act}),
            )
            .await;
        let list = scene.ask("GET", "webhook", Value::Null).await;
        assert_eq!(list["total"], listed, "{act}");
        let refreshed = scene
            .ask("PUT", "webhook/refresh", json!({"webhookIds": [id]}))
            .await;
        assert!(refreshed["expirationDate"].is_string(), "{act}");
        scene.edit("SHOP-1", act).await;
        assert_eq!(scene.heard().await.len(), heard, "{act}");
    }
}

#[tokio::test]
async fn a_revoked_grant_silences_its_registrations_or_not() {
    let scene = Scene::new().await;
    scene.register(&["jira:issue_updated"]).await;
    let ada = scene.cloud.connect("Ada", "Acme", SCOPES).await.access;
    scene
        .cloud
        .control("revoke", json!({"account_id": scene.cloud.person("Bruno")}))
        .await;
    for (switch, heard) in [("stops", 0), ("goes_on", 1)] {
        scene.switch(json!({"after_revocation": switch})).await;
        let body = json!({"fields": {"summary": switch}});
        scene.ask_as(&ada, "PUT", "issue/SHOP-1", &body).await;
        let taken = scene.heard().await;
        assert_eq!(taken.len(), heard, "{switch}");
        for taken in taken {
            assert!(taken.claims(SECRET)["iat"].is_number());
        }
    }
}

#[tokio::test]
async fn a_private_app_sends_to_its_owner_alone() {
    let scene = Scene::new().await;
    scene.register(&["jira:issue_updated"]).await;
    let ada = scene.cloud.connect("Ada", "Acme", SCOPES).await.access;
    let item = json!([{"jqlFilter": "project = SHOP", "events": ["jira:issue_updated"]}]);
    let results = scene.results(&ada, &scene.receiver.url, item).await;
    scene.switch(json!({"private_app": true})).await;
    scene.edit("SHOP-1", "Private").await;
    let id = &results[0]["createdWebhookId"];
    assert_eq!(
        scene.heard_one().await.json()["matchedWebhookIds"],
        json!([id])
    );
}

#[tokio::test]
async fn what_the_owner_may_not_see_is_sent_or_not() {
    let scene = Scene::new().await;
    scene
        .register(&["jira:issue_updated", "comment_created"])
        .await;
    let ada = scene.cloud.connect("Ada", "Acme", SCOPES).await.access;
    let site = scene.cloud.site("Acme");
    let hide = json!({"site_id": site, "account_id": scene.cloud.person("Bruno"), "project": "OPS", "deny": ["BROWSE_PROJECTS"]});
    scene.cloud.control("permissions", hide).await;
    let restricted = json!({"body": document("Among us"), "visibility": {"type": "group", "value": "jira-admins-acme"}});
    for (switch, heard) in [
        ("not_sent", vec![]),
        ("sent", vec!["comment_created", "jira:issue_updated"]),
    ] {
        scene.switch(json!({"invisible_issue": switch})).await;
        let edit = json!({"fields": {"summary": switch}});
        let edited = scene.ask_as(&ada, "PUT", "issue/OPS-1", &edit).await;
        assert_eq!(edited.status, 204);
        let said = scene
            .ask_as(&ada, "POST", "issue/SHOP-1/comment", &restricted)
            .await;
        assert_eq!(said.status, 201, "{}", said.text);
        assert_eq!(events(&scene.heard().await), heard, "{switch}");
    }
}

#[tokio::test]
async fn an_issue_that_leaves_the_filter_is_told_once_more_or_not() {
    let scene = Scene::new().await;
    scene
        .register_where("project = SHOP", &["jira:issue_updated"])
        .await;
    let site = scene.cloud.site("Acme");
    for (switch, issue, heard) in [("sent", "SHOP-1", 1), ("not_sent", "SHOP-2", 0)] {
        scene.switch(json!({"move_out_of_filter": switch})).await;
        let change = json!({"site_id": site, "move": [{"issue": issue, "to": "OPS"}]});
        let moved = scene.cloud.control("issues", change).await;
        assert_eq!(scene.heard().await.len(), heard, "{switch}");
        scene
            .edit(moved["moved"][0].as_str().unwrap(), "Out of sight")
            .await;
        assert!(
            scene.heard().await.is_empty(),
            "{switch}: it no longer matches"
        );
    }
}

#[tokio::test]
async fn sprint_events_need_the_scope_of_sprints_by_switch() {
    let scene = Scene::new().await;
    scene
        .register(&["sprint_created", "jira:version_created"])
        .await;
    let site = scene.cloud.site("Acme");
    let board = scene.cloud.site_row("Acme")["boards"][0]["id"].clone();
    let sprint = json!({"site_id": site, "create": {"board": board, "name": "Next"}});
    let version = json!({"site_id": site, "project": "SHOP", "create": "9.0"});
    for (switch, scopes, heard) in [
        (
            "with_classic_scopes",
            SCOPES.to_owned(),
            vec!["jira:version_created", "sprint_created"],
        ),
        (
            "need_sprint_scope",
            SCOPES.to_owned(),
            vec!["jira:version_created"],
        ),
        (
            "need_sprint_scope",
            format!("{SCOPES} read:sprint:jira-software"),
            vec!["jira:version_created", "sprint_created"],
        ),
    ] {
        scene.switch(json!({"software_events": switch})).await;
        scene.cloud.connect("Bruno", "Acme", &scopes).await;
        scene.cloud.control("sprints", sprint.clone()).await;
        scene.cloud.control("versions", version.clone()).await;
        assert_eq!(
            events(&scene.heard().await),
            heard,
            "{switch} with {scopes}"
        );
    }
}
