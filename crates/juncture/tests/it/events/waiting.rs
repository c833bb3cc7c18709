//! Readers that wait: woken by what is committed, here or elsewhere, and by nothing else.

use std::time::Duration;

use juncture_server::events::feed;
use serde_json::json;

use super::{EVENTS, all, page};
use crate::support::TestApp;
use crate::support::real_time::{PATIENCE, eventually, pause, within};
use crate::support::rows::connection_id;

#[tokio::test]
async fn who_waits_is_told_at_once_of_what_this_process_commits() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let after = page(&app, "after=latest").await["next_cursor"].clone();
    let query = format!("wait=25&after={}", after.as_str().unwrap());
    let waiting = page(&app, &query);
    let connecting = async {
        eventually(async || !app.app.store.recorded().followed().is_empty()).await;
        app.connect("b").await;
    };
    let (page, ()) = within(PATIENCE, async { tokio::join!(waiting, connecting) }).await;
    assert_eq!(page["data"][0]["data"]["external_id"], "b");
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_wait_ends_with_its_time_and_passes_by_what_is_not_wanted() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let waiting = page(&app, "wait=25&after=latest&external_id=z");
    let meanwhile = async {
        eventually(async || !app.app.store.recorded().followed().is_empty()).await;
        app.connect("b").await;
        pause(Duration::from_millis(200)).await;
        app.clock.advance(jiff::SignedDuration::from_secs(26));
    };
    let (answer, ()) = Box::pin(within(PATIENCE, async { tokio::join!(waiting, meanwhile) })).await;
    assert_eq!(answer["data"], json!([]));
    let latest = page(&app, "after=latest").await;
    assert_eq!(answer["next_cursor"], latest["next_cursor"]);
}

#[tokio::test]
async fn events_of_another_replica_are_found_by_a_look() {
    let app = TestApp::start().await;
    let other = app.replica().await;
    let waiting = page(&app, "wait=25&after=latest");
    let meanwhile = async {
        eventually(async || !app.app.store.recorded().followed().is_empty()).await;
        other.connect("b").await;
        feed::follow(&app.app.store).await.unwrap();
    };
    let (answer, ()) = Box::pin(within(PATIENCE, async { tokio::join!(waiting, meanwhile) })).await;
    assert_eq!(answer["data"][0]["data"]["external_id"], "b");
    // And it is done every second.
    let jobs = app.app.jobs();
    let job = jobs.iter().find(|job| job.name == "feed").unwrap();
    assert!(job.every <= Duration::from_secs(1));
}

#[tokio::test]
async fn who_waits_is_answered_when_the_server_ends() {
    let app = TestApp::start().await;
    let waiting = page(&app, "wait=25&after=latest");
    let meanwhile = async {
        eventually(async || !app.app.store.recorded().followed().is_empty()).await;
        app.app.stopping.cancel();
    };
    let (answer, ()) = Box::pin(within(PATIENCE, async { tokio::join!(waiting, meanwhile) })).await;
    assert_eq!(answer["data"], json!([]));
}

/// However many wait, the others are served; and they hold no connection to the database.
#[tokio::test]
async fn sixty_four_wait_for_a_project_and_the_next_is_refused() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let waiting = (0..64).map(|_| page(&app, "wait=25&after=latest"));
    let waiting = futures_util::future::join_all(waiting);
    let meanwhile = async {
        eventually(async || {
            let at_once = app.get(&format!("{EVENTS}?wait=0&after=latest")).await;
            at_once.expect(200);
            let path = format!("{EVENTS}?wait=1&after=latest");
            tokio::select! {
                answer = app.get(&path) => answer.status == 429,
                () = pause(Duration::from_millis(300)) => false,
            }
        })
        .await;
        assert_eq!(all(&app).await.len(), 1);
        assert!(connection_id(&app, "a").await.is_some());
        app.connect("b").await;
    };
    let (answers, ()) =
        Box::pin(within(PATIENCE, async { tokio::join!(waiting, meanwhile) })).await;
    for answer in answers {
        assert_eq!(answer["data"][0]["data"]["external_id"], "b");
    }
}
