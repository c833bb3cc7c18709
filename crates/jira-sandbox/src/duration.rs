//! Time as people estimate it: `1w 2d 3h 30m`, in weeks of five days of eight hours.
//!
//! Jira reads such words and answers them, and the seconds they mean ("Time tracking" in the
//! examples of "Edit issue"). `configuration` tells the lengths.

/// The working hours of a day.
pub(crate) const HOURS_PER_DAY: u64 = 8;
/// The working days of a week.
pub(crate) const DAYS_PER_WEEK: u64 = 5;

const UNITS: [(char, u64); 4] = [
    ('w', 3_600 * HOURS_PER_DAY * DAYS_PER_WEEK),
    ('d', 3_600 * HOURS_PER_DAY),
    ('h', 3_600),
    ('m', 60),
];

/// The seconds that words mean; a number without a unit is minutes. `None`: no such words.
pub(crate) fn seconds(words: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut has_any = false;
    for word in words.split_ascii_whitespace() {
        let last = word.chars().last()?;
        let (number, unit) = if last.is_ascii_digit() {
            (word, 'm')
        } else {
            (&word[..word.len() - last.len_utf8()], last)
        };
        let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let count: u64 = number.parse().ok()?;
        total = total.checked_add(count.checked_mul(*length)?)?;
        has_any = true;
    }
    has_any.then_some(total)
}

/// The words for seconds, the largest units first.
pub(crate) fn words(seconds: u64) -> String {
    let mut rest = seconds;
    let mut words = Vec::new();
    for (unit, length) in UNITS {
        let count = rest / length;
        rest %= length;
        if count > 0 {
            words.push(format!("{count}{unit}"));
        }
    }
    if words.is_empty() {
        return "0m".to_owned();
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{seconds, words};

    #[test]
    fn words_and_seconds_say_the_same() {
        for (text, length) in [
            ("1w 1d", 172_800),
            ("3h 30m", 12_600),
            ("0m", 0),
            ("4w", 576_000),
        ] {
            assert_eq!(seconds(text), Some(length));
            assert_eq!(words(length), text);
        }
        assert_eq!(seconds("90"), Some(5_400));
        assert_eq!(words(5_400), "1h 30m");
        for wrong in [
            "",
            "soon",
            "1x",
            "-1h",
            "1.5h",
            "é",
            "99999999999999999999w",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
