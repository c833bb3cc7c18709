//! The feed as Server-Sent Events.

use axum::http::{Request, StatusCode};
use futures_util::StreamExt as _;
use juncture_server::router::router;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{EVENTS, all};
use crate::support::real_time::{PATIENCE, eventually, within};
use crate::support::{TestApp, with_key};

type Pieces = axum::body::BodyDataStream;

async fn listen(app: &TestApp, query: &str, seen: Option<&str>) -> Pieces {
    let mut request = with_key(Request::get(format!("{EVENTS}/stream?{query}")));
    if let Some(seen) = seen {
        request = request.header("Last-Event-ID", seen);
    }
    let request = request.body(axum::body::Body::empty()).unwrap();
    let response = router(&app.app).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.into_body().into_data_stream()
}

async fn next(pieces: &mut Pieces) -> Option<String> {
    let piece = within(PATIENCE, pieces.next()).await?;
    Some(String::from_utf8(piece.unwrap().to_vec()).unwrap())
}

/// The events of a piece: id and data.
fn events(piece: &str) -> Vec<(String, Value)> {
    let blocks = piece.split("\n\n").filter(|block| block.contains("data: "));
    let events = blocks.map(|block| {
        let line = |name: &str| {
            let found = block.lines().find_map(|line| line.strip_prefix(name));
            found.unwrap().to_owned()
        };
        (line("id: "), serde_json_of(&line("data: ")))
    });
    events.collect()
}

fn serde_json_of(text: &str) -> Value {
    juncture_json::decode(text.as_bytes()).unwrap()
}

#[tokio::test]
async fn events_come_as_they_happen_and_who_comes_again_goes_on() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let mut pieces = listen(&app, "", None).await;
    let first = next(&mut pieces).await.unwrap();
    assert!(first.starts_with("retry: 1000\n\n"), "{first}");
    let first = events(&first);
    let of_feed = all(&app).await;
    assert_eq!(first[0].1, of_feed[0]);
    assert_eq!(first[0].0, of_feed[0]["cursor"].as_str().unwrap());
    let (second, ()) = tokio::join!(next(&mut pieces), app.connect("b"));
    let second = events(&second.unwrap());
    assert_eq!(second[0].1["data"]["external_id"], "b");
    drop(pieces);
    app.connect("c").await;
    let mut again = listen(&app, "after=latest", Some(&second[0].0)).await;
    let third = events(&next(&mut again).await.unwrap());
    assert_eq!(third.len(), 1);
    assert_eq!(third[0].1["data"]["external_id"], "c");
}

#[tokio::test]
async fn a_silent_stream_shows_that_it_lives_and_ends_with_the_server() {
    let app = TestApp::start().await;
    let mut pieces = listen(&app, "external_id=z", None).await;
    next(&mut pieces).await.unwrap();
    app.connect("b").await;
    let beat = async {
        let beat = next(&mut pieces).await.unwrap();
        assert!(beat.starts_with(": \nid: "), "{beat}");
        assert!(beat.ends_with("\n\n") && events(&beat).is_empty());
    };
    let beating = async {
        eventually(async || {
            app.clock.advance(jiff::SignedDuration::from_secs(5));
            false
        })
        .await;
    };
    tokio::select! {
        () = beat => {}
        () = beating => {}
    }
    app.app.stopping.cancel();
    assert_eq!(next(&mut pieces).await, None);
}
