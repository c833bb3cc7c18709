//! What is told once is kept, sealed; and what a customer gave is given back.

use juncture_server::oauth::{Keep, Profile, Revocation, Way};
use serde_json::json;

use super::host::Manners;
use super::provider::Opens;
use super::scene::{HOUR, Scene};

#[tokio::test]
async fn values_of_the_token_answer_and_of_the_callback_are_kept() {
    let manners = Manners {
        more: json!({"team": {"id": "T1", "name": "acme"}, "instance": {"host": "eu"}}),
        ..Manners::default()
    };
    let scene = Scene::of(manners, |plain| Profile {
        keep: Keep {
            of_answer: vec![
                ("team".into(), "team.name".into()),
                ("instance".into(), "instance".into()),
                ("absent".into(), "team.nothing".into()),
            ],
            of_callback: vec!["installation_id".into()],
        },
        ..plain
    })
    .await;
    // The choice may stand in the answer alone.
    scene.crooked.open(Opens::Kept("team"));
    let page = scene.consent_page("a").await;
    let code = scene.host.consent(&page);
    let query = [
        ("installation_id", "42"),
        ("installation_id", "43"),
        ("more", "x"),
    ];
    let arrived = scene.come_back(&page, &code, &query).await;
    assert!(
        arrived
            .text()
            .contains("<strong>acme</strong> is connected"),
        "{}",
        arrived.text()
    );
    scene.advance(HOUR).await;
    scene.token().await;
    let kept = scene.stored().await.kept(&scene.app.app.sealer).unwrap();
    assert_eq!(kept.get("team"), Some(&json!("acme")));
    assert_eq!(kept.get("instance"), Some(&json!({"host": "eu"})));
    assert_eq!(kept.get("installation_id"), Some(&json!("42")));
    assert_eq!((kept.get("absent"), kept.get("more")), (None, None));
}

#[tokio::test]
async fn a_deletion_gives_the_grant_back() {
    for fails in [false, true] {
        let scene = Scene::of(Manners::default(), |plain| {
            let url = plain
                .token_url
                .join(if fails { "/nowhere" } else { "/revoke" });
            let url = url.unwrap().to_string();
            Profile {
                revocation: (!fails).then(|| Revocation {
                    url: url.into(),
                    way: Way::Token,
                }),
                ..plain
            }
        })
        .await;
        scene.connect("a").await;
        let refresh_token = scene.refresh_token().await.unwrap();
        let path = "/api/backend/connection-info/delete-connection?external_id=a&provider=crooked";
        scene
            .app
            .delete(path)
            .await
            .assert(200, &json!({"success": true}));
        scene.app.settle().await;
        let expected = if fails { vec![] } else { vec![refresh_token] };
        assert_eq!(scene.host.revoked(), expected);
        assert_eq!(scene.validity().await["exists"], false);
    }
}
