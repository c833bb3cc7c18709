//! What a look has shown, and for how long it is waited for.

use std::fmt;
use std::time::Duration;

use juncture_clock::Clock;

/// How long one look may take.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// What a look has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// All is as it should be.
    Good,
    /// It works, or may work, and somebody should know.
    Doubtful,
    /// It does not work.
    Bad,
}

/// What a look has shown of one thing, in a sentence without any secret.
#[derive(Debug)]
pub struct Finding {
    /// What was looked at, in a word or two.
    pub what: &'static str,
    /// How it is.
    pub state: State,
    /// How that showed.
    pub said: String,
    /// What to do about it, if anything.
    pub advice: Option<String>,
}

impl Finding {
    pub(super) fn good(what: &'static str, said: impl Into<String>) -> Self {
        Self {
            what,
            state: State::Good,
            said: said.into(),
            advice: None,
        }
    }

    pub(super) fn doubtful(
        what: &'static str,
        said: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            what,
            state: State::Doubtful,
            said: said.into(),
            advice: Some(advice.into()),
        }
    }

    pub(super) fn bad(
        what: &'static str,
        said: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Bad,
            ..Self::doubtful(what, said, advice)
        }
    }
}

/// A line, and one more where there is something to do.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Good => "ok",
            State::Doubtful => "doubt",
            State::Bad => "WRONG",
        };
        write!(f, "{state:<5}  {:<13}  {}", self.what, self.said)?;
        if let Some(advice) = &self.advice {
            write!(f, "\n{:22}-> {advice}", "")?;
        }
        Ok(())
    }
}

pub(super) const TOO_LATE: &str = "no answer within 15 seconds";

/// What `look` gives, if it comes within [`PATIENCE`].
pub(super) async fn within<T>(clock: &dyn Clock, look: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        seen = look => Some(seen),
        () = clock.deadline(PATIENCE) => None,
    }
}

/// The innermost cause, which names the matter: a name that is not known, a port that is closed, a
/// certificate that is not trusted.
pub(super) fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
