//! What must hold whenever the processes are at rest.

use serde_json::json;

use super::case::{Answer, Call};
use super::observer::Stored;
use super::world::{SIDES, Violation, World};

impl World {
    /// Looks at what came of the last move.
    pub(super) async fn look(&mut self) -> Result<(), Violation> {
        for state in self.observer.look().await {
            self.case.note_state(state)?;
        }
        self.note_waiting();
        self.hear().await?;
        self.hold_marks_against_the_truth().await
    }

    /// Notes when refreshes arrive, and that an answer is lost with the client that waited for it.
    fn note_waiting(&mut self) {
        let now = self.time.now();
        if self.is_stalled.contains(&true) {
            let why = "a server was stalled, and its lease may have run out";
            self.case.excuse_all_if_strict(self.grants(), why);
        }
        for waiting in self.gate.waiting() {
            self.case.arrived.entry(waiting.number).or_insert(now);
            if waiting.status == Some(200) && !waiting.is_awaited {
                let grant = self.grant_of_refresh_token(&waiting.refresh_token);
                self.case.excuse_if_strict(grant, "the answer was lost");
            }
        }
    }

    /// Takes the answers that have come, and checks them.
    async fn hear(&mut self) -> Result<(), Violation> {
        let calls = std::mem::take(&mut self.case.calls);
        for mut call in calls {
            call.is_troubled |= self.trouble.is_some();
            if !call.answer.is_finished() {
                self.case.calls.push(call);
                continue;
            }
            // A server that crashed owes no answer.
            if let Some(answer) = (&mut call.answer).await.unwrap() {
                let side = call.side;
                self.case
                    .story
                    .push(format!("  {side:?} answers {}", answer.0));
                self.check_answer(&call, &answer)?;
                self.case.last_answer = Some(answer);
            }
        }
        Ok(())
    }

    fn check_answer(&self, call: &Call, (status, body): &Answer) -> Result<(), Violation> {
        let now = self.now(call.side);
        let states = self.case.states_since(call);
        let stored = |is: fn(&Stored) -> bool| {
            let mut rows = states.iter().filter_map(|state| state.stored.as_ref());
            rows.any(is)
        };
        match status {
            200 => {
                let token = body["access_token"].as_str().unwrap_or_default();
                let expires_at = body["expires_at"].as_str().unwrap_or_default();
                let mut rows = self
                    .case
                    .states
                    .iter()
                    .filter_map(|state| state.stored.as_ref());
                if !rows.any(|stored| stored.access_token == token) {
                    return Err("an access token that the store never had".to_owned());
                }
                if self.grant_of_access_token(token) < call.floor {
                    return Err("an access token of an older grant".to_owned());
                }
                if expires_at
                    .parse::<jiff::Timestamp>()
                    .is_ok_and(|end| end > now)
                {
                    return Ok(());
                }
                Err(format!("an access token that was dead by {expires_at}"))
            }
            403 if stored(|stored| stored.is_invalid) => Ok(()),
            403 => Err("a 403 for a connection that was never marked".to_owned()),
            401 if states.iter().any(|state| state.stored.is_none()) || states.is_empty() => Ok(()),
            401 => Err("a 401 for a connection that was there all the time".to_owned()),
            _ if call.is_troubled || call.was_behind || states.len() != 1 => Ok(()),
            _ => match &states[0].stored {
                Some(stored) if !stored.is_invalid && stored.access_token_expires_at > now => {
                    Err(format!("a token that works was withheld: {status} {body}"))
                }
                _ => Ok(()),
            },
        }
    }

    /// A connection that is marked invalid must be dead.
    async fn hold_marks_against_the_truth(&mut self) -> Result<(), Violation> {
        let states = &self.case.states[self.case.judged..];
        let is_marked = states.last().is_some_and(|state| {
            state
                .stored
                .as_ref()
                .is_some_and(|stored| stored.is_invalid)
        });
        if !is_marked {
            self.case.judged = self.case.states.len();
            return Ok(());
        }
        if self.trouble.is_some() {
            return Ok(());
        }
        self.case.judged = self.case.states.len();
        match self.truth().await {
            Some(truth) if truth.is_accepted => Err(format!(
                "a good connection is marked invalid: {}",
                truth.why
            )),
            _ => Ok(()),
        }
    }

    /// What Atlassian would make of the refresh token in the store.
    pub(super) async fn truth(&self) -> Option<Truth> {
        let connection = self.observer.connection(&self.case.external_id).await?;
        let refresh_token = self.observer.refresh_token(&connection);
        let body = json!({"refresh_token": refresh_token});
        let found = self.sandbox.control("tokens/inspect", &body).await;
        Some(Truth {
            refresh_token,
            is_marked: connection.is_invalid,
            is_accepted: found["is_accepted"] == true,
            why: found["why"].as_str().unwrap().to_owned(),
        })
    }

    /// The number of the grant that an access token is of; consents count from 0.
    pub(super) fn grant_of_access_token(&self, token: &str) -> usize {
        self.grant_of(|pair| pair.access_token == token)
    }

    /// The number of the grant that a refresh token is of.
    pub(super) fn grant_of_refresh_token(&self, token: &str) -> usize {
        self.grant_of(|pair| pair.refresh_token == token)
    }

    fn grant_of(&self, is_it: impl Fn(&crate::support::gate::Pair) -> bool) -> usize {
        let pairs = self.gate.pairs();
        let mut pair = pairs.iter().rposition(is_it).expect("Atlassian gave it");
        // Back to the consent from which it comes.
        while let Some(replaced) = &pairs[pair].replaced {
            let before = pairs
                .iter()
                .position(|pair| pair.refresh_token == *replaced);
            pair = before.expect("Atlassian gave it");
        }
        pairs[..pair]
            .iter()
            .filter(|pair| pair.replaced.is_none())
            .count()
    }

    /// How many consents there have been.
    pub(super) fn grants(&self) -> usize {
        let pairs = self.gate.pairs();
        pairs.iter().filter(|pair| pair.replaced.is_none()).count()
    }

    /// Whether something is under way in either server.
    pub(super) fn is_busy(&self) -> bool {
        let busy = |side| {
            self.processes[side as usize]
                .as_ref()
                .is_some_and(|up| up.busy() > 0)
        };
        !self.case.calls.is_empty() || SIDES.into_iter().any(busy)
    }
}

/// What is known of the refresh token in the store.
#[derive(Debug)]
pub(super) struct Truth {
    pub(super) refresh_token: String,
    pub(super) is_marked: bool,
    pub(super) is_accepted: bool,
    pub(super) why: String,
}
