//! What becomes of tokens that callers have: no refresh that nobody needs ends one of them before its time.

use jiff::SignedDuration;
use juncture_server::failure::Failure;
use juncture_server::oauth::{Expiry, Profile, RefreshTokens};
use juncture_server::provider::Provider as _;
use juncture_server::upkeep;

use super::host::{Life, Manners, Rotation};
use super::scene::{HOUR, Scene, dead};
use crate::support::TestApp;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A provider whose refreshes end the old access token, if `kills`.
async fn rotating(kills_old_access: bool) -> Scene {
    let manners = Manners {
        rotation: Rotation::Rotating { kills_old_access },
        ..Manners::default()
    };
    Scene::of(manners, |plain| Profile {
        refresh: RefreshTokens::Rotating {
            replay: None,
            kills_old_access,
        },
        ..plain
    })
    .await
}

/// What each server does every minute.
async fn upkeep(app: &TestApp) {
    let tokens = &app.app.tokens;
    upkeep::refresh_ahead(tokens);
    upkeep::refresh_idle(tokens).await.unwrap();
    upkeep::resume(tokens).await.unwrap();
    upkeep::correct(tokens).await.unwrap();
    app.settle().await;
}

#[tokio::test]
async fn a_token_that_was_handed_out_is_never_killed_by_refreshing_ahead() {
    let scene = rotating(true).await;
    scene.connect("a").await;
    let other = scene.app.replica().await;
    let path = "/api/backend/connection-info/get-access-token?external_id=a&provider=crooked";
    let mut handed_out = Vec::new();
    // Every ten seconds for five hours, by two servers in turn.
    for step in 0..5 * 360 {
        let server = if step % 2 == 0 { &scene.app } else { &other };
        let told = server.get(path).await.expect(200);
        let end: jiff::Timestamp = told["expires_at"].as_str().unwrap().parse().unwrap();
        handed_out.push((told["access_token"].as_str().unwrap().to_owned(), end));
        if step % 6 == 0 {
            upkeep(server).await;
        }
        let now = scene.app.clock_now();
        handed_out.retain(|(_, end)| *end > now);
        handed_out.dedup();
        for (token, end) in &handed_out {
            assert!(scene.host.takes(token), "step {step}: {token} until {end}");
        }
        scene.advance(SignedDuration::from_secs(10)).await;
    }
    let refreshes = scene.requests() - 1;
    assert!((4..=6).contains(&refreshes), "{refreshes}");
}

#[tokio::test]
async fn where_nobody_is_harmed_a_token_is_refreshed_ahead() {
    for (kills, expected) in [(false, 1), (true, 0)] {
        let scene = rotating(kills).await;
        scene.connect("a").await;
        scene.token().await;
        scene.advance(MINUTE * 56).await;
        upkeep(&scene.app).await;
        assert_eq!(scene.requests() - 1, expected, "{kills}");
        // A token in use is refreshed when it has ended, before anybody must wait for it.
        scene.token().await;
        scene.advance(MINUTE * 3).await;
        upkeep(&scene.app).await;
        assert_eq!(scene.requests() - 1, 1, "{kills}");
    }
}

#[tokio::test]
async fn a_token_that_is_refused_on_use_is_replaced_at_once_if_it_can_be() {
    let scene = rotating(true).await;
    scene.connect("a").await;
    let tokens = &scene.app.app.tokens;
    let id = scene.stored().await.id;
    let provider = scene.crooked.name();
    let worn = tokens
        .access(&scene.stored().await, tokens.held.begin_load())
        .await
        .unwrap();
    let fresh = tokens.replace(id, provider, &worn).await.unwrap();
    assert_eq!(scene.requests(), 2);
    assert_ne!(worn.version, fresh.version);
    // Who comes later with the old one gets the new one.
    let again = tokens.replace(id, provider, &worn).await.unwrap();
    assert_eq!(again.version, fresh.version);
    assert_eq!(scene.requests(), 2);
}

#[tokio::test]
async fn without_a_refresh_token_a_refusal_on_use_ends_the_connection_without_a_token_request() {
    let manners = Manners {
        life: Life::Absent,
        rotation: Rotation::NoRefreshTokens,
        ..Manners::default()
    };
    let scene = Scene::of(manners, |plain| Profile {
        expiry: Expiry::Never,
        refresh: RefreshTokens::None,
        ..plain
    })
    .await;
    scene.connect("a").await;
    let tokens = &scene.app.app.tokens;
    let stored = scene.stored().await;
    let refused = tokens
        .access(&stored, tokens.held.begin_load())
        .await
        .unwrap();
    let outcome = tokens
        .replace(stored.id, scene.crooked.name(), &refused)
        .await;
    assert!(
        matches!(outcome, Err(Failure::NeedsReauthorization)),
        "{outcome:?}"
    );
    assert_eq!(scene.refusal().await, dead());
    assert_eq!(scene.validity().await["is_invalid"], true);
    assert_eq!(scene.requests(), 1);
    scene.connect("a").await;
    assert_eq!(scene.validity().await["is_invalid"], false);
    scene.token().await;
}

#[tokio::test]
async fn only_a_grant_that_dies_of_disuse_is_kept_alive() {
    for (idle_lifetime, refreshes) in [(None, 0), (Some(DAY * 60), 3), (Some(DAY * 7), 29)] {
        let scene = Scene::of(Manners::default(), |plain| Profile {
            idle_lifetime,
            ..plain
        })
        .await;
        scene.connect("a").await;
        let mut longest = SignedDuration::ZERO;
        for _ in 0..2 * 190 {
            scene.advance(HOUR * 12).await;
            let unused = scene.stored().await.refresh.refreshed_at;
            longest = longest.max(scene.app.clock_now().duration_since(unused));
            upkeep(&scene.app).await;
        }
        assert_eq!(scene.requests() - 1, refreshes, "{idle_lifetime:?}");
        assert!(idle_lifetime.is_none_or(|life| longest < life), "{longest}");
    }
}
