//! The end of the server: what is under way is finished, and nobody else keeps it waiting.

use jiff::SignedDuration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{REQUEST, Served, exchange, head_of_post, is_closed, serve};
use crate::support::real_time::{PATIENCE, within};

/// Lets seconds pass until the server has ended. Returns how many.
async fn seconds_to_end(mut served: Served) -> u32 {
    let mut seconds = 0;
    loop {
        served.settle().await;
        tokio::select! {
            biased;
            ended = &mut served.serving => {
                ended.unwrap();
                return seconds;
            }
            () = tokio::task::yield_now() => {}
        }
        served.app.clock.advance(SignedDuration::from_secs(1));
        seconds += 1;
        assert!(seconds < 60, "it does not end");
    }
}

#[tokio::test]
async fn the_end_answers_the_request_under_way_and_closes_idle_connections() {
    let served = serve().await;
    let mut idle = served.connect().await;
    exchange(&mut idle, REQUEST).await;
    let mut silent = served.connect().await;
    let mut half = served.begin("GET / HT").await;
    let mut busy = served.connect().await;
    exchange(&mut busy, REQUEST).await;
    let body = r#"{"provider":"jira","external_id":"a"}"#;
    let head = head_of_post(body.len()).replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
    busy.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body: the request is under way.
    let mut interim = [0; 25];
    busy.read_exact(&mut interim).await.unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");

    served.stop.cancel();
    let mut rest = Vec::new();
    for connection in [&mut idle, &mut silent, &mut half] {
        let end = within(PATIENCE, connection.read_to_end(&mut rest)).await;
        assert_eq!(end.unwrap(), 0);
    }
    let answer = exchange(&mut busy, body).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert_eq!(seconds_to_end(served).await, 0);
}

#[tokio::test]
async fn a_body_that_does_not_come_delays_the_end_by_a_moment_and_is_answered() {
    let served = serve().await;
    let mut half = served.begin(&head_of_post(1000)).await;
    served.settle().await;
    served.stop.cancel();
    served.pass(1).await;
    let (_, said) = served.wait_for_close(&mut half).await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    assert!(seconds_to_end(served).await <= 1);
}

#[tokio::test]
async fn a_reader_that_takes_nothing_delays_the_end_by_a_moment() {
    let served = serve().await;
    let mut reader = served.connect().await;
    let requests = "GET /openapi.json HTTP/1.1\r\nhost: juncture\r\n\r\n".repeat(200);
    reader.write_all(requests.as_bytes()).await.unwrap();
    served.settle().await;
    served.stop.cancel();
    let seconds = seconds_to_end(served).await;
    assert!((1..=2).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn who_connects_at_the_end_is_not_waited_for() {
    let served = serve().await;
    let mut late = served.connect().await;
    served.stop.cancel();
    served.settle().await;
    assert!(is_closed(&mut late).await);
    assert_eq!(seconds_to_end(served).await, 0);
}
