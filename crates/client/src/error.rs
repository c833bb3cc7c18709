//! What can go wrong.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

/// What a failure means for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Only the customer can help, by connecting again.
    NeedsReauthorization,
    /// The customer's grant lacks scopes that the call needs: [`Error::scopes`].
    MissingScope,
    /// Too many requests, at Jira or at Juncture. Nothing was done; [`Error::retry_after`] says when to
    /// come again.
    RateLimited,
    /// A change was asked for, and nobody knows whether it was made. Look before you try again; a creation
    /// may be tried again with its [`Error::idempotency_key`].
    OutcomeUnknown,
    /// Something else, which [`Error::code`] tells.
    Other,
}

/// Any failure of a call. No secret stands in it.
#[derive(Debug)]
pub struct Error {
    pub(crate) kind: Kind,
    pub(crate) facts: Box<Facts>,
}

/// What is known of a failure.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) message: String,
    pub(crate) code: String,
    pub(crate) status: Option<u16>,
    pub(crate) details: Option<Value>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) source: Option<reqwest::Error>,
}

impl Error {
    /// What it means.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// A stable slug: the server's, or one of this crate's own. `network_error`: no answer came, or a part
    /// of it. `timeout`: it took longer than it may. `invalid_answer`: what answered was not Juncture, or
    /// the answer was cut. `invalid_options`: what was given cannot be sent.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.facts.code
    }

    /// The HTTP status, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.facts.status
    }

    /// What the endpoint documents: which field and why, which scopes are missing, what there is instead.
    #[must_use]
    pub fn details(&self) -> Option<&Value> {
        self.facts.details.as_ref()
    }

    /// The request's id, which stands on its line in Juncture's log.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.facts.request_id.as_deref()
    }

    /// After how long it may be tried again, if the server told.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.facts.retry_after
    }

    /// The key of a creation. The same call with this key goes on where this one stopped.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.facts.idempotency_key.as_deref()
    }

    /// The scopes that the grant lacks; all that the call needs where that is not known. Empty of other
    /// failures.
    #[must_use]
    pub fn scopes(&self) -> Vec<&str> {
        let scopes = self
            .details()
            .and_then(|details| details["scopes"].as_array());
        let scopes = scopes.into_iter().flatten();
        scopes.filter_map(Value::as_str).collect()
    }

    /// What cannot be sent, in words that do not repeat it: it may be a secret.
    pub(crate) fn options(message: &str) -> Self {
        Self {
            kind: Kind::Other,
            facts: Facts::unfit(message).into(),
        }
    }
}

impl Facts {
    /// Of what cannot be sent.
    pub(crate) fn unfit(message: &str) -> Self {
        Self {
            message: message.to_owned(),
            code: "invalid_options".to_owned(),
            ..Self::default()
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.facts.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.facts.source.as_ref()?;
        Some(source)
    }
}
