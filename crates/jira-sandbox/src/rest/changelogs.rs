//! `POST changelog/bulkfetch`: the histories of many issues, page by page.
//!
//! Pages hold entries, not issues, so the history of an issue may go on on the next page. The
//! entries are sorted by time and issue, oldest first; those of one issue on one page stand together.

use std::collections::BTreeMap;

use axum::body::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::page_token::{open, seal};
use super::payload::Payload;
use super::view::View;
use crate::gateway::{Answered, Caller, HistorySentence, Refusal, Sentence, json_answer};
use crate::options::BulkfetchChangelogCreated;
use crate::sandbox::State;
use crate::world::Change;

/// The most issues of a request.
const ISSUES: usize = 1_000;
/// The most fields that a request may name.
const FIELDS: usize = 10;
/// The longest page, in entries.
const PAGE: usize = 10_000;

/// The last entry of a page: the next one begins behind it.
#[derive(Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
struct Place {
    at: Timestamp,
    issue: u64,
    change: u64,
}

/// Answers the entries of the issues that the caller sees; others are left out.
pub(super) async fn fetch(caller: Caller, body: Bytes) -> Answered {
    caller.must_hold("read:jira-work")?;
    let known = ["issueIdsOrKeys", "fieldIds", "maxResults", "nextPageToken"];
    let payload = Payload::read(&caller, &body, &known)?;
    let refuse = |sentence| Err(caller.bad_request(&Sentence::History(sentence)));
    let wanted = payload.texts("issueIdsOrKeys")?.unwrap_or_default();
    if !(1..=ISSUES).contains(&wanted.len()) {
        return refuse(HistorySentence::IssueCount);
    }
    let fields = payload.texts("fieldIds")?.unwrap_or_default();
    if fields.len() > FIELDS {
        return refuse(HistorySentence::TooManyFields);
    }
    let limit = usize::try_from(payload.page_size()?.unwrap_or(1_000)).unwrap_or(0);
    if !(1..=PAGE).contains(&limit) {
        return refuse(HistorySentence::BadPageSize);
    }
    let after = read_token(&caller, payload.text("nextPageToken")?.as_deref())?;

    let state = caller.state();
    let entries = entries(&caller, &state, &wanted, &fields);
    let mut rest = entries.range((bound(after), std::ops::Bound::Unbounded));
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let mut body = json!({"issueChangeLogs": group(&caller, &state, &page)});
    if let (Some(_), Some((last, _))) = (rest.next(), page.last()) {
        body["nextPageToken"] = seal(last).into();
    }
    Ok(json_answer(&body))
}

fn bound(after: Option<Place>) -> std::ops::Bound<Place> {
    after.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded)
}

fn read_token(caller: &Caller, text: Option<&str>) -> Result<Option<Place>, Refusal> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let place = open(text).ok_or_else(|| caller.bad_request(&Sentence::BadPageToken))?;
    Ok(Some(place))
}

/// The entries with an item of one of the fields, and of the others only these items.
fn entries(
    caller: &Caller,
    state: &State,
    wanted: &[String],
    fields: &[String],
) -> BTreeMap<Place, Change> {
    let site = &state.world.sites[caller.site];
    let issues = wanted.iter().filter_map(|name| site.find_issue(name));
    let seen = issues.filter(|issue| {
        let project = site.project(issue.project);
        project.is_some_and(|project| caller.sees(project))
    });
    let mut entries = BTreeMap::new();
    for issue in seen {
        for change in site.history_of(issue.id) {
            let mut change = change.clone();
            change.items.retain(|item| {
                let id = item.field_id.as_ref();
                fields.is_empty() || id.is_some_and(|id| fields.contains(id))
            });
            if !change.items.is_empty() {
                let place = Place {
                    at: change.at,
                    issue: issue.id,
                    change: change.id,
                };
                entries.insert(place, change);
            }
        }
    }
    entries
}

/// The entries of a page under their issues, in the order in which these come first.
fn group(caller: &Caller, state: &State, page: &[(&Place, &Change)]) -> Vec<Value> {
    let view = View::new(caller, state);
    let mut groups: Vec<(u64, Vec<Value>)> = Vec::new();
    for (place, change) in page {
        let mut entry = view.change(change);
        if state.switches.bulkfetch_changelog_created == BulkfetchChangelogCreated::Ms {
            entry["created"] = change.at.as_millisecond().into();
        }
        match groups.iter_mut().find(|(issue, _)| *issue == place.issue) {
            Some((_, entries)) => entries.push(entry),
            None => groups.push((place.issue, vec![entry])),
        }
    }
    let groups = groups.into_iter();
    groups
        .map(|(issue, entries)| json!({"issueId": issue.to_string(), "changeHistories": entries}))
        .collect()
}
