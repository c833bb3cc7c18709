//! Marks on new issues, by which they are found again where no answer told that they were created.
//!
//! Jira's search lags behind, by seconds or minutes, so an issue that it does not find may be there. What
//! is read by its key comes from Jira's database: so the keys are tried that the project has given since.
//! Where they have gaps, the search may know more.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;

use futures_util::TryStreamExt as _;
use jiff::{SignedDuration, Timestamp};
use juncture_jira::fields::FieldValues;
use juncture_jira::{Error as JiraError, Site};
use serde::{Deserialize, Serialize};

use super::Made;
use crate::providers::jira::metadata::Metadata;

/// The property of an issue that holds its mark.
const PROPERTY: &str = "juncture.creation";

/// How many issues are read at once.
const AT_ONCE: usize = 100;

/// How many keys are tried in vain before it is believed that the project has given no further ones.
const IN_VAIN: usize = 2 * AT_ONCE;

/// How many keys are tried in all: far more than a project gives in the minutes that matter.
const MOST_KEYS: usize = 50 * AT_ONCE;

/// How many issues of before are looked at: of some of them the keys may be younger than they are.
const BEFORE: usize = 50;

/// By how much the clocks of the two sides may differ.
const SLACK: SignedDuration = SignedDuration::from_mins(10);

/// The marks of what one request creates.
#[derive(Clone)]
pub(super) struct Marks {
    /// What tells it from all other requests.
    pub(super) id: String,
    /// When the first request of this kind came.
    pub(super) begun_at: Timestamp,
}

/// What was found.
pub(super) struct Found {
    /// The issues by their numbers.
    pub(super) issues: BTreeMap<usize, Made>,
    /// Whether what was not found is not there: nothing was hidden from the look.
    pub(super) is_all: bool,
}

impl Found {
    /// Nothing yet, and nothing hidden.
    pub(super) fn none() -> Self {
        Self {
            issues: BTreeMap::new(),
            is_all: true,
        }
    }
}

/// What stands on an issue.
#[derive(Serialize, Deserialize)]
struct Mark {
    request: String,
    number: usize,
}

impl Marks {
    /// The mark of the issue of this number, as a property of it.
    pub(super) fn of(&self, number: usize) -> FieldValues {
        let mut properties = FieldValues::new();
        let request = self.id.clone();
        properties.set(PROPERTY, &Mark { request, number });
        properties
    }

    /// Those of these numbers that are in the project.
    pub(super) async fn find(
        &self,
        site: Site<'_>,
        metadata: &Metadata,
        project: &str,
        mut wanted: BTreeSet<usize>,
        now: Timestamp,
    ) -> Result<Found, JiraError> {
        let mut found = Found::none();
        let key = metadata.project(site, project).await?.key;
        let minutes = (now.duration_since(self.begun_at).abs() + SLACK).as_mins();
        let mut next = newest_before(site, &key, minutes).await? + 1;
        let (mut tried, mut in_vain) = (0, 0);
        while !wanted.is_empty() && in_vain < IN_VAIN && tried < MOST_KEYS {
            let keys = (next..)
                .take(AT_ONCE)
                .map(|number| format!("{key}-{number}"));
            let keys: Vec<String> = keys.collect();
            let seen = self.look(site, &keys, &mut wanted, &mut found).await?;
            in_vain = if seen == 0 { in_vain + AT_ONCE } else { 0 };
            tried += AT_ONCE;
            next += AT_ONCE as u64;
        }
        found.is_all &= in_vain >= IN_VAIN;
        if !wanted.is_empty() {
            let jql =
                format!("project = \"{key}\" AND created >= -{minutes}m ORDER BY created DESC");
            let issues = site.all_issues(&jql, &["key"]).await?;
            let ids: Vec<String> = issues.into_iter().map(|issue| issue.id).collect();
            for ids in ids.chunks(AT_ONCE) {
                if !wanted.is_empty() {
                    self.look(site, ids, &mut wanted, &mut found).await?;
                }
            }
        }
        found.is_all |= wanted.is_empty();
        Ok(found)
    }

    /// Looks at the marks of these issues; gives how many of them are there.
    async fn look(
        &self,
        site: Site<'_>,
        ids_or_keys: &[String],
        wanted: &mut BTreeSet<usize>,
        found: &mut Found,
    ) -> Result<usize, JiraError> {
        let named: Vec<&str> = ids_or_keys.iter().map(String::as_str).collect();
        let read = site
            .bulk_fetch_with(&named, &["created"], &[PROPERTY])
            .await?;
        let seen = read.issues.len();
        found.is_all &= read.issue_errors.is_empty();
        for issue in read.issues {
            let mark = issue.properties.get(PROPERTY);
            let mark = mark.and_then(|mark| juncture_json::decode::<Mark>(mark.get()).ok());
            let Some(mark) = mark.filter(|mark| mark.request == self.id) else {
                continue;
            };
            if wanted.remove(&mark.number) {
                let (id, key) = (issue.id, issue.key);
                found.issues.insert(mark.number, Made { id, key });
            }
        }
        Ok(seen)
    }
}

/// A number that the project had given before so many minutes, or 0.
async fn newest_before(site: Site<'_>, key: &str, minutes: i64) -> Result<u64, JiraError> {
    let jql = format!("project = \"{key}\" AND created <= -{minutes}m ORDER BY created DESC");
    let mut pages = pin!(site.search(&jql, &["key"]));
    let mut number = None;
    let mut looked_at = 0;
    while looked_at < BEFORE
        && let Some(page) = pages.try_next().await?
    {
        for issue in page.iter().take(BEFORE - looked_at) {
            let of_key = issue.key.rsplit_once('-');
            let of_key = of_key.and_then(|(_, number)| number.parse::<u64>().ok());
            number = match (number, of_key) {
                (Some(least), Some(other)) => Some(other.min(least)),
                (least, other) => least.or(other),
            };
        }
        looked_at += page.len();
    }
    Ok(number.unwrap_or_default())
}
