//! What is sent, what is read of an answer, and what ends an attempt.

use std::time::Duration;

use super::support::{DEADLINE, HandClock, answering, guard, guard_by, post};
use crate::guard::{EXCERPT, SendFailure};

#[tokio::test]
async fn an_answer_has_its_status_its_wait_and_the_beginning_of_its_body() {
    let answer =
        b"HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 6\r\n\r\nslow\0!".to_vec();
    let (port, received) = answering(answer, false).await;
    let guard = guard(&["127.0.0.1/32"]);
    let answer = post(&guard, &format!("http://127.0.0.1:{port}/hook?a=b")).await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status, 429);
    assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(answer.excerpt, "slow\u{fffd}!");
    let sent = received.await.expect("no panic").to_lowercase();
    assert!(sent.starts_with("post /hook?a=b http/1.1\r\n"), "{sent}");
    for line in [
        format!("host: 127.0.0.1:{port}"),
        "webhook-id: msg_1".to_owned(),
        "content-length: 14".to_owned(),
        "user-agent: juncture/".to_owned(),
    ] {
        assert!(sent.contains(&line), "{line} in {sent}");
    }
    assert!(sent.ends_with("\r\n\r\n{\"type\":\"a.b\"}"), "{sent}");
}

#[tokio::test]
async fn an_endless_body_is_read_to_its_bound() {
    let mut answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    answer.resize(4_000_000, 0xff);
    let (port, received) = answering(answer, false).await;
    // No deadline of this clock ends: it is the bound that does.
    let guard = guard_by(HandClock::new(), &["127.0.0.1/32"]);
    let answer = post(&guard, &format!("http://127.0.0.1:{port}/")).await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status, 200);
    assert!(answer.excerpt.len() <= EXCERPT, "{}", answer.excerpt.len());
    received.await.expect("the connection has ended");
}

#[tokio::test]
async fn a_body_that_does_not_come_takes_nothing_from_the_status() {
    let answer = b"HTTP/1.1 503 No\r\ncontent-length: 10\r\n\r\nhalf".to_vec();
    let (port, received) = answering(answer, false).await;
    let clock = HandClock::new();
    let guard = guard_by(clock.clone(), &["127.0.0.1/32"]);
    clock.end(Duration::from_secs(1));
    let answer = post(&guard, &format!("http://127.0.0.1:{port}/")).await;
    assert_eq!(answer.expect("an answer").status, 503);
    received.await.expect("no panic");
}

#[tokio::test]
async fn who_hangs_is_left_when_the_deadline_ends() {
    for answer in [&b""[..], b"HTTP/1.1 200 OK\r\nhalf-a-he"] {
        let (port, received) = answering(answer.to_vec(), false).await;
        let clock = HandClock::new();
        let guard = guard_by(clock.clone(), &["127.0.0.1/32"]);
        let attempt =
            tokio::spawn(async move { post(&guard, &format!("http://127.0.0.1:{port}/")).await });
        clock.end(Duration::from_secs(14));
        tokio::task::yield_now().await;
        assert!(!attempt.is_finished());
        clock.end(DEADLINE);
        let failure = attempt.await.expect("no panic").expect_err("late");
        assert!(matches!(failure, SendFailure::Timeout), "{failure}");
        received.await.expect("it saw the connection end");
    }
}

#[tokio::test]
async fn what_is_no_answer_is_told_apart() {
    let long_head = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(100_000));
    for answer in [
        "",
        "HTTP/1.1 200",
        "220 mail.example.com ESMTP\r\n",
        &long_head,
    ] {
        let (port, received) = answering(answer.as_bytes().to_vec(), true).await;
        let guard = guard(&["127.0.0.1/32"]);
        let failure = post(&guard, &format!("http://127.0.0.1:{port}/")).await;
        let failure = failure.expect_err(answer);
        assert!(matches!(failure, SendFailure::Broken), "{failure}");
        received.await.expect("no panic");
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = nobody.local_addr().expect("an address").port();
    drop(nobody);
    let failure = post(
        &guard(&["127.0.0.1/32"]),
        &format!("http://127.0.0.1:{port}/"),
    )
    .await;
    let failure = failure.expect_err("nobody is there");
    assert_eq!(failure.to_string(), "no connection: connection refused");
}
