//! What time it may be, should somebody have set the clock.

use jiff::SignedDuration;
use juncture_server::settled::Settled;

use crate::support::beginning;
use crate::support::clock::HandSetClock;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

#[test]
fn a_step_of_the_clock_is_believed_after_an_hour() {
    for jump in [DAY, -DAY] {
        let clock = HandSetClock::at(beginning());
        let settled = Settled::of(&clock);
        let bounds = || {
            let now = beginning() + juncture_clock::Clock::steady(&clock);
            let from = |bound: jiff::Timestamp| bound.duration_since(now);
            (from(settled.earliest(&clock)), from(settled.latest(&clock)))
        };
        let zero = SignedDuration::ZERO;
        assert_eq!(bounds(), (zero, zero));
        clock.jump(jump);
        for _ in 0..60 {
            assert_eq!(bounds(), (jump.min(zero), jump.max(zero)), "{jump}");
            clock.advance(MINUTE);
        }
        assert_eq!(bounds(), (jump, jump), "an hour later");
    }
}

#[test]
fn a_step_that_was_taken_back_leaves_no_trace_after_an_hour() {
    let clock = HandSetClock::at(beginning());
    let settled = Settled::of(&clock);
    for jump in [DAY, -DAY, -DAY, DAY] {
        clock.jump(jump);
        settled.earliest(&clock);
        clock.advance(MINUTE);
    }
    let now = || juncture_clock::Clock::now(&clock);
    assert_eq!(settled.earliest(&clock), now() - DAY);
    assert_eq!(settled.latest(&clock), now() + DAY);
    clock.advance(MINUTE * 60);
    assert_eq!(settled.earliest(&clock), now());
    assert_eq!(settled.latest(&clock), now());
}

#[test]
fn a_clock_that_is_brought_into_line_little_by_little_is_believed() {
    let clock = HandSetClock::at(beginning());
    let settled = Settled::of(&clock);
    for _ in 0..600 {
        clock.jump(SignedDuration::from_millis(30));
        clock.advance(MINUTE);
        let now = juncture_clock::Clock::now(&clock);
        assert_eq!(settled.earliest(&clock), now);
        assert_eq!(settled.latest(&clock), now);
    }
}
