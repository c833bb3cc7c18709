//! From a response to an answer, or to what it says went wrong.

use std::time::Duration;

use jiff::Timestamp;
use juncture_json::{Bounds, decode_within};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::Facts;
use crate::failure::{Again, Failure};

/// What an answer may hold: 10,000 tickets with two hundred fields each, and documents as deep as Juncture takes
/// them of Jira, in its own shapes around them.
const MOST: Bounds = Bounds {
    depth: 120,
    values: 4_000_000,
};

/// What came, read to its end.
pub(crate) struct Came {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) at: Timestamp,
}

/// Reads a success as what it is to be.
pub(crate) type Read<T> = fn(&Came) -> Result<T, Failure>;

/// A body of JSON.
pub(crate) fn json<T: DeserializeOwned>(came: &Came) -> Result<T, Failure> {
    if !came.status.is_success() {
        return Err(failure(came));
    }
    decode_within(&came.body, MOST).map_err(|error| unread(came, &error))
}

/// A body of text.
pub(crate) fn text(came: &Came) -> Result<String, Failure> {
    if !came.status.is_success() {
        return Err(failure(came));
    }
    let text = std::str::from_utf8(&came.body).map_err(|_| foreign(came))?;
    Ok(text.to_owned())
}

/// The address to which it leads.
pub(crate) fn location(came: &Came) -> Result<String, Failure> {
    let location = came
        .headers
        .get(LOCATION)
        .and_then(|value| value.to_str().ok());
    match location {
        Some(location) if came.status.is_redirection() => Ok(location.to_owned()),
        _ => Err(failure(came)),
    }
}

/// Nothing but that it succeeded, in a body of JSON that says so.
pub(crate) fn done(came: &Came) -> Result<(), Failure> {
    /// The one that Juncture gives.
    #[derive(Deserialize)]
    struct Done {
        #[serde(rename = "success")]
        _success: bool,
    }
    json::<Done>(came).map(|_| ())
}

/// What Juncture says of a failure.
#[derive(Deserialize)]
pub(crate) struct Refusal {
    error: String,
    code: String,
    #[serde(default)]
    needs_reauthorization: Option<bool>,
    #[serde(default)]
    details: Option<Value>,
    #[serde(flatten)]
    more: Map<String, Value>,
}

/// What an answer says that is no success.
pub(crate) fn failure(came: &Came) -> Failure {
    let refusal = if came.status.is_success() {
        None
    } else {
        decode_within::<Refusal>(&came.body, MOST).ok()
    };
    match refusal {
        Some(refusal) => refused(came, refusal),
        None => foreign(came),
    }
}

/// Juncture says what went wrong.
fn refused(came: &Came, refusal: Refusal) -> Failure {
    let Refusal {
        error,
        code,
        needs_reauthorization,
        details,
        more,
    } = refusal;
    let status = came.status.as_u16();
    let rest = (!more.is_empty()).then_some(Value::Object(more));
    let facts = Facts {
        message: format!("{error} ({status} {code})"),
        code,
        details: details.or(rest),
        ..facts_of(came)
    };
    let is_told_when = facts.retry_after.is_some();
    let again = match &*facts.code {
        "idempotency_key_in_use" => Again::Wait,
        // Whoever says when to come again has done nothing.
        _ if status == 429 && is_told_when => Again::Always,
        _ if status == 503 && is_told_when => Again::Harmless,
        _ => Again::Never,
    };
    // Something of Juncture's broke down, before or after the change.
    let is_perhaps_done = matches!(&*facts.code, "outcome_unknown" | "internal_error");
    Failure {
        needs_reauthorization: needs_reauthorization == Some(true),
        ..Failure::new(facts, again, is_perhaps_done)
    }
}

/// A success that is not read: it was cut, or is another one than this version knows.
fn unread(came: &Came, error: &juncture_json::Error) -> Failure {
    let is_whole = match error {
        juncture_json::Error::Unfit(_) => true,
        juncture_json::Error::Parser(error) => error.is_data(),
    };
    if !is_whole || !is_json(came) {
        return foreign(came);
    }
    let what = "Juncture's answer is another one than this version of its client knows";
    Failure::new(invalid(came, what), Again::Never, true)
}

/// Something between here and Juncture has answered, or the answer was cut.
fn foreign(came: &Came) -> Failure {
    let status = came.status;
    let is_cut = status.is_success() && is_json(came);
    let what = if is_cut {
        "Juncture's answer was cut"
    } else {
        "What answered is not Juncture: check the base URL, and proxies on the way"
    };
    let facts = invalid(came, what);
    if status == StatusCode::TOO_MANY_REQUESTS && facts.retry_after.is_some() {
        return Failure::new(facts, Again::Always, false);
    }
    let is_gateway = matches!(status.as_u16(), 502..=504);
    let again = if is_cut || is_gateway {
        Again::Harmless
    } else {
        Again::Never
    };
    // What a proxy answers with 4xx, or leads elsewhere, it has not passed on.
    let is_perhaps_done = status.is_success() || status.is_server_error();
    Failure::new(facts, again, is_perhaps_done)
}

fn invalid(came: &Came, what: &str) -> Facts {
    let kind = kind_of(came).unwrap_or("no content type");
    let (status, length) = (came.status.as_u16(), came.body.len());
    Facts {
        message: format!("{what} ({status}, {kind}, {length} bytes)"),
        code: "invalid_answer".to_owned(),
        ..facts_of(came)
    }
}

fn is_json(came: &Came) -> bool {
    kind_of(came).is_some_and(|kind| kind.contains("json"))
}

fn kind_of(came: &Came) -> Option<&str> {
    came.headers.get(CONTENT_TYPE)?.to_str().ok()
}

/// What the headers of an answer tell.
fn facts_of(came: &Came) -> Facts {
    let request_id = came.headers.get("x-request-id");
    let request_id = request_id.and_then(|value| value.to_str().ok());
    Facts {
        status: Some(came.status.as_u16()),
        request_id: request_id.map(str::to_owned),
        retry_after: retry_after(came),
        ..Facts::default()
    }
}

fn retry_after(came: &Came) -> Option<Duration> {
    juncture_outbound::retry_after(&came.headers, came.at)
}
