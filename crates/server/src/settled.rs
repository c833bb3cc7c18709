//! What time it may be, for what must not be forgotten early or late because somebody set the clock.
//!
//! A clock that is set ahead for a moment makes everything look expired. So a step of the clock is
//! believed only after an hour; until then it may be as it was, or as it is now. What must not be
//! forgotten early is kept until [`latest`](Settled::latest) and its lifetime, and forgotten when
//! [`earliest`](Settled::earliest) has come there.
//!
//! A process knows the steps since its start. One that starts while the clock is wrong takes it for
//! right.

use std::sync::Mutex;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;

/// How long a step of the clock is in doubt.
const IN_DOUBT: Duration = Duration::from_hours(1);

/// What is no step: a clock that is brought into line little by little.
const NO_STEP: SignedDuration = SignedDuration::from_secs(10);

/// The bounds of what time it may be.
#[derive(Debug)]
pub struct Settled(Mutex<Bounds>);

#[derive(Debug)]
struct Bounds {
    earliest: Bound,
    latest: Bound,
}

#[derive(Debug, Clone, Copy)]
struct Bound {
    /// What the wall clock said, or would have, when steady time began.
    origin: Timestamp,
    /// Since when the clock has said something else, in steady time.
    doubted_since: Option<Duration>,
}

impl Bound {
    fn follow(&mut self, origin: Timestamp, steady: Duration, is_beyond_doubt: bool) {
        let doubted_since = *self.doubted_since.get_or_insert(steady);
        if is_beyond_doubt || steady >= doubted_since + IN_DOUBT {
            *self = Self {
                origin,
                doubted_since: None,
            };
        }
    }
}

impl Settled {
    /// Begins with what `clock` says.
    #[must_use]
    pub fn of(clock: &dyn Clock) -> Self {
        let bound = Bound {
            origin: clock.now() - clock.steady(),
            doubted_since: None,
        };
        Self(Mutex::new(Bounds {
            earliest: bound,
            latest: bound,
        }))
    }

    /// The earliest that it may be. Never later than what `clock` says, but for what is no step.
    pub fn earliest(&self, clock: &dyn Clock) -> Timestamp {
        self.look(clock, |bounds| bounds.earliest)
    }

    /// The latest that it may be.
    pub fn latest(&self, clock: &dyn Clock) -> Timestamp {
        self.look(clock, |bounds| bounds.latest)
    }

    fn look(&self, clock: &dyn Clock, bound: fn(&Bounds) -> Bound) -> Timestamp {
        let steady = clock.steady();
        let origin = clock.now() - steady;
        let mut bounds = self.0.lock().expect("no holder of this lock panics");
        let Bounds { earliest, latest } = &mut *bounds;
        earliest.follow(origin, steady, origin <= earliest.origin + NO_STEP);
        latest.follow(origin, steady, origin >= latest.origin - NO_STEP);
        bound(&bounds).origin + steady
    }
}
