//! One customer's connection in one schedule: what was asked and answered, and what is known to have
//! happened.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::observer::State;
use super::world::{Side, Violation};

/// How long Atlassian takes a used refresh token again, where it does.
pub(super) const LEEWAY: SignedDuration = SignedDuration::from_mins(10);

#[derive(Default)]
pub(super) struct Case {
    pub(super) external_id: String,
    /// Whether Atlassian never takes a used refresh token again.
    pub(super) is_strict: bool,
    pub(super) calls: Vec<Call>,
    /// Every state of the connection so far.
    pub(super) states: Vec<State>,
    /// How many of them have been held against Atlassian's truth.
    pub(super) judged: usize,
    /// The earliest grant whose tokens a server may still give out, by server; and the one that
    /// holds for a server that has heard of everything.
    pub(super) floors: [usize; 2],
    pub(super) floor: usize,
    deleted: BTreeSet<Uuid>,
    /// When Atlassian first acted on a refresh token.
    pub(super) first_used: HashMap<String, Timestamp>,
    /// When a refresh arrived at the gate.
    pub(super) arrived: HashMap<usize, Timestamp>,
    /// Refresh tokens that Atlassian refused.
    pub(super) refused: Vec<String>,
    /// Grants that nobody could keep alive, and why.
    pub(super) excuses: BTreeMap<usize, &'static str>,
    /// The last answer to a call.
    pub(super) last_answer: Option<Answer>,
    /// What happened, for whoever must find out why.
    pub(super) story: Vec<String>,
}

/// Somebody who asked a server for an access token, and waits.
pub(super) struct Call {
    pub(super) side: Side,
    /// The earliest grant whose tokens are an answer.
    pub(super) floor: usize,
    /// How many states there had been.
    pub(super) began: usize,
    /// Whether the server held an older token than the store. It hears of newer ones within seconds,
    /// not within the hour that a schedule may take.
    pub(super) was_behind: bool,
    /// Whether the store has been in trouble since.
    pub(super) is_troubled: bool,
    pub(super) answer: JoinHandle<Option<Answer>>,
}

/// Status and body; none if the server is gone.
pub(super) type Answer = (u16, Value);

impl Case {
    pub(super) fn new(external_id: String, is_strict: bool) -> Self {
        Self {
            external_id,
            is_strict,
            ..Self::default()
        }
    }

    /// How many callers of a server wait.
    pub(super) fn calls_of(&self, side: Side) -> usize {
        let waits = |call: &&Call| call.side == side && !call.answer.is_finished();
        self.calls.iter().filter(waits).count()
    }

    /// Takes up a state that the store has had.
    pub(super) fn note_state(&mut self, state: State) -> Result<(), Violation> {
        if state.stored.is_none() {
            self.deleted.insert(state.connection);
        } else if self.deleted.contains(&state.connection) {
            return Err("a deleted connection is back".to_owned());
        }
        self.states.push(state);
        Ok(())
    }

    /// Whether there is a connection.
    pub(super) fn is_connected(&self) -> bool {
        self.states
            .last()
            .is_some_and(|state| state.stored.is_some())
    }

    /// The states that a call may have met.
    pub(super) fn states_since(&self, call: &Call) -> &[State] {
        &self.states[call.began.saturating_sub(1)..]
    }

    /// Excuses the end of a grant, where Atlassian is strict.
    pub(super) fn excuse_if_strict(&mut self, grant: usize, why: &'static str) {
        if self.is_strict {
            self.excuse(grant, why);
        }
    }

    /// Excuses the end of the first grants, where Atlassian is strict.
    pub(super) fn excuse_all_if_strict(&mut self, grants: usize, why: &'static str) {
        if self.is_strict {
            self.excuse_all(grants, why);
        }
    }

    /// Excuses the end of the first grants.
    pub(super) fn excuse_all(&mut self, grants: usize, why: &'static str) {
        for grant in 0..grants {
            self.excuse(grant, why);
        }
    }

    /// Excuses the end of a grant.
    pub(super) fn excuse(&mut self, grant: usize, why: &'static str) {
        self.excuses.entry(grant).or_insert(why);
    }
}
