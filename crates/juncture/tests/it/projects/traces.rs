//! What tells of a project, and where nothing of it may stand.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::document::DOCUMENT;

/// Every name that a line of the log may give something.
const NAMES: [&str; 16] = [
    "timestamp",
    "level",
    "message",
    "target",
    "span",
    "spans",
    "name",
    "id",
    "method",
    "route",
    "status",
    "elapsed_ms",
    "code",
    "cause",
    "connection_id",
    "provider",
];

/// What belongs to a project alone.
#[derive(Debug, Default)]
pub(super) struct Traces {
    /// What nobody may be told in a log.
    secrets: BTreeSet<String>,
    /// What may be told of it, but to no other.
    others: BTreeSet<String>,
}

impl Traces {
    /// Keys, tokens and the like.
    pub(super) fn secret<'a>(
        &mut self,
        secrets: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>,
    ) {
        self.secrets
            .extend(secrets.into_iter().map(|text| text.as_ref().to_owned()));
    }

    /// Ids.
    pub(super) fn public<'a>(
        &mut self,
        ids: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>,
    ) {
        self.others
            .extend(ids.into_iter().map(|text| text.as_ref().to_owned()));
    }

    /// Those of both.
    pub(super) fn and(&self, other: &Self) -> Self {
        Self {
            secrets: &self.secrets | &other.secrets,
            others: &self.others | &other.others,
        }
    }

    /// Fails where one of them stands in one of these.
    #[track_caller]
    pub(super) fn assert_none_in(&self, lines: &[Value], place: &str) {
        for line in lines {
            let text = line.to_string();
            let found = self
                .secrets
                .union(&self.others)
                .find(|trace| text.contains(*trace));
            assert_eq!(found, None, "{place}: {text}");
        }
    }
}

/// Fails where a line of the log has something that none has, or names a customer.
#[track_caller]
pub(super) fn assert_told(lines: &[Value], external_ids: &[&str]) {
    for line in lines {
        let text = line.to_string();
        for id in external_ids {
            assert!(!text.contains(id), "{text}");
        }
        names_of(line, &mut |name| {
            assert!(NAMES.contains(&name), "{name} in {text}");
        });
    }
}

fn names_of(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                see(name);
                names_of(value, see);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| names_of(value, see)),
        _ => {}
    }
}

/// Fails where a label of what is counted is none of a fixed set of words: the routes of the document and of
/// pages, methods, statuses, providers, and words of ours without a digit.
#[track_caller]
pub(super) fn assert_labels(counted: &str) {
    let routes: BTreeSet<&str> = (DOCUMENT["paths"].as_object().unwrap().keys())
        .map(String::as_str)
        .collect();
    let series = counted.lines().filter(|line| !line.starts_with('#'));
    for line in series {
        let Some((_, labels)) = line.split_once('{') else {
            continue;
        };
        let (labels, _) = labels.rsplit_once('}').unwrap();
        for label in labels.split(',').filter(|label| !label.starts_with("le=")) {
            let (name, value) = label.split_once('=').unwrap();
            let value = value.trim_matches('"');
            let is_fixed = match name {
                "status" => value.len() == 3 && value.parse::<u16>().is_ok(),
                "route" => routes.contains(value.replace("{*", "{").as_str()) || value == "none",
                _ => value
                    .chars()
                    .all(|letter| letter.is_ascii_alphabetic() || "_-".contains(letter)),
            };
            assert!(is_fixed, "{line}");
        }
    }
}
