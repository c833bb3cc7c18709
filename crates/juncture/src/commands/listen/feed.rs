//! The feed of a server, read over HTTP.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use juncture_clock::Clock;
use juncture_outbound::{Http, read_at_most};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use url::Url;
use uuid::Uuid;

/// How long the server may wait for an event.
pub(super) const WAIT: Duration = Duration::from_secs(25);

/// How much longer an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many events are read at once: while they are posted, nothing is lost if this process ends.
const LIMIT: u16 = 20;

/// The most that is read of an answer, in bytes.
const LONGEST_ANSWER: usize = 32 * 1024 * 1024;

/// Where events are read.
pub(super) struct Feed {
    http: Http,
    url: Url,
    key: SecretString,
    clock: Arc<dyn Clock>,
}

/// Some of the feed.
#[derive(Deserialize)]
pub(super) struct Page {
    /// In order.
    pub(super) data: Vec<Event>,
    /// Behind what to go on.
    pub(super) next_cursor: String,
}

/// An event, whose parts stay as the server has written them.
#[derive(Deserialize)]
pub(super) struct Event {
    pub(super) id: Uuid,
    pub(super) cursor: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    timestamp: Box<RawValue>,
    data: Box<RawValue>,
}

/// What is posted of an event.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: &'a RawValue,
    data: &'a RawValue,
}

impl Event {
    /// What a delivery of it has.
    pub(super) fn body(&self) -> Vec<u8> {
        let body = Body {
            kind: &self.kind,
            timestamp: &self.timestamp,
            data: &self.data,
        };
        serde_json::to_vec(&body).expect("it is plain data")
    }
}

/// Why there is no page.
#[derive(Debug)]
pub(super) enum ReadError {
    /// Nobody answers, or not now.
    Away(String),
    /// The server takes the request for a wrong one.
    Refused(String),
    /// Events behind the cursor are no longer kept.
    Overtaken {
        /// The oldest cursor that works.
        oldest: String,
    },
}

/// A refusal.
#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(default)]
    error: String,
    #[serde(default)]
    details: Details,
}

#[derive(Deserialize, Default)]
struct Details {
    oldest_cursor: Option<String>,
    reason: Option<String>,
}

impl Feed {
    /// That of this server, read with this key.
    pub(super) fn new(
        server: &Url,
        key: SecretString,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        let mut url = server.clone();
        let base = server.path().trim_end_matches('/');
        url.set_path(&format!("{base}/api/backend/events"));
        let is_web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
        anyhow::ensure!(is_web, "--server must begin with http:// or https://");
        Ok(Self {
            http: Http::default(),
            url,
            key,
            clock,
        })
    }

    /// The next events behind a cursor; none, if none happens for so long.
    pub(super) async fn read(
        &self,
        after: Option<&str>,
        wait: Duration,
    ) -> Result<Page, ReadError> {
        let (limit, seconds) = (LIMIT.to_string(), wait.as_secs().to_string());
        let query = [("limit", limit), ("wait", seconds)];
        let after = after.map(|after| [("after", after)]);
        let request = self.http.get(self.url.clone()).query(&query).query(&after);
        let request = request.bearer_auth(self.key.expose_secret());
        let asking = Box::pin(async {
            let answer = request.send().await?;
            let status = answer.status().as_u16();
            Ok((status, read_at_most(answer, LONGEST_ANSWER).await?))
        });
        let answer = match select(asking, self.clock.deadline(wait + PATIENCE)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => {
                return Err(ReadError::Away("it does not answer in time".to_owned()));
            }
        };
        // The error's own words have the URL, and in it the cursor.
        let (status, body) = answer
            .map_err(|error: reqwest::Error| ReadError::Away(readable(&error.without_url())))?;
        judge(status, &body)
    }
}

fn judge(status: u16, body: &[u8]) -> Result<Page, ReadError> {
    if status == 200 {
        let page = juncture_json::decode_parts(body);
        return page
            .map_err(|_| ReadError::Away("it answers what is no page of events".to_owned()));
    }
    let refusal: Refusal = juncture_json::decode(body).unwrap_or_default();
    match (status, refusal.details.oldest_cursor) {
        (410, Some(oldest)) => Err(ReadError::Overtaken { oldest }),
        (429 | 500.., _) => Err(ReadError::Away(format!("it answers {status}"))),
        _ => {
            let reason = refusal.details.reason.map(|reason| format!(": {reason}"));
            let sentence = format!("{}{} ({status})", refusal.error, reason.unwrap_or_default());
            Err(ReadError::Refused(sentence))
        }
    }
}

/// An error with its causes, of which the last says the most.
fn readable(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
