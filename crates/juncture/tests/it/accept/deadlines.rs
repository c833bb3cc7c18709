//! Each thing that a peer may keep us waiting for has its deadline.

use juncture_server::accept::{
    HASTE, LARGEST_HEAD, LONGEST_IDLE, SLOWEST_BODY, SLOWEST_HEAD, SLOWEST_READER,
};
use juncture_server::middleware::LARGEST_PUBLIC_BODY;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::{REQUEST, Served, call_with_key, exchange, head_of_post, is_closed, serve};
use crate::support::SECRET_KEY;
use crate::support::real_time::{self, PATIENCE};

/// Whole seconds, and the second in which the test sees them pass.
fn within(bound: Duration) -> std::ops::RangeInclusive<i64> {
    let seconds = i64::try_from(bound.as_secs()).unwrap();
    seconds..=seconds + 2
}

#[tokio::test]
async fn who_says_nothing_has_longer_than_who_stops_in_a_head() {
    let served = serve().await;
    for (begun, bound) in [
        ("", LONGEST_IDLE),
        ("G", SLOWEST_HEAD),
        (&REQUEST[..REQUEST.len() - 1], SLOWEST_HEAD),
    ] {
        let mut connection = served.begin(begun).await;
        let (took, said) = served.wait_for_close(&mut connection).await;
        assert!(within(bound).contains(&took.as_secs()), "{begun:?}: {took}");
        assert_eq!(said, "", "no answer to half a request");
    }
}

#[tokio::test]
async fn a_head_that_drips_has_one_deadline() {
    let served = serve().await;
    let mut connection = served.connect().await;
    served.pass(60).await;
    let mut lasted = 0;
    for letter in REQUEST.bytes() {
        if connection.write_all(&[letter]).await.is_err() || is_closed(&mut connection).await {
            break;
        }
        served.pass(1).await;
        lasted += 1;
    }
    assert!((10..=12).contains(&lasted), "{lasted} s");
}

#[tokio::test]
async fn a_body_that_drips_has_one_deadline_and_an_answer() {
    let served = serve().await;
    let mut connection = served.begin(&head_of_post(1000)).await;
    for _ in 1..SLOWEST_BODY.as_secs() {
        connection.write_all(b" ").await.unwrap();
        served.pass(1).await;
        assert!(!is_closed(&mut connection).await);
    }
    served.pass(1).await;
    let (_, said) = served.wait_for_close(&mut connection).await;
    assert!(
        said.starts_with("HTTP/1.1 408 Request Timeout\r\n"),
        "{said}"
    );
    let body = r#"{"error":"Request body took too long","code":"request_timeout"}"#;
    assert!(said.ends_with(body), "{said}");
    assert!(said.contains("\r\nx-request-id: "), "{said}");
}

#[tokio::test]
async fn a_body_that_comes_in_time_is_read() {
    let served = serve().await;
    let body = r#"{"provider":"jira","external_id":"a"}"#;
    let mut connection = served.begin(&head_of_post(body.len())).await;
    let (first, rest) = body.split_at(10);
    connection.write_all(first.as_bytes()).await.unwrap();
    served.pass(29).await;
    let answer = exchange(&mut connection, rest).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    // The next request has a deadline of its own.
    served.pass(29).await;
    let answer = exchange(&mut connection, REQUEST).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

/// How many answers a reader asks for: more than the buffers on the way can hold.
const ANSWERS: usize = 100;

/// A peer that asks for much, and has read nothing of it.
async fn ask_for_much(served: &Served) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut connection = socket.connect(served.address).await.unwrap();
    let request = "GET /openapi.json HTTP/1.1\r\nhost: juncture\r\n\r\n";
    let last = request.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    let requests = format!("{}{last}", request.repeat(ANSWERS - 1));
    connection.write_all(requests.as_bytes()).await.unwrap();
    served.settle().await;
    connection
}

/// How many whole answers come until the server closes.
async fn count_answers(mut connection: TcpStream) -> usize {
    let mut said = Vec::new();
    // A reset is an end too.
    let _end = real_time::within(PATIENCE, connection.read_to_end(&mut said)).await;
    String::from_utf8(said).unwrap().matches("\n}\n").count()
}

#[tokio::test]
async fn a_reader_that_takes_nothing_is_let_go() {
    let served = serve().await;
    let bound = u32::try_from(SLOWEST_READER.as_secs()).unwrap();
    let patient = ask_for_much(&served).await;
    served.pass(bound - 2).await;
    assert_eq!(count_answers(patient).await, ANSWERS, "just in time");
    let connection = ask_for_much(&served).await;
    served.pass(bound + 2).await;
    let came = count_answers(connection).await;
    assert!(came < ANSWERS, "{came}");
}

#[tokio::test]
async fn a_reader_that_is_slow_gets_everything() {
    let served = serve().await;
    let mut connection = ask_for_much(&served).await;
    let mut piece = vec![0; 512 * 1024];
    for _ in 0..6 {
        served.pass(20).await;
        connection.read_exact(&mut piece).await.unwrap();
    }
    let read = str::from_utf8(&piece).unwrap().matches("\n}\n").count();
    assert!(count_answers(connection).await + 6 * (read + 1) >= ANSWERS);
}

#[tokio::test]
async fn a_stranger_over_the_limit_has_less_time_for_a_head() {
    let served = super::serve_with(
        &[("PUBLIC_REQUESTS_PER_MINUTE", "2")],
        juncture_server::accept::Capacity::of_descriptors(1024),
    )
    .await;
    let mut within_limit = [served.connect().await, served.connect().await];
    served.settle().await;
    let mut half = served.begin("GET / HT").await;
    let (took, said) = served.wait_for_close(&mut half).await;
    assert!(within(HASTE).contains(&took.as_secs()), "{took}");
    assert_eq!(said, "");
    // Whoever has something to say is heard: the product's back end may share the address, and may have
    // connected ahead of its call.
    let mut back_end = served.connect().await;
    served.pass(20).await;
    let answer = exchange(&mut back_end, &call_with_key()).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    served.pass(40).await;
    let answer = exchange(&mut back_end, &call_with_key()).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    for connection in &mut within_limit {
        assert!(!is_closed(connection).await);
    }
}

#[tokio::test]
async fn of_a_stranger_little_is_read() {
    let served = serve().await;
    for path in [
        "/api/frontend/oauth/initiate-oauth-flow",
        "/finalize-connection/jira/some-code",
    ] {
        // A body that says how long it is is not waited for.
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: juncture\r\ncontent-type: application/x-www-form-urlencoded\r\naccept: application/json\r\n"
        );
        let declared = format!("{head}content-length: {}\r\n\r\n", LARGEST_PUBLIC_BODY + 1);
        let mut connection = served.begin(&declared).await;
        let (_, said) = served.wait_for_close(&mut connection).await;
        assert!(said.starts_with("HTTP/1.1 413 "), "{path}: {said}");
        assert!(said.contains(r#""code":"body_too_large""#), "{said}");
        // One that does not is read as far as that.
        let piece = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
        let head = head.replace(
            "x-www-form-urlencoded",
            if path.starts_with("/api") {
                "json"
            } else {
                "x-www-form-urlencoded"
            },
        );
        let chunked = format!(
            "{head}transfer-encoding: chunked\r\n\r\n{}",
            piece.repeat(5)
        );
        let mut connection = served.begin(&chunked).await;
        let (_, said) = served.wait_for_close(&mut connection).await;
        assert!(said.starts_with("HTTP/1.1 413 "), "{path}: {said}");
    }
}

#[tokio::test]
async fn a_back_end_may_send_more_but_not_without_the_key() {
    let served = serve().await;
    let head = |key: &str| {
        format!(
            "PUT /api/backend/jira/edit-issue HTTP/1.1\r\nhost: juncture\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: 20000\r\n\r\n"
        )
    };
    let mut stranger = served.begin(&head("wrong")).await;
    let (took, said) = served.wait_for_close(&mut stranger).await;
    assert!(said.starts_with("HTTP/1.1 401 "), "{said}");
    assert!(took.as_secs() <= 2, "{took}: before any byte of the body");
    let mut back_end = served.begin(&head(SECRET_KEY)).await;
    let body = format!("{{}}{}", " ".repeat(19_998));
    let answer = exchange(&mut back_end, &body).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("missing_parameter"), "{answer}");
}

#[tokio::test]
async fn a_head_that_does_not_end_is_refused_at_its_bound() {
    let served = serve().await;
    let long = format!("GET / HTTP/1.1\r\nx-long: {}", "a".repeat(2 * LARGEST_HEAD));
    let mut connection = served.begin(&long).await;
    let (_, said) = served.wait_for_close(&mut connection).await;
    assert!(said.starts_with("HTTP/1.1 431 "), "{said}");
}
