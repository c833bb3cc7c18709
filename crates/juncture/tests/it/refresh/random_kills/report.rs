//! What the killing has done, and what callers were answered meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use uuid::Uuid;

#[derive(Default)]
pub(super) struct Report {
    /// How long each start after a kill took until the server was ready.
    pub(super) starts: Vec<Duration>,
    /// The leases that killed processes left behind: refreshes that were interrupted.
    pub(super) interrupted: BTreeSet<Uuid>,
    /// The refreshes of which Atlassian knows.
    pub(super) refreshes: usize,
    /// Those of them whose tokens came into the store.
    pub(super) committed: i64,
    /// How many answers there were of each kind.
    pub(super) answers: BTreeMap<String, usize>,
    /// The tokens of answers, with the external ids that they were given for.
    pub(super) tokens: BTreeMap<String, BTreeSet<String>>,
    /// How long it took, after the last kill, until nothing was interrupted any more.
    pub(super) settled_in: Duration,
}

impl Report {
    /// Counts an answer.
    pub(super) fn count(&mut self, kind: &str) {
        *self.answers.entry(kind.to_owned()).or_default() += 1;
    }

    /// Adds what was seen elsewhere.
    pub(super) fn add(&mut self, other: Self) {
        self.starts.extend(other.starts);
        self.interrupted.extend(other.interrupted);
        self.refreshes += other.refreshes;
        self.committed += other.committed;
        for (kind, count) in other.answers {
            *self.answers.entry(kind).or_default() += count;
        }
        for (token, external_ids) in other.tokens {
            self.tokens.entry(token).or_default().extend(external_ids);
        }
        self.settled_in = self.settled_in.max(other.settled_in);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut starts = self.starts.clone();
        starts.sort();
        let median = starts.get(starts.len() / 2);
        writeln!(f, "kills: {}", starts.len())?;
        writeln!(
            f,
            "from start to ready: {median:.0?}, at most {:.0?}",
            starts.last()
        )?;
        writeln!(f, "interrupted refreshes: {}", self.interrupted.len())?;
        writeln!(
            f,
            "refreshes: {}, {} committed",
            self.refreshes, self.committed
        )?;
        writeln!(f, "answers: {:?}", self.answers)?;
        write!(f, "settled in {:.1?}", self.settled_in)
    }
}
