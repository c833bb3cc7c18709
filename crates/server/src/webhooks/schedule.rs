//! When something that has failed is tried again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use juncture_clock::after;

const SECOND: u64 = 1;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// How long after each attempt the next one comes, more or less, as Standard Webhooks 1.0.0 gives an example of:
/// ten attempts in 75 hours and a half. The first comes at once.
const PAUSES: [u64; 9] = [
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
];

/// How many attempts there are in all.
pub const ATTEMPTS: i64 = 10;

/// The longest wait that an endpoint may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * HOUR);

/// The part of a pause by which it may be longer or shorter, so that what failed together does not come together
/// again.
const JITTER: f64 = 0.2;

/// The longest pause that there is.
pub const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(29);

/// When the next attempt comes after so many that have failed; none if there is no other. A longer wait that was
/// asked for holds, up to a day. `chance` is a number in `[0, 1)`.
#[must_use]
pub fn next_after(
    failed: i64,
    asked: Option<Duration>,
    chance: f64,
    now: Timestamp,
) -> Option<Timestamp> {
    let step = usize::try_from(failed.max(1) - 1).ok()?;
    let pause = Duration::from_secs(*PAUSES.get(step)?);
    let pause = pause.mul_f64(1.0 + JITTER * (2.0 * chance - 1.0));
    let asked = asked.unwrap_or_default().min(LONGEST_ASKED);
    Some(after(now, pause.max(asked)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(failed: i64, asked: Option<u64>, chance: f64) -> Option<i64> {
        let asked = asked.map(Duration::from_secs);
        let next = next_after(failed, asked, chance, Timestamp::UNIX_EPOCH);
        next.map(Timestamp::as_second)
    }

    #[test]
    fn there_is_a_pause_before_each_attempt_but_the_first() {
        assert_eq!(i64::try_from(PAUSES.len()), Ok(ATTEMPTS - 1));
    }

    #[test]
    fn ten_attempts_take_three_days_and_some_hours() {
        let pauses: Vec<_> = (1..ATTEMPTS)
            .map(|failed| seconds(failed, None, 0.5))
            .collect();
        let whole: i64 = pauses.iter().flatten().sum();
        assert_eq!(pauses.len(), 9);
        assert_eq!(whole, 75 * 3600 + 35 * 60 + 5);
        assert_eq!(seconds(ATTEMPTS, None, 0.5), None);
    }

    #[test]
    fn a_pause_differs_by_a_fifth_at_the_most() {
        assert_eq!(seconds(2, None, 0.0), Some(240));
        assert_eq!(seconds(2, None, 0.999_999_999), Some(359));
        let longest = seconds(9, None, 0.999_999_999).unwrap();
        assert!(longest < LONGEST_PAUSE.as_secs());
    }

    #[test]
    fn a_longer_wait_that_is_asked_for_holds_up_to_a_day() {
        assert_eq!(seconds(1, Some(60), 0.5), Some(60));
        assert_eq!(seconds(3, Some(60), 0.5), Some(1_800));
        assert_eq!(seconds(1, Some(900_000), 0.5), Some(86_400));
        // It makes no attempt of none.
        assert_eq!(seconds(ATTEMPTS, Some(60), 0.5), None);
    }
}
