//! The ways in which tokens are refreshed, one test each: the right verdict, after the right number of
//! token requests, at once.

use axum::http::StatusCode;
use juncture_server::oauth::{Judge, Parameters, Profile, RefreshTokens, Words};

use super::host::{Manners, Refuses, Rotation};
use super::scene::{HOUR, Scene, dead};

/// The verdict on a grant that the customer has taken back: after one token request, and no pause.
async fn dies_at_once(scene: &Scene) {
    scene.connect("a").await;
    scene.host.end_all();
    scene.advance(HOUR).await;
    let before = scene.requests();
    assert_eq!(scene.refusal().await, dead());
    assert_eq!(scene.came_after(before).len(), 1);
    assert!(scene.app.clock.slept().is_empty(), "nobody waits");
    assert_eq!(scene.validity().await["is_invalid"], true);
    assert_eq!(scene.refusal().await, dead());
    assert_eq!(scene.came_after(before).len(), 1, "it is not asked again");
}

#[tokio::test]
async fn a_dead_grant_told_in_a_200() {
    for (refuses, success, word) in [
        (Refuses::InOk, None, "bad_refresh_token"),
        (
            Refuses::InOkFalse,
            Some("ok".into()),
            "invalid_refresh_token",
        ),
    ] {
        let manners = Manners {
            refuses,
            word_of_dead_grant: word,
            ..Manners::default()
        };
        let words = Words {
            success,
            dead: vec![word.into()],
            ..Words::default()
        };
        let scene = Scene::of(manners, |plain| Profile {
            judge: Judge::Words(words),
            ..plain
        })
        .await;
        dies_at_once(&scene).await;
    }
}

#[tokio::test]
async fn a_dead_grant_told_by_a_word_of_its_own() {
    let manners = Manners {
        word_of_dead_grant: "token_is_gone",
        ..Manners::default()
    };
    let words = Words {
        dead: vec!["token_is_gone".into()],
        ..Words::default()
    };
    let scene = Scene::of(manners, |plain| Profile {
        judge: Judge::Words(words),
        ..plain
    })
    .await;
    dies_at_once(&scene).await;
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_leaves_the_old_one_in_force() {
    let manners = Manners {
        rotation: Rotation::Lasting,
        ..Manners::default()
    };
    let scene = Scene::of(manners, |plain| Profile {
        refresh: RefreshTokens::Lasting,
        ..plain
    })
    .await;
    scene.connect("a").await;
    let refresh_token = scene.refresh_token().await.unwrap();
    for requests in 2..5 {
        let (old, _) = scene.token().await;
        scene.advance(HOUR).await;
        let (new, _) = scene.token().await;
        assert_ne!(old, new);
        assert_eq!(scene.requests(), requests);
        assert_eq!(scene.refresh_token().await.as_ref(), Some(&refresh_token));
    }
}

#[tokio::test]
async fn a_rotation_whose_answer_was_lost_is_found_dead_by_the_next_try() {
    let scene = Scene::of(Manners::default(), |plain| plain).await;
    scene.connect("a").await;
    scene.advance(HOUR).await;
    let before = scene.requests();
    scene.host.answer_once(StatusCode::BAD_GATEWAY, true);
    assert_eq!(scene.refusal().await, dead());
    let came = scene.came_after(before);
    let sent: Vec<_> = came
        .iter()
        .map(|came| &came.fields["refresh_token"])
        .collect();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0], sent[1]);
    assert_eq!(scene.validity().await["is_invalid"], true);
}

#[tokio::test]
async fn the_old_access_token_ends_with_the_refresh() {
    let manners = Manners {
        rotation: Rotation::Rotating {
            kills_old_access: true,
        },
        ..Manners::default()
    };
    let scene = Scene::of(manners, |plain| Profile {
        refresh: RefreshTokens::Rotating {
            replay: None,
            kills_old_access: true,
        },
        ..plain
    })
    .await;
    scene.connect("a").await;
    let (old, end) = scene.token().await;
    let end = end.unwrap();
    assert_eq!(
        end,
        scene.app.clock_now() + HOUR - jiff::SignedDuration::from_mins(1)
    );
    scene
        .advance(end.duration_since(scene.app.clock_now()))
        .await;
    assert!(
        scene.host.takes(&old),
        "for as long as was told, and longer"
    );
    let (new, _) = scene.token().await;
    assert_ne!(old, new);
    assert!(scene.host.takes(&new) && !scene.host.takes(&old));
    assert_eq!(scene.requests(), 2);
}

#[tokio::test]
async fn an_outage_and_then_an_answer() {
    let scene = Scene::of(Manners::default(), |plain| plain).await;
    scene.connect("a").await;
    scene.advance(HOUR).await;
    let before = scene.requests();
    scene
        .host
        .answer_once(StatusCode::SERVICE_UNAVAILABLE, false);
    let (token, _) = scene.token().await;
    assert!(scene.host.takes(&token));
    assert_eq!(scene.came_after(before).len(), 2);
    assert_eq!(scene.validity().await["is_invalid"], false);
}

#[tokio::test]
async fn at_an_address_of_its_own_with_the_redirect_uri_and_more() {
    let manners = Manners {
        refresh_path: "/refresh",
        wants_redirect_uri: true,
        ..Manners::default()
    };
    let scene = Scene::of(manners, |plain| Profile {
        refresh_url: Some(plain.token_url.join("/refresh").unwrap()),
        parameters: Parameters {
            refresh: vec![("expires_in".into(), "1800".into())],
            refresh_has_redirect_uri: true,
            ..Parameters::default()
        },
        ..plain
    })
    .await;
    scene.connect("a").await;
    scene.advance(HOUR).await;
    let (token, _) = scene.token().await;
    assert!(scene.host.takes(&token));
    let came = scene.host.came();
    assert_eq!(came.len(), 2);
    assert_eq!(came[1].path, "/refresh");
    assert_eq!(came[1].fields["expires_in"], "1800");
    assert_eq!(
        came[1].fields["redirect_uri"],
        came[0].fields["redirect_uri"]
    );
}
