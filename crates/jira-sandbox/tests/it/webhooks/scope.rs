//! How many webhooks there may be, at which addresses, and whose they are.

use juncture_sandbox::Options;
use serde_json::{Value, json};

use super::{SCOPES, Scene};
use crate::support::{CALLBACK, Cloud, redirect_parameter, still, tokens};

const URL: &str = "https://hooks.example.com/a";
const OTHER: &str = "https://hooks.example.com/b";

fn items(count: usize) -> Value {
    vec![json!({"jqlFilter": "project = SHOP", "events": ["jira:issue_updated"]}); count].into()
}

fn errors(results: &[Value]) -> Vec<String> {
    let errors = results
        .iter()
        .map(|row| row["errors"][0].as_str().unwrap_or_default());
    errors.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_person_has_five_places_on_a_site() {
    let scene = Scene::new().await;
    let results = scene.results(&scene.token, URL, items(6)).await;
    let full = "No more than 5 webhooks are allowed per app and user.";
    assert_eq!(errors(&results), ["", "", "", "", "", full]);
    let ada = scene.cloud.connect("Ada", "Acme", SCOPES).await.access;
    assert_eq!(
        errors(&scene.results(&ada, URL, items(1)).await),
        [""],
        "Ada has places of her own"
    );
    scene.switch(json!({"refusal": "bad_request"})).await;
    let body = json!({"url": URL, "webhooks": items(5)});
    let reply = scene.ask_as(&ada, "POST", "webhook", &body).await;
    assert_eq!(
        reply.answer(),
        (400, json!({"errorMessages": [full], "errors": {}}))
    );
    assert_eq!(
        errors(&scene.results(&ada, URL, items(4)).await),
        [""; 4],
        "and none of the five was taken"
    );
}

#[tokio::test]
async fn an_app_has_one_url_within_a_scope_that_is_a_switch() {
    let other = "Only a single URL per app is allowed to be registered.";
    for (switch, same_site, other_site) in [
        ("app_site", other, ""),
        ("app_user_site", "", ""),
        ("app", other, other),
    ] {
        let scene = Scene::new().await;
        scene.switch(json!({"url_scope": switch})).await;
        scene.results(&scene.token, URL, items(1)).await;
        assert_eq!(
            errors(&scene.results(&scene.token, OTHER, items(1)).await),
            [other],
            "{switch}"
        );
        let ada = scene.cloud.connect("Ada", "Acme", SCOPES).await.access;
        assert_eq!(
            errors(&scene.results(&ada, OTHER, items(1)).await),
            [same_site],
            "{switch}"
        );
        let globex = scene.cloud.connect("Ada", "Globex", SCOPES).await.access;
        let path = scene.cloud.api("Globex", "webhook");
        let reply = scene
            .cloud
            .post(&path, &globex, &json!({"url": OTHER, "webhooks": items(1)}))
            .await;
        let results = reply.json()["webhookRegistrationResult"]
            .as_array()
            .unwrap()
            .clone();
        assert_eq!(errors(&results), [other_site], "{switch}");
        scene.switch(json!({"refusal": "bad_request"})).await;
        let body = json!({"url": "https://hooks.example.com/c", "webhooks": items(1)});
        let reply = scene.ask_as(&scene.token, "POST", "webhook", &body).await;
        assert_eq!(
            reply.answer(),
            (400, json!({"errorMessages": [other], "errors": {}})),
            "{switch}"
        );
    }
}

#[tokio::test]
async fn lists_are_of_the_person_or_of_the_app() {
    let scene = Scene::new().await;
    scene.results(&scene.token, URL, items(1)).await;
    let ada = scene.cloud.connect("Ada", "Acme", SCOPES).await.access;
    scene.results(&ada, URL, items(1)).await;
    for (switch, ids) in [("user", json!([2])), ("app", json!([1, 2]))] {
        scene.switch(json!({"list_scope": switch})).await;
        let list = scene
            .ask_as(&ada, "GET", "webhook", &Value::Null)
            .await
            .json();
        let found: Value = list["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].clone())
            .collect();
        assert_eq!(found, ids, "{switch}");
    }
    scene
        .ask_as(&ada, "DELETE", "webhook", &json!({"webhookIds": [1]}))
        .await;
    assert_eq!(
        scene.ask("GET", "webhook", Value::Null).await["total"],
        1,
        "the app's are all Ada's to delete"
    );
}

#[tokio::test]
async fn filters_for_all_issues_and_unknown_events_are_switches() {
    let scene = Scene::new().await;
    let item = |jql: &str, event: &str| json!({"jqlFilter": jql, "events": [event]});
    let items = json!([
        item("project != EMPTY", "comment_created"),
        item("project != null", "comment_created"),
        item("project = SHOP", "board_created")
    ]);
    let results = scene.results(&scene.token, URL, items.clone()).await;
    assert_eq!(
        errors(&results),
        ["", "", "The event board_created is unsupported"]
    );
    scene
        .switch(json!({"match_all": "only_projects", "unknown_event": "ignored"}))
        .await;
    let results = scene.results(&scene.token, URL, items).await;
    let refused = "The operand EMPTY is unsupported";
    assert_eq!(errors(&results), [refused, refused, ""]);
    let list = scene.ask("GET", "webhook", Value::Null).await;
    assert_eq!(list["values"][2]["events"], json!(["board_created"]));
}

/// Allows another app than the usual one, and returns its token.
async fn token_of(cloud: &Cloud, client_id: &str, secret: &str) -> String {
    let fields = [
        ("client_id", client_id),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", SCOPES),
        ("state", "s"),
        ("account_id", &cloud.person("Bruno")),
        ("site_id", &cloud.site("Acme")),
        ("decision", "allow"),
    ];
    let code = redirect_parameter(&cloud.decide(&fields).await, "code");
    let redeem = json!({"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK,
        "client_id": client_id, "client_secret": secret});
    tokens(&cloud.token(redeem).await).access
}

#[tokio::test]
async fn each_app_has_its_own_places_url_and_key() {
    let other = ("other-app".to_owned(), "other-secret".to_owned().into());
    let options = Options {
        other_apps: vec![other],
        webhook_hosts: vec!["juncture".to_owned()],
        ..still()
    };
    let scene = Scene::on(Cloud::with(options).await).await;
    let quiet = vec![json!({"jqlFilter": "project = MOB", "events": ["comment_created"]}); 5];
    let results = scene
        .results(&scene.token, "http://juncture:8000/hook", quiet.into())
        .await;
    assert_eq!(
        errors(&results),
        [""; 5],
        "plain HTTP to a host that the options name"
    );
    let other = token_of(&scene.cloud, "other-app", "other-secret").await;
    let results = scene.results(&other, &scene.receiver.url, items(1)).await;
    assert_eq!(results, [json!({"createdWebhookId": 6})]);
    let list = scene.ask_as(&other, "GET", "webhook", &Value::Null).await;
    assert_eq!(list.json()["total"], 1);
    scene.edit("SHOP-1", "For both").await;
    let heard = scene.heard_one().await;
    assert!(heard.claims("other-secret")["iat"].is_number());
}
