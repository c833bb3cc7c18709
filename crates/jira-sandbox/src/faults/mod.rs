//! Faults on demand: rules that say which requests go wrong, how, and how often.
//!
//! Rules are tried in the order they were added; the first that matches strikes. The controls
//! under `/_sandbox/` are never struck.

pub(crate) mod strike;

use std::collections::BTreeMap;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The rules in force.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
}

/// A rule as the control endpoint takes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// The path to match; a segment `*` stands for any one segment.
    path: String,
    /// Whether the path must match as a whole or may go on.
    #[serde(default, rename = "match")]
    extent: Extent,
    /// The method to match; any, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(default)]
    times: Times,
    #[serde(default)]
    act: Act,
    fault: Fault,
}

/// Whether Atlassian acts on a request whose answer the fault hides, on how much of it, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Act {
    /// On all of it, before its answer is hidden, or not at all.
    Whole(bool),
    /// On so many of the things that a body asks for, and then no more of it.
    First(usize),
    /// On all of it when the faults are deleted, whether or not anybody still waits for it.
    Late(Late),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Late {
    Late,
}

impl Default for Act {
    fn default() -> Self {
        Self::Whole(false)
    }
}

/// On how many of the things that a request asks for Atlassian acts before it breaks down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct First(pub(crate) usize);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Extent {
    #[default]
    Exact,
    Prefix,
}

/// How many requests a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Times {
    Count(u32),
    Forever(Forever),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Forever {
    Forever,
}

impl Default for Times {
    fn default() -> Self {
        Self::Count(1)
    }
}

/// What goes wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Fault {
    /// The answer comes late.
    Latency { milliseconds: u64 },
    /// The answer comes in pieces with a pause before each.
    SlowBody {
        milliseconds: u64,
        #[serde(default = "ten")]
        pieces: usize,
    },
    /// Another answer comes.
    Status {
        status: u16,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// A text is sent as it is, anything else as JSON.
        #[serde(default)]
        body: Value,
        retry_after: Option<RetryAfter>,
    },
    /// The connection ends before any answer.
    Cut,
    /// The connection ends in the middle of the body.
    CutBody,
    /// No answer until the faults are deleted. With `act`, Atlassian acts at once, without it
    /// when let go, if the caller still waits.
    Hang,
    /// An answer that is not what it should be.
    Garbage { body: Garbage },
}

/// The forms of `Retry-After` (RFC 9110 §10.2.3).
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// An HTTP date, this many seconds after the sandbox's now.
    DateIn(i64),
}

/// Kinds of bodies no client asked for, all with status 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Garbage {
    /// A page of HTML, as proxies send.
    Html,
    /// Nothing.
    Empty,
    /// The first half of the true answer, as if it were whole.
    Truncated,
}

fn ten() -> usize {
    10
}

impl Faults {
    /// Adds a rule after the others.
    pub(crate) fn add(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    /// Drops every rule.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// The rules in force, with what is left of their counts.
    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The fault that strikes a request, with how Atlassian acts on it. A rule is used up by its
    /// last strike.
    fn take(&mut self, method: &str, path: &str) -> Option<(Fault, Act)> {
        let index = self
            .rules
            .iter()
            .position(|rule| rule.matches(method, path))?;
        let rule = &mut self.rules[index];
        let struck = (rule.fault.clone(), rule.act);
        match &mut rule.times {
            Times::Forever(_) => (),
            Times::Count(left) => {
                *left -= 1;
                if *left == 0 {
                    self.rules.remove(index);
                }
            }
        }
        Some(struck)
    }
}

impl Rule {
    /// Says what in the rule no HTTP answer can have.
    pub(crate) fn check(&self) -> Result<(), String> {
        let Fault::Status {
            status, headers, ..
        } = &self.fault
        else {
            return Ok(());
        };
        StatusCode::from_u16(*status).map_err(|_| format!("{status} is no status."))?;
        for (name, value) in headers {
            let is_name = HeaderName::from_bytes(name.as_bytes()).is_ok();
            if !is_name || HeaderValue::from_str(value).is_err() {
                return Err(format!("{name:?} cannot be a header with this value."));
            }
        }
        Ok(())
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        let is_method = self
            .method
            .as_ref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        is_method && self.times != Times::Count(0) && self.matches_path(path)
    }

    fn matches_path(&self, path: &str) -> bool {
        if !self.path.contains('*') {
            return match self.extent {
                Extent::Exact => path == self.path,
                Extent::Prefix => path.starts_with(&self.path),
            };
        }
        let (pattern, segments): (Vec<_>, Vec<_>) =
            (self.path.split('/').collect(), path.split('/').collect());
        let is_long_enough = match self.extent {
            Extent::Exact => segments.len() == pattern.len(),
            Extent::Prefix => segments.len() >= pattern.len(),
        };
        is_long_enough
            && pattern
                .iter()
                .zip(&segments)
                .all(|(wanted, found)| *wanted == "*" || wanted == found)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Faults, Rule};

    fn rule(path: &str, extent: &str) -> Rule {
        serde_json::from_value(json!({"path": path, "match": extent, "fault": {"kind": "cut"}}))
            .unwrap()
    }

    #[test]
    fn paths_match_exactly_by_prefix_and_by_segment() {
        let cases = [
            ("/oauth/token", "exact", "/oauth/token", true),
            (
                "/oauth/token",
                "exact",
                "/oauth/token/accessible-resources",
                false,
            ),
            (
                "/oauth/token",
                "prefix",
                "/oauth/token/accessible-resources",
                true,
            ),
            (
                "/ex/jira/*/rest/api/3/field",
                "exact",
                "/ex/jira/abc/rest/api/3/field",
                true,
            ),
            (
                "/ex/jira/*/rest/api/3/field",
                "exact",
                "/ex/jira/abc/rest/api/3/field/1",
                false,
            ),
            (
                "/ex/jira/*/rest",
                "prefix",
                "/ex/jira/abc/rest/api/3/field",
                true,
            ),
            ("/ex/jira/*/rest", "prefix", "/ex/jira/abc", false),
        ];
        for (pattern, extent, path, expected) in cases {
            let found = rule(pattern, extent).matches("GET", path);
            assert_eq!(found, expected, "{pattern} {extent} {path}");
        }
    }

    #[test]
    fn a_rule_of_no_times_never_strikes() {
        let mut faults = Faults::default();
        let body = json!({"path": "/me", "times": 0, "fault": {"kind": "cut"}});
        faults.add(serde_json::from_value(body).unwrap());
        assert!(faults.take("GET", "/me").is_none());
    }
}
