//! Takes deliveries to their receivers when the sandbox's clock says so.
//!
//! Nothing here waits for a clock that stands: each change, each step of the clock and each answer
//! of a receiver looks for what is due. Only [`keep_time`], which [`Sandbox::serve`] runs, waits for
//! a clock that walks.

use std::time::Duration;

use super::delivery::Attempt;
use super::door::{self, Letter};
use super::job;
use crate::clock::{pause, within};
use crate::sandbox::{Sandbox, State};

/// The longest wait for a clock: it may be moved meanwhile.
const LOOK: Duration = Duration::from_mins(1);

/// Sends what is due, as far as the lanes let it pass.
pub(crate) fn send_due(sandbox: &Sandbox) {
    let letters = {
        let mut state = sandbox.state();
        let now = state.clock.now();
        let trouble = state.webhooks.trouble.clone();
        let due = state.webhooks.outbox.take_due(&trouble, now);
        let letters = due.into_iter().filter_map(|number| {
            let letter = job::letter(sandbox, &mut state, number)?;
            Some((number, letter))
        });
        letters.collect::<Vec<_>>()
    };
    for (number, letter) in letters {
        let sandbox = sandbox.clone();
        tokio::spawn(async move {
            deliver(&sandbox, number, letter).await;
            send_due(&sandbox);
        });
    }
}

/// Sends what is due and what follows from it, and returns when nothing is under way.
pub(crate) async fn settle(sandbox: &Sandbox) {
    let mut progress = sandbox.progress();
    loop {
        send_due(sandbox);
        progress.borrow_and_update();
        let (_, under_way) = sandbox.state().webhooks.outbox.counts();
        if under_way == 0 || progress.changed().await.is_err() {
            return;
        }
    }
}

/// Sends deliveries one after another, whether or not they are due or held, and tells which waited.
pub(crate) async fn release(sandbox: &Sandbox, numbers: &[u64]) -> Vec<u64> {
    let mut released = Vec::new();
    for number in numbers {
        let letter = {
            let mut state = sandbox.state();
            let is_taken = state.webhooks.outbox.take(*number);
            is_taken.then(|| job::letter(sandbox, &mut state, *number))
        };
        if let Some(Some(letter)) = letter {
            deliver(sandbox, *number, letter).await;
            released.push(*number);
        }
    }
    released
}

/// Sends what becomes due by itself, as long as it runs.
pub(crate) async fn keep_time(sandbox: Sandbox) {
    let mut progress = sandbox.progress();
    loop {
        progress.borrow_and_update();
        let rest = rest(&sandbox.state());
        tokio::select! {
            () = pause(rest) => (),
            changed = progress.changed() => if changed.is_err() {
                return;
            },
        }
        send_due(&sandbox);
    }
}

/// How long it is until something is due.
fn rest(state: &State) -> Duration {
    let next = state.webhooks.outbox.next_due().filter(|_| {
        // What is held is not sent when it is due, and a clock that stands comes to no time.
        state.clock.walks() && !state.webhooks.trouble.hold
    });
    let rest = next.map(|due| due.duration_since(state.clock.now()));
    let rest = rest.and_then(|rest| Duration::try_from(rest).ok());
    rest.map_or(LOOK, |rest| rest.clamp(Duration::from_millis(50), LOOK))
}

async fn deliver(sandbox: &Sandbox, number: u64, letter: Letter) {
    let at = sandbox.state().clock.now();
    let answer = post(sandbox, letter).await;
    {
        let mut state = sandbox.state();
        let trouble = state.webhooks.trouble.clone();
        let attempt = Attempt {
            at,
            status: answer.as_ref().ok().copied(),
            problem: answer.err(),
        };
        state.webhooks.outbox.finish(number, attempt, &trouble);
    }
    sandbox.tell_progress();
}

/// Posts a letter, and waits for its answer as long as Jira would.
pub(super) async fn post(sandbox: &Sandbox, letter: Letter) -> Result<u16, String> {
    let patience = sandbox.state().switches.webhooks.timeout_seconds;
    let hosts = &sandbox.options().webhook_hosts;
    let patience = Duration::from_secs(patience.into());
    let answer = within(patience, door::post(letter, hosts)).await;
    answer.unwrap_or_else(|| Err("the receiver did not answer in time".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::webhooks::{Draft, Flow, Trouble};

    /// How long a delivery that is due in forty seconds is waited for.
    fn rest_of(frozen_at: Option<jiff::Timestamp>, hold: bool) -> Duration {
        let sandbox = Sandbox::new(Options {
            frozen_at,
            issues: 1,
            ..Options::default()
        });
        let mut state = sandbox.state();
        let now = state.clock.now();
        let draft = Draft {
            site: "site".to_owned(),
            app: "app".to_owned(),
            url: "http://127.0.0.1/".to_owned(),
            host: "http://127.0.0.1".to_owned(),
            event: "comment_created",
            flow: Flow::Primary,
            ids: vec![1],
            trace: None,
            body: "{}".to_owned(),
        };
        state.webhooks.trouble = Trouble {
            delay_seconds: 40,
            hold,
            ..Trouble::default()
        };
        let trouble = state.webhooks.trouble.clone();
        state.webhooks.outbox.file(draft, &trouble, 1_000, now);
        rest(&state)
    }

    #[test]
    fn what_is_due_is_waited_for_while_the_clock_walks_and_nothing_is_held() {
        let stands = Some("2026-10-01T12:00:00Z".parse().unwrap());
        assert!(rest_of(None, false) <= Duration::from_secs(40));
        assert_eq!(rest_of(None, true), LOOK);
        assert_eq!(rest_of(stands, false), LOOK);
    }
}
