//! What an attempt that failed has shown: the error, and whether it may be tried again.

use std::time::Duration;

use crate::error::{Error, Facts, Kind};

/// When a call may be tried again without harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// Nothing was done, whatever was asked for.
    Always,
    /// It may have been done: only what changes nothing, or is done once for its key.
    Harmless,
    /// The first call with this key is under way: its answer is the answer to both.
    Wait,
    Never,
}

pub(crate) struct Failure {
    pub(crate) facts: Box<Facts>,
    pub(crate) again: Again,
    /// Whether what was asked for may have been done.
    pub(crate) is_perhaps_done: bool,
    pub(crate) needs_reauthorization: bool,
}

/// The server says this before it looks at an idempotency key: of an earlier attempt it says nothing.
const BEFORE_THE_KEY: [&str; 13] = [
    "connection_not_found",
    "idempotency_key_in_use",
    "internal_error",
    "invalid_answer",
    "invalid_secret_key",
    "missing_key_scope",
    "network_error",
    "request_timeout",
    "sealed_value_unreadable",
    "store_unavailable",
    "stored_value_unreadable",
    "timeout",
    "too_many_requests",
];

impl Failure {
    /// One that shows nothing of a connection.
    pub(crate) fn new(facts: Facts, again: Again, is_perhaps_done: bool) -> Self {
        Self {
            facts: facts.into(),
            again,
            is_perhaps_done,
            needs_reauthorization: false,
        }
    }

    /// No answer came, or not the whole of it.
    pub(crate) fn of_network(error: reqwest::Error) -> Self {
        if error.is_builder() {
            let facts = Facts {
                source: Some(error.without_url()),
                ..Facts::unfit("what is given cannot be sent")
            };
            return Self::new(facts, Again::Never, false);
        }
        let is_unsent = error.is_connect();
        let message = if is_unsent {
            "Juncture cannot be reached"
        } else {
            "Juncture's answer was lost"
        };
        let facts = Facts {
            message: message.to_owned(),
            code: "network_error".to_owned(),
            // Its query may hold codes and states.
            source: Some(error.without_url()),
            ..Facts::default()
        };
        let again = if is_unsent {
            Again::Always
        } else {
            Again::Harmless
        };
        Self::new(facts, again, !is_unsent)
    }

    /// The call took longer than it may.
    pub(crate) fn of_time(timeout: Duration) -> Self {
        let facts = Facts {
            message: format!("Juncture did not answer within {} ms", timeout.as_millis()),
            code: "timeout".to_owned(),
            ..Facts::default()
        };
        Self::new(facts, Again::Never, true)
    }

    /// Whether it tells what became of earlier attempts with the same key.
    pub(crate) fn tells_of_earlier_ones(&self) -> bool {
        !BEFORE_THE_KEY.contains(&&*self.facts.code)
    }

    /// The error, where it is not tried again.
    pub(crate) fn into_error(self, is_in_doubt: bool, idempotency_key: Option<String>) -> Error {
        let Self {
            mut facts,
            needs_reauthorization,
            ..
        } = self;
        facts.idempotency_key = idempotency_key;
        let kind = if facts.code == "outcome_unknown" {
            Kind::OutcomeUnknown
        } else if is_in_doubt {
            facts.message += "; nobody knows whether it was carried out";
            Kind::OutcomeUnknown
        } else if needs_reauthorization {
            Kind::NeedsReauthorization
        } else if facts.code == "missing_scope" {
            Kind::MissingScope
        } else if facts.status == Some(429) {
            Kind::RateLimited
        } else {
            Kind::Other
        };
        Error { kind, facts }
    }
}
