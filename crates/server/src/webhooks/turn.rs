//! One transaction of a deliverer at one endpoint: what came of attempts is written down, and what is sent next is
//! claimed.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use juncture_clock::Clock;
use uuid::Uuid;

use super::endpoint::{Endpoint, OpenError, seal_excerpt};
use super::held::{Held, How, Over, Ready};
use super::judge::{Change, Fate, fate, health_of, judge};
use super::{LEASE, told};
use crate::events::Event;
use crate::seal::Sealer;
use crate::store::event_attempts::{self, AttemptRow};
use crate::store::event_endpoints::{self, ACTIVE, EndpointRow, Health};
use crate::store::event_lanes::{self, ClaimedLane, End, Lease, Settlement, subject_of};
use crate::store::{Store, StoreError, Tx, event_deliveries, event_failures, events};

/// How many deliveries of a lane are sent under one claim, before others have their turn.
const IN_A_ROW: i64 = 8;

/// What a turn has come to.
#[derive(Debug)]
pub struct Turned {
    /// The endpoint as it is now; none if it is paused or gone.
    pub endpoint: Option<Arc<Endpoint>>,
    /// What is to be sent next.
    pub ready: Vec<Ready>,
    /// What has changed, for the log.
    pub change: Option<Change>,
}

/// Why a turn has not come about. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The endpoint, or an event, cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// With what turns are made.
pub struct Turns<'a> {
    /// Where all of it stands.
    pub store: &'a Store,
    /// Opens and seals.
    pub sealer: &'a Sealer,
    /// The time and chance.
    pub clock: &'a dyn Clock,
    /// The endpoint.
    pub endpoint: Uuid,
    /// Whose lanes they are.
    pub owner: Uuid,
}

/// How many lanes are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// How many may be under way, those that go on among them.
    pub room: usize,
    /// Whether attempts are under way at the endpoint, beside those that are over.
    pub are_under_way: bool,
    /// Whether the process ends: nothing is begun any more.
    pub is_ending: bool,
}

/// When a turn is, by both clocks.
#[derive(Clone, Copy)]
struct Moment {
    now: Timestamp,
    steady: Duration,
}

impl Moment {
    /// From when to when a lane is leased.
    fn lease(self) -> (Timestamp, Timestamp) {
        (self.now, self.now + LEASE)
    }
}

/// How the endpoint stands after what was judged.
struct Judged {
    health: Health,
    change: Option<Change>,
    fates: Vec<Fate>,
}

impl Turns<'_> {
    /// Makes one.
    pub async fn turn(&self, over: &[Over], wanted: Wanted) -> Result<Turned, TurnError> {
        // What has changed is an event, and events are recorded by who has the feed before the endpoint. Changes
        // are rare, so that is found out on the way.
        match self.try_turn(over, wanted, false).await? {
            Some(turned) => Ok(turned),
            None => Ok(self
                .try_turn(over, wanted, true)
                .await?
                .expect("the feed is held")),
        }
    }

    async fn try_turn(
        &self,
        over: &[Over],
        wanted: Wanted,
        has_feed: bool,
    ) -> Result<Option<Turned>, TurnError> {
        let at = Moment {
            now: self.clock.now(),
            steady: self.clock.steady(),
        };
        let mut tx = self.store.begin_write().await?;
        if has_feed
            && let Some(row) = event_endpoints::find_of_any_project(&mut tx, self.endpoint).await?
        {
            events::take_positions(&mut tx, row.project_id, 0).await?;
        }
        let row = event_endpoints::hold_of_any_project(&mut tx, self.endpoint).await?;
        let row = row.filter(|row| row.state != event_endpoints::DELETED);
        let Some(row) = row else {
            return Ok(Some(Turned {
                endpoint: None,
                ready: Vec::new(),
                change: None,
            }));
        };
        let endpoint = Endpoint::open(&row, self.sealer, at.now)?;
        let mut judged = self.judge(&row, &endpoint, over);
        if judged.change.is_some() && !has_feed {
            return Ok(None);
        }
        let is_open = judged.health.state == ACTIVE && !wanted.is_ending;
        let is_well = is_open && judged.health.failures == 0;
        let most = if is_well { wanted.room } else { 0 };
        let going_on = self
            .settle(&mut tx, (&row, &endpoint), (over, &judged.fates), most, at)
            .await?;
        let wanted = Wanted {
            room: wanted.room.saturating_sub(going_on.len()),
            ..wanted
        };
        let claimed = self
            .claim(&mut tx, &mut judged.health, wanted, is_open, at)
            .await?;
        if judged.health != health_of(&row) {
            event_endpoints::fare(&mut tx, self.endpoint, &judged.health).await?;
        }
        let held: Vec<Held> = going_on.into_iter().chain(claimed).collect();
        let ready = self
            .load(&mut tx, &row, held, judged.health.failures)
            .await?;
        if let Some(change) = judged.change {
            told::record(&mut tx, self.sealer, &row, change, &judged.health, at.now).await?;
        }
        tx.commit().await?;
        Ok(Some(Turned {
            endpoint: is_open.then(|| Arc::new(endpoint)),
            ready,
            change: judged.change,
        }))
    }

    /// What follows from attempts, one after the other.
    fn judge(&self, row: &EndpointRow, endpoint: &Endpoint, over: &[Over]) -> Judged {
        let now = self.clock.now();
        let mut judged = Judged {
            health: health_of(row),
            change: None,
            fates: Vec::with_capacity(over.len()),
        };
        for over in over {
            let attempted = match &over.how {
                How::Attempted(attempted) => attempted,
                how => {
                    if judged.health.failures > 0 {
                        // It was not asked, so it is to be.
                        judged.health.not_before = now.as_millisecond();
                    }
                    judged.fates.push(match how {
                        How::NotBegun => Fate::Stays {
                            attempts: over.held.attempts,
                            due_at: now.as_millisecond(),
                        },
                        _ => Fate::Arrived,
                    });
                    continue;
                }
            };
            let chance = self.clock.chance();
            let before = judged.health.clone();
            let (health, change) = judge(before, attempted, chance, now);
            judged.health = health;
            judged.change = judged.change.or(change);
            let on_exhausted = endpoint.on_exhausted;
            let fate = fate(attempted, over.held.attempts, on_exhausted, chance, now);
            judged.fates.push(fate);
        }
        judged
    }

    /// Writes down what came of attempts; the lanes that go on, so many at most.
    async fn settle(
        &self,
        tx: &mut Tx,
        (row, endpoint): (&EndpointRow, &Endpoint),
        (over, fates): (&[Over], &[Fate]),
        most: usize,
        at: Moment,
    ) -> Result<Vec<Held>, StoreError> {
        if over.is_empty() {
            return Ok(Vec::new());
        }
        let mut room = most;
        let settlements: Vec<_> = over
            .iter()
            .zip(fates)
            .map(|(over, fate)| {
                let is_over = !matches!(fate, Fate::Stays { .. });
                let goes_on = is_over && over.held.deliveries.len() > 1 && room > 0;
                room -= usize::from(goes_on);
                let goes_on = goes_on.then(|| over.held.lease_at(at.steady));
                Settlement {
                    lane: over.held.lane.clone(),
                    position: over.held.deliveries[0].0,
                    end: fate.end(goes_on),
                }
            })
            .collect();
        let held =
            event_lanes::settle(tx, self.endpoint, self.owner, &settlements, at.lease()).await?;
        let attempts: Vec<AttemptRow> = over
            .iter()
            .filter_map(|over| self.attempt_row(row, over))
            .collect();
        event_attempts::insert(tx, endpoint.id, &attempts).await?;
        let mut going_on = Vec::new();
        let mut arrived = Vec::new();
        for ((over, fate), settled) in over.iter().zip(fates).zip(&settlements) {
            if !held.contains(&over.held.lane) {
                continue;
            }
            let (position, event) = over.held.deliveries[0];
            let (_, is_replay) = subject_of(&over.held.lane);
            match fate {
                Fate::GivenUp => {
                    event_failures::insert(tx, endpoint.id, position, event, at.now).await?;
                }
                Fate::Arrived if is_replay => arrived.push(position),
                Fate::Arrived | Fate::Stays { .. } => {}
            }
            if let End::Taken {
                goes_on: Some(lease),
            } = settled.end
            {
                going_on.push(Held {
                    lane: over.held.lane.clone(),
                    attempts: 0,
                    deliveries: over.held.deliveries[1..].to_vec(),
                    leased_at: match lease {
                        Lease::AsItIs => over.held.leased_at,
                        Lease::Anew => at.steady,
                    },
                });
            }
        }
        if !arrived.is_empty() {
            event_failures::forget(tx, endpoint.id, &arrived).await?;
        }
        Ok(going_on)
    }

    fn attempt_row(&self, row: &EndpointRow, over: &Over) -> Option<AttemptRow> {
        let kept = over.kept.as_ref()?;
        let How::Attempted(attempted) = over.how else {
            return None;
        };
        let excerpt = Some(&kept.excerpt).filter(|text| !text.is_empty());
        let seal = |text: &String| seal_excerpt(self.sealer, row.project_id, kept.id, text);
        Some(AttemptRow {
            attempt_id: kept.id,
            event_id: over.held.deliveries[0].1,
            is_replay: subject_of(&over.held.lane).1,
            outcome: attempted.outcome.as_str().to_owned(),
            status: kept.status.map(i64::from),
            duration_ms: i64::try_from(kept.duration.as_millis()).unwrap_or(i64::MAX),
            excerpt: excerpt.map(seal),
        })
    }

    /// Takes more lanes. At an endpoint that is slowed that is one, when it is due, and nobody takes another one
    /// meanwhile.
    async fn claim(
        &self,
        tx: &mut Tx,
        health: &mut Health,
        wanted: Wanted,
        is_open: bool,
        at: Moment,
    ) -> Result<Vec<Held>, StoreError> {
        let is_slowed = health.failures > 0;
        let is_due = health.not_before <= at.now.as_millisecond();
        let room = match (is_open && is_due, is_slowed) {
            (false, _) => 0,
            (true, true) => usize::from(!wanted.are_under_way).min(wanted.room),
            (true, false) => wanted.room,
        };
        if room == 0 {
            return Ok(Vec::new());
        }
        let most = i64::try_from(room).unwrap_or(i64::MAX);
        let claimed = event_lanes::claim(tx, self.endpoint, self.owner, at.lease(), most).await?;
        if is_slowed && !claimed.is_empty() {
            health.not_before = at.lease().1.as_millisecond();
        }
        self.heads(tx, claimed, at).await
    }

    /// The first deliveries of lanes that were claimed.
    async fn heads(
        &self,
        tx: &mut Tx,
        claimed: Vec<ClaimedLane>,
        at: Moment,
    ) -> Result<Vec<Held>, StoreError> {
        let lanes: Vec<&str> = claimed.iter().map(|claimed| &*claimed.lane).collect();
        let heads = event_deliveries::heads(tx, self.endpoint, &lanes, IN_A_ROW).await?;
        let mut deliveries: HashMap<String, Vec<(i64, Uuid)>> = HashMap::new();
        for head in heads {
            let of_lane = deliveries.entry(head.lane).or_default();
            of_lane.push((head.position, head.event_id));
        }
        let mut held = Vec::with_capacity(claimed.len());
        for ClaimedLane { lane, attempts } in claimed {
            if let Some(deliveries) = deliveries.remove(&lane) {
                held.push(Held {
                    lane,
                    attempts,
                    deliveries,
                    leased_at: at.steady,
                });
            } else {
                // Somebody has taken deliveries away behind our back.
                let (endpoint, owner) = (self.endpoint, self.owner);
                event_lanes::recount(tx, endpoint, owner, &lane, at.now).await?;
            }
        }
        Ok(held)
    }

    /// The events that are sent next.
    async fn load(
        &self,
        tx: &mut Tx,
        row: &EndpointRow,
        held: Vec<Held>,
        seen_failures: i64,
    ) -> Result<Vec<Ready>, StoreError> {
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let ids: BTreeSet<Uuid> = held.iter().map(|held| held.deliveries[0].1).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let rows = events::find(tx, row.project_id, &ids).await?;
        let opened = rows.into_iter().map(|row| (row.event_id, row));
        let rows: HashMap<Uuid, events::EventRow> = opened.collect();
        let ready = held.into_iter().map(|held| {
            let row = rows.get(&held.deliveries[0].1);
            Ready {
                event: row.map(|row| Event::open(row.clone(), self.sealer)),
                held,
                seen_failures,
            }
        });
        Ok(ready.collect())
    }
}
