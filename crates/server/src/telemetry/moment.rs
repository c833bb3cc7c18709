//! The time at the beginning of a line.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// A second, and how it is written up to its fraction.
struct Second(u64, String);

/// Writes what time it is, as RFC 3339 has it, to the microsecond.
#[expect(
    clippy::disallowed_methods,
    reason = "the log is written in real time, whatever the clock says"
)]
pub(super) fn write(line: &mut String) {
    thread_local! {
        static LAST: RefCell<Second> = const { RefCell::new(Second(0, String::new())) };
    }
    // A machine that does not know the time stands before all of it.
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default();
    let known = LAST.try_with(|last| {
        let mut last = last.borrow_mut();
        if last.0 != now.as_secs() || last.1.is_empty() {
            *last = Second(now.as_secs(), of(now.as_secs()));
        }
        line.push_str(&last.1);
    });
    if known.is_err() {
        line.push_str(&of(now.as_secs()));
    }
    let _always = write!(line, "{:06}Z", now.subsec_micros());
}

/// A second, with the point that its fraction follows.
fn of(second: u64) -> String {
    let second = i64::try_from(second).ok();
    let second = second.and_then(|second| Timestamp::from_second(second).ok());
    let mut text = second.unwrap_or(Timestamp::MAX).to_string();
    text.truncate("2026-01-02T03:04:05".len());
    text.push('.');
    text
}
