//! What may happen, one thing after the other.

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::json;

use super::case::{Call, LEEWAY};
use super::observer::Trouble;
use super::process::Chore;
use super::world::{Side, Violation, World};
use crate::support::SECRET_KEY;
use crate::support::flow::{BRUNO, find};

const TOKEN: &str = "/api/backend/connection-info/get-access-token";
const DELETE: &str = "/api/backend/connection-info/delete-connection";

/// A server with new tokens and no store for them tries again every second or so; more of that tells
/// nothing new.
const LONGEST_TROUBLE: SignedDuration = SignedDuration::from_mins(2);

/// One thing that happens. Numbers count the refreshes to which it may happen, from the first one
/// and round again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Move {
    /// Somebody asks a server for an access token.
    Call(Side),
    /// A server does some of its own work.
    Begin(Side, Chore),
    /// A refresh reaches Atlassian, which acts on it.
    Forward(usize),
    /// Atlassian's answer reaches the server.
    Deliver(usize),
    /// A connection to Atlassian is cut, whether or not it has acted.
    Cut(usize),
    /// Something before Atlassian refuses a refresh.
    Refuse(usize, Refusal),
    /// The customer goes through the whole flow.
    Connect(Side),
    /// The connection is deleted.
    Delete(Side),
    /// The customer takes the grant back at Atlassian.
    Revoke,
    /// A server ends with all that is under way in it.
    Crash(Side),
    /// A server that has crashed starts.
    Start(Side),
    /// A server gets no processor time: what is due in it has to wait.
    Stall(Side),
    /// It gets some again.
    Recover(Side),
    /// The store fails.
    Harm(Trouble),
    /// The store works again.
    Mend,
    /// Time passes.
    Pass(SignedDuration),
}

/// An answer that is not Atlassian's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Refusal {
    /// 503, whether or not Atlassian has acted.
    Unavailable,
    /// 429, with so many seconds to wait: Atlassian has not acted.
    RateLimited(u64),
}

impl World {
    /// Does what a schedule says, in order.
    pub(super) async fn walk(&mut self, schedule: &[Move]) -> Result<(), Violation> {
        for step in schedule {
            self.step(*step).await?;
        }
        Ok(())
    }

    /// Lets one thing happen, and the servers come to rest; false if it cannot happen now.
    pub(super) async fn step(&mut self, step: Move) -> Result<bool, Violation> {
        let has_happened = self.act(step).await?;
        if has_happened {
            self.case.story.push(format!("{step:?}"));
            self.rest().await?;
        }
        Ok(has_happened)
    }

    async fn act(&mut self, step: Move) -> Result<bool, Violation> {
        Ok(match step {
            Move::Call(side) => self.call(side),
            Move::Begin(side, chore) => self.begin_chore(side, chore),
            Move::Forward(number) => self.forward(number).await,
            Move::Deliver(number) => self.deliver(number),
            Move::Cut(number) => {
                self.interrupt(number, false, |world, number| world.gate.cut(number))
            }
            Move::Refuse(number, refusal) => {
                let (is_before, status, retry_after) = match refusal {
                    Refusal::Unavailable => (false, 503, None),
                    Refusal::RateLimited(seconds) => (true, 429, Some(seconds)),
                };
                self.interrupt(number, is_before, |world, number| {
                    world.gate.refuse(number, status, retry_after);
                })
            }
            Move::Connect(side) => self.connect(side).await,
            Move::Delete(side) => self.delete(side).await?,
            Move::Revoke => self.revoke().await,
            Move::Crash(side) => self.kill(side),
            Move::Start(side) => self.trouble.is_none() && self.restart(side).await,
            Move::Stall(side) => {
                let is_up = self.process(side).is_some();
                is_up && !std::mem::replace(&mut self.is_stalled[side as usize], true)
            }
            Move::Recover(side) => std::mem::take(&mut self.is_stalled[side as usize]),
            Move::Harm(trouble) => {
                let is_new = self.trouble.is_none();
                if is_new {
                    self.observer.harm(trouble).await;
                    self.trouble = Some(trouble);
                }
                is_new
            }
            Move::Mend => self.mend().await,
            Move::Pass(span) => {
                let is_well = self.trouble.is_none();
                let span = if is_well {
                    span
                } else {
                    span.min(LONGEST_TROUBLE)
                };
                self.pass(span).await?;
                true
            }
        })
    }

    fn call(&mut self, side: Side) -> bool {
        let query = [
            ("external_id", self.case.external_id.clone()),
            ("provider", "jira".to_owned()),
        ];
        let latest = self.case.states.last();
        let latest =
            latest.and_then(|state| Some((state.connection, state.stored.as_ref()?.version)));
        let Some(process) = self.process(side) else {
            return false;
        };
        let was_behind = latest.is_some_and(|(connection, version)| {
            process
                .held_version(connection)
                .is_some_and(|held| held < version)
        });
        let url = format!("{}{TOKEN}", process.browser.server);
        let request = process
            .browser
            .http
            .get(url)
            .query(&query)
            .bearer_auth(SECRET_KEY);
        let answer = tokio::spawn(async move {
            let answer = request.send().await.ok()?;
            Some((
                answer.status().as_u16(),
                juncture_json::decode(answer.bytes().await.ok()?).ok()?,
            ))
        });
        self.case.calls.push(Call {
            side,
            floor: self.case.floors[side as usize],
            began: self.case.states.len(),
            was_behind,
            is_troubled: self.trouble.is_some(),
            answer,
        });
        true
    }

    fn begin_chore(&mut self, side: Side, chore: Chore) -> bool {
        let is_store_well = self.trouble != Some(Trouble::Everything);
        let Some(process) = self.process(side) else {
            return false;
        };
        process.begin(chore);
        if chore == Chore::Follow && is_store_well {
            self.case.floors[side as usize] = self.case.floor;
        }
        true
    }

    async fn forward(&mut self, number: usize) -> bool {
        let waiting = self.gate.waiting();
        let unasked = waiting
            .into_iter()
            .filter(|waiting| waiting.status.is_none());
        let Some(waiting) = nth(unasked, number) else {
            return false;
        };
        let now = self.time.now();
        let grant = self.grant_of_refresh_token(&waiting.refresh_token);
        let first_used = self.case.first_used.entry(waiting.refresh_token.clone());
        let first_used = *first_used.or_insert(now);
        let arrived = self.case.arrived[&waiting.number];
        if !waiting.is_awaited && self.case.is_strict {
            self.case.excuse(
                grant,
                "a request reached Atlassian after its sender had gone",
            );
        }
        if now >= first_used + LEEWAY && arrived < first_used + LEEWAY {
            self.case
                .excuse(grant, "a request reached Atlassian after the leeway");
        }
        if self.gate.forward(waiting.number).await != 200 {
            self.case.refused.push(waiting.refresh_token);
        }
        true
    }

    fn deliver(&mut self, number: usize) -> bool {
        let waiting = self.gate.waiting();
        let answered = waiting
            .into_iter()
            .filter(|waiting| waiting.status.is_some());
        let Some(waiting) = nth(answered, number) else {
            return false;
        };
        self.gate.deliver(waiting.number);
        true
    }

    /// Answers in Atlassian's place; with `is_before` only where it has not acted.
    fn interrupt(&mut self, number: usize, is_before: bool, how: impl Fn(&Self, usize)) -> bool {
        let waiting = self.gate.waiting().into_iter();
        let suited = waiting.filter(|waiting| !is_before || waiting.status.is_none());
        let Some(waiting) = nth(suited, number) else {
            return false;
        };
        if waiting.status == Some(200) {
            let grant = self.grant_of_refresh_token(&waiting.refresh_token);
            self.case.excuse_if_strict(grant, "the answer was lost");
        }
        how(self, waiting.number);
        true
    }

    async fn connect(&mut self, side: Side) -> bool {
        let external_id = self.case.external_id.clone();
        if self.trouble.is_some() {
            return false;
        }
        let Some(process) = self.process(side) else {
            return false;
        };
        process.browser.connect(&external_id, BRUNO, "Acme").await;
        self.case.floor = self.grants() - 1;
        self.case.floors[side as usize] = self.case.floor;
        true
    }

    async fn delete(&mut self, side: Side) -> Result<bool, Violation> {
        let path = format!(
            "{DELETE}?external_id={}&provider=jira",
            self.case.external_id
        );
        let is_connected = self.case.is_connected();
        if self.trouble.is_some() {
            return Ok(false);
        }
        let Some(process) = self.process(side) else {
            return Ok(false);
        };
        let status = process.browser.call(Method::DELETE, &path).await.status();
        let expected = if is_connected { 200 } else { 404 };
        if status != expected {
            return Err(format!("a deletion was answered {status}, not {expected}"));
        }
        self.case.floor = self.grants();
        self.case.floors[side as usize] = self.case.floor;
        Ok(true)
    }

    async fn revoke(&mut self) -> bool {
        let world = self.sandbox.world().await;
        let account_id = find(&world["users"], "name", BRUNO)["account_id"].clone();
        let body = json!({"account_id": account_id});
        self.sandbox.control("revoke", &body).await;
        self.case
            .excuse_all(self.grants(), "the customer took it back");
        true
    }

    fn kill(&mut self, side: Side) -> bool {
        // It may have had new tokens that the store did not take.
        if self.trouble.is_some() && self.is_busy() {
            let why = "a server crashed with tokens that it could not store";
            self.case.excuse_all_if_strict(self.grants(), why);
        }
        self.crash(side)
    }

    async fn restart(&mut self, side: Side) -> bool {
        let has_started = self.start(side).await;
        if has_started {
            // It remembers nothing.
            self.case.floors[side as usize] = self.case.floor;
        }
        has_started
    }

    pub(super) async fn mend(&mut self) -> bool {
        let Some(trouble) = self.trouble else {
            return false;
        };
        self.observer.mend(trouble).await;
        self.trouble = None;
        true
    }
}

fn nth<T>(items: impl Iterator<Item = T>, number: usize) -> Option<T> {
    let mut items: Vec<T> = items.collect();
    (!items.is_empty()).then(|| items.swap_remove(number % items.len()))
}
