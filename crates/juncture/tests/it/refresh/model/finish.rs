//! The end of a schedule: all troubles over, every process up, and what must be true then.

use jiff::{SignedDuration, Timestamp};
use reqwest::header;

use super::case::LEEWAY;
use super::checks::Truth;
use super::clock::LOOK;
use super::process::Chore;
use super::schedule::Move;
use super::world::{SIDES, Violation, World};

/// More steps than any schedule needs to come to its end.
const MOST_STEPS: usize = 300;

/// The sandbox's clock counts whole seconds.
const TICK: SignedDuration = SignedDuration::from_secs(1);

impl World {
    /// Brings the schedule to its end, and checks what came of the connection.
    pub(super) async fn finish(&mut self) -> Result<(), Violation> {
        self.case.story.push("-- the end".to_owned());
        self.heal().await?;
        if self.case.states.is_empty() {
            return Ok(());
        }
        let next_try_at = self.next_try_at().await;
        self.settle().await?;
        for side in SIDES {
            self.step(Move::Begin(side, Chore::Follow)).await?;
        }
        let Some(truth) = self.truth().await else {
            return self.ask_both(&[401]).await;
        };
        self.check_truth(&truth, next_try_at)?;
        self.ask_both(if truth.is_accepted {
            &[200]
        } else {
            &[200, 403]
        })
        .await?;
        // By now nothing is left but the refresh token.
        self.step(Move::Pass(SignedDuration::from_hours(2))).await?;
        self.ask_both(if truth.is_accepted { &[200] } else { &[403] })
            .await?;
        match self.truth().await {
            Some(last)
                if last.is_accepted == truth.is_accepted && last.is_marked != last.is_accepted =>
            {
                Ok(())
            }
            last => Err(format!("it ended as {last:?}")),
        }
    }

    /// Whether all is well, and nothing is left to do.
    pub(super) async fn is_at_peace(&self) -> bool {
        let now = self.time.now();
        let connection = self.observer.connection(&self.case.external_id).await;
        let is_left_alone = connection.is_some_and(|row| {
            let refresh = row.refresh;
            refresh.owner.is_none() && refresh.started_at.is_none() && refresh.not_before <= now
        });
        let is_quiet = !self.is_busy() && self.gate.waiting().is_empty();
        let is_sound = |truth: Truth| truth.why == "unused" && !truth.is_marked;
        is_quiet && is_left_alone && self.truth().await.is_some_and(is_sound)
    }

    /// Brings the schedule to its end, whatever comes of it.
    pub(super) async fn abandon(&mut self) -> Result<(), Violation> {
        self.heal().await?;
        self.settle().await
    }

    /// Ends all troubles. What was sent by a process that is gone goes astray.
    async fn heal(&mut self) -> Result<(), Violation> {
        self.step(Move::Mend).await?;
        for side in SIDES {
            self.step(Move::Recover(side)).await?;
            self.step(Move::Start(side)).await?;
        }
        for waiting in self.gate.waiting() {
            if !waiting.is_awaited {
                self.gate.cut(waiting.number);
            }
        }
        Ok(())
    }

    /// When a server can try again at the latest: after the lease of one that crashed, and after the
    /// time for which Atlassian wants to be left alone.
    async fn next_try_at(&self) -> Timestamp {
        let connection = self.observer.connection(&self.case.external_id).await;
        let refresh = connection.map(|row| row.refresh);
        let held_up = refresh.map(|refresh| refresh.lease_until.max(refresh.not_before));
        let from = held_up.unwrap_or_default().max(self.time.now());
        // A server waits a second for the owner of a lease that has run out.
        from + self.skew.abs() + TICK + TICK
    }

    /// Lets the servers do their work until there is none left.
    async fn settle(&mut self) -> Result<(), Violation> {
        for _ in 0..MOST_STEPS {
            self.rest().await?;
            if self.step(Move::Deliver(0)).await? || self.step(Move::Forward(0)).await? {
                continue;
            }
            if self.is_worth_a_look().await {
                self.step(Move::Pass(LOOK.try_into().unwrap())).await?;
                continue;
            }
            let connection = self.observer.connection(&self.case.external_id).await;
            let refresh = connection.map(|found| (found.is_invalid, found.refresh));
            let now = self.time.now();
            if self.is_busy() {
                let lease_until = refresh.map(|(_, refresh)| refresh.lease_until);
                let lease_until = lease_until.filter(|until| *until > now);
                let due = self.next_due().into_iter().chain(lease_until).min();
                let due = due.unwrap_or(now + TICK).max(now);
                self.step(Move::Pass(due.duration_since(now))).await?;
                continue;
            }
            let Some((false, refresh)) = refresh else {
                return Ok(());
            };
            if refresh.started_at.is_none() && refresh.not_before + self.skew.abs() <= now {
                return Ok(());
            }
            // As the servers do by themselves.
            let due = refresh.lease_until.max(refresh.not_before).max(now);
            let skew = self.skew.abs();
            self.step(Move::Pass(due.duration_since(now) + skew))
                .await?;
            for side in SIDES {
                self.step(Move::Begin(side, Chore::Resume)).await?;
            }
        }
        Err("the servers do not come to an end".to_owned())
    }

    /// The store holds a refresh token that Atlassian takes, or nobody could help it.
    fn check_truth(&self, truth: &Truth, next_try_at: Timestamp) -> Result<(), Violation> {
        // Used, and by the next try the leeway was over.
        let is_late = |token: &String| {
            let first_used = self.case.first_used.get(token);
            first_used.is_some_and(|first| next_try_at >= *first + LEEWAY)
        };
        let mut suspects = self.case.refused.iter().chain([&truth.refresh_token]);
        let is_late = !self.case.is_strict && suspects.any(is_late);
        let grant = self.grant_of_refresh_token(&truth.refresh_token);
        match (truth.is_accepted, truth.why.as_str()) {
            (true, "unused") if !truth.is_marked => Ok(()),
            (true, _) => Err(format!("a good connection is left in danger: {truth:?}")),
            (false, "idle" | "too_old") => Ok(()),
            (false, _) if is_late || self.case.excuses.contains_key(&grant) => Ok(()),
            (false, why) => Err(format!("a grant was lost without need: {why}")),
        }
    }

    /// Both servers answer so; and what they give out works.
    async fn ask_both(&mut self, expected: &[u16]) -> Result<(), Violation> {
        for side in SIDES {
            self.case.last_answer = None;
            self.step(Move::Call(side)).await?;
            self.settle().await?;
            let (status, body) = self.case.last_answer.clone().ok_or("no answer")?;
            if !expected.contains(&status) {
                return Err(format!(
                    "{side:?} answered {status} {body}, not {expected:?}"
                ));
            }
            let Some(token) = body["access_token"].as_str().filter(|_| expected == [200]) else {
                continue;
            };
            // A server whose clock is behind takes a token for good a little longer.
            let expires_at: Timestamp = body["expires_at"].as_str().unwrap().parse().unwrap();
            if expires_at <= self.time.now() + TICK {
                continue;
            }
            let url = format!("{}/oauth/token/accessible-resources", self.sandbox.url);
            let request = self.sandbox.http.get(url);
            let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
            if request.send().await.unwrap().status() != 200 {
                return Err(format!(
                    "{side:?} gave out a token that Atlassian does not take"
                ));
            }
        }
        Ok(())
    }
}
