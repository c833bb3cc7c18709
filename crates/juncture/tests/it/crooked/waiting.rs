//! Customers who come back without a code: somebody else must approve first, something went wrong, or nobody
//! knows.

use axum::body::Body;
use axum::http::{Request, header};
use juncture_server::oauth::{Approval, Profile};
use serde_json::json;
use url::form_urlencoded::Serializer;

use super::host::Manners;
use super::provider::CALLBACK;
use super::scene::Scene;
use crate::support::BASE_URL;
use crate::support::answer::Answer;

const WHAT: &str = "An owner of your organisation must approve it.";

/// A provider that says `setup_action=request` where an owner must approve.
async fn scene() -> Scene {
    Scene::of(Manners::default(), |plain| Profile {
        approval: Some(Approval {
            said: ("setup_action".into(), "request".into()),
            sentence: WHAT.into(),
        }),
        ..plain
    })
    .await
}

/// The way back of a new flow with this in its query, beside the state.
async fn back_with(scene: &Scene, query: &[(&str, &str)]) -> Answer {
    let page = scene.consent_page("a").await;
    let state = page.query_pairs().find(|(name, _)| name == "state");
    let query = Serializer::new(String::new())
        .append_pair("state", &state.unwrap().1)
        .extend_pairs(query)
        .finish();
    scene.app.visit(&format!("{CALLBACK}?{query}")).await
}

/// Where the button of a page leads.
fn button(answer: &Answer) -> String {
    let page = answer.text();
    let (_, behind) = page.split_once(r#"class="button" href=""#).unwrap();
    let (url, _) = behind.split_once('"').unwrap();
    let url = url.replace("&amp;", "&").replace("&#38;", "&");
    url.strip_prefix(BASE_URL).unwrap().to_owned()
}

#[tokio::test]
async fn who_must_be_approved_first_is_told_so_and_can_go_on() {
    let scene = scene().await;
    let waits = back_with(&scene, &[("setup_action", "request")]).await;
    assert_eq!(waits.status, 200, "{}", waits.text());
    assert!(waits.text().contains(WHAT), "{}", waits.text());
    assert!(!waits.text().contains("Not connected"), "{}", waits.text());
    assert_eq!(scene.validity().await["exists"], false);
    assert_eq!(scene.requests(), 0, "there was no code to exchange");
    // It is approved: the same flow goes on.
    let again = scene.app.visit(&button(&waits)).await;
    assert_eq!(again.status, 302);
    let page = again.header("location").parse().unwrap();
    let code = scene.host.consent(&page);
    let done = scene
        .come_back(&page, &code, &[("setup_action", "install")])
        .await;
    assert!(done.text().contains("is connected"), "{}", done.text());
    scene.token().await;
}

#[tokio::test]
async fn with_a_code_it_is_a_consent_like_any_other() {
    let scene = scene().await;
    let page = scene.consent_page("a").await;
    let code = scene.host.consent(&page);
    let done = scene
        .come_back(&page, &code, &[("setup_action", "request")])
        .await;
    assert!(done.text().contains("is connected"), "{}", done.text());
}

#[tokio::test]
async fn without_a_state_there_is_no_way_on_and_it_is_told_kindly() {
    let scene = scene().await;
    let path = format!("{CALLBACK}?setup_action=request");
    let waits = scene.app.visit(&path).await;
    assert_eq!(waits.status, 200);
    assert!(waits.text().contains(WHAT) && !waits.text().contains("href=\"http"));
    // A script is told by a code.
    let script = Request::get(&path).header(header::ACCEPT, "application/json");
    let refused = scene.app.send(script.body(Body::empty()).unwrap()).await;
    let refused = refused.expect(400);
    assert_eq!(
        refused,
        json!({"error": WHAT, "code": "provider_not_ready"})
    );
    // To a provider that says no such thing it means nothing.
    let other = Scene::of(Manners::default(), |plain| plain).await;
    let lost = back_with(&other, &[("setup_action", "request")]).await;
    assert_eq!(lost.status, 400);
    assert!(
        lost.text().contains("Missing code or state"),
        "{}",
        lost.text()
    );
}

#[tokio::test]
async fn what_went_wrong_is_told_whatever_comes_with_it() {
    let scene = scene().await;
    let denied = "Access was not granted. You can try again.";
    let failed = "The provider could not complete the authorization. Please try again.";
    for (query, sentence) in [
        (vec![("error", "access_denied")], denied),
        // An error is believed, though a code comes with it.
        (vec![("error", "access_denied"), ("code", "x")], denied),
        (
            vec![("error", "access_denied"), ("setup_action", "request")],
            denied,
        ),
        (
            vec![
                ("error", "server_error"),
                ("error_description", "<b>Call</b> 0900-1"),
            ],
            failed,
        ),
        (vec![("code", "")], "Missing code or state"),
        (vec![("error", ""), ("code", "")], "Missing code or state"),
    ] {
        let before = scene.requests();
        let answer = back_with(&scene, &query).await;
        assert_eq!(answer.status, 400, "{query:?}");
        assert!(
            answer.text().contains(sentence),
            "{query:?}: {}",
            answer.text()
        );
        assert!(!answer.text().contains("0900"), "{}", answer.text());
        assert_eq!(scene.requests(), before, "{query:?}");
        // Nothing is lost: the same flow can be tried again.
        assert_eq!(
            scene.app.visit(&button(&answer)).await.status,
            302,
            "{query:?}"
        );
    }
    // An error that is none does not spoil a code.
    let page = scene.consent_page("a").await;
    let code = scene.host.consent(&page);
    let done = scene.come_back(&page, &code, &[("error", "")]).await;
    assert!(done.text().contains("is connected"), "{}", done.text());
}
