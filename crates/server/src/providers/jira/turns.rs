//! Turns at an issue: who changes one in several steps must not find it changed in between by another
//! request to this process, and Jira takes no more than 20 writes to one issue in 2 seconds
//! (<https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>).
//!
//! Other processes and people know nothing of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{Mutex as Turnstile, OwnedMutexGuard};

use super::Jira;
use super::names::IssueIdOrKey;
use super::site::JiraSite;
use crate::failure::{Failure, UpstreamFailure};

/// How long a turn is waited for. Each takes some calls to Jira.
const PATIENCE: Duration = Duration::from_mins(1);

/// A site, and an issue by its id or key.
type Issue = (String, String);

/// The turns of the issues that are written to, or wait for that.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<Issue, Arc<Turnstile<()>>>>);

impl Turns {
    fn lock(&self) -> MutexGuard<'_, HashMap<Issue, Arc<Turnstile<()>>>> {
        self.0.lock().expect("no holder of this lock panics")
    }
}

/// A turn, or a place in the line for one, which ends with it.
#[must_use]
pub(crate) struct Turn {
    jira: Jira,
    issue: Issue,
    turns: Arc<Turnstile<()>>,
    taken: Option<OwnedMutexGuard<()>>,
}

impl Turn {
    fn at(jira: Jira, issue: Issue) -> Self {
        let turns = jira.turns.lock().entry(issue.clone()).or_default().clone();
        Self {
            jira,
            issue,
            turns,
            taken: None,
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.taken = None;
        let mut all = self.jira.turns.lock();
        // Nobody else is in the line, and nobody can come: the map's own, and this one.
        if Arc::strong_count(&self.turns) == 2 {
            all.remove(&self.issue);
        }
    }
}

impl JiraSite {
    /// The turn to write to an issue, in the order of asking. Whoever names it by its id has other turns
    /// than who names it by its key.
    pub(crate) async fn turn(&self, issue: &IssueIdOrKey) -> Result<Turn, Failure> {
        let named = (self.site_id().to_owned(), issue.as_str().to_owned());
        let mut turn = Turn::at(self.jira().clone(), named);
        tokio::select! {
            biased;
            taken = turn.turns.clone().lock_owned() => {
                turn.taken = Some(taken);
                Ok(turn)
            }
            () = self.jira().tokens.clock.deadline(PATIENCE) => Err(Failure::Upstream {
                failure: UpstreamFailure::Timeout,
                source: format!("others wrote to the issue for {PATIENCE:?}; nothing was sent").into(),
            }),
        }
    }
}
