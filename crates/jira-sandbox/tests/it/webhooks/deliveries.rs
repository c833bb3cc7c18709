//! The requests that arrive: headers, tokens, addresses, and who gets what.

use serde_json::{Value, json};

use super::{SCOPES, SECRET, Scene, document, events};

#[tokio::test]
async fn requests_carry_a_token_of_the_apps_secret_and_the_headers_of_atlassians() {
    let scene = Scene::new().await;
    let id = scene.register(&["jira:issue_updated"]).await;
    scene.edit("SHOP-1", "Heard of").await;
    let heard = scene.heard_one().await;
    let bruno = scene.cloud.person("Bruno").replace(':', "%3A");
    assert_eq!(
        heard.target,
        format!("/jira/events?triggeredByUser={bruno}")
    );
    let now = 1_790_856_000;
    assert_eq!(heard.claims(SECRET), json!({"iat": now, "exp": now + 180}));
    for (name, value) in [
        ("content-type", Some("application/json; charset=utf-8")),
        ("user-agent", Some("Atlassian Webhook HTTP Client")),
        ("x-atlassian-webhook-flow", Some("Primary")),
        ("x-atlassian-webhook-retry", None),
        ("x-atlassian-webhook-trace", None),
    ] {
        assert_eq!(heard.header(name), value, "{name}");
    }
    assert!(
        !heard
            .header("x-atlassian-webhook-identifier")
            .unwrap()
            .is_empty()
    );
    let body = heard.json();
    assert_eq!(body["matchedWebhookIds"], json!([id]));
    assert_eq!(scene.state().await["deliveries"][0]["fate"], "delivered");
}

#[tokio::test]
async fn claims_and_the_form_of_the_address_are_switches() {
    let scene = Scene::new().await;
    let url = format!("{}?key=1", scene.receiver.url);
    let item = json!([{"jqlFilter": "project = SHOP", "events": ["jira:issue_updated"]}]);
    scene.results(&scene.token, &url, item).await;
    let site = scene.cloud.site("Acme");
    let now = 1_790_856_000;
    for (switches, claims, target) in [
        (
            json!({"jwt_claims": "none", "triggered_by_user": false}),
            json!({}),
            "/jira/events?key=1",
        ),
        (
            json!({"jwt_claims": "iat_exp_nbf_iss_aud", "url_query": "dropped"}),
            json!({"iat": now, "nbf": now, "exp": now + 180, "iss": site, "aud": "sandbox-client"}),
            "/jira/events",
        ),
        (
            json!({"jwt_claims": "iat_exp", "url_query": "kept", "triggered_by_user": true}),
            json!({"iat": now, "exp": now + 180}),
            "/jira/events?key=1&triggeredByUser=",
        ),
    ] {
        scene.switch(switches.clone()).await;
        scene.edit("SHOP-1", &switches.to_string()).await;
        let heard = scene.heard_one().await;
        assert_eq!(heard.claims(SECRET), claims, "{switches}");
        assert!(
            heard.target.starts_with(target),
            "{switches}: {}",
            heard.target
        );
        assert_eq!(
            heard.target.contains("triggeredByUser"),
            target.ends_with('=')
        );
    }
}

#[tokio::test]
async fn a_rotated_secret_signs_from_then_on_and_tokens_are_given_for_both() {
    let scene = Scene::new().await;
    scene.register(&["jira:issue_updated"]).await;
    scene.trouble(json!({"hold": true})).await;
    scene.edit("SHOP-1", "Before").await;
    scene
        .cloud
        .control("webhooks/secret", json!({"secret": "a new secret"}))
        .await;
    scene.trouble(json!({"hold": false})).await;
    let heard = scene.heard_one().await;
    assert!(
        heard.claims("a new secret")["iat"].is_number(),
        "signed when it leaves"
    );
    for secret in [SECRET, "a new secret"] {
        let code = scene.cloud.consent("Ada", "Acme", SCOPES).await;
        let body = json!({"grant_type": "authorization_code", "code": code, "client_secret": secret,
            "redirect_uri": crate::support::CALLBACK});
        assert_eq!(scene.cloud.token(body).await.status, 200);
    }
}

#[tokio::test]
async fn filters_fields_and_properties_narrow_what_arrives() {
    let scene = Scene::new().await;
    let items = json!([
        {"jqlFilter": "project = MOB", "events": ["jira:issue_updated"]},
        {"jqlFilter": "issuekey IN (SHOP-1, SHOP-2) AND project != nobody", "events": ["jira:issue_updated", "comment_created"],
            "fieldIdsFilter": ["priority", "description"]},
        {"jqlFilter": "project = shop", "events": ["issue_property_set", "issue_property_deleted"],
            "issuePropertyKeysFilter": ["mine"]},
    ]);
    scene
        .results(&scene.token, &scene.receiver.url, items)
        .await;
    scene.edit("SHOP-1", "Not a field that is named").await;
    scene
        .ask(
            "PUT",
            "issue/SHOP-3",
            json!({"fields": {"description": document("of another issue")}}),
        )
        .await;
    scene
        .ask("PUT", "issue/SHOP-1/properties/other", json!(1))
        .await;
    assert_eq!(scene.heard().await.len(), 0);
    scene
        .ask(
            "PUT",
            "issue/SHOP-1",
            json!({"fields": {"description": document("told")}}),
        )
        .await;
    scene
        .ask(
            "POST",
            "issue/SHOP-2/comment",
            json!({"body": document("told, too")}),
        )
        .await;
    scene
        .ask("PUT", "issue/SHOP-9/properties/mine", json!({"a": 1}))
        .await;
    scene
        .ask("DELETE", "issue/SHOP-9/properties/mine", Value::Null)
        .await;
    scene.edit("MOB-1", "told").await;
    let heard = scene.heard().await;
    assert_eq!(
        events(&heard),
        [
            "comment_created",
            "issue_property_deleted",
            "issue_property_set",
            "jira:issue_updated",
            "jira:issue_updated"
        ]
    );
    let mut ids: Vec<_> = heard
        .iter()
        .map(|taken| taken.json()["matchedWebhookIds"][0].clone())
        .collect();
    ids.sort_by_key(Value::as_u64);
    assert_eq!(ids, [1, 2, 2, 3, 3]);
}

#[tokio::test]
async fn one_delivery_names_every_registration_of_a_person_that_matches() {
    let scene = Scene::new().await;
    scene.register(&["jira:issue_updated"]).await;
    scene
        .register_where("project = SHOP", &["jira:issue_updated"])
        .await;
    let ada = scene.cloud.connect("Ada", "Acme", SCOPES).await.access;
    let item = json!([{"jqlFilter": "project = SHOP", "events": ["jira:issue_updated"]}]);
    scene.results(&ada, &scene.receiver.url, item).await;
    scene.trouble(json!({"at_once": 1})).await;
    for (fanout, expected) in [
        ("one_per_user", vec![json!([3]), json!([1, 2])]),
        ("merged", vec![json!([1, 2, 3])]),
    ] {
        scene.switch(json!({"fanout": fanout})).await;
        scene.edit("SHOP-1", fanout).await;
        let heard = scene.heard().await;
        let ids: Vec<_> = heard
            .iter()
            .map(|taken| taken.json()["matchedWebhookIds"].clone())
            .collect();
        assert_eq!(ids, expected, "{fanout}");
        let mut identifiers: Vec<_> = heard
            .iter()
            .map(|taken| taken.header("x-atlassian-webhook-identifier"))
            .collect();
        identifiers.dedup();
        assert_eq!(
            identifiers.len(),
            heard.len(),
            "each has its own identifier"
        );
    }
}

#[tokio::test]
async fn traces_come_back_where_apps_may_have_them() {
    let scene = Scene::new().await;
    scene.register(&["jira:issue_updated"]).await;
    for (switch, expected) in [("absent", None), ("echoed", Some("ours 42"))] {
        scene.switch(json!({"trace": switch})).await;
        let request = axum::http::Request::put(scene.cloud.api("Acme", "issue/SHOP-1"))
            .header("authorization", format!("Bearer {}", scene.token))
            .header("content-type", "application/json")
            .header("x-atlassian-webhook-trace", "ours 42");
        let body = json!({"fields": {"summary": switch}}).to_string();
        scene.cloud.send(request.body(body.into()).unwrap()).await;
        let heard = scene.heard_one().await;
        assert_eq!(heard.header("x-atlassian-webhook-trace"), expected);
    }
    scene
        .edit("SHOP-1", "by a request that wrote nothing")
        .await;
    assert_eq!(
        scene.heard_one().await.header("x-atlassian-webhook-trace"),
        None
    );
}

#[tokio::test]
async fn nothing_leaves_this_machine() {
    let scene = Scene::new().await;
    let item = json!([{"jqlFilter": "project = SHOP", "events": ["jira:issue_updated"]}]);
    scene
        .results(&scene.token, "https://hooks.example.com/jira", item)
        .await;
    scene.edit("SHOP-1", "To nobody").await;
    scene.settle().await;
    let delivery = scene.state().await["deliveries"][0].clone();
    assert_eq!(
        delivery["attempts"][0]["problem"],
        "the sandbox sends by plain HTTP, to this machine only"
    );
    assert_eq!(
        (&delivery["attempts"][0]["status"], &delivery["retries"]),
        (&Value::Null, &json!(1))
    );
}
