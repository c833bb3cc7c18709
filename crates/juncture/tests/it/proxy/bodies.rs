//! Bodies: streamed both ways, for as long as they go on, and never whole when they are not.

use jiff::SignedDuration;
use tokio::io::AsyncWriteExt as _;

use super::{Served, read_to_end, read_until};
use crate::support::real_time::eventually;
use crate::support::wire::Reply;

const STREAM: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n";
const SIZED: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc";

impl Served {
    /// Lets so many seconds pass, one after the other, and whoever waits see each of them.
    async fn pass(&self, seconds: u32) {
        for _ in 0..seconds {
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            self.scene.app.clock.advance(SignedDuration::from_secs(1));
        }
    }

    /// Lets time pass until `work` is done.
    async fn pass_until<T>(&self, work: impl Future<Output = T>) -> T {
        let passing = async {
            loop {
                self.pass(1).await;
            }
        };
        tokio::select! {
            done = work => done,
            () = passing => unreachable!(),
        }
    }
}

#[tokio::test]
async fn an_answer_comes_as_it_is_made() {
    let served = Served::start().await;
    served.scene.wire.reply(Reply::Silence(STREAM.to_vec()));
    let mut caller = served.begin("GET rest/x", "", b"").await;
    let said = read_until(&mut caller, "abc").await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    assert!(!served.scene.wire.has_hung_up());
}

#[tokio::test]
async fn who_hangs_up_ends_the_call() {
    let served = Served::start().await;
    for reply in [Vec::new(), STREAM.to_vec(), SIZED.to_vec()] {
        let is_answered = !reply.is_empty();
        served.scene.wire.reply(Reply::Silence(reply));
        let mut caller = served.begin("GET rest/x", "", b"").await;
        served.scene.wire.until_seen(1).await;
        if is_answered {
            read_until(&mut caller, "abc").await;
        }
        assert!(!served.scene.wire.has_hung_up());
        drop(caller);
        served.scene.wire.until_hung_up(1).await;
        served.scene.wire.forget_hung_up();
        served.scene.wire.take();
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_does_not_look_whole() {
    let served = Served::start().await;
    for reply in [STREAM, SIZED] {
        served.scene.wire.reply(Reply::Cut(reply.to_vec()));
        let mut caller = served.begin("GET rest/x", "", b"").await;
        let said = read_to_end(&mut caller).await;
        assert!(said.contains("abc"), "{said}");
        assert!(!said.ends_with("0\r\n\r\n"), "{said}");
    }
}

#[tokio::test]
async fn an_answer_that_stands_still_breaks_off_after_a_minute() {
    let served = Served::start().await;
    served.scene.wire.reply(Reply::Silence(STREAM.to_vec()));
    let mut caller = served.begin("GET rest/x", "", b"").await;
    read_until(&mut caller, "abc").await;
    served.pass(59).await;
    assert!(!served.scene.wire.has_hung_up(), "a minute is not over");
    let ended = async {
        served.scene.wire.until_hung_up(1).await;
        read_to_end(&mut caller).await
    };
    let rest = served.pass_until(ended).await;
    assert!(!rest.ends_with("0\r\n\r\n"), "{rest}");
}

#[tokio::test]
async fn a_body_arrives_as_it_comes_and_may_take_its_time() {
    let served = Served::start().await;
    let headers = "transfer-encoding: chunked\r\n";
    let mut caller = served.begin("POST rest/x", headers, b"").await;
    // Each pause is within the bound, all together are not.
    for _ in 0..4 {
        served.pass(25).await;
        caller.write_all(b"3\r\nabc\r\n").await.unwrap();
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }
    caller.write_all(b"0\r\n\r\n").await.unwrap();
    let said = read_until(&mut caller, "ok").await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    let seen = served.scene.wire.take();
    assert_eq!(
        seen[0].body,
        b"3\r\nabc\r\n"
            .repeat(4)
            .into_iter()
            .chain(*b"0\r\n\r\n")
            .collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_body_that_stands_still_is_a_408() {
    let served = Served::start().await;
    for headers in ["transfer-encoding: chunked\r\n", "content-length: 9\r\n"] {
        served.scene.wire.reply(Reply::Early(Vec::new()));
        let mut caller = served.begin("POST rest/x", headers, b"3\r\nabc").await;
        if headers.contains("chunked") {
            served.scene.wire.until_seen(1).await;
        }
        let answered = read_until(&mut caller, "}");
        let said = served.pass_until(answered).await;
        assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
        assert!(
            said.contains("x-juncture-code: request_timeout\r\n"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn who_hangs_up_on_a_body_leaves_none_that_looks_whole() {
    let served = Served::start().await;
    let headers = "content-length: 200000\r\n";
    let caller = served
        .begin("POST rest/x", headers, &vec![b'x'; 100_000])
        .await;
    drop(caller);
    eventually(async || {
        let seen = served.scene.wire.take();
        assert!(seen.iter().all(|seen| seen.body.len() < 200_000));
        !seen.is_empty()
    })
    .await;
}

#[tokio::test]
async fn an_early_answer_to_a_long_body_is_passed_at_once() {
    let served = Served::start().await;
    let early = b"HTTP/1.1 413 Content Too Large\r\ncontent-length: 5\r\n\r\nlarge";
    served.scene.wire.reply(Reply::Early(early.to_vec()));
    let headers = "content-length: 200000\r\n";
    let mut caller = served.begin("POST rest/x", headers, &[b'x'; 1000]).await;
    let said = read_until(&mut caller, "large").await;
    assert!(said.starts_with("HTTP/1.1 413 "), "{said}");
}

#[tokio::test]
async fn slow_readers_hold_up_nobody_else() {
    let served = Served::start().await;
    let mut readers = Vec::new();
    for _ in 0..12 {
        served.scene.wire.reply(Reply::Silence(STREAM.to_vec()));
        let mut reader = served.begin("GET rest/x", "", b"").await;
        read_until(&mut reader, "abc").await;
        readers.push(reader);
    }
    let mut caller = served.begin("GET rest/x", "", b"").await;
    let said = read_until(&mut caller, "ok").await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    assert!(!served.scene.wire.has_hung_up());
}

#[tokio::test]
async fn slow_senders_hold_up_others_no_longer_than_any_call_may() {
    let served = Served::start().await;
    let mut senders = Vec::new();
    for count in 1..=8 {
        served.scene.wire.reply(Reply::Early(Vec::new()));
        let headers = "content-length: 200000\r\n";
        senders.push(served.begin("POST rest/x", headers, b"abc").await);
        served.scene.wire.until_seen(count).await;
    }
    let mut caller = served.begin("GET rest/x", "", b"").await;
    let answered = read_until(&mut caller, "ok");
    let said = served.pass_until(answered).await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    assert_eq!(served.scene.wire.take().len(), 9);
}

#[tokio::test]
async fn a_server_that_stops_lets_an_answer_come_to_its_end() {
    let served = Served::start().await;
    served.scene.wire.reply(Reply::Silence(STREAM.to_vec()));
    let mut caller = served.begin("GET rest/x", "", b"").await;
    read_until(&mut caller, "abc").await;
    served.stop.cancel();
    served.pass(10).await;
    assert!(!served.serving.is_finished());
    assert!(!served.scene.wire.has_hung_up());
    drop(caller);
    served.serving.await.unwrap();
    served.scene.wire.until_hung_up(1).await;
}

#[tokio::test]
async fn a_server_that_stops_lets_a_body_come_to_its_end() {
    let served = Served::start().await;
    let headers = "transfer-encoding: chunked\r\n";
    let mut caller = served.begin("POST rest/x", headers, b"3\r\nabc\r\n").await;
    served.pass(5).await;
    served.stop.cancel();
    served.pass(0).await;
    caller.write_all(b"3\r\nabc\r\n0\r\n\r\n").await.unwrap();
    let said = read_until(&mut caller, "ok").await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    served.serving.await.unwrap();
}

#[tokio::test]
async fn who_waits_to_be_told_to_go_on_is_told() {
    let served = Served::start().await;
    let headers = "content-length: 200000\r\nexpect: 100-continue\r\n";
    let mut caller = served.begin("PUT rest/x", headers, b"").await;
    let said = read_until(&mut caller, "\r\n\r\n").await;
    assert_eq!(said, "HTTP/1.1 100 Continue\r\n\r\n");
    caller.write_all(&vec![b'x'; 200_000]).await.unwrap();
    let said = read_until(&mut caller, "ok").await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    let seen = &served.scene.wire.take()[0];
    assert_eq!((seen.header("expect"), seen.body.len()), (None, 200_000));
}

#[tokio::test]
async fn answers_without_a_body_end_where_their_head_does() {
    let served = Served::start().await;
    for (method, reply) in [
        (
            "HEAD",
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\netag: \"e\"\r\n\r\n",
        ),
        ("GET", "HTTP/1.1 304 Not Modified\r\netag: \"e\"\r\n\r\n"),
        ("DELETE", "HTTP/1.1 204 No Content\r\netag: \"e\"\r\n\r\n"),
    ] {
        served
            .scene
            .wire
            .reply(Reply::Bytes(reply.as_bytes().to_vec()));
        let mut caller = served.begin(&format!("{method} rest/x"), "", b"").await;
        let said = read_until(&mut caller, "\r\n\r\n").await;
        let status = reply.lines().next().unwrap();
        assert!(said.starts_with(status), "{said}");
        assert!(said.contains("etag: \"e\"\r\n"), "{said}");
        assert_eq!(
            said.contains("content-length: 9\r\n"),
            method == "HEAD",
            "{said}"
        );
        // The connection goes on where the head ended.
        caller
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: juncture\r\n\r\n")
            .await
            .unwrap();
        let next = read_until(&mut caller, "}").await;
        assert!(next.starts_with("HTTP/1.1 200 OK\r\n"), "{next}");
    }
}
