//! The feed as Server-Sent Events.

use axum::http::request::Builder;
use axum::http::{Method, Request, StatusCode, header};
use futures_util::StreamExt as _;
use juncture_server::router::router;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{EVENTS, all};
use crate::support::admin::PROJECTS;
use crate::support::deployment::Deployment;
use crate::support::real_time::{PATIENCE, eventually, within};
use crate::support::{SECRET_KEY, TestApp, with_key};

type Pieces = axum::body::BodyDataStream;

async fn listen(app: &TestApp, query: &str, seen: Option<&str>) -> Pieces {
    let mut request = with_key(Request::get(format!("{EVENTS}/stream?{query}")));
    if let Some(seen) = seen {
        request = request.header("Last-Event-ID", seen);
    }
    pieces_of(app, request).await
}

async fn pieces_of(app: &TestApp, request: Builder) -> Pieces {
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

#[tokio::test]
async fn a_stream_ends_when_its_key_is_deleted() {
    let app = TestApp::start_with_admin().await;
    let project = app.default_project().await;
    let (id, key) = app.make_secret(&project, &["events"]).await;
    let request = Request::get(format!("{EVENTS}/stream"));
    let request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
    let mut pieces = pieces_of(&app, request).await;
    next(&mut pieces).await.unwrap();
    let (told, ()) = tokio::join!(next(&mut pieces), app.connect("a"));
    assert_eq!(events(&told.unwrap()).len(), 1);
    let path = format!("{PROJECTS}/{project}/keys/{id}");
    let deleted = app.admin(Method::DELETE, &path, &Value::Null).await;
    deleted.expect(200);
    let (told, ()) = tokio::join!(next(&mut pieces), app.connect("b"));
    assert_eq!(told, None, "what comes after is not told");
}

/// As a dashboard has it: the pieces come one by one, and not when all of them are there.
#[tokio::test(flavor = "multi_thread")]
async fn over_a_socket_each_piece_comes_when_it_happens() {
    let deployment = Deployment::start(0).await;
    let server = deployment.serve().await;
    let url = format!("{}{EVENTS}", server.browser.server);
    let request = server.browser.http.get(url);
    let request = request
        .bearer_auth(SECRET_KEY)
        .header(header::ACCEPT, "text/event-stream");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let mut pieces = response.bytes_stream();
    let mut next = async || {
        let piece = within(PATIENCE, pieces.next()).await;
        String::from_utf8(piece.unwrap().unwrap().to_vec()).unwrap()
    };
    assert_eq!(next().await, "retry: 1000\n\n");
    for customer in ["a", "b"] {
        server.connect(customer).await;
        let told = events(&next().await);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].1["data"]["external_id"], customer);
    }
}
