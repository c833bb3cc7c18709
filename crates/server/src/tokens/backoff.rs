//! How long to stay away from a token endpoint that failed: exponential, jittered, and not less than
//! it asked for, unless that would cost the grant.

use std::time::Duration;

use juncture_clock::Clock;

use crate::oauth::TokenError;
use crate::store::refreshes::LONGEST_PAUSE;

/// The pause after the first failure.
const FIRST: Duration = Duration::from_millis(500);

/// The longest pause of our own: so long may a token be missing when the endpoint is well again.
/// Twenty of these fit into Atlassian's reuse window, within which an interrupted refresh can be
/// finished.
const LONGEST: Duration = Duration::from_secs(30);

/// The longest pause that a `Retry-After` can ask for: a token must not die of a typing error.
const LONGEST_ASKED: Duration = LONGEST_PAUSE.unsigned_abs();

/// The same while nobody knows whether the tokens were replaced: some tries must fall within
/// Atlassian's reuse window of ten minutes, or the grant is lost.
const LONGEST_ASKED_WHILE_UNKNOWN: Duration = Duration::from_mins(3);

/// The pause after `failures` failures in a row, the last of which is `error`.
pub(super) fn pause(
    clock: &dyn Clock,
    failures: i64,
    error: &TokenError,
    is_outcome_unknown: bool,
) -> Duration {
    let doublings = u32::try_from(failures.clamp(1, 16) - 1).unwrap_or_default();
    let longest = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    // Between half and all of it, so that those who failed together do not return together.
    let own = longest.mul_f64(0.5 + clock.chance() / 2.0);
    let longest_asked = if is_outcome_unknown {
        LONGEST_ASKED_WHILE_UNKNOWN
    } else {
        LONGEST_ASKED
    };
    let asked = error.retry_after().unwrap_or_default().min(longest_asked);
    own.max(asked)
}

/// The pause before a commit is tried again, after `failures` failures in a row.
pub(super) fn commit_pause(clock: &dyn Clock, failures: u32) -> Duration {
    let longest = Duration::from_millis(50).saturating_mul(1 << failures.min(5));
    longest.mul_f64(0.5 + clock.chance() / 2.0)
}
