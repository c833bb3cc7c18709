//! Tokens, of access and of pages, stay out of everything that is written down.

use std::error::Error as _;
use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex};

use crate::support::{Fake, HandClock, Reply, SITE, TOKEN, client, token};

/// Jira's page tokens may carry the query that they are of.
const PAGE_TOKEN: &str = "pag3-token-that-holds-jql";

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_errors_nor_logs_tell_the_token_or_the_query() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer({
            let log = log.clone();
            move || log.clone()
        })
        .finish();
    // For all threads: one alone might find the log points switched off by another's first use.
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let body = r#"{"errorMessages": ["words about the request"]}"#;
    let replies = [
        Reply::status(503, body).header("atl-traceid", "trace-1"),
        Reply::CutBody,
        Reply::NoAnswer,
        Reply::status(400, body).header("atl-traceid", "trace-2"),
        Reply::ok(r#"{"unexpected": "shape"}"#),
    ];
    let fake = Fake::script(replies).await;
    let clock = HandClock::new();
    let client = client(&fake.url, &clock);
    let mut written = format!("{client:?}");
    for _ in 0..2 {
        let token = token();
        let site = client.site(SITE, &token);
        let error = site.issue("ED-1", &["hidden-field"]).await.unwrap_err();
        write!(written, "{site:?} {error} {error:?}").unwrap();
        let mut cause = error.source();
        while let Some(error) = cause {
            write!(written, "{error} {error:?}").unwrap();
            cause = error.source();
        }
    }
    let nobody = Fake::script([Reply::Hang]).await.url.clone();
    let gone = super::support::client(&nobody, &clock);
    let error = gone
        .site(SITE, &token())
        .issue("ED-1", &["hidden-field"])
        .await
        .unwrap_err();
    write!(written, "{error} {error:?} {:?}", error.source()).unwrap();

    // A list whose second page fails, by a token in the query and by one in the body.
    let paged = Fake::start(|request| match request.target.split('?').next().unwrap() {
        _ if request.target.contains(PAGE_TOKEN) || request.body.contains(PAGE_TOKEN) => {
            Reply::status(503, "")
        }
        path if path.ends_with("/bulkfetch") => Reply::status(410, ""),
        _ => Reply::ok(&format!(
            r#"{{"issues": [{{"id": "1", "key": "ED-1"}}], "nextPageToken": "{PAGE_TOKEN}"}}"#
        )),
    })
    .await;
    let token = token();
    let client = super::support::client(&paged.url, &clock);
    let site = client.site(SITE, &token);
    for error in [
        site.sprint_issues(37, &["summary"]).await.unwrap_err(),
        site.all_issues("project = ED", &["summary"])
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.status().unwrap(), 503);
        write!(written, "{error} {error:?} {:?}", error.source()).unwrap();
    }
    let sent = paged.requests();
    assert!(
        sent.iter()
            .any(|request| request.target.contains(PAGE_TOKEN))
    );
    assert!(sent.iter().any(|request| request.body.contains(PAGE_TOKEN)));

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("trying again") && log.contains("trace-1") && log.contains("trace-2"));
    // The line of our own; what lower layers trace at their deepest level is theirs, the token
    // excepted.
    let ours: String = log
        .lines()
        .filter(|line| line.contains("juncture_jira"))
        .collect();
    for secret in [TOKEN, "hidden-field", "words about the request"] {
        assert!(!ours.contains(secret), "{secret} in {ours}");
    }
    assert!(!log.contains(TOKEN) && !log.contains(PAGE_TOKEN));
    assert!(
        [TOKEN, PAGE_TOKEN, "hidden-field"]
            .iter()
            .all(|secret| !written.contains(secret)),
        "{written}"
    );
}

#[tokio::test]
async fn a_token_that_fits_into_no_header_is_refused_untold() {
    let clock = HandClock::new();
    let fake = Fake::script([Reply::ok("{}")]).await;
    let client = client(&fake.url, &clock);
    let token = "broken\ntoken".into();
    let error = client.site(SITE, &token).myself().await.unwrap_err();
    assert!(error.is_invalid());
    let cause = error.source().map(|cause| format!("{cause} {cause:?}"));
    assert!(!format!("{error} {error:?} {cause:?}").contains("broken"));
    assert_eq!(fake.count(), 0);
}
