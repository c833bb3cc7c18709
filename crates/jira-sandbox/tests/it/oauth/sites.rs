//! What a grant reaches, and how it ends.

use serde_json::json;

use crate::support::{CALLBACK, Cloud, SCOPES, redirect_parameter, tokens};

#[tokio::test]
async fn second_grant_of_an_account_shows_the_sites_of_both_to_either_token() {
    let cloud = Cloud::new().await;
    let first = cloud.connect("Esther", "Globex", SCOPES).await.access;
    assert_eq!(site_names(&cloud, &first).await, ["Globex"]);
    let second = cloud.connect("Esther", "Initech", SCOPES).await.access;
    assert_eq!(site_names(&cloud, &second).await, ["Globex", "Initech"]);
    assert_eq!(site_names(&cloud, &first).await, ["Globex", "Initech"]);
    assert_eq!(
        cloud
            .get(&cloud.api("Initech", "field"), &first)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn site_restricted_grants_keep_each_token_to_its_site() {
    let cloud = Cloud::new().await;
    cloud
        .control("switches", json!({"site_restricted_grants": true}))
        .await;
    let first = cloud.connect("Esther", "Globex", SCOPES).await;
    let second = cloud.connect("Esther", "Initech", SCOPES).await;
    assert_eq!(site_names(&cloud, &first.access).await, ["Globex"]);
    assert_eq!(site_names(&cloud, &second.access).await, ["Initech"]);
    let rotated = tokens(&cloud.refresh(&first.refresh).await);
    assert_eq!(site_names(&cloud, &rotated.access).await, ["Globex"]);
}

#[tokio::test]
async fn later_consent_replaces_the_scopes_of_tokens_already_out() {
    let cloud = Cloud::new().await;
    let first = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "project/search");
    assert_eq!(cloud.get(&path, &first).await.status, 200);
    cloud.connect("Bruno", "Acme", "read:jira-user").await;
    let expected = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    assert_eq!(cloud.get(&path, &first).await.answer(), (401, expected));
}

#[tokio::test]
async fn one_site_is_listed_twice_for_who_uses_confluence_too() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Ada", "Acme", SCOPES).await.access;
    let list = cloud
        .get("/oauth/token/accessible-resources", &token)
        .await
        .json();
    let entries = list.as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["id"], entries[1]["id"]);
    assert_ne!(entries[0]["scopes"], entries[1]["scopes"]);
    for entry in entries {
        let picture = entry["avatarUrl"].as_str().unwrap();
        let path = picture.strip_prefix("http://sandbox.test:8080").unwrap();
        assert_eq!(
            cloud.get(path, "").await.header("content-type"),
            "image/svg+xml"
        );
    }
}

#[tokio::test]
async fn order_of_sites_is_not_to_be_trusted() {
    let cloud = Cloud::new().await;
    cloud.connect("Ada", "Acme", SCOPES).await;
    cloud.connect("Ada", "Globex", SCOPES).await;
    let token = cloud.connect("Ada", "Initech", SCOPES).await.access;
    let mut orders = std::collections::BTreeSet::new();
    for _ in 0..100 {
        orders.insert(
            cloud
                .get("/oauth/token/accessible-resources", &token)
                .await
                .text,
        );
    }
    assert!(orders.len() > 1);
}

#[tokio::test]
async fn somebody_without_a_site_may_allow_and_reaches_nothing() {
    let cloud = Cloud::new().await;
    let person = cloud.person("Frida");
    let reply = cloud
        .decide(&[
            ("client_id", "sandbox-client"),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", SCOPES),
            ("account_id", &person),
            ("decision", "allow"),
        ])
        .await;
    let token = tokens(&cloud.redeem(&redirect_parameter(&reply, "code")).await).access;
    let list = cloud.get("/oauth/token/accessible-resources", &token).await;
    assert_eq!(list.answer(), (200, json!([])));
}

#[tokio::test]
async fn profile_needs_its_own_scope() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", "read:me").await.access;
    let body = cloud.get("/me", &token).await.json();
    assert_eq!(body["account_id"], json!(cloud.person("Bruno")));
    assert_eq!(body["email"], "bruno.okafor@people.example");
    cloud.connect("Bruno", "Acme", SCOPES).await;
    assert_eq!(cloud.get("/me", &token).await.status, 401);
    assert_eq!(
        cloud.get("/me", "").await.answer(),
        (401, json!({"code": 401, "message": "Unauthorized"}))
    );
}

#[tokio::test]
async fn revoking_the_app_kills_every_token_and_code_at_once() {
    let cloud = Cloud::new().await;
    let tokens = cloud.connect("Bruno", "Acme", SCOPES).await;
    let code = cloud.consent("Bruno", "Acme", SCOPES).await;
    let other = cloud.connect("Esther", "Globex", SCOPES).await;
    let account = json!({"account_id": cloud.person("Bruno")});
    assert_eq!(cloud.control("revoke", account).await["revoked"], true);
    assert_eq!(
        cloud
            .get(&cloud.api("Acme", "field"), &tokens.access)
            .await
            .status,
        401
    );
    assert_eq!(cloud.refresh(&tokens.refresh).await.status, 403);
    assert_eq!(cloud.redeem(&code).await.status, 400);
    assert_eq!(cloud.refresh(&other.refresh).await.status, 200);
}

async fn site_names(cloud: &Cloud, token: &str) -> Vec<String> {
    let list = cloud
        .get("/oauth/token/accessible-resources", token)
        .await
        .json();
    let names = list.as_array().unwrap().iter();
    let mut names: Vec<String> = names
        .map(|site| site["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}
