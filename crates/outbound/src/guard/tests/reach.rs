//! Whatever leads inside is not called: 0 connections.

use std::process::Command;
use std::sync::Arc;

use url::Url;

use super::support::{Counting, Stub, answering, guard, post};
use crate::guard::{Blocked, SendFailure};

/// Each form in which a URL can name the listener, `PORT` for its port.
const FORMS: &[&str] = &[
    "https://127.0.0.1:PORT/",
    "https://127.1:PORT/",
    "https://0x7f.1:PORT/",
    "https://0x7f000001:PORT/",
    "https://2130706433:PORT/",
    "https://017700000001:PORT/",
    "https://0177.0.0.1:PORT/",
    "https://127.0.0.1.:PORT/",
    "https://１２７.０.０.１:PORT/",
    "https://①②⑦.⓪.⓪.①:PORT/",
    "https://127。0。0。1:PORT/",
    "https://0:PORT/",
    "https://0.0.0.0:PORT/",
    "https://[::ffff:127.0.0.1]:PORT/",
    "https://[::ffff:7f00:1]:PORT/",
    "https://[0:0:0:0:0:ffff:7f00:0001]:PORT/",
    "https:\\\\127.0.0.1:PORT\\",
    "https:127.0.0.1:PORT",
    "https://%31%32%37.0.0.1:PORT/",
    "https://127.0.0.1:PORT/?https://example.com/",
];

#[tokio::test]
async fn no_form_of_an_inner_address_is_called() {
    let inner = Counting::at("127.0.0.1").expect("a port");
    for form in FORMS {
        let url = form.replace("PORT", &inner.port.to_string());
        let failure = post(&guard(&[]), &url).await.expect_err(&url);
        let is_network = matches!(failure, SendFailure::Blocked(Blocked::Network(_)));
        assert!(is_network, "{url}: {failure}");
        assert_eq!(inner.connections(), 0, "{url}");
    }
    // The forms do lead there: who allows the network reaches it by each.
    for form in FORMS {
        let url = form.replace("PORT", &inner.port.to_string());
        let guard = guard(&["127.0.0.0/8", "0.0.0.0/32"]);
        let attempt = post(&guard, &url);
        let closing = async {
            while inner.connections() == 0 {
                tokio::task::yield_now().await;
            }
        };
        let (failure, ()) = tokio::join!(attempt, closing);
        failure.expect_err("nobody speaks TLS there");
    }
}

#[tokio::test]
async fn an_inner_address_of_ipv6_is_not_called() {
    // A machine without IPv6 has nobody to be called there; the address is judged all the same.
    let inner = Counting::at("::1").ok();
    let port = inner.as_ref().map_or(9, |inner| inner.port);
    for host in [
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
    ] {
        let failure = post(&guard(&[]), &format!("https://{host}:{port}/")).await;
        let failure = failure.expect_err(host);
        let is_network = matches!(failure, SendFailure::Blocked(Blocked::Network(_)));
        assert!(is_network, "{host}: {failure}");
        assert_eq!(inner.as_ref().map_or(0, Counting::connections), 0, "{host}");
    }
}

#[tokio::test]
async fn no_url_that_says_more_than_an_address_is_called() {
    let inner = Counting::at("127.0.0.1").expect("a port");
    let port = inner.port;
    let allowing = guard(&["127.0.0.0/8"]);
    for (guard, url, why) in [
        (
            &allowing,
            format!("https://user:pw@127.0.0.1:{port}/"),
            Blocked::Userinfo,
        ),
        (
            &allowing,
            format!("https://user@127.0.0.1:{port}/"),
            Blocked::Userinfo,
        ),
        (
            &allowing,
            format!("https://user:pw@example.com@127.0.0.1:{port}/"),
            Blocked::Userinfo,
        ),
        (
            &allowing,
            format!("https://127.0.0.1:{port}/#there"),
            Blocked::Fragment,
        ),
        (
            &allowing,
            format!("https://127.0.0.1:{port}/#"),
            Blocked::Fragment,
        ),
        (
            &allowing,
            format!("ftp://127.0.0.1:{port}/"),
            Blocked::Scheme,
        ),
        (
            &allowing,
            format!("ws://127.0.0.1:{port}/"),
            Blocked::Scheme,
        ),
        (&allowing, "file:///etc/passwd".to_owned(), Blocked::Scheme),
        (
            &allowing,
            format!("gopher://127.0.0.1:{port}/"),
            Blocked::Scheme,
        ),
        (
            &guard(&[]),
            format!("http://example.com:{port}/"),
            Blocked::Scheme,
        ),
        (&guard(&[]), "http://8.8.8.8/".to_owned(), Blocked::Scheme),
        (&allowing, "http://8.8.8.8/".to_owned(), Blocked::Scheme),
    ] {
        let failure = post(guard, &url).await.expect_err(&url);
        let SendFailure::Blocked(found) = failure else {
            panic!("{url}: {failure}");
        };
        assert_eq!(found, why, "{url}");
        assert_eq!(guard.judge(&url.parse().expect("a URL")), Err(why), "{url}");
    }
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn names_of_the_inside_are_not_even_resolved() {
    let inner = Counting::at("127.0.0.1").expect("a port");
    for name in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "a.localhost",
        "metadata.google.internal",
        "internal",
        "printer.local",
        "ｌｏｃａｌｈｏｓｔ",
        "a.ＩＮＴＥＲＮＡＬ.",
    ] {
        let url = format!("https://{name}:{}/", inner.port);
        let guard = guard(&[]).with_resolver(Stub::new(&[&["8.8.8.8"]]));
        let failure = post(&guard, &url).await.expect_err(name);
        let is_name = matches!(failure, SendFailure::Blocked(Blocked::Name(_)));
        assert!(is_name, "{name}: {failure}");
    }
    // These only look alike; they are resolved, to nothing.
    for name in ["notlocalhost", "local.example.com", "internal.example"] {
        let guard = guard(&[]).with_resolver(Stub::new(&[&[]]));
        let failure = post(&guard, &format!("https://{name}/")).await;
        assert!(matches!(failure, Err(SendFailure::Unresolved)), "{name}");
    }
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn a_name_with_inner_addresses_alone_is_not_called() {
    let inner = Counting::at("127.0.0.1").expect("a port");
    let url = format!("https://app.example.com:{}/", inner.port);
    for answer in [
        &["127.0.0.1"][..],
        &["::ffff:127.0.0.1"],
        &["::ffff:7f00:1", "127.0.0.1"],
        &["::127.0.0.1"],
        &["64:ff9b::7f00:1", "2002:7f00:1::"],
        &["10.0.0.1", "169.254.169.254", "fd00::1", "::1"],
    ] {
        let guard = guard(&[]).with_resolver(Stub::new(&[answer]));
        let failure = post(&guard, &url).await.expect_err("blocked");
        let is_network = matches!(failure, SendFailure::Blocked(Blocked::Network(_)));
        assert!(is_network, "{answer:?}: {failure}");
    }
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn of_mixed_answers_only_the_good_ones_are_called() {
    let inner = Counting::at("127.0.0.1").expect("a port");
    let port = inner.port;
    let outer = std::net::TcpListener::bind(("127.0.0.2", port)).expect("the same port");
    outer.set_nonblocking(true).expect("a socket");
    // 127.0.0.2 is public here.
    let resolver = Stub::new(&[&["127.0.0.1", "::ffff:127.0.0.1", "127.0.0.2"]]);
    let guard = guard(&["127.0.0.2/32"]).with_resolver(resolver);
    let attempt = tokio::spawn({
        let url = format!("https://app.example.com:{port}/");
        async move { post(&guard, &url).await }
    });
    while outer.accept().is_err() {
        tokio::task::yield_now().await;
    }
    let failure = attempt.await.expect("no panic").expect_err("it was closed");
    assert!(!matches!(failure, SendFailure::Blocked(_)), "{failure}");
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn a_name_that_turns_inward_is_not_called_again() {
    let inner = Counting::at("127.0.0.1").expect("a port");
    let good = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec();
    let (port, received) = answering(good, false).await;
    // 127.0.0.1 is public here at first, by another guard with the same resolver.
    let resolver = Stub::new(&[&["127.0.0.1"], &["127.0.0.1"]]);
    let public = guard(&["127.0.0.1/32"]).with_resolver(Arc::clone(&resolver) as _);
    let url = format!("http://app.example.com:{port}/hook");
    assert_eq!(post(&public, &url).await.expect("an answer").status, 200);
    received.await.expect("no panic");
    for url in [url, format!("https://app.example.com:{}/", inner.port)] {
        let strict = guard(&["127.0.0.9/32"]).with_resolver(Arc::clone(&resolver) as _);
        let failure = post(&strict, &url).await.expect_err("blocked");
        let is_network = matches!(failure, SendFailure::Blocked(Blocked::Network(_)));
        assert!(is_network, "{failure}");
    }
    assert_eq!(inner.connections(), 0);
}

/// One guard, one URL: the name is public, then inside, then public again.
#[tokio::test]
async fn a_name_is_resolved_and_judged_at_every_attempt() {
    let good = b"HTTP/1.1 204 No Content\r\n\r\n".to_vec();
    let (port, received) = answering(good, false).await;
    let inner = std::net::TcpListener::bind(("127.0.0.3", port)).expect("the same port");
    inner.set_nonblocking(true).expect("a socket");
    let resolver = Stub::new(&[&["127.0.0.3"], &["127.0.0.1"], &["127.0.0.3"]]);
    let guard = guard(&["127.0.0.1/32"]).with_resolver(resolver);
    let url = format!("http://app.example.com:{port}/hook");
    let blocked = |attempt| matches!(attempt, Err(SendFailure::Blocked(Blocked::Network(_))));
    assert!(blocked(post(&guard, &url).await));
    assert_eq!(post(&guard, &url).await.expect("an answer").status, 204);
    assert!(blocked(post(&guard, &url).await));
    assert!(inner.accept().is_err(), "nobody came");
    received.await.expect("no panic");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let inner = Counting::at("127.0.0.1").expect("a port");
    for status in [301, 302, 303, 307, 308] {
        let answer = format!(
            "HTTP/1.1 {status} There\r\nlocation: http://127.0.0.1:{}/\r\ncontent-length: 0\r\n\r\n",
            inner.port
        );
        let (port, received) = answering(answer.into_bytes(), false).await;
        let guard = guard(&["127.0.0.0/8"]);
        let failure = post(&guard, &format!("http://127.0.0.1:{port}/")).await;
        let found = failure.expect_err("a redirect");
        assert!(
            matches!(found, SendFailure::Redirect(found) if found == status),
            "{found}"
        );
        received.await.expect("no panic");
        assert_eq!(inner.connections(), 0);
    }
}

#[tokio::test]
async fn the_allow_list_opens_its_networks_and_no_others() {
    let other = Counting::at("127.0.0.1").expect("a port");
    let guard = guard(&["127.0.0.2/32"]);
    for (host, is_open) in [
        ("127.0.0.2", true),
        ("[::ffff:127.0.0.2]", true),
        ("127.0.0.1", false),
        ("127.0.0.3", false),
        ("10.0.0.1", false),
    ] {
        // By HTTP too: that is what servers of the inside speak.
        for scheme in ["http", "https"] {
            let url: Url = format!("{scheme}://{host}:{}/", other.port)
                .parse()
                .expect("a URL");
            assert_eq!(guard.judge(&url).is_ok(), is_open, "{url}");
            if is_open {
                let failure = post(&guard, url.as_str())
                    .await
                    .expect_err("nobody is there");
                assert!(matches!(failure, SendFailure::Connect(_)), "{failure}");
            }
        }
    }
    // A name of the inside leads to allowed networks, and to no public ones.
    for (answer, is_blocked) in [("127.0.0.2", false), ("127.0.0.1", true), ("8.8.8.8", true)] {
        let guard = guard.clone().with_resolver(Stub::new(&[&[answer]]));
        let failure = post(&guard, &format!("http://app.internal:{}/", other.port)).await;
        let failure = failure.expect_err("nobody is there");
        let found = matches!(failure, SendFailure::Blocked(_));
        assert_eq!(found, is_blocked, "{answer}: {failure}");
    }
    assert_eq!(other.connections(), 0);
}

/// What tells this test that it is the process with the variables.
const INNER: &str = "JUNCTURE_TEST_PROXY_PORT";

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "this is about the environment")]
async fn proxies_of_the_environment_are_not_asked() {
    if let Ok(proxy) = std::env::var(INNER) {
        let good = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec();
        let (port, received) = answering(good, false).await;
        assert_ne!(proxy, port.to_string());
        let resolver = Stub::new(&[&["127.0.0.1"]]);
        let open = guard(&["127.0.0.0/8"]).with_resolver(Arc::clone(&resolver) as _);
        let answer = post(&open, &format!("http://app.example.com:{port}/")).await;
        assert_eq!(answer.expect("an answer").status, 200);
        received.await.expect("no panic");
        let closed = guard(&[]).with_resolver(resolver);
        let failure = post(&closed, "https://app.example.com/").await;
        assert!(matches!(failure, Err(SendFailure::Blocked(_))));
        return;
    }
    let proxy = Counting::at("127.0.0.1").expect("a port");
    let mut again = Command::new(std::env::current_exe().expect("this program"));
    again.args([
        "--exact",
        "guard::tests::reach::proxies_of_the_environment_are_not_asked",
    ]);
    again
        .env(INNER, proxy.port.to_string())
        .env_remove("NO_PROXY")
        .env_remove("no_proxy");
    for name in [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ] {
        again.env(name, format!("http://127.0.0.1:{}", proxy.port));
    }
    let output = again.output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}"
    );
    assert_eq!(proxy.connections(), 0);
}
