//! Upstash, which is Redis over HTTP: <https://upstash.com/docs/redis/features/restapi>.
//!
//! A command is a JSON array, sent by POST to the URL of the database with its token. The answer is
//! `{"result": …}`, or `{"error": "…"}` with a status of 400 or 401. Strings are UTF-8, so values
//! travel as base64.

use std::fmt::{self, Display};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::remote::RemoteError;
use crate::cache::settings::UpstashConfig;
use juncture_outbound::{Http, read_at_most};

/// The most of an answer that is read, in bytes. The largest value that is shared (512 kB) is sealed
/// and in base64 some 700 kB. What is longer breaks off there, and so is no answer.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// A database at Upstash.
pub(super) struct Upstash {
    database: UpstashConfig,
    http: Http,
}

#[derive(Deserialize)]
struct Answer {
    result: Option<String>,
    error: Option<String>,
}

impl Display for Upstash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.database.url.host_str().unwrap_or_default();
        write!(f, "Upstash at {host}")
    }
}

impl Upstash {
    pub(super) fn new(database: &UpstashConfig, http: Http) -> Self {
        Self {
            database: database.clone(),
            http,
        }
    }

    /// Another type of value than ours, which `SET` overwrites, counts as absent; so does text that
    /// is not base64.
    pub(super) async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, RemoteError> {
        match self.ask(json!(["GET", name])).await {
            Ok(found) => Ok(found.and_then(|text| STANDARD_NO_PAD.decode(text).ok())),
            Err(RemoteError::Refused { reason, .. }) if reason.starts_with("WRONGTYPE") => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    pub(super) async fn set(
        &self,
        name: &str,
        value: &[u8],
        milliseconds: i128,
    ) -> Result<(), RemoteError> {
        let value = STANDARD_NO_PAD.encode(value);
        let command = json!(["SET", name, value, "PX", milliseconds.to_string()]);
        self.ask(command).await?;
        Ok(())
    }

    async fn ask(&self, command: Value) -> Result<Option<String>, RemoteError> {
        let without_url = |failure: reqwest::Error| RemoteError::Request(failure.without_url());
        let request = self
            .http
            .post(self.database.url.clone())
            .bearer_auth(self.database.token.expose_secret())
            .json(&command);
        let answer = request.send().await.map_err(without_url)?;
        let status = answer.status();
        let body = read_at_most(answer, LONGEST_ANSWER).await;
        let body = body.map_err(without_url)?;
        match juncture_json::decode(&body) {
            Ok(Answer {
                result,
                error: None,
            }) if status.is_success() => Ok(result),
            Ok(Answer {
                error: Some(error), ..
            }) => Err(RemoteError::Refused {
                status,
                reason: without_command(&error),
            }),
            _ => Err(RemoteError::Refused {
                status,
                reason: "not what Upstash answers".to_owned(),
            }),
        }
    }
}

/// Some of Upstash's sentences end in the command, with its value: `…, command was: […]`.
fn without_command(error: &str) -> String {
    let end = error.find(", command was").unwrap_or(error.len());
    error[..end].chars().take(200).collect()
}
