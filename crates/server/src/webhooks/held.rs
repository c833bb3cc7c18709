//! A lane that is held: what is to be sent of it, and what came of that.

use std::time::Duration;

use uuid::Uuid;

use super::is_to_renew;
use super::outcome::{Attempted, Outcome};
use crate::events::{Event, EventError};
use crate::store::event_lanes::Lease;

/// A lane that is held, and what is to be sent of it.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its name.
    pub lane: String,
    /// How often the first delivery has failed because of its event.
    pub attempts: i64,
    /// The position and the event of the first delivery, and of some behind it.
    pub deliveries: Vec<(i64, Uuid)>,
    /// When it was leased, in steady time.
    pub leased_at: Duration,
}

impl Held {
    /// How its lease goes on at a time, in steady time.
    pub(super) fn lease_at(&self, now: Duration) -> Lease {
        if is_to_renew(now.saturating_sub(self.leased_at)) {
            Lease::Anew
        } else {
            Lease::AsItIs
        }
    }
}

/// What is to be sent next.
#[derive(Debug)]
pub struct Ready {
    /// The lane, whose first delivery this is.
    pub held: Held,
    /// Its event; none if that is no longer kept.
    pub event: Option<Result<Event, EventError>>,
    /// How often the endpoint has failed as a whole, as far as is known.
    pub seen_failures: i64,
}

/// What came of something that was to be sent.
#[derive(Debug)]
pub struct Over {
    /// The lane, whose first delivery it was.
    pub held: Held,
    /// How it is over.
    pub how: How,
    /// What is kept of the attempt, if there was one.
    pub kept: Option<Kept>,
}

/// How something is over that was to be sent.
#[derive(Debug, Clone, Copy)]
pub enum How {
    /// There was an attempt, or it counts as one.
    Attempted(Attempted),
    /// Its event is no longer kept, so there is nothing to send.
    Gone,
    /// There was no time left to begin.
    NotBegun,
}

impl How {
    /// Whether the endpoint has taken it.
    #[must_use]
    pub fn is_delivered(self) -> bool {
        matches!(self, Self::Attempted(attempted) if attempted.outcome == Outcome::Delivered)
    }
}

/// What is kept of an attempt.
#[derive(Debug)]
pub struct Kept {
    /// Its id, which says when it began.
    pub id: Uuid,
    /// The status of the answer, if one came.
    pub status: Option<u16>,
    /// How long it took.
    pub duration: Duration,
    /// How the answer begins.
    pub excerpt: String,
}

/// What is over of something that was not sent, since its event cannot be read.
#[must_use]
pub fn unreadable(seen_failures: i64) -> Attempted {
    Attempted {
        outcome: Outcome::Unreadable,
        retry_after: None,
        seen_failures,
    }
}
