//! What is told once is kept, sealed; and what a customer gave is given back.

use jiff::SignedDuration;
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

/// A host of a customer who has connected, whose grants are given back at this address.
async fn giving_back_at(url: impl FnOnce(&Profile) -> String) -> Scene {
    let scene = Scene::of(Manners::default(), |plain| {
        let revocation = Revocation {
            url: url(&plain).into(),
            way: Way::Token,
        };
        Profile {
            revocation: Some(revocation),
            ..plain
        }
    });
    let scene = scene.await;
    scene.connect("a").await;
    scene
}

impl Scene {
    /// Deletes the connection, which is answered whatever comes of the rest.
    async fn delete(&self) {
        let path = "/api/backend/connection-info/delete-connection?external_id=a&provider=crooked";
        let deleted = self.app.delete(path).await;
        deleted.assert(200, &json!({"success": true}));
        assert_eq!(self.validity().await["exists"], false);
    }
}

#[tokio::test]
async fn a_deletion_gives_the_grant_back() {
    let at_host = |plain: &Profile, path| plain.token_url.join(path).unwrap().to_string();
    let scene = giving_back_at(|plain| at_host(plain, "/revoke")).await;
    let refresh_token = scene.refresh_token().await.unwrap();
    scene.delete().await;
    scene.app.settle().await;
    assert_eq!(scene.host.revoked(), [refresh_token]);

    let scene = giving_back_at(|plain| at_host(plain, "/nowhere")).await;
    scene.delete().await;
    scene.app.settle().await;
    assert_eq!(scene.host.revoked(), Vec::<String>::new());
    // It is forgotten all the same, and a new consent is a new connection.
    scene.connect("a").await;
    scene.token().await;
}

#[tokio::test]
async fn a_deletion_does_not_wait_for_a_provider_that_hangs() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let scene = giving_back_at(|_| format!("http://{address}/revoke")).await;
    scene.delete().await;
    let (asked, _) = silent.accept().await.unwrap();
    // It ends with the patience of whoever asks, and keeps nothing from going on.
    scene.connect("a").await;
    scene.token().await;
    scene.advance(SignedDuration::from_secs(10)).await;
    scene.app.settle().await;
    drop(asked);
}
