//! A connection counts as a call of a stranger, until a request does.

use juncture_server::accept::Capacity;

use super::{REQUEST, Served, call_with_key, exchange, serve_with};

const SITES: &str = "GET /api/frontend/finalize-connection/jira/fetch-available-sites HTTP/1.1\r\nhost: juncture\r\n\r\n";

async fn serve_limited(variables: &[(&str, &str)]) -> Served {
    let limit = [("PUBLIC_REQUESTS_PER_MINUTE", "3")];
    serve_with(
        &[&limit, variables].concat(),
        Capacity::of_descriptors(1024),
    )
    .await
}

/// Whether a stranger's call on a connection of its own is let through to the endpoint, which misses
/// its parameters.
async fn is_admitted(served: &Served) -> bool {
    let answer = exchange(&mut served.connect().await, SITES).await;
    match &answer[9..12] {
        "400" => true,
        "429" => false,
        _ => panic!("{answer}"),
    }
}

#[tokio::test]
async fn a_connection_and_its_first_call_count_once() {
    let served = serve_limited(&[]).await;
    for _ in 0..3 {
        assert!(is_admitted(&served).await);
    }
    assert!(!is_admitted(&served).await);
    let served = serve_limited(&[]).await;
    let mut kept = served.connect().await;
    for expected in ["400", "400", "400", "429"] {
        let answer = exchange(&mut kept, SITES).await;
        assert_eq!(&answer[9..12], expected);
    }
}

#[tokio::test]
async fn connections_that_say_nothing_use_up_the_minute() {
    let served = serve_limited(&[]).await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(served.begin("GET").await);
    }
    served.settle().await;
    assert!(!is_admitted(&served).await);
    served.pass(20).await;
    assert!(is_admitted(&served).await, "a third of a minute later");
    assert!(!is_admitted(&served).await);
}

#[tokio::test]
async fn connections_of_the_back_end_count_for_nothing() {
    let served = serve_limited(&[]).await;
    for _ in 0..20 {
        let answer = exchange(&mut served.connect().await, &call_with_key()).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
    for _ in 0..3 {
        assert!(is_admitted(&served).await);
    }
    assert!(!is_admitted(&served).await);
    let answer = exchange(&mut served.connect().await, &call_with_key()).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn connections_of_a_trusted_proxy_are_nobodys() {
    let served = serve_limited(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    for _ in 0..20 {
        exchange(&mut served.connect().await, REQUEST).await;
    }
    assert!(is_admitted(&served).await);
}
