//! The protocol of lanes, searched through: two producers, two workers, a crash or a failure anywhere, leases that
//! run out. Every order of their steps is walked, state by state.
//!
//! What is searched is what runs: each step is the store's own statement on SQLite, and whether an attempt may
//! begin is the deliverer's own decision. A state is brought back by its rows, so each is walked on from once.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use juncture_server::store::event_lanes::{self, End, Lease, Settlement};
use juncture_server::store::{Tx, event_deliveries, query};
use juncture_server::webhooks::{LEASE, is_to_renew, may_begin};
use sqlx::{Row as _, raw_sql};
use uuid::Uuid;

use super::rows::{enqueue, insert_endpoint};
use crate::support::database::TestDatabase;
use crate::support::rows::change;

const ENDPOINT: Uuid = Uuid::from_u128(7);

/// One step of time: longer than an attempt, and half a lease.
const TICK: SignedDuration = SignedDuration::from_secs(20);

/// What each producer records, one event after the other, by subject.
const PRODUCED: [&[&str]; 2] = [&["x"], &["x", "y"]];

/// Whose a lane is whose process has died.
const DEAD: usize = 9;

fn now() -> Timestamp {
    Timestamp::from_second(1_000_000).unwrap()
}

fn owner(worker: usize) -> Uuid {
    Uuid::from_u128(worker as u128 + 1)
}

/// A row of `event_lane`; times are what is left of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Lane {
    name: String,
    waiting: i64,
    attempts: i64,
    due_in: i64,
    owner: Option<usize>,
}

/// What a process knows of the lane that it took.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Taken {
    lane: String,
    attempts: i64,
    /// What is left of its lease, as it knows.
    lease: i64,
    /// What it has read of the lane, first things first.
    heads: Vec<i64>,
}

impl Taken {
    /// For how long it has held the lane, as it knows.
    fn held_for(&self) -> Duration {
        let whole = i64::try_from(LEASE.as_millis()).unwrap();
        Duration::from_millis(u64::try_from(whole - self.lease).unwrap())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Worker {
    Idle,
    Claimed(Taken),
    Loaded(Taken),
    Sending(Taken),
    /// The attempt is over; whether the endpoint took the event.
    Over(Taken, bool),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct State {
    /// The subjects of the events in the order of the commits; positions are counted from 1.
    recorded: Vec<String>,
    produced: [usize; 2],
    lanes: Vec<Lane>,
    deliveries: Vec<(String, i64)>,
    workers: [Worker; 2],
    /// The last position that the endpoint got of each subject.
    received: BTreeMap<String, i64>,
    crashes_left: u8,
    failures_left: u8,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Produce(usize),
    /// What the worker does next of its own accord.
    Work(usize),
    /// The endpoint refuses what is on its way.
    Refuse(usize),
    Crash(usize),
    Tick,
}

const STEPS: [Step; 9] = [
    Step::Produce(0),
    Step::Produce(1),
    Step::Work(0),
    Step::Work(1),
    Step::Refuse(0),
    Step::Refuse(1),
    Step::Crash(0),
    Step::Crash(1),
    Step::Tick,
];

impl State {
    fn first() -> Self {
        Self {
            recorded: Vec::new(),
            produced: [0; 2],
            lanes: Vec::new(),
            deliveries: Vec::new(),
            workers: [Worker::Idle, Worker::Idle],
            received: BTreeMap::new(),
            crashes_left: 1,
            failures_left: 1,
        }
    }

    fn is_done(&self) -> bool {
        let is_all_produced = (0..2).all(|one| self.produced[one] == PRODUCED[one].len());
        is_all_produced && self.lanes.is_empty() && self.workers == [Worker::Idle, Worker::Idle]
    }

    /// The positions of a subject, in their order.
    fn positions<'a>(&'a self, subject: &'a str) -> impl Iterator<Item = i64> + 'a {
        let all = (1..).zip(&self.recorded);
        all.filter(move |(_, of)| *of == subject)
            .map(|(position, _)| position)
    }

    /// The endpoint takes an event: the one that comes next of its subject, or the last once more.
    fn receive(&mut self, subject: &str, position: i64) {
        let last = self.received.get(subject).copied();
        let next = self
            .positions(subject)
            .find(|known| last.is_none_or(|last| *known > last));
        assert!(
            last == Some(position) || next == Some(position),
            "{subject}: {position} after {last:?}, in {self:#?}"
        );
        self.received.insert(subject.to_owned(), position);
    }

    /// Nothing is there that was not sent, and nothing is lost that was recorded.
    fn check(&self) {
        for lane in &self.lanes {
            let waiting = self.deliveries.iter().filter(|(of, _)| *of == lane.name);
            let waiting = i64::try_from(waiting.count()).unwrap();
            assert_eq!(lane.waiting, waiting, "{self:#?}");
            assert!(lane.waiting > 0, "a lane without anything in it: {self:#?}");
        }
        for (subject, position) in (1..).zip(&self.recorded).map(|(at, of)| (of, at)) {
            let waits = self.deliveries.contains(&(subject.clone(), position));
            let has_lane = self.lanes.iter().any(|lane| lane.name == *subject);
            let is_received = (self.received.get(subject)).is_some_and(|last| *last >= position);
            assert!(is_received || waits && has_lane, "lost: {self:#?}");
        }
        if self.is_done() {
            for subject in ["x", "y"] {
                let last = self.positions(subject).last();
                assert_eq!(self.received.get(subject).copied(), last);
            }
        }
    }

    /// Puts the rows where they are in this state.
    async fn restore(&self, tx: &mut Tx) {
        change(tx, "DELETE FROM event_lane; DELETE FROM event_delivery").await;
        let Tx::Sqlite(tx) = tx else { unreachable!() };
        for lane in &self.lanes {
            query("INSERT INTO event_lane (endpoint_id, lane, waiting, attempts, due_at, owner) VALUES ($1, $2, $3, $4, $5, $6)")
                .bind(ENDPOINT)
                .bind(&lane.name)
                .bind(lane.waiting)
                .bind(lane.attempts)
                .bind(now().as_millisecond() + lane.due_in)
                .bind(lane.owner.map(owner))
                .execute(&mut **tx)
                .await
                .unwrap();
        }
        for (lane, position) in &self.deliveries {
            query("INSERT INTO event_delivery (endpoint_id, lane, position, event_id) VALUES ($1, $2, $3, $1)")
                .bind(ENDPOINT)
                .bind(lane)
                .bind(position)
                .execute(&mut **tx)
                .await
                .unwrap();
        }
    }

    /// Reads the rows as a step has left them.
    async fn read(&mut self, tx: &mut Tx) {
        let Tx::Sqlite(tx) = tx else { unreachable!() };
        let lanes =
            raw_sql("SELECT lane, waiting, attempts, due_at, owner FROM event_lane ORDER BY lane");
        let lanes = lanes.fetch_all(&mut **tx).await.unwrap();
        let owners: HashMap<Uuid, usize> = [0, 1, DEAD].map(|one| (owner(one), one)).into();
        let lane = |row: &sqlx::sqlite::SqliteRow| Lane {
            name: row.get(0),
            waiting: row.get(1),
            attempts: row.get(2),
            due_in: (row.get::<i64, _>(3) - now().as_millisecond()).max(0),
            owner: row.get::<Option<Uuid>, _>(4).map(|owner| owners[&owner]),
        };
        self.lanes = lanes.iter().map(lane).collect();
        let deliveries =
            raw_sql("SELECT lane, position FROM event_delivery ORDER BY lane, position");
        let deliveries = deliveries.fetch_all(&mut **tx).await.unwrap();
        self.deliveries = deliveries
            .iter()
            .map(|row| (row.get(0), row.get(1)))
            .collect();
    }

    /// The state after a step; none if it cannot be taken.
    async fn after(&self, tx: &mut Tx, step: Step) -> Option<Self> {
        let mut next = self.clone();
        match step {
            Step::Produce(producer) => {
                let subject = PRODUCED[producer].get(self.produced[producer])?;
                next.produced[producer] += 1;
                next.recorded.push((*subject).to_owned());
                let position = i64::try_from(next.recorded.len()).unwrap();
                self.restore(tx).await;
                enqueue(tx, &[subject], position, now()).await;
                next.read(tx).await;
            }
            Step::Work(worker) => {
                let is_asking = self.asks_the_store(worker);
                if is_asking {
                    self.restore(tx).await;
                }
                next.workers[worker] = self.work(tx, &mut next, worker).await?;
                if is_asking {
                    next.read(tx).await;
                }
            }
            Step::Refuse(worker) => {
                let Worker::Sending(taken) = &self.workers[worker] else {
                    return None;
                };
                next.failures_left = self.failures_left.checked_sub(1)?;
                next.workers[worker] = Worker::Over(taken.clone(), false);
            }
            Step::Crash(worker) => {
                if self.workers[worker] == Worker::Idle {
                    return None;
                }
                next.crashes_left = self.crashes_left.checked_sub(1)?;
                next.workers[worker] = Worker::Idle;
                for lane in &mut next.lanes {
                    if lane.owner == Some(worker) {
                        lane.owner = Some(DEAD);
                    }
                }
            }
            Step::Tick => {
                // An attempt ends before so much time has passed.
                let is_sending = |worker: &Worker| matches!(worker, Worker::Sending(_));
                if self.workers.iter().any(is_sending) {
                    return None;
                }
                let tick = i64::try_from(TICK.as_millis()).unwrap();
                for lane in &mut next.lanes {
                    lane.due_in = (lane.due_in - tick).max(0);
                }
                for worker in &mut next.workers {
                    if let Worker::Claimed(taken) | Worker::Loaded(taken) | Worker::Over(taken, _) =
                        worker
                    {
                        taken.lease = (taken.lease - tick).max(0);
                    }
                }
            }
        }
        Some(next)
    }

    /// Whether what a worker does next is done in the store.
    fn asks_the_store(&self, worker: usize) -> bool {
        match &self.workers[worker] {
            Worker::Loaded(taken) => !may_begin(taken.held_for()),
            Worker::Sending(_) => false,
            Worker::Idle => self.lanes.iter().any(|lane| lane.due_in == 0),
            Worker::Claimed(_) | Worker::Over(..) => true,
        }
    }

    /// The same with the two workers in each other's place, which nobody can tell apart.
    fn mirrored(&self) -> Self {
        let mut mirrored = self.clone();
        mirrored.workers.swap(0, 1);
        for lane in &mut mirrored.lanes {
            lane.owner = lane.owner.map(|owner| match owner {
                0 => 1,
                1 => 0,
                other => other,
            });
        }
        mirrored
    }

    /// This state, or its mirror image: of two that are alike one is searched.
    fn canonical(self) -> Self {
        let mirrored = self.mirrored();
        self.min(mirrored)
    }

    /// What a worker does next, in one transaction or one attempt.
    async fn work(&self, tx: &mut Tx, next: &mut Self, worker: usize) -> Option<Worker> {
        let (me, now) = (owner(worker), now());
        let whole = i64::try_from(LEASE.as_millis()).unwrap();
        match self.workers[worker].clone() {
            Worker::Idle => {
                if !self.asks_the_store(worker) {
                    return None;
                }
                let times = (now, now + LEASE);
                let claimed = event_lanes::claim(tx, ENDPOINT, me, times, 1)
                    .await
                    .unwrap();
                let claimed = claimed.into_iter().next()?;
                Some(Worker::Claimed(Taken {
                    lane: claimed.lane,
                    attempts: claimed.attempts,
                    lease: whole,
                    heads: Vec::new(),
                }))
            }
            Worker::Claimed(mut taken) => {
                let lane = [&*taken.lane];
                let heads = event_deliveries::heads(tx, ENDPOINT, &lane, 2).await;
                let heads: Vec<i64> = heads.unwrap().iter().map(|row| row.position).collect();
                if heads.is_empty() {
                    let counted = event_lanes::recount(tx, ENDPOINT, me, lane[0], now);
                    counted.await.unwrap();
                    return Some(Worker::Idle);
                }
                taken.heads = heads;
                Some(Worker::Loaded(taken))
            }
            Worker::Loaded(taken) => {
                if may_begin(taken.held_for()) {
                    return Some(Worker::Sending(taken));
                }
                let not_begun = [Settlement {
                    lane: taken.lane.clone(),
                    position: taken.heads[0],
                    end: End::Stays {
                        attempts: taken.attempts,
                        due_at: now.as_millisecond(),
                    },
                }];
                let times = (now, now + LEASE);
                let given_back = event_lanes::settle(tx, ENDPOINT, me, &not_begun, times);
                given_back.await.unwrap();
                Some(Worker::Idle)
            }
            Worker::Sending(taken) => {
                next.receive(&taken.lane, taken.heads[0]);
                Some(Worker::Over(taken, true))
            }
            Worker::Over(mut taken, is_received) => {
                let position = taken.heads.remove(0);
                let goes_on = is_received && !taken.heads.is_empty();
                let lease = if is_to_renew(taken.held_for()) {
                    Lease::Anew
                } else {
                    Lease::AsItIs
                };
                let settlements = [Settlement {
                    lane: taken.lane.clone(),
                    position,
                    end: if is_received {
                        End::Taken {
                            goes_on: goes_on.then_some(lease),
                        }
                    } else {
                        End::Stays {
                            attempts: taken.attempts + 1,
                            due_at: (now + TICK).as_millisecond(),
                        }
                    },
                }];
                let times = (now, now + LEASE);
                let held = event_lanes::settle(tx, ENDPOINT, me, &settlements, times);
                if held.await.unwrap().is_empty() || !goes_on {
                    return Some(Worker::Idle);
                }
                taken.attempts = 0;
                if lease == Lease::Anew {
                    taken.lease = whole;
                }
                Some(Worker::Loaded(taken))
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_lost_or_disordered_or_stuck_whatever_comes_first() {
    let database = TestDatabase::sqlite();
    let store = database.open().await;
    // Nobody else is there, so all of it can be one transaction, which is never committed.
    let mut tx = store.begin_write().await.unwrap();
    insert_endpoint(&mut tx, ENDPOINT, now()).await;
    let mut numbers = HashMap::from([(State::first(), 0_usize)]);
    let mut before: Vec<Vec<usize>> = vec![Vec::new()];
    let mut done = Vec::new();
    let mut ahead = VecDeque::from([State::first()]);
    let mut steps = 0_usize;
    while let Some(state) = ahead.pop_front() {
        let number = numbers[&state];
        if state.is_done() {
            done.push(number);
        }
        for step in STEPS {
            let Some(next) = state.after(&mut tx, step).await else {
                continue;
            };
            let next = next.canonical();
            steps += 1;
            next.check();
            let new = before.len();
            let next_number = *numbers.entry(next.clone()).or_insert(new);
            if next_number == new {
                before.push(Vec::new());
                ahead.push_back(next);
            }
            before[next_number].push(number);
        }
    }
    // From every state there is a way on which everything arrives.
    let mut reaching: HashSet<usize> = done.iter().copied().collect();
    let mut next = done.clone();
    while let Some(state) = next.pop() {
        for earlier in &before[state] {
            if reaching.insert(*earlier) {
                next.push(*earlier);
            }
        }
    }
    let states = before.len();
    println!("{states} states, {steps} steps, {} good ends", done.len());
    assert!(
        states > 1_000,
        "there is more to search than {states} states"
    );
    assert_eq!(reaching.len(), states, "some states are stuck");
}
