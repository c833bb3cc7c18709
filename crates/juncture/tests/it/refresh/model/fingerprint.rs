//! Two ways to the same state need not both be followed from there. This says when two states are
//! the same: when nothing that can decide what comes next tells them apart.

use std::collections::HashMap;

use jiff::SignedDuration;

use super::case::LEEWAY;
use super::world::{SIDES, World};

impl World {
    /// All that decides what comes next. Times count from now, and tokens by their order.
    pub(super) async fn fingerprint(&self) -> String {
        let now = self.time.now();
        let pairs = self.gate.pairs();
        let numbers: HashMap<&str, usize> = pairs
            .iter()
            .enumerate()
            .map(|(number, pair)| (pair.refresh_token.as_str(), number))
            .collect();
        let atlassian: Vec<_> = pairs
            .iter()
            .map(|pair| {
                let used = self.case.first_used.get(&pair.refresh_token);
                let replaced = pair.replaced.as_deref().map(|token| numbers[token]);
                (replaced, used.map(|used| now < *used + LEEWAY))
            })
            .collect();
        let refused: Vec<usize> = self
            .case
            .refused
            .iter()
            .map(|token| numbers[&**token])
            .collect();
        let gate: Vec<_> = self
            .gate
            .waiting()
            .into_iter()
            .map(|at| {
                (
                    at.door,
                    numbers[&*at.refresh_token],
                    at.status,
                    at.is_awaited,
                )
            })
            .collect();
        let connection = self.observer.connection(&self.case.external_id).await;
        let row = connection.as_ref().map(|row| {
            let state = &row.refresh;
            (
                numbers[&*self.observer.refresh_token(row)],
                (
                    row.is_invalid,
                    row.token_version,
                    state.owner.is_some(),
                    state.failures,
                ),
                // What is over is over, however long ago.
                [state.lease_until, state.not_before]
                    .map(|time| time.duration_since(now).max(SignedDuration::ZERO)),
                (
                    row.access_token_expires_at.is_some_and(|end| end > now),
                    state.started_at.is_some(),
                ),
            )
        });
        let servers = SIDES.map(|side| {
            let process = self.processes[side as usize].as_ref()?;
            let held = connection
                .as_ref()
                .and_then(|row| process.held_version(row.id));
            Some((
                held,
                process.busy(),
                self.case.calls_of(side),
                self.time.pending(side as usize),
                &self.pauses[side as usize],
                self.case.floors[side as usize],
                self.is_stalled[side as usize],
            ))
        });
        format!("{row:?} {gate:?} {atlassian:?} {refused:?} {servers:?}")
    }
}
