//! What is smuggled in on the wire arrives nowhere, or as something harmless.

use super::{Served, read_until};

/// What a call with these headers and this body meets: our status, and what arrived.
async fn send(served: &Served, line: &str, headers: &str, body: &[u8]) -> (u16, Option<String>) {
    let mut connection = served.begin(line, headers, body).await;
    let said = read_until(&mut connection, "\r\n\r\n").await;
    let status = said[9..12].parse().unwrap();
    let seen = served.scene.wire.take();
    assert!(seen.len() < 2, "{seen:#?}");
    let arrived = seen.into_iter().next();
    let text = |seen: crate::support::wire::Seen| {
        format!("{}{}", seen.head, String::from_utf8(seen.body).unwrap())
    };
    (status, arrived.map(text))
}

#[tokio::test]
async fn a_body_has_one_end() {
    let served = Served::start().await;
    let hidden = b"3\r\nabc\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\n\r\n";
    for headers in [
        "content-length: 3\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 3\r\n",
        "content-length: 3\r\ncontent-length: 4\r\n",
        "content-length: 3, 4\r\n",
        "content-length: +3\r\n",
        "content-length: -3\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding: gzip\r\n",
        "transfer-encoding : chunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "content-length: 3\r\n transfer-encoding: chunked\r\n",
        "x-folded: a\r\n b\r\n",
        "x-split: a\rtransfer-encoding: chunked\r\n",
        "x-nul: a\0b\r\n",
        "x name: a\r\n",
    ] {
        let (status, arrived) = send(&served, "POST rest/x", headers, hidden).await;
        match arrived {
            None => assert_eq!(status, 400, "{headers:?}"),
            // The body as the chunks say, and in a frame of ours.
            Some(arrived) => {
                assert_eq!(status, 200, "{headers:?}");
                assert!(
                    !arrived.contains("content-length"),
                    "{headers:?}: {arrived}"
                );
                assert!(
                    arrived.ends_with("3\r\nabc\r\n0\r\n\r\n"),
                    "{headers:?}: {arrived}"
                );
            }
        }
    }
}

#[tokio::test]
async fn chunks_lose_their_extensions_and_trailers() {
    let served = Served::start().await;
    let body = b"3;a=b\r\nabc\r\n0\r\nx-trailer: 1\r\nauthorization: Bearer other\r\n\r\n";
    let headers = "transfer-encoding: chunked\r\ntrailer: x-trailer\r\n";
    let (status, arrived) = send(&served, "POST rest/x", headers, body).await;
    let arrived = arrived.unwrap();
    assert_eq!(status, 200);
    assert!(
        arrived.ends_with("\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
        "{arrived}"
    );
    assert!(!arrived.contains("trailer"), "{arrived}");
    assert_eq!(arrived.matches("authorization").count(), 1, "{arrived}");
}

#[tokio::test]
async fn a_target_reaches_nothing_but_the_site() {
    let served = Served::start().await;
    let site = &served.scene.site;
    for path in [
        "rest/a#/../../other",
        "rest/a b",
        "rest/a\tb",
        "@evil.example/rest//",
        "rest/\x01",
        "rest/a HTTP/1.1\r\nhost: evil.example\r\n\r\nGET ..",
    ] {
        let (status, arrived) = send(&served, &format!("GET {path}"), "", b"").await;
        let leads_there =
            |arrived: &String| arrived.starts_with(&format!("GET {site}/rest/a HTTP"));
        assert!(
            arrived.as_ref().map_or(status >= 400, leads_there),
            "{path:?}: {status} {arrived:?}"
        );
    }
    // A host in the target is not a host to call.
    let (status, arrived) = send(&served, "GET rest/@evil.example:1/x", "", b"").await;
    assert_eq!(status, 200);
    assert!(
        arrived
            .unwrap()
            .starts_with(&format!("GET {site}/rest/@evil.example:1/x "))
    );
}
