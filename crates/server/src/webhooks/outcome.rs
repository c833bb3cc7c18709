//! What came of one attempt, and what it says of whom.

use std::time::Duration;

/// What came of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The endpoint has taken the event: it has answered 2xx.
    Delivered,
    /// It answers 410: nothing is to be sent there any more.
    Gone,
    /// It answers that it is not able now: 429, 502, 503 or 504.
    Unavailable,
    /// It refers to elsewhere, where nobody goes.
    Redirected,
    /// It answers anything else.
    Refused,
    /// It does not answer in time.
    TimedOut,
    /// It cannot be connected to, or the connection broke.
    Unreachable,
    /// Its name has no address.
    Unresolved,
    /// Its certificate, or what else of TLS, is not in order.
    Tls,
    /// It is at an address that nobody may be sent to.
    Blocked,
    /// The event cannot be read here. Nothing was sent.
    Unreadable,
}

/// What an outcome speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Of the event: another one may fare better.
    Event,
    /// Of the endpoint: no other event fares better now.
    Endpoint,
}

impl Outcome {
    /// What a status says.
    #[must_use]
    pub fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Delivered,
            300..=399 => Self::Redirected,
            410 => Self::Gone,
            429 | 502..=504 => Self::Unavailable,
            _ => Self::Refused,
        }
    }

    /// In a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Gone => "gone",
            Self::Unavailable => "unavailable",
            Self::Redirected => "redirected",
            Self::Refused => "refused",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
            Self::Unresolved => "unresolved",
            Self::Tls => "tls",
            Self::Blocked => "blocked",
            Self::Unreadable => "unreadable",
        }
    }

    /// Every one.
    pub const ALL: [Self; 11] = [
        Self::Delivered,
        Self::Gone,
        Self::Unavailable,
        Self::Redirected,
        Self::Refused,
        Self::TimedOut,
        Self::Unreachable,
        Self::Unresolved,
        Self::Tls,
        Self::Blocked,
        Self::Unreadable,
    ];

    /// The outcome of this word, as a row has it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }

    /// Of what it speaks.
    #[must_use]
    pub fn about(self) -> About {
        match self {
            Self::Delivered | Self::Redirected | Self::Refused | Self::Unreadable => About::Event,
            Self::Gone
            | Self::Unavailable
            | Self::TimedOut
            | Self::Unreachable
            | Self::Unresolved
            | Self::Tls
            | Self::Blocked => About::Endpoint,
        }
    }
}

/// What came of one attempt, as far as it decides what comes next.
#[derive(Debug, Clone, Copy)]
pub struct Attempted {
    /// What came of it.
    pub outcome: Outcome,
    /// How long the answer asks to wait.
    pub retry_after: Option<Duration>,
    /// How often the endpoint had failed as a whole when the attempt began.
    pub seen_failures: i64,
}
