//! A request to whichever server is next, and what it answered.

use axum::http::Method;
use reqwest::header::LOCATION;
use serde_json::Value;

/// A request, which can be sent again.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Value>,
    pub(super) idempotency_key: Option<String>,
    pub(super) has_secret_key: bool,
}

impl Request {
    /// A GET of the backend API.
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            body: None,
            idempotency_key: None,
            has_secret_key: true,
        }
    }

    /// Another method of the backend API, with a body.
    pub(super) fn of(method: Method, path: impl Into<String>, body: Value) -> Self {
        Self {
            method,
            body: Some(body),
            ..Self::get(path)
        }
    }

    /// The same, from a browser.
    pub(super) fn without_key(self) -> Self {
        Self {
            has_secret_key: false,
            ..self
        }
    }
}

/// What a server answered, whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    text: String,
}

impl Answer {
    /// Reads the answer to its end.
    pub(super) async fn of(response: reqwest::Response) -> reqwest::Result<Self> {
        let location = response.headers().get(LOCATION);
        let location = location.map(|location| location.to_str().unwrap().to_owned());
        Ok(Self {
            status: response.status().as_u16(),
            location,
            text: response.text().await?,
        })
    }

    /// The body of an answer that must have this status.
    #[track_caller]
    pub(super) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// The body.
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        juncture_json::decode(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// The error of an answer that says honestly that the server could not do what was asked. None
    /// of them claims anything about the customer or their Jira.
    pub(super) fn honest_error(&self) -> Option<String> {
        let code = match self.status {
            409 | 500 => self.json()["code"].as_str()?.to_owned(),
            _ => return None,
        };
        let is_honest = match self.status {
            // A server that died had the key; see `Idempotency-Key`.
            409 => code == "idempotency_key_in_use",
            _ => ["upstream_timeout", "upstream_unavailable"].contains(&code.as_str()),
        };
        is_honest.then(|| format!("{} {code}", self.status))
    }
}
