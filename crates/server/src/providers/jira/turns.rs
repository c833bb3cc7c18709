//! Turns at an issue: who changes one in several steps must not find it changed in between by another
//! request to this process, and Jira takes no more than 20 writes to one issue in 2 seconds
//! (<https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>).
//!
//! Other processes and people know nothing of them.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache as Memory;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::names::IssueIdOrKey;
use super::site::JiraSite;
use crate::failure::{Failure, UpstreamFailure};

/// How long a turn is waited for. Each takes some calls to Jira.
const PATIENCE: Duration = Duration::from_mins(1);

/// For how long an issue has the same turns after one was taken: longer than any lasts.
const KEPT: Duration = Duration::from_mins(10);

/// How many issues have turns: some 200 bytes each. The turns of one that is pushed out begin anew.
const MOST_ISSUES: u64 = 100_000;

/// A site, and an issue by its id or key.
type Issue = (String, String);

/// The turns of the issues that were written to lately.
pub(super) struct Turns(Memory<Issue, Arc<Mutex<()>>>);

/// A turn, which ends with it.
#[must_use]
pub(crate) struct Turn(#[expect(dead_code, reason = "it is held")] OwnedMutexGuard<()>);

impl Default for Turns {
    fn default() -> Self {
        let turns = Memory::builder()
            .max_capacity(MOST_ISSUES)
            .time_to_idle(KEPT);
        Self(turns.build())
    }
}

impl JiraSite {
    /// The turn to write to an issue, in the order of asking. Whoever names it by its id has other turns
    /// than who names it by its key.
    pub(crate) async fn turn(&self, issue: &IssueIdOrKey) -> Result<Turn, Failure> {
        let named = (self.site_id().to_owned(), issue.as_str().to_owned());
        let turns = self.jira().turns.0.get_with(named, Arc::default);
        tokio::select! {
            biased;
            turn = turns.lock_owned() => Ok(Turn(turn)),
            () = self.jira().tokens.clock.deadline(PATIENCE) => Err(Failure::Upstream {
                failure: UpstreamFailure::Timeout,
                source: format!("others wrote to the issue for {PATIENCE:?}; nothing was sent").into(),
            }),
        }
    }
}
