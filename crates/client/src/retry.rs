//! Whether, and after which pause, a call is tried again.

use std::time::Duration;

use crate::failure::{Again, Failure};
use crate::options::Options;
use crate::transport::Does;

/// A server that wants to be left alone for longer is left to the caller.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The longest pause of our own choice.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// The longest one while the first call with a key is under way.
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// What has been tried so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tried {
    /// How many tries have failed.
    pub(crate) failed: u32,
    /// How often the first call with this key has been waited for.
    pub(crate) waited: u32,
}

/// The pause before the next try; none if there is to be no other. `left` is how much time the call has.
pub(crate) fn pause_before(
    failure: &Failure,
    does: Does,
    tried: Tried,
    options: &Options,
    left: Duration,
) -> Option<Duration> {
    let chance = options.clock.chance();
    let pause = if failure.again == Again::Wait {
        if options.max_retries == 0 {
            return None;
        }
        let first = options.retry_delay.max(Duration::from_millis(20));
        growing(first, tried.waited, LONGEST_LOOK, chance)
    } else {
        let is_harmless = match failure.again {
            Again::Always => true,
            Again::Harmless => does != Does::Write,
            Again::Wait | Again::Never => false,
        };
        if !is_harmless || tried.failed >= options.max_retries {
            return None;
        }
        let pause = growing(options.retry_delay, tried.failed, LONGEST_PAUSE, chance);
        pause.max(failure.facts.retry_after.unwrap_or_default())
    };
    (pause <= LONGEST_WAIT && pause < left).then_some(pause)
}

/// Twice as long each time; at random, so that those who failed together do not come again together.
fn growing(first: Duration, times: u32, longest: Duration, chance: f64) -> Duration {
    let pause = first.saturating_mul(2_u32.saturating_pow(times));
    pause.min(longest).mul_f64(0.5 + chance / 2.0)
}
