//! The ways in which codes are exchanged, one test each: the right verdict, after one token request.

use std::time::Duration;

use jiff::SignedDuration;
use juncture_server::oauth::{
    Body, ClientAuth, Expiry, Judge, Pkce, Profile, RefreshTokens, TokenPaths, Words,
};
use serde_json::{Value, json};

use super::host::{Life, Manners, Refuses, Rotation};
use super::scene::{HOUR, Scene, dead};

/// That `a` connects with one token request, and has a token that the provider takes.
async fn connects(scene: &Scene) {
    scene.connect("a").await;
    let (token, _) = scene.token().await;
    assert!(scene.host.takes(&token), "{token}");
    assert_eq!(scene.requests(), 1);
    let came = &scene.host.came()[0];
    assert_eq!(came.accept, "application/json");
}

/// That the way back ends with this code, after one token request and without a pause.
async fn refuses(scene: &Scene, page: &url::Url, code: &str, expected: &str) {
    let refused = scene.come_back(page, code, &[]).await;
    assert!(refused.text().contains(expected), "{}", refused.text());
    assert_eq!(scene.requests(), 1);
    assert!(scene.app.clock.slept().is_empty());
    let exists = scene.validity().await["exists"].clone();
    assert_eq!(exists, false);
}

#[tokio::test]
async fn forms_alone() {
    let scene = Scene::of(Manners::default(), |plain| plain).await;
    connects(&scene).await;
    let came = &scene.host.came()[0];
    assert!(!came.is_basic && !came.fields.contains_key("code_verifier"));
}

#[tokio::test]
async fn json_and_the_client_by_basic() {
    let manners = Manners {
        takes_json: true,
        wants_basic: true,
        ..Manners::default()
    };
    let scene = Scene::of(manners, |plain| Profile {
        body: Body::Json,
        client: ClientAuth::Basic,
        ..plain
    })
    .await;
    connects(&scene).await;
}

#[tokio::test]
async fn pkce_with_a_verifier_of_each_try() {
    let manners = Manners {
        wants_pkce: true,
        ..Manners::default()
    };
    let scene = Scene::of(manners, |plain| Profile {
        pkce: Pkce::S256,
        ..plain
    })
    .await;
    let (one, two) = (scene.consent_page("b").await, scene.consent_page("b").await);
    let challenge = |page: &url::Url| {
        let mut pairs = page.query_pairs().into_owned();
        pairs.find(|(name, _)| name == "code_challenge").unwrap().1
    };
    assert_ne!(challenge(&one), challenge(&two));
    assert!(one.as_str().contains("code_challenge_method=S256"));
    connects(&scene).await;
    assert!(scene.host.came()[0].fields["code_verifier"].len() >= 43);
    // A code of another try is of no use.
    let code = scene.host.consent(&one);
    let refused = scene.come_back(&two, &code, &[]).await;
    assert!(
        refused.text().contains("invalid_code"),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn no_lifetime_is_told_since_the_token_does_not_end() {
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
    connects(&scene).await;
    let (token, end) = scene.token().await;
    assert_eq!(end, None);
    assert_eq!(scene.refresh_token().await, None);
    let validity = scene.validity().await;
    assert_eq!(validity.get("expires_at"), None, "{validity}");
    scene.advance(HOUR * 24 * 2000).await;
    assert_eq!(scene.token().await, (token.clone(), None));
    let other = scene.app.replica().await;
    let path = "/api/backend/connection-info/get-access-token?external_id=a&provider=crooked";
    assert_eq!(other.get(path).await.expect(200)["access_token"], token);
    let validity = scene.validity().await;
    assert_eq!(
        (&validity["is_expired"], &validity["is_invalid"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(scene.requests(), 1);
}

#[tokio::test]
async fn the_lifetime_is_a_text() {
    let manners = Manners {
        life: Life::Told(json!("7200")),
        ..Manners::default()
    };
    let scene = Scene::of(manners, |plain| plain).await;
    connects(&scene).await;
    let (_, end) = scene.token().await;
    assert_eq!(end, Some(scene.app.clock_now() + HOUR * 2));
}

#[tokio::test]
async fn the_refresh_token_and_the_lifetime_are_null() {
    let manners = Manners {
        life: Life::Told(Value::Null),
        rotation: Rotation::NullRefreshToken,
        ..Manners::default()
    };
    let scene = Scene::of(manners, |plain| Profile {
        expiry: Expiry::Never,
        ..plain
    })
    .await;
    connects(&scene).await;
    assert_eq!(scene.token().await.1, None);
    assert_eq!(scene.refresh_token().await, None);
}

#[tokio::test]
async fn without_a_refresh_token_a_connection_lives_as_long_as_its_token() {
    let manners = Manners {
        life: Life::Told(json!(30 * 24 * 3600)),
        rotation: Rotation::NoRefreshTokens,
        ..Manners::default()
    };
    let scene = Scene::of(manners.clone(), |plain| Profile {
        refresh: RefreshTokens::None,
        ..plain
    })
    .await;
    connects(&scene).await;
    let (token, end) = scene.token().await;
    assert_eq!(
        end,
        Some(scene.app.clock_now() + HOUR * 24 * 30),
        "all of it"
    );
    scene
        .advance(HOUR * 24 * 30 - SignedDuration::from_secs(1))
        .await;
    assert_eq!(scene.token().await, (token, end), "to its last second");
    scene.advance(SignedDuration::from_secs(1)).await;
    assert_eq!(scene.refusal().await, dead());
    assert_eq!(scene.validity().await["is_expired"], true);
    assert_eq!(scene.requests(), 1);
    // Where one is promised its absence is a fault: the connection would die of it.
    let scene = Scene::of(manners, |plain| plain).await;
    let page = scene.consent_page("a").await;
    let code = scene.host.consent(&page);
    refuses(&scene, &page, &code, "upstream_bad_response").await;
}

#[tokio::test]
async fn a_refusal_in_a_200_is_one() {
    let words = Words {
        success: Some("ok".into()),
        code_refused: vec!["invalid_code".into(), "bad_verification_code".into()],
        misconfigured: vec!["bad_client_secret".into()],
        ..Words::default()
    };
    for (refuses_so, word, expected) in [
        (Refuses::InOk, "bad_verification_code", "invalid_code"),
        (Refuses::InOkFalse, "invalid_code", "invalid_code"),
        (
            Refuses::InOkFalse,
            "bad_client_secret",
            "provider_misconfigured",
        ),
        (Refuses::InOk, "something_new", "upstream_unavailable"),
    ] {
        let manners = Manners {
            refuses: refuses_so,
            word_of_bad_code: word,
            ..Manners::default()
        };
        let scene = Scene::of(manners, |plain| Profile {
            judge: Judge::Words(words.clone()),
            ..plain
        })
        .await;
        let page = scene.consent_page("a").await;
        refuses(&scene, &page, "a-code-of-nobody", expected).await;
    }
}

#[tokio::test]
async fn an_answer_that_is_a_form_though_json_was_asked_for() {
    let manners = Manners {
        answers_forms: true,
        life: Life::Told(json!(3600)),
        ..Manners::default()
    };
    let scene = Scene::of(manners.clone(), |plain| plain).await;
    connects(&scene).await;
    let (_, end) = scene.token().await;
    assert_eq!(end, Some(scene.app.clock_now() + HOUR));
    // A refusal as well.
    let manners = Manners {
        refuses: Refuses::InOk,
        ..manners
    };
    let scene = Scene::of(manners, |plain| plain).await;
    let page = scene.consent_page("a").await;
    refuses(&scene, &page, "a-code-of-nobody", "invalid_code").await;
}

#[tokio::test]
async fn the_tokens_stand_below_another_member() {
    let below = |name: &str| format!("authed_user.{name}").into();
    let manners = Manners {
        below: Some("authed_user"),
        ..Manners::default()
    };
    let scene = Scene::of(manners, |plain| Profile {
        paths: TokenPaths {
            access_token: below("access_token"),
            refresh_token: below("refresh_token"),
            expires_in: below("expires_in"),
            scope: below("scope"),
        },
        ..plain
    })
    .await;
    connects(&scene).await;
    assert!(scene.refresh_token().await.is_some());
    assert_eq!(
        scene.stored().await.granted_scopes.as_deref(),
        Some("read write")
    );
}

#[tokio::test]
async fn scopes_are_told_as_a_list_or_with_commas_and_asked_for_so() {
    for scope in [
        json!(["read", "write"]),
        json!("read,write"),
        json!("read, write"),
    ] {
        let manners = Manners {
            scope,
            ..Manners::default()
        };
        let scene = Scene::of(manners, |plain| Profile {
            scope_separator: ',',
            ..plain
        })
        .await;
        let page = scene.consent_page("a").await;
        assert!(
            page.query_pairs()
                .any(|pair| pair == ("scope".into(), "read,write".into()))
        );
        connects(&scene).await;
        let stored = scene.stored().await;
        assert_eq!(stored.granted_scopes.as_deref(), Some("read write"));
    }
}

#[tokio::test]
async fn a_lifetime_that_is_documented_and_not_told() {
    let manners = Manners {
        life: Life::Absent,
        ..Manners::default()
    };
    let scene = Scene::of(manners, |plain| Profile {
        expiry: Expiry::Assumed(Duration::from_hours(2)),
        ..plain
    })
    .await;
    connects(&scene).await;
    assert_eq!(
        scene.token().await.1,
        Some(scene.app.clock_now() + HOUR * 2)
    );
}
