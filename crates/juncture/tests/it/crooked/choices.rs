//! What there may be to choose after consent: nothing, one thing, several, or nothing yet.

use super::host::Manners;
use super::provider::Opens;
use super::scene::{HOUR, Scene};
use crate::support::BASE_URL;
use crate::support::answer::Answer;

async fn scene(opens: Opens) -> Scene {
    let scene = Scene::of(Manners::default(), |plain| plain).await;
    scene.crooked.open(opens);
    scene
}

/// The page to which the way back leads.
fn page_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{}", answer.text());
    let page = answer.header("location").strip_prefix(BASE_URL).unwrap();
    assert!(page.starts_with("/finalize-connection/crooked/"), "{page}");
    page.to_owned()
}

#[tokio::test]
async fn nothing_to_choose_connects_at_once() {
    let scene = scene(Opens::Nothing).await;
    let arrived = scene.consent("a").await;
    assert!(
        arrived.text().contains("Crooked is connected"),
        "{}",
        arrived.text()
    );
    scene.token().await;
    assert!(scene.stored().await.choice.is_none());
}

#[tokio::test]
async fn one_thing_is_connected_at_once_and_told() {
    let scene = scene(Opens::One("acme")).await;
    let arrived = scene.consent("a").await;
    assert!(
        arrived
            .text()
            .contains("<strong>acme</strong> is connected"),
        "{}",
        arrived.text()
    );
    let choice = scene.stored().await.choice.unwrap();
    assert_eq!(
        (choice.id.as_str(), choice.name.as_str()),
        ("id-of-acme", "acme")
    );
    assert_eq!(choice.url.as_deref(), Some("https://acme.example.com"));
}

#[tokio::test]
async fn of_several_things_the_customer_picks_one() {
    let scene = scene(Opens::Several(vec!["acme", "globex"])).await;
    let page = page_of(&scene.consent("a").await);
    let shown = scene.app.visit(&page).await;
    assert!(shown.text().contains("acme") && shown.text().contains("globex"));
    assert_eq!(scene.validity().await["exists"], false);
    for wrong in ["", "id-of-nobody"] {
        let refused = scene.app.submit(&page, &[("choice", wrong)]).await;
        assert_eq!(refused.status, 400, "{wrong}");
    }
    let done = scene.app.submit(&page, &[("choice", "id-of-globex")]).await;
    assert_eq!(done.status, 200);
    assert!(
        done.text().contains("<strong>globex</strong> is connected"),
        "{}",
        done.text()
    );
    assert_eq!(scene.stored().await.choice.unwrap().id, "id-of-globex");
}

#[tokio::test]
async fn what_is_missing_is_told_and_can_be_tried_again() {
    let what = "An administrator must install the app first.";
    let scene = scene(Opens::NothingYet(what)).await;
    let page = page_of(&scene.consent("a").await);
    for _ in 0..2 {
        let shown = scene.app.visit(&page).await;
        assert_eq!(shown.status, 200);
        assert!(shown.text().contains(what), "{}", shown.text());
        assert_eq!(scene.validity().await["exists"], false);
    }
    scene.crooked.open(Opens::One("acme"));
    for _ in 0..2 {
        let shown = scene.app.visit(&page).await;
        assert!(
            shown.text().contains("<strong>acme</strong> is connected"),
            "{}",
            shown.text()
        );
    }
    scene.token().await;
    assert_eq!(scene.requests(), 1, "one consent was enough");
}

#[tokio::test]
async fn who_has_consented_is_kept_and_nothing_depends_on_it() {
    let scene = scene(Opens::One("acme")).await;
    scene.consent("a").await;
    let account = scene.stored().await.account.unwrap();
    assert_eq!(account.id, "17");
    assert_eq!(account.name.as_deref(), Some("Ada of acme"));
    assert_eq!(account.email.as_deref(), Some("ada@example.com"));
    scene.crooked.forget_who();
    let arrived = scene.consent("a").await;
    assert!(
        arrived.text().contains("is connected"),
        "{}",
        arrived.text()
    );
    assert_eq!(scene.stored().await.account, None);
}

#[tokio::test]
async fn who_has_consented_is_learnt_beside_a_refresh_where_it_was_not_told() {
    let scene = scene(Opens::One("acme")).await;
    scene.crooked.forget_who();
    scene.consent("a").await;
    for knows in [false, true, true] {
        if knows {
            scene.crooked.remember_who();
        }
        scene.advance(HOUR).await;
        scene.token().await;
        scene.app.settle().await;
        let account = scene.stored().await.account;
        let expected = knows.then_some("Ada of acme");
        assert_eq!(
            account.and_then(|account| account.name).as_deref(),
            expected
        );
    }
    // Whoever consents anew is another matter, though nobody tells who that is.
    scene.crooked.forget_who();
    scene.consent("a").await;
    assert_eq!(scene.stored().await.account, None);
}
