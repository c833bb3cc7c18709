//! `POST issue/bulkfetch`: many issues by id or key, without search and its delays.
//!
//! What cannot be found or seen is left out without a word. Since CHANGE-3413 (2026-08-28) up to
//! 1,000 issues are served, if the request asks for few and simple fields; otherwise 100.

use std::collections::BTreeMap;

use axum::body::Bytes;
use serde_json::json;

use super::payload::Payload;
use super::view::{AskedProperties, Fields, ISSUE_EXPANSIONS, View};
use crate::gateway::{Answered, Caller, Sentence, page_answer};

/// The expansions which, with those left out here, are too much for a thousand issues.
const HEAVY: [&str; 3] = ["changelog", "editmeta", "transitions"];

/// Answers the issues in the order of their ids.
pub(super) async fn fetch(caller: Caller, body: Bytes) -> Answered {
    caller.must_hold("read:jira-work")?;
    let known = [
        "issueIdsOrKeys",
        "fields",
        "expand",
        "properties",
        "fieldsByKeys",
    ];
    let payload = Payload::read(&caller, &body, &known)?;
    let wanted = payload
        .texts("issueIdsOrKeys")?
        .ok_or_else(|| payload.bad())?;
    let fields = payload.texts("fields")?;
    let expand = payload.texts("expand")?.unwrap_or_default();
    let properties = payload.texts("properties")?.unwrap_or_default();
    payload.boolean("fieldsByKeys")?;

    let limit = limit(fields.as_deref().unwrap_or_default(), &expand);
    if wanted.len() > limit {
        return Err(caller.bad_request(&Sentence::TooManyToFetch(limit)));
    }
    let properties = AskedProperties::asked_of_list(&caller, properties)?;
    caller.must_simulate("expand", &expand, &ISSUE_EXPANSIONS)?;
    let state = caller.state();
    let site = &state.world.sites[caller.site];
    let found: BTreeMap<u64, _> = wanted
        .iter()
        .filter_map(|id_or_key| site.find_issue(id_or_key))
        .filter(|issue| {
            site.project(issue.project)
                .is_some_and(|row| caller.sees(row))
        })
        .map(|issue| (issue.id, issue))
        .collect();
    let fields = Fields::asked_or_navigable(fields.as_deref());
    let view = View::of_list(&caller, &state);
    let issues: Vec<_> = found
        .values()
        .map(|issue| {
            let mut body = view.issue(issue, &fields);
            view.expand_issue(&mut body, issue, &expand);
            view.add_properties(&mut body, issue, &properties);
            body
        })
        .collect();
    let body = json!({"issues": issues, "issueErrors": []});
    Ok(page_answer(&body, "issues"))
}

fn limit(fields: &[String], expand: &[String]) -> usize {
    let names_one = fields
        .iter()
        .any(|name| !name.starts_with('-') && !name.starts_with('*'));
    let is_simple = !fields.iter().any(|name| {
        matches!(
            name.as_str(),
            "*all" | "*navigable" | "comment" | "worklog" | "attachment"
        )
    });
    let is_light = !expand
        .iter()
        .any(|name| HEAVY.contains(&name.as_str()) || ISSUE_EXPANSIONS.contains(&name.as_str()));
    if names_one && is_simple && is_light && fields.len() <= 100 {
        1_000
    } else {
        100
    }
}
