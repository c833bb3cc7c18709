//! When there is no place for another connection, the one goes that has kept us waiting the longest.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use juncture_server::accept::Capacity;
use juncture_server::router::router;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::{
    REQUEST, Served, call_with_key, exchange, head_of_post, is_closed, serve_routes, serve_with,
};
use crate::support::TestApp;

const FOUR: Capacity = Capacity {
    in_all: 4,
    of_peer: 4,
};

/// Which of these connections the server has closed.
async fn closed(served: &Served, connections: &mut [TcpStream]) -> Vec<usize> {
    served.settle().await;
    let mut closed = Vec::new();
    for (index, connection) in connections.iter_mut().enumerate() {
        if is_closed(connection).await {
            closed.push(index);
        }
    }
    closed
}

#[tokio::test]
async fn the_longest_wait_goes_first_whatever_is_waited_for() {
    let served = serve_with(&[], FOUR).await;
    let mut waiting = Vec::new();
    // In this order they begin to wait, but for the last, which has been waiting for its body since
    // before the others came.
    for begun in ["", "GET / HT", REQUEST, &head_of_post(100)] {
        waiting.push(served.begin(begun).await);
        served.settle().await;
    }
    exchange(&mut waiting[2], "").await;
    // A byte of what is waited for does not make the wait shorter.
    for letter in [b'T', b'P'] {
        use tokio::io::AsyncWriteExt as _;
        waiting[1].write_all(&[letter]).await.unwrap();
        waiting[3].write_all(&[letter]).await.unwrap();
        served.settle().await;
    }
    let mut newer = Vec::new();
    for gone in [&[0][..], &[0, 1], &[0, 1, 2], &[0, 1, 2, 3]] {
        let mut connection = served.connect().await;
        exchange(&mut connection, REQUEST).await;
        newer.push(connection);
        assert_eq!(closed(&served, &mut waiting).await, gone);
    }
    assert_eq!(closed(&served, &mut newer).await, [0; 0]);
}

#[tokio::test]
async fn who_has_shown_the_key_goes_last() {
    let served = serve_with(&[], FOUR).await;
    let mut known = served.connect().await;
    exchange(&mut known, &call_with_key()).await;
    let mut strangers = Vec::new();
    for _ in 0..50 {
        strangers.push(served.connect().await);
        served.settle().await;
    }
    assert!(!is_closed(&mut known).await);
    assert_eq!(closed(&served, &mut strangers).await.len(), 47);
    exchange(&mut known, &call_with_key()).await;
}

#[tokio::test]
async fn one_peer_has_its_own_bound_and_a_trusted_proxy_has_none() {
    let half = Capacity {
        in_all: 100,
        of_peer: 2,
    };
    for (trusted, gone) in [("", &[0, 1, 2][..]), ("127.0.0.0/8", &[])] {
        let served = serve_with(&[("TRUSTED_PROXIES", trusted)], half).await;
        let mut connections = Vec::new();
        for _ in 0..5 {
            connections.push(served.connect().await);
            served.settle().await;
        }
        assert_eq!(closed(&served, &mut connections).await, gone, "{trusted}");
    }
}

/// A server whose `/work` is at work until it is told to end.
async fn serve_work(capacity: Capacity) -> (Served, Arc<Notify>) {
    let app = TestApp::on_sqlite().await;
    let done = Arc::new(Notify::new());
    let waits = done.clone();
    let work = get(async move || {
        waits.notified().await;
        "{}"
    });
    let routes = Router::new()
        .route("/work", work)
        .fallback_service(router(&app.app));
    (serve_routes(app, routes, capacity).await, done)
}

const WORK: &str = "GET /work HTTP/1.1\r\nhost: juncture\r\n\r\n";

#[tokio::test]
async fn our_own_work_is_never_closed() {
    let (served, done) = serve_work(FOUR).await;
    let mut working = Vec::new();
    for _ in 0..3 {
        working.push(served.begin(WORK).await);
        served.settle().await;
    }
    let mut strangers = Vec::new();
    for _ in 0..20 {
        strangers.push(served.connect().await);
        served.settle().await;
    }
    assert_eq!(closed(&served, &mut strangers).await.len(), 19);
    // The fourth works too: there is no place for a fifth.
    drop(strangers);
    served.settle().await;
    working.push(served.begin(WORK).await);
    served.settle().await;
    let mut turned_away = served.connect().await;
    served.settle().await;
    assert!(is_closed(&mut turned_away).await);
    done.notify_waiters();
    for connection in &mut working {
        let answer = exchange(connection, "").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
    // Their places are free again once they wait.
    exchange(&mut served.connect().await, REQUEST).await;
}

#[tokio::test]
async fn a_peer_whose_every_connection_works_may_have_one_more() {
    let (served, done) = serve_work(Capacity {
        in_all: 10,
        of_peer: 2,
    })
    .await;
    let mut working = Vec::new();
    for _ in 0..5 {
        working.push(served.begin(WORK).await);
        served.settle().await;
    }
    done.notify_waiters();
    for connection in &mut working {
        let answer = exchange(connection, "").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
}

#[tokio::test]
async fn places_are_given_back() {
    let served = serve_with(&[], FOUR).await;
    let mut kept = served.connect().await;
    exchange(&mut kept, REQUEST).await;
    for _ in 0..20 {
        exchange(&mut served.connect().await, REQUEST).await;
        served.settle().await;
    }
    assert!(!is_closed(&mut kept).await, "there was always a place");
}

#[test]
fn connections_get_three_quarters_of_the_descriptors_and_the_rest_keeps_a_floor() {
    for (descriptors, in_all, of_peer) in [
        (0, 1, 1),
        (64, 32, 16),
        (256, 128, 64),
        (1024, 768, 384),
        (4096, 3072, 1536),
        (65_536, 10_000, 5000),
        (usize::MAX, 10_000, 5000),
    ] {
        let expected = Capacity { in_all, of_peer };
        assert_eq!(
            Capacity::of_descriptors(descriptors),
            expected,
            "{descriptors}"
        );
    }
}
