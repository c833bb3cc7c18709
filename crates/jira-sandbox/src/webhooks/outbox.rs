//! Deliveries: those that wait, in lanes, and those that are over.
//!
//! Jira promises at least one delivery and no order. A receiver that cannot take one is asked again
//! up to five times, each 5 to 15 minutes later; one that has failed for half an hour gets a single
//! attempt of each delivery, until it takes one (Atlassian, "Webhooks").

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Trouble;
use super::delivery::{Attempt, Delivery, Draft, Fate, Flow, Lane};

/// The most bytes of the bodies that wait. What comes beyond them is lost, and counted.
const WAITING_BYTES: usize = 128 * 1024 * 1024;
/// The most deliveries that are remembered when they are over, and the most bytes of their bodies.
const OVER: (usize, usize) = (1_000, 16 * 1024 * 1024);
/// How often a delivery is made again.
const RETRIES: u32 = 5;
/// For how long a receiver may fail before it gets single attempts only.
const PATIENCE: SignedDuration = SignedDuration::from_mins(30);

/// The deliveries of one site to one host and of one flow that nobody is sending now.
#[derive(Debug, Default)]
struct Queue {
    /// By the time at which each is due, its rank and its number.
    waiting: BTreeSet<(Timestamp, u32, u64)>,
    under_way: usize,
}

/// Every delivery.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outbox {
    last: u64,
    waiting: BTreeMap<u64, Delivery>,
    #[serde(skip)]
    waiting_bytes: usize,
    #[serde(skip)]
    lanes: BTreeMap<Lane, Queue>,
    #[serde(skip)]
    over: VecDeque<Delivery>,
    #[serde(skip)]
    over_bytes: usize,
    /// Since when a receiver has failed, by site and URL.
    failing: BTreeMap<String, Timestamp>,
    /// How many were lost because too many waited.
    pub(crate) overflowed: u64,
}

impl Outbox {
    /// Makes the lanes of an outbox that was read.
    pub(crate) fn index(&mut self) {
        for delivery in self.waiting.values() {
            let queue = self.lanes.entry(delivery.lane()).or_default();
            queue.waiting.insert(delivery.place());
            self.waiting_bytes += delivery.body.len();
        }
    }

    /// Whether no more may wait.
    pub(crate) fn is_full(&self, trouble: &Trouble) -> bool {
        self.waiting.len() >= trouble.most_waiting || self.waiting_bytes >= WAITING_BYTES
    }

    /// Files a delivery, and lets happen to it what is drawn.
    pub(crate) fn file(&mut self, draft: Draft, trouble: &Trouble, limit: u32, now: Timestamp) {
        self.last += 1;
        let lot = trouble.draw(self.last, draft.event);
        let delay = match draft.flow {
            Flow::Primary => trouble.delay_seconds,
            Flow::Secondary => trouble.secondary_delay_seconds,
        };
        let due = now + SignedDuration::from_secs(delay.into());
        let mut delivery = Delivery::new(self.last, draft, lot, due);
        if u32::try_from(delivery.body.len()).map_or(true, |length| length > limit) {
            delivery.fate = Fate::TooLong;
            self.bury(delivery);
        } else if lot.is_lost {
            delivery.fate = Fate::Lost;
            self.bury(delivery);
        } else {
            self.queue(delivery);
        }
    }

    fn queue(&mut self, delivery: Delivery) {
        let queue = self.lanes.entry(delivery.lane()).or_default();
        queue.waiting.insert(delivery.place());
        self.waiting_bytes += delivery.body.len();
        self.waiting.insert(delivery.number, delivery);
    }

    /// Takes the deliveries that may leave now: due, and no more at once than each lane lets pass.
    pub(crate) fn take_due(&mut self, trouble: &Trouble, now: Timestamp) -> Vec<u64> {
        if trouble.hold {
            return Vec::new();
        }
        let mut taken = Vec::new();
        for ((_, _, flow), queue) in &mut self.lanes {
            let most = match flow {
                Flow::Primary => trouble.at_once,
                Flow::Secondary => trouble.secondary_at_once,
            };
            while queue.under_way < most
                && let Some(place) = queue.waiting.first().copied()
                && place.0 <= now
            {
                queue.waiting.remove(&place);
                queue.under_way += 1;
                taken.push(place.2);
            }
        }
        taken
    }

    /// Takes one delivery out of its turn, if it waits.
    pub(crate) fn take(&mut self, number: u64) -> bool {
        let Some(delivery) = self.waiting.get(&number) else {
            return false;
        };
        let queue = self.lanes.entry(delivery.lane()).or_default();
        let is_idle = queue.waiting.remove(&delivery.place());
        queue.under_way += usize::from(is_idle);
        is_idle
    }

    /// A delivery that waits or is under way, to be sent.
    pub(crate) fn find_mut(&mut self, number: u64) -> Option<&mut Delivery> {
        self.waiting.get_mut(&number)
    }

    /// Every delivery that is remembered, oldest first.
    pub(crate) fn all(&self) -> Vec<&Delivery> {
        let mut all: Vec<_> = self.over.iter().chain(self.waiting.values()).collect();
        all.sort_by_key(|delivery| delivery.number);
        all
    }

    /// How many wait or are under way, and how many are under way.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let under_way = self.lanes.values().map(|queue| queue.under_way).sum();
        (self.waiting.len(), under_way)
    }

    /// When the next one is due of those that nobody is sending.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let queues = self.lanes.values();
        let firsts = queues.filter_map(|queue| queue.waiting.first());
        firsts.map(|(due, _, _)| *due).min()
    }

    /// Forgets what is over.
    pub(crate) fn forget(&mut self) {
        self.over.clear();
        self.over_bytes = 0;
        self.overflowed = 0;
    }

    /// Writes down what came of an attempt, and decides what becomes of the delivery.
    pub(crate) fn finish(&mut self, number: u64, attempt: Attempt, trouble: &Trouble) {
        let Some(mut delivery) = self.waiting.remove(&number) else {
            return;
        };
        self.waiting_bytes -= delivery.body.len();
        let lane = delivery.lane();
        if let Some(queue) = self.lanes.get_mut(&lane) {
            queue.under_way = queue.under_way.saturating_sub(1);
        }
        let (at, status) = (attempt.at, attempt.status);
        delivery.attempts.push(attempt);
        let receiver = delivery.receiver();
        if status.is_some_and(|status| (200..300).contains(&status)) {
            self.failing.remove(&receiver);
            if delivery.is_doubled {
                delivery.is_doubled = false;
                self.queue(delivery);
                return;
            }
            delivery.fate = Fate::Delivered;
        } else if self.may_retry(&delivery, &receiver, status, at) {
            delivery.retries += 1;
            let pause = trouble.pause(delivery.number, delivery.retries);
            delivery.due = at + SignedDuration::from_secs(pause);
            self.queue(delivery);
            return;
        } else {
            delivery.fate = Fate::Failed;
        }
        if self
            .lanes
            .get(&lane)
            .is_some_and(|queue| queue.waiting.is_empty() && queue.under_way == 0)
        {
            self.lanes.remove(&lane);
        }
        self.bury(delivery);
    }

    /// Whether the answer asks for a retry, and the receiver deserves one.
    fn may_retry(
        &mut self,
        delivery: &Delivery,
        receiver: &str,
        status: Option<u16>,
        at: Timestamp,
    ) -> bool {
        let since = *self.failing.entry(receiver.to_owned()).or_insert(at);
        let is_passing = status.is_none_or(|status| {
            matches!(status, 408 | 409 | 425 | 429) || (500..600).contains(&status)
        });
        let first = delivery.attempts.first().map_or(at, |first| first.at);
        is_passing && delivery.retries < RETRIES && first < since + PATIENCE
    }

    fn bury(&mut self, delivery: Delivery) {
        self.over_bytes += delivery.body.len();
        self.over.push_back(delivery);
        while self.over.len() > OVER.0 || self.over_bytes > OVER.1 {
            let Some(oldest) = self.over.pop_front() else {
                break;
            };
            self.over_bytes -= oldest.body.len();
        }
    }
}
