//! Refresh tokens: rotation, leeway, and the ends of their lives.

use serde_json::json;

use crate::support::{Cloud, SCOPES, tokens};

#[tokio::test]
async fn refresh_tokens_come_with_offline_access_only() {
    let cloud = Cloud::new().await;
    let code = cloud.consent("Bruno", "Acme", "read:jira-work").await;
    assert!(
        cloud
            .redeem(&code)
            .await
            .json()
            .get("refresh_token")
            .is_none()
    );
}

#[tokio::test]
async fn used_refresh_token_may_be_used_again_within_the_leeway() {
    let cloud = Cloud::new().await;
    let first = cloud.connect("Bruno", "Acme", SCOPES).await;
    let second = tokens(&cloud.refresh(&first.refresh).await);
    cloud.advance(599).await;
    let third = tokens(&cloud.refresh(&first.refresh).await);
    assert_ne!(second.refresh, third.refresh);
    assert_eq!(cloud.refresh(&second.refresh).await.status, 200);
    assert_eq!(cloud.refresh(&third.refresh).await.status, 200);
}

#[tokio::test]
async fn reused_refresh_token_outside_leeway_revokes_the_family() {
    let cloud = Cloud::new().await;
    let first = cloud.connect("Bruno", "Acme", SCOPES).await;
    let second = tokens(&cloud.refresh(&first.refresh).await);
    let other = cloud.connect("Bruno", "Acme", SCOPES).await;
    cloud.advance(600).await;
    assert_eq!(cloud.refresh(&first.refresh).await.status, 403);
    assert_eq!(
        cloud.refresh(&second.refresh).await.status,
        403,
        "the family is dead"
    );
    assert_eq!(
        cloud.refresh(&other.refresh).await.status,
        200,
        "another consent's family lives"
    );
}

#[tokio::test]
async fn strict_leeway_of_zero_refuses_any_reuse() {
    let cloud = Cloud::new().await;
    cloud
        .control("switches", json!({"leeway_seconds": 0}))
        .await;
    let first = cloud.connect("Bruno", "Acme", SCOPES).await;
    let second = tokens(&cloud.refresh(&first.refresh).await);
    assert_eq!(cloud.refresh(&first.refresh).await.status, 403);
    assert_eq!(cloud.refresh(&second.refresh).await.status, 403);
}

#[tokio::test]
async fn refresh_tokens_die_of_ninety_idle_days_and_each_rotation_starts_them_anew() {
    let cloud = Cloud::new().await;
    let day = 24 * 60 * 60;
    let first = cloud.connect("Bruno", "Acme", SCOPES).await;
    cloud.advance(90 * day - 1).await;
    let second = tokens(&cloud.refresh(&first.refresh).await);
    cloud.advance(90 * day - 1).await;
    let third = tokens(&cloud.refresh(&second.refresh).await);
    cloud.advance(90 * day).await;
    assert_eq!(cloud.refresh(&third.refresh).await.status, 403);
}

#[tokio::test]
async fn a_family_dies_after_a_year_unless_the_switch_says_otherwise() {
    let cloud = Cloud::new().await;
    let month = 30 * 24 * 60 * 60;
    let mut token = cloud.connect("Bruno", "Acme", SCOPES).await.refresh;
    for _ in 0..12 {
        cloud.advance(month).await;
        token = tokens(&cloud.refresh(&token).await).refresh;
    }
    cloud.advance(month).await;
    assert_eq!(cloud.refresh(&token).await.status, 403);
    cloud
        .control("switches", json!({"absolute_expiry": false}))
        .await;
    assert_eq!(cloud.refresh(&token).await.status, 200);
}

#[tokio::test]
async fn a_refresh_token_can_be_inspected_without_being_used() {
    let cloud = Cloud::new().await;
    let day = 24 * 60 * 60;
    let inspect = async |token: &str| {
        let reply = cloud
            .control("tokens/inspect", json!({"refresh_token": token}))
            .await;
        (
            reply["is_accepted"].as_bool().unwrap(),
            reply["why"].as_str().unwrap().to_owned(),
        )
    };
    let accepted = |why: &str| (true, why.to_owned());
    let refused = |why: &str| (false, why.to_owned());
    assert_eq!(inspect("made up").await, refused("unknown"));
    let first = cloud.connect("Bruno", "Acme", SCOPES).await.refresh;
    for _ in 0..2 {
        assert_eq!(inspect(&first).await, accepted("unused"));
    }
    let second = tokens(&cloud.refresh(&first).await).refresh;
    cloud.advance(599).await;
    assert_eq!(inspect(&first).await, accepted("within_leeway"));
    cloud.advance(1).await;
    for _ in 0..2 {
        assert_eq!(inspect(&first).await, refused("used_up"));
    }
    assert_eq!(
        inspect(&second).await,
        accepted("unused"),
        "to look at the first did not use it"
    );
    cloud.refresh(&first).await;
    for token in [&first, &second] {
        assert_eq!(inspect(token).await, refused("family_reused"));
    }
    let other = cloud.connect("Bruno", "Acme", SCOPES).await.refresh;
    cloud.advance(90 * day).await;
    assert_eq!(inspect(&other).await, refused("idle"));
    cloud.advance(275 * day).await;
    assert_eq!(inspect(&other).await, refused("too_old"));
    let last = cloud.connect("Bruno", "Acme", SCOPES).await.refresh;
    cloud
        .control("revoke", json!({"account_id": cloud.person("Bruno")}))
        .await;
    assert_eq!(inspect(&last).await, refused("revoked"));
}

#[tokio::test]
async fn access_tokens_live_for_an_hour_unless_the_switch_says_otherwise() {
    let cloud = Cloud::new().await;
    let path = cloud.api("Acme", "myself");
    let status = async |token: &str| cloud.get(&path, token).await.status.as_u16();
    let first = cloud.connect("Bruno", "Acme", SCOPES).await;
    cloud
        .control("switches", json!({"access_token_seconds": 70}))
        .await;
    let reply = cloud.refresh(&first.refresh).await;
    assert_eq!(reply.json()["expires_in"], 70);
    let second = tokens(&reply);
    cloud.advance(69).await;
    assert_eq!(status(&second.access).await, 200);
    cloud.advance(1).await;
    assert_eq!(status(&second.access).await, 401);
    assert_eq!(
        status(&first.access).await,
        200,
        "it was issued for an hour"
    );
    cloud.advance(3_600 - 70).await;
    assert_eq!(status(&first.access).await, 401);
}
