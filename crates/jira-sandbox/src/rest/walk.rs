//! Walks through what a search finds, page by page: how search and the issue lists of Jira Software
//! go by `nextPageToken`.

use serde_json::{Value, json};

use super::page_token::PageToken;
use super::view::{AskedProperties, Fields, View};
use crate::gateway::{Caller, Refusal, Sentence};
use crate::jql::Search;
use crate::sandbox::State;
use crate::world::Issue;

/// The most issues a page has when it carries no more than ids and keys.
const BARE_PAGE: usize = 5_000;
/// The most issues a page has when it carries any field or property, however many are asked.
const FULL_PAGE: usize = 100;

/// One step of a walk, as asked.
pub(super) struct Step<'a> {
    /// A number for all that the steps of one walk have in common.
    pub(super) query: u64,
    /// The query as written, which Jira's page tokens carry in clear.
    pub(super) jql: &'a str,
    pub(super) token: Option<PageToken>,
    pub(super) limit: usize,
    pub(super) fields: &'a Fields,
    pub(super) expand: &'a [String],
    pub(super) properties: &'a AskedProperties,
}

/// Reads a page token of the same walk, or refuses it.
pub(super) fn read_token(
    caller: &Caller,
    state: &State,
    text: Option<&str>,
    query: u64,
) -> Result<Option<PageToken>, Refusal> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    PageToken::decode(text, state.clock.now())
        .filter(|token| token.query == query)
        .map(Some)
        .ok_or_else(|| caller.bad_request(&Sentence::BadPageToken))
}

/// Reads a page size, or refuses it.
pub(super) fn read_limit(caller: &Caller, asked: i64) -> Result<usize, Refusal> {
    usize::try_from(asked)
        .ok()
        .filter(|limit| (1..=BARE_PAGE).contains(limit))
        .ok_or_else(|| caller.bad_request(&Sentence::BadMaxResults))
}

/// The page of a step; `show` turns an issue into JSON.
pub(super) fn page(
    caller: &Caller,
    state: &State,
    search: &Search,
    step: Step<'_>,
    show: impl Fn(&View<'_>, &Issue, &Fields) -> Value,
) -> Value {
    let number = step.token.as_ref().map_or(0, |token| token.page);
    let after = step.token.map(|token| (token.values, token.id));
    let site = &state.world.sites[caller.site];
    let found = search.run(site, &state.world.people, after.as_ref());
    let is_bare = step.fields.is_bare() && step.properties.is_empty();
    let mut length = step.limit.min(if is_bare { BARE_PAGE } else { FULL_PAGE });
    if state.switches.short_pages && number % 2 == 1 {
        length = length.div_ceil(3);
    }

    let view = View::of_list(caller, state);
    let issues: Vec<_> = found
        .iter()
        .take(length)
        .filter_map(|(_, id)| site.issues.get(id))
        .map(|issue| {
            let mut body = show(&view, issue, step.fields);
            view.expand_issue(&mut body, issue, step.expand);
            view.add_properties(&mut body, issue, step.properties);
            body
        })
        .collect();
    let is_last = found.len() <= length;
    let mut body = json!({"issues": issues, "isLast": is_last});
    if !is_last {
        let last = found[length - 1].clone();
        let next = PageToken::new(step.query, step.jql, number + 1, last, state.clock.now());
        body["nextPageToken"] = next.encode().into();
    }
    view.expand_fields(&mut body, step.fields, step.expand);
    body
}
