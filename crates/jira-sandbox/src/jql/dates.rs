//! Dates in JQL: literals in the caller's time zone, periods from now, and a few functions.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

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

/// The instant a date function means.
pub(super) fn read_function(name: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let local = now.to_zoned(zone.clone());
    let start = match name.to_ascii_lowercase().as_str() {
        "now" => return Some(now),
        "startofday" => local.date(),
        "startofmonth" => local.date().first_of_month(),
        "startofyear" => local.date().first_of_year(),
        _ => return None,
    };
    start
        .to_zoned(zone.clone())
        .ok()
        .map(|zoned| zoned.timestamp())
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
    fn functions_start_at_the_callers_midnight() {
        let now: Timestamp = "2026-07-15T12:00:00Z".parse().unwrap();
        let seoul = TimeZone::get("Asia/Seoul").unwrap();
        let start = |name| read_function(name, now, &seoul).map(|instant| instant.to_string());
        assert_eq!(start("startOfDay"), Some("2026-07-14T15:00:00Z".to_owned()));
        assert_eq!(
            start("startOfMonth"),
            Some("2026-06-30T15:00:00Z".to_owned())
        );
        assert_eq!(start("NOW"), Some("2026-07-15T12:00:00Z".to_owned()));
        assert_eq!(start("endOfTime"), None);
    }
}
