//! Deliveries: events are posted to the endpoints of their project, signed, in the order of each subject.
//!
//! An **endpoint** is where they are posted to, a **lane** one subject there, a **delivery** an event that waits in
//! a lane, an **attempt** one request.

pub mod attempt;
pub mod deliver;
pub mod endpoint;
pub mod from_environment;
pub mod held;
pub mod judge;
pub mod manage;
pub mod outcome;
pub mod replay;
pub mod schedule;
pub mod settings;
pub mod sign;
mod told;
pub mod turn;
pub mod window;
pub mod work;

use std::time::Duration;

use jiff::SignedDuration;

/// How long one attempt may take (Standard Webhooks 1.0.0 advises 15 to 30 seconds).
pub const TIMEOUT: Duration = Duration::from_secs(15);

/// How long a lane is held at the longest without a word: more than twice as long as an attempt, so that a slow
/// worker is done before its successor begins.
pub const LEASE: SignedDuration = SignedDuration::from_secs(40);

/// Whether a lane that goes on and has been held for so long is leased anew: long before nothing may begin in it,
/// and not each time, since the end of a lease is in an index.
#[must_use]
pub fn is_to_renew(held_for: Duration) -> bool {
    held_for * 4 > Duration::try_from(LEASE).unwrap_or_default()
}

/// Whether an attempt may begin in a lane that has been held for so long: it ends before the lease does.
#[must_use]
pub fn may_begin(held_for: Duration) -> bool {
    let longest = Duration::try_from(LEASE).unwrap_or_default();
    held_for + TIMEOUT <= longest
}
