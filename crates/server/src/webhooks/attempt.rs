//! One attempt: an event is signed, posted, and what comes back is judged by its status.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue};
use juncture_clock::Clock;
use juncture_outbound::guard::{Answer, Connections, Guarded, SendFailure};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::TIMEOUT;
use super::endpoint::{Endpoint, Mode};
use super::outcome::Outcome;
use super::sign;
use crate::events::Event;

/// Says that an event is sent again because somebody has asked for it.
const REPLAY: HeaderName = HeaderName::from_static("juncture-replay");

/// The members of an event's data that a thin one has: what it is about.
const THIN: [&str; 7] = [
    "connection_id",
    "external_id",
    "provider",
    "sequence",
    "endpoint_id",
    "erased",
    "unreadable",
];

/// What came of an attempt.
#[derive(Debug)]
pub struct Sent {
    /// In a word.
    pub outcome: Outcome,
    /// The status of the answer, if one came.
    pub status: Option<u16>,
    /// How long it asks to wait.
    pub retry_after: Option<Duration>,
    /// How long it took.
    pub duration: Duration,
    /// How the answer begins; empty where there is none.
    pub excerpt: String,
}

/// What is posted: the same for every attempt of an event.
#[must_use]
pub fn body_of(event: &Event, mode: Mode) -> Bytes {
    let body = match mode {
        Mode::Full => serde_json::to_vec(&event.body()),
        Mode::Thin => {
            let thin = Event {
                data: thin(event),
                ..event.clone()
            };
            serde_json::to_vec(&thin.body())
        }
    };
    body.expect("it is plain data").into()
}

fn thin(event: &Event) -> Box<serde_json::value::RawValue> {
    let data = juncture_json::decode::<Map<String, Value>>(event.data.get().as_bytes());
    let mut data = data.unwrap_or_default();
    data.retain(|name, _| THIN.contains(&name.as_str()));
    to_raw(&data)
}

/// Plain data as JSON.
pub fn to_raw(data: &impl Serialize) -> Box<serde_json::value::RawValue> {
    serde_json::value::to_raw_value(data).expect("it is plain data")
}

/// Posts a body under an id to an endpoint, signed for this moment. The connections are that endpoint's.
pub async fn post(
    (guarded, connections): (&Guarded, &Connections),
    clock: &dyn Clock,
    endpoint: &Endpoint,
    (id, body): (Uuid, Bytes),
    is_replay: bool,
) -> Sent {
    let mut headers = sign::headers(&endpoint.secrets, id, &body, clock.now());
    if is_replay {
        headers.insert(REPLAY, HeaderValue::from_static("true"));
    }
    let begun = clock.steady();
    let posted = guarded.post(connections, &endpoint.url, headers, body, TIMEOUT);
    let posted = posted.await;
    let duration = clock.steady().saturating_sub(begun);
    match posted {
        Ok(answer) => of_answer(answer),
        Err(failure) => of_failure(&failure, duration),
    }
}

fn of_answer(answer: Answer) -> Sent {
    Sent {
        outcome: Outcome::of_status(answer.status),
        status: Some(answer.status),
        retry_after: answer.retry_after,
        duration: answer.duration,
        excerpt: answer.excerpt,
    }
}

fn of_failure(failure: &SendFailure, duration: Duration) -> Sent {
    let (outcome, status) = match failure {
        SendFailure::Blocked(_) => (Outcome::Blocked, None),
        SendFailure::Unresolved => (Outcome::Unresolved, None),
        SendFailure::Connect(_) | SendFailure::Broken => (Outcome::Unreachable, None),
        SendFailure::Tls(_) => (Outcome::Tls, None),
        SendFailure::Timeout => (Outcome::TimedOut, None),
        SendFailure::Redirect(status) => (Outcome::Redirected, Some(*status)),
    };
    Sent {
        outcome,
        status,
        retry_after: None,
        duration,
        // Why, in our words: there is no answer to show.
        excerpt: failure.to_string(),
    }
}
