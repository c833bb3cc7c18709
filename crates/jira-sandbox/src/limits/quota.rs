//! Points: every app has so many for each hour, over all sites and people.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The points of an app in an hour ("Global Pool").
pub(crate) const HOURLY_POINTS: u64 = 65_000;
const HOUR: i64 = 60 * 60;

/// What is left of this hour's points.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Quota {
    remaining: u64,
    /// The start of the hour it is about.
    hour: Timestamp,
}

impl Default for Quota {
    fn default() -> Self {
        Self {
            remaining: HOURLY_POINTS,
            hour: Timestamp::UNIX_EPOCH,
        }
    }
}

impl Quota {
    /// The points left. Every hour of the UTC day starts with all of them.
    pub(crate) fn remaining(&mut self, now: Timestamp) -> u64 {
        let hour = start_of_hour(now);
        if hour != self.hour {
            self.hour = hour;
            self.remaining = HOURLY_POINTS;
        }
        self.remaining
    }

    /// Sets the points left of this hour.
    pub(crate) fn set(&mut self, remaining: u64, now: Timestamp) {
        self.hour = start_of_hour(now);
        self.remaining = remaining;
    }

    /// Spends points; an answer that costs more than there are leaves none.
    pub(super) fn spend(&mut self, points: u64, now: Timestamp) {
        self.remaining = self.remaining(now).saturating_sub(points);
    }
}

/// When the hour ends.
pub(crate) fn resets_at(now: Timestamp) -> Timestamp {
    start_of_hour(now) + SignedDuration::from_secs(HOUR)
}

fn start_of_hour(now: Timestamp) -> Timestamp {
    let seconds = now.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(HOUR)).unwrap_or(now)
}
