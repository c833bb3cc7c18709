//! How long to stay away from a token endpoint that failed: exponential, jittered, and not less than
//! it asked for, unless that would cost the grant.

use std::time::Duration;

use juncture_clock::Clock;

use crate::oauth::TokenError;
use crate::store::refreshes::LONGEST_PAUSE;

/// The pause after the first failure.
const FIRST: Duration = Duration::from_millis(500);

/// The longest pause of our own: so long may a token be missing when the endpoint is well again.
const LONGEST: Duration = Duration::from_secs(30);

/// So many of our own pauses fit into the time within which an interrupted refresh can be finished.
const OWN_IN_A_WINDOW: u32 = 20;

/// How much of such a time a `Retry-After` can ask for.
const ASKED_OF_A_WINDOW: f64 = 0.3;

/// The longest pause that a `Retry-After` can ask for: a token must not die of a typing error.
const LONGEST_ASKED: Duration = LONGEST_PAUSE.unsigned_abs();

/// The pause after `failures` failures in a row, the last of which is `error`. `window` is for how long
/// the provider takes the refresh token once more, where nobody knows whether it was used: some tries must
/// fall within it, or the grant is lost.
pub(super) fn pause(
    clock: &dyn Clock,
    failures: i64,
    error: &TokenError,
    window: Option<Duration>,
) -> Duration {
    let doublings = u32::try_from(failures.clamp(1, 16) - 1).unwrap_or_default();
    let most = window.map_or(LONGEST, |window| LONGEST.min(window / OWN_IN_A_WINDOW));
    let longest = FIRST.saturating_mul(1 << doublings).min(most);
    // Between half and all of it, so that those who failed together do not return together.
    let own = longest.mul_f64(0.5 + clock.chance() / 2.0);
    let longest_asked = window.map_or(LONGEST_ASKED, |window| {
        LONGEST_ASKED.min(window.mul_f64(ASKED_OF_A_WINDOW))
    });
    let asked = error.retry_after().unwrap_or_default().min(longest_asked);
    own.max(asked)
}

/// The pause before a commit is tried again, after `failures` failures in a row.
pub(super) fn commit_pause(clock: &dyn Clock, failures: u32) -> Duration {
    let longest = Duration::from_millis(50).saturating_mul(1 << failures.min(5));
    longest.mul_f64(0.5 + clock.chance() / 2.0)
}
