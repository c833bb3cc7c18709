//! Dates in JQL: literals in the caller's time zone, periods from now, and the functions of dates.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

use crate::gateway::Sentence;

/// The instant a date literal means, or `None` when it means nothing.
pub(super) fn read_date(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    read_period(text)
        .map(|period| now.saturating_add(period).unwrap_or(now))
        .or_else(|| {
            read_civil(text)?
                .to_zoned(zone.clone())
                .ok()
                .map(|zoned| zoned.timestamp())
        })
}

/// Whether there is a function of dates with this name.
pub(super) fn is_function(name: &str) -> bool {
    name.eq_ignore_ascii_case("now") || Edge::named(name).is_some()
}

/// The instant a date function means, what is wrong with its arguments, or `None` where there is
/// no such function.
///
/// `startOf…` and `endOf…` take one argument, which is added to the edge: `startOfDay(-1d)` is
/// yesterday's start. Without a unit it counts in the function's own.
pub(super) fn read_function(
    name: &str,
    arguments: &[String],
    now: Timestamp,
    zone: &TimeZone,
) -> Option<Result<Timestamp, Sentence>> {
    if name.eq_ignore_ascii_case("now") {
        return Some(expect_none(name, arguments).map(|()| now));
    }
    let edge = Edge::named(name)?;
    let increment = match arguments {
        [] => Ok(Span::new()),
        [one] => {
            read_increment(one, edge.unit).ok_or_else(|| Sentence::BadIncrement(name.to_owned()))
        }
        more => Err(Sentence::ArgumentCount {
            function: name.to_owned(),
            expected: "between '0' and '1'",
            received: more.len(),
        }),
    };
    Some(increment.and_then(|increment| {
        edge.of(now, zone)
            .and_then(|edge| edge.to_zoned(zone.clone()).ok())
            .and_then(|edge| edge.checked_add(increment).ok())
            .map(|zoned| zoned.timestamp())
            .ok_or_else(|| Sentence::BadIncrement(name.to_owned()))
    }))
}

/// Refuses arguments of a function that takes none.
pub(super) fn expect_none(function: &str, arguments: &[String]) -> Result<(), Sentence> {
    if arguments.is_empty() {
        return Ok(());
    }
    Err(Sentence::ArgumentCount {
        function: function.to_owned(),
        expected: "'0'",
        received: arguments.len(),
    })
}

/// The start or the end of a stretch of the calendar.
#[derive(Clone, Copy)]
struct Edge {
    /// `d`, `w`, `M` or `y`.
    unit: char,
    is_end: bool,
}

impl Edge {
    fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let (stretch, is_end) = match name.strip_prefix("startof") {
            Some(stretch) => (stretch, false),
            None => (name.strip_prefix("endof")?, true),
        };
        let unit = match stretch {
            "day" => 'd',
            "week" => 'w',
            "month" => 'M',
            "year" => 'y',
            _ => return None,
        };
        Some(Self { unit, is_end })
    }

    /// The edge of the stretch that an instant is in. Weeks start on Mondays, as in most of Europe;
    /// Jira asks the reader's locale.
    fn of(self, now: Timestamp, zone: &TimeZone) -> Option<DateTime> {
        let today = now.to_zoned(zone.clone()).date();
        let monday = || {
            let days = today.weekday().since(Weekday::Monday);
            today.checked_sub(Span::new().days(days)).ok()
        };
        let (first, last) = match self.unit {
            'w' => (monday()?, monday()?.checked_add(Span::new().days(6)).ok()?),
            'M' => (today.first_of_month(), today.last_of_month()),
            'y' => (today.first_of_year(), today.last_of_year()),
            _ => (today, today),
        };
        Some(if self.is_end {
            last.at(23, 59, 59, 999_000_000)
        } else {
            first.at(0, 0, 0, 0)
        })
    }
}

/// `-30d`, `+1`, `2M`: a signed number with or without a unit.
fn read_increment(text: &str, own: char) -> Option<Span> {
    let text = text.trim();
    let last = text.chars().last()?;
    let (digits, unit) = if last.is_ascii_digit() {
        (text, own)
    } else {
        (&text[..text.len() - last.len_utf8()], last)
    };
    let count: i64 = digits.parse().ok()?;
    let span = Span::new();
    match unit {
        'y' => span.try_years(count),
        'M' => span.try_months(count),
        'w' => span.try_weeks(count),
        'd' => span.try_days(count),
        'h' => span.try_hours(count),
        'm' => span.try_minutes(count),
        _ => return None,
    }
    .ok()
}

fn read_civil(text: &str) -> Option<DateTime> {
    let with_time = ["%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M"];
    let without_time = ["%Y/%m/%d", "%Y-%m-%d"];
    with_time
        .iter()
        .find_map(|format| DateTime::strptime(format, text).ok())
        .or_else(|| {
            without_time
                .iter()
                .find_map(|format| Date::strptime(format, text).ok())
                .map(|date| date.at(0, 0, 0, 0))
        })
}

/// `-5d`, `4w 2d`, `-30m`: a sum of weeks, days, hours and minutes; a leading sign holds for all.
fn read_period(text: &str) -> Option<SignedDuration> {
    let (sign, parts) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut total = SignedDuration::ZERO;
    for part in parts.split_ascii_whitespace() {
        let unit = part.chars().last()?;
        let seconds: i64 = match unit {
            'w' => 7 * 24 * 60 * 60,
            'd' => 24 * 60 * 60,
            'h' => 60 * 60,
            'm' => 60,
            _ => return None,
        };
        let count: i64 = part[..part.len() - 1].parse().ok()?;
        let length = SignedDuration::from_secs(seconds.checked_mul(count)?);
        total = total.checked_add(length)?;
    }
    (!parts.trim().is_empty()).then_some(total * sign)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::{read_date, read_function};

    fn read(text: &str) -> Option<String> {
        let now: Timestamp = "2026-07-15T12:00:00Z".parse().unwrap();
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        read_date(text, now, &berlin).map(|instant| instant.to_string())
    }

    #[test]
    fn a_literal_is_read_in_the_callers_time_zone() {
        let expected = Some("2026-07-01T08:30:00Z".to_owned());
        assert_eq!(read("2026/07/01 10:30"), expected);
        assert_eq!(read("2026-07-01 10:30"), expected);
        assert_eq!(read("2026-07-01"), Some("2026-06-30T22:00:00Z".to_owned()));
        assert_eq!(read("2026/1/5"), Some("2026-01-04T23:00:00Z".to_owned()));
    }

    #[test]
    fn a_period_counts_from_now() {
        assert_eq!(read("-1d"), Some("2026-07-14T12:00:00Z".to_owned()));
        assert_eq!(read("-1w 1d"), Some("2026-07-07T12:00:00Z".to_owned()));
        assert_eq!(read("30m"), Some("2026-07-15T12:30:00Z".to_owned()));
    }

    #[test]
    fn anything_else_is_no_date() {
        for text in [
            "27/Oct/25",
            "yesterday",
            "",
            "-",
            "5",
            "5y",
            "2026-13-01",
            "d",
            "-é",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn functions_are_edges_of_the_callers_calendar() {
        let now: Timestamp = "2026-07-15T12:00:00Z".parse().unwrap();
        let seoul = TimeZone::get("Asia/Seoul").unwrap();
        let read = |name: &str, arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
            let instant = read_function(name, &arguments, now, &seoul)?;
            Some(instant.map(|instant| instant.to_string()).map_err(|_| ()))
        };
        let at = |text: &str| Some(Ok(text.to_owned()));
        assert_eq!(read("NOW", &[]), at("2026-07-15T12:00:00Z"));
        assert_eq!(read("startOfDay", &[]), at("2026-07-14T15:00:00Z"));
        assert_eq!(read("startOfDay", &["-30d"]), at("2026-06-14T15:00:00Z"));
        assert_eq!(read("startofday", &["+1"]), at("2026-07-15T15:00:00Z"));
        assert_eq!(read("endOfDay", &["-1w"]), at("2026-07-08T14:59:59.999Z"));
        assert_eq!(read("startOfWeek", &[]), at("2026-07-12T15:00:00Z"));
        assert_eq!(read("endOfWeek", &[]), at("2026-07-19T14:59:59.999Z"));
        assert_eq!(read("startOfMonth", &["14d"]), at("2026-07-14T15:00:00Z"));
        assert_eq!(read("endOfMonth", &["-1"]), at("2026-06-30T14:59:59.999Z"));
        assert_eq!(read("startOfYear", &["-1y"]), at("2024-12-31T15:00:00Z"));
        assert_eq!(read("endOfYear", &["2h"]), at("2026-12-31T16:59:59.999Z"));
        for wrong in [
            &["1x"][..],
            &["soon"],
            &[""],
            &["é"],
            &["1d", "2d"],
            &["99999999y"],
        ] {
            assert_eq!(read("startOfDay", wrong), Some(Err(())), "{wrong:?}");
        }
        assert_eq!(read("now", &["-1d"]), Some(Err(())));
        assert_eq!(read("endOfTime", &[]), None);
    }
}
