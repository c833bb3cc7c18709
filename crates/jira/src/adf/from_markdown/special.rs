//! Links whose target names no page but a node of ADF: `[@Ada](accountid:5b10…)`,
//! `[2026-09-29](date:2026-09-29)`, `[DONE](status:green)`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// The colours of a status that have a name
/// (<https://developer.atlassian.com/cloud/jira/platform/apis/document/nodes/status/>).
const COLOURS: [&str; 6] = ["neutral", "purple", "blue", "red", "yellow", "green"];

/// Whether a link to `target` may be such a node.
pub(super) fn is_special(target: &str) -> bool {
    target
        .split_once(':')
        .is_some_and(|(scheme, rest)| match scheme {
            "accountid" => !rest.is_empty(),
            "date" => date(rest).is_some(),
            "status" => is_colour(rest),
            _ => false,
        })
}

/// The node that a link to `target` with these words stands for, if it is one.
pub(super) fn node(target: &str, words: &str) -> Option<Value> {
    let (scheme, rest) = target.split_once(':')?;
    let words = words.trim();
    match scheme {
        "accountid" if !rest.is_empty() => Some(mention(rest, words)),
        "date" => {
            let milliseconds = date(rest)?;
            Some(json!({"type": "date", "attrs": {"timestamp": milliseconds.to_string()}}))
        }
        "status" if is_colour(rest) && !words.is_empty() => {
            Some(json!({"type": "status", "attrs": {"text": words, "color": rest}}))
        }
        _ => None,
    }
}

/// A mention of an account. Jira finds the name of one that is named by nothing else.
pub(super) fn mention(id: &str, name: &str) -> Value {
    let name = name.trim_start_matches('@');
    let mut attrs = json!({"id": id});
    if !name.is_empty() && name != id {
        attrs["text"] = Value::String(format!("@{name}"));
    }
    json!({"type": "mention", "attrs": attrs})
}

/// Midnight of a day in UTC, in milliseconds.
fn date(day: &str) -> Option<i64> {
    let day: Date = day
        .parse()
        .ok()
        .filter(|_| day.len() == "2026-09-29".len())?;
    Some(
        day.to_zoned(TimeZone::UTC)
            .ok()?
            .timestamp()
            .as_millisecond(),
    )
}

fn is_colour(name: &str) -> bool {
    let is_code = |code: &str| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_hexdigit());
    COLOURS.contains(&name) || name.strip_prefix('#').is_some_and(is_code)
}
