//! `juncture doctor`: looks at all that a server needs from outside, and says what is wrong and what to
//! do about it.
//!
//! It looks and does not touch: no table is made or brought up to date, no key is made. The database
//! gets the probe of `/readyz`, and Atlassian's token host a refresh token that nobody has ever had.
//! Each look has a bound of its own; the slowest, of a connection, refreshes its tokens as a server
//! would.

mod callback;
mod connection;
mod hosts;
mod stored;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use juncture_clock::Clock;

use crate::app::App;
use crate::config::Config;
use crate::connection::ExternalId;

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
    fn good(what: &'static str, said: impl Into<String>) -> Self {
        Self {
            what,
            state: State::Good,
            said: said.into(),
            advice: None,
        }
    }

    fn doubtful(what: &'static str, said: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            what,
            state: State::Doubtful,
            said: said.into(),
            advice: Some(advice.into()),
        }
    }

    fn bad(what: &'static str, said: impl Into<String>, advice: impl Into<String>) -> Self {
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

/// Looks at everything, and at the connection of `external_id` if there is one to look at. The findings
/// come in the order in which one thing needs another.
pub async fn examine(
    config: Config,
    clock: Arc<dyn Clock>,
    external_id: Option<&ExternalId>,
) -> Vec<Finding> {
    let mut findings = vec![Finding::good("configuration", "every variable is good")];
    findings.extend(config.warnings.iter().map(|warning| {
        Finding::doubtful(
            "configuration",
            warning,
            "see docs/CONFIG.md; it may be meant as it is",
        )
    }));
    let http = juncture_outbound::client();
    let (stored, cache, hosts, callback) = tokio::join!(
        within(&*clock, Box::pin(stored::look(&config))),
        stored::cache(&config, &clock, http.clone()),
        hosts::look(&config.jira, &http, &clock),
        callback::look(&config, &http, &*clock),
    );
    let late = || stored::Seen::of(Finding::bad("database", TOO_LATE, stored::ADVICE));
    let stored = stored.unwrap_or_else(late);
    findings.extend(stored.findings);
    findings.push(cache);
    findings.extend(hosts);
    findings.push(callback);
    match (external_id, stored.opened) {
        (None, _) => {}
        (Some(_), None) => findings.push(Finding::bad(
            connection::WHAT,
            "was not looked at",
            "let the database be well first",
        )),
        (Some(external_id), Some((store, sealer))) => {
            let app = App::new(config, store, sealer, clock.clone());
            let looked = Box::pin(connection::look(&app, external_id));
            let looked = within(&*clock, looked).await;
            findings
                .extend(looked.unwrap_or_else(|| {
                    vec![Finding::bad(connection::WHAT, TOO_LATE, "try again")]
                }));
            // A refresh that has begun is not given up.
            app.tasks.close();
            within(&*clock, app.tasks.wait()).await;
        }
    }
    findings
}

const TOO_LATE: &str = "no answer within 15 seconds";

/// What `look` gives, if it comes within [`PATIENCE`].
async fn within<T>(clock: &dyn Clock, look: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        seen = look => Some(seen),
        () = clock.deadline(PATIENCE) => None,
    }
}
