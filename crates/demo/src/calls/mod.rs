//! The record of what the back end sent to Juncture, as the page shows it: the request without its
//! secret, the answer shortened, and the TypeScript that would send the same.

mod request;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

pub(super) use request::Request;

/// How many calls are kept.
const KEPT: usize = 24;
/// How many elements of a list are shown.
const SHOWN_ELEMENTS: usize = 2;
/// How many characters of a text are shown.
const SHOWN_CHARACTERS: usize = 96;

/// The `fetch` that sends the same, and takes `fields` from the answer.
#[derive(Template)]
#[template(path = "fetch.ts", escape = "none")]
struct Fetch<'a> {
    request: &'a Request,
    fields: String,
}

/// A literal; JSON's are TypeScript's, too.
fn literal(value: &Value) -> String {
    value.to_string()
}

/// What came back.
pub(super) struct Answer {
    status: Option<StatusCode>,
    body: Value,
}

impl Answer {
    /// An answer with this status and body.
    pub(super) fn of(status: StatusCode, body: &str) -> Self {
        let body = juncture_json::decode(body).unwrap_or_else(|_| Value::from(body));
        Self {
            status: Some(status),
            body,
        }
    }

    /// No answer came.
    pub(super) fn none() -> Self {
        Self {
            status: None,
            body: Value::Null,
        }
    }

    fn fields(&self) -> String {
        match &self.body {
            Value::Object(fields) => {
                let names: Vec<&str> = fields.keys().map(String::as_str).collect();
                format!("{{ {} }}", names.join(", "))
            }
            _ => "answer".to_owned(),
        }
    }
}

/// A call, as the page shows it.
pub(super) struct Call {
    pub(super) number: usize,
    pub(super) method: String,
    pub(super) path: &'static str,
    /// As `200 OK`.
    pub(super) status: String,
    pub(super) is_success: bool,
    pub(super) elapsed_ms: i128,
    pub(super) request: String,
    pub(super) response: String,
    pub(super) typescript: String,
}

/// The latest calls of all visitors.
#[derive(Default)]
pub(super) struct Calls(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    count: usize,
    latest: VecDeque<Arc<Call>>,
}

impl Calls {
    /// Notes a call that has ended.
    pub(super) fn note(
        &self,
        juncture: &Url,
        request: &Request,
        answer: Answer,
        elapsed: SignedDuration,
    ) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.count += 1;
        let typescript = Fetch {
            request,
            fields: answer.fields(),
        };
        let call = Call {
            number: kept.count,
            method: request.method.to_string(),
            path: request.path,
            status: answer
                .status
                .map_or("no answer".to_owned(), |status| status.to_string()),
            is_success: answer.status.is_some_and(|status| status.is_success()),
            elapsed_ms: elapsed.as_millis(),
            request: request.to_http(juncture),
            typescript: typescript
                .render()
                .unwrap_or_else(|broken| broken.to_string()),
            response: format!("{:#}", shorten(answer.body)),
        };
        kept.latest.push_front(Arc::new(call));
        kept.latest.truncate(KEPT);
    }

    /// The calls that are kept, newest first.
    pub(super) fn latest(&self) -> Vec<Arc<Call>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.latest.iter().cloned().collect()
    }
}

/// The same value with long lists and texts cut, and the cut told.
fn shorten(value: Value) -> Value {
    match value {
        Value::Array(elements) => {
            let rest = elements.len().saturating_sub(SHOWN_ELEMENTS);
            let shown = elements.into_iter().take(SHOWN_ELEMENTS).map(shorten);
            let told = (rest > 0).then(|| Value::from(format!("… and {rest} more")));
            Value::Array(shown.chain(told).collect())
        }
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, shorten(value)))
            .collect(),
        Value::String(text) => match text.char_indices().nth(SHOWN_CHARACTERS) {
            Some((end, _)) => format!("{}…", &text[..end]).into(),
            None => text.into(),
        },
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use reqwest::StatusCode;
    use serde_json::{Value, json};
    use url::Url;

    use super::{Answer, Calls, Request, shorten};

    #[test]
    fn lists_and_texts_are_shortened_and_say_so() {
        let shortened = shorten(json!({"tickets": [1, 2, 3, 4], "text": "é".repeat(200)}));
        assert_eq!(shortened["tickets"], json!([1, 2, "… and 2 more"]));
        assert_eq!(shortened["text"], Value::from("é".repeat(96) + "…"));
    }

    #[test]
    fn a_call_with_a_key_shows_the_key_and_its_values() {
        let calls = Calls::default();
        let juncture = Url::parse("http://127.0.0.1:8000/").unwrap();
        let request = Request::post("/api/backend/jira/create-ticket", &[("summary", "Slow")])
            .with_some("labels", Some(json!(["a", "b"])))
            .once("k-1");
        let answer = Answer::of(StatusCode::CREATED, "{}");
        calls.note(&juncture, &request, answer, SignedDuration::ZERO);
        let call = &calls.latest()[0];
        assert!(
            call.request.contains("\nIdempotency-Key: k-1\n"),
            "{}",
            call.request
        );
        assert!(
            call.typescript
                .contains("\n      \"Idempotency-Key\": \"k-1\",\n"),
            "{}",
            call.typescript
        );
        assert!(
            call.typescript.contains("\n  labels: [\"a\",\"b\"],\n"),
            "{}",
            call.typescript
        );
    }

    #[test]
    fn a_call_shows_its_request_and_the_fetch_that_sends_it() {
        let calls = Calls::default();
        let juncture = Url::parse("http://127.0.0.1:8000/").unwrap();
        let request = Request::post("/api/backend/jira/select-project", &[("id", "a\"b")]);
        let answer = Answer::of(StatusCode::OK, r#"{"success":true}"#);
        calls.note(&juncture, &request, answer, SignedDuration::from_millis(12));
        let latest = calls.latest();
        assert_eq!((latest[0].number, latest[0].elapsed_ms), (1, 12));
        assert_eq!(latest[0].status, "200 OK");
        assert_eq!(
            latest[0].request,
            "POST /api/backend/jira/select-project HTTP/1.1\n\
             Host: 127.0.0.1:8000\n\
             Authorization: Bearer ••••••••\n\
             Content-Type: application/json\n\n\
             {\n  \"id\": \"a\\\"b\"\n}"
        );
        assert_eq!(
            latest[0].typescript,
            r#"const body = JSON.stringify({
  id: "a\"b",
});
const response = await fetch(
  `${JUNCTURE_URL}/api/backend/jira/select-project`,
  {
    method: "POST",
    headers: {
      Authorization: `Bearer ${JUNCTURE_SECRET_KEY}`,
      "Content-Type": "application/json",
    },
    body,
  },
);
const { success } = await response.json();"#
        );
    }
}
