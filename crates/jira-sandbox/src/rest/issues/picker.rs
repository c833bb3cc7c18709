//! `GET issue/picker`: issues to choose among while somebody types.

use serde_json::{Value, json};

use crate::gateway::{Answered, Caller, Parameters, Refusal, Sentence, json_answer};
use crate::jql::{self, Query};
use crate::rest::jql::emphasised;
use crate::rest::query::find;
use crate::rest::view::View;
use crate::sandbox::State;
use crate::world::Issue;

/// The most issues of a section.
const MOST: usize = 20;

/// Suggests issues whose key begins as was typed, or whose summary has such words. Nobody has viewed
/// any here, so the first section has those that were updated last.
pub(super) async fn pick(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-work")?;
    let typed = parameters.find("query").unwrap_or_default().to_lowercase();
    let is_off = |name| {
        parameters
            .boolean(name)
            .map(|flag: Option<bool>| flag == Some(false))
    };
    let hides_subtasks = is_off("showSubTasks")?;
    let hides_parent = is_off("showSubTaskParent")?;
    let state = caller.state();
    let view = View::new(&caller, &state);
    let site = view.site;
    let current = parameters.find("currentIssueKey");
    let current = current.and_then(|key| site.find_issue(key));
    let project = parameters.find("currentProjectId");
    let is_offered = |issue: &Issue| {
        let level = site
            .issue_type(issue.issue_type)
            .map_or(0, |row| row.hierarchy_level);
        let is_current = current.is_some_and(|current| current.id == issue.id);
        let is_parent = current.is_some_and(|current| current.parent == Some(issue.id));
        let is_elsewhere = project.is_some_and(|id| id != issue.project.to_string());
        let is_left_out = (hides_subtasks && level < 0) || (hides_parent && is_parent);
        !(is_current || is_elsewhere || is_left_out) && is_meant(issue, &site.key_of(issue), &typed)
    };
    let mut sections = Vec::new();
    let queries = [
        Some(("hs", "History Search", "")),
        parameters
            .find("currentJQL")
            .map(|query| ("cs", "Current Search", query)),
    ];
    for (id, label, query) in queries.into_iter().flatten() {
        let mut found = search(&caller, &state, query)?;
        found.retain(|issue| is_offered(issue));
        if id == "hs" {
            found.sort_by_key(|issue| std::cmp::Reverse((issue.updated, issue.id)));
        }
        sections.push(section(&view, id, label, &found, &typed));
    }
    Ok(json_answer(&json!({"sections": sections})))
}

/// The issues that a query finds, in its order; one that means nothing finds nothing.
fn search<'a>(caller: &Caller, state: &'a State, text: &str) -> Result<Vec<&'a Issue>, Refusal> {
    let query = if text.is_empty() {
        Ok(Query::everything())
    } else {
        jql::parse(text)
    };
    let query = match query {
        Ok(query) => query,
        Err(gap @ Sentence::NotSimulated(_)) => return Err(caller.bad_request(&gap)),
        Err(_) => return Ok(Vec::new()),
    };
    let site = &state.world.sites[caller.site];
    let Some(search) = find(caller, state, &query, false, false)? else {
        return Ok(Vec::new());
    };
    let found = search.run(site, &state.world.people, None);
    let issues = found.iter().filter_map(|(_, id)| site.issues.get(id));
    Ok(issues.collect())
}

fn is_meant(issue: &Issue, key: &str, typed: &str) -> bool {
    let summary = issue.summary.to_lowercase();
    let mut own = summary.split(|letter: char| !letter.is_alphanumeric());
    key.to_lowercase().starts_with(typed)
        || issue.id.to_string() == typed
        || own.any(|word| word.starts_with(typed))
}

fn section(view: &View<'_>, id: &str, label: &str, found: &[&Issue], typed: &str) -> Value {
    let shown: Vec<Value> = found
        .iter()
        .take(MOST)
        .map(|issue| {
            let key = view.site.key_of(issue);
            let kind = view.site.issue_type(issue.issue_type);
            let kind = kind.map(|row| view.issue_type(row));
            json!({
                "id": issue.id,
                "key": key,
                "keyHtml": emphasised(&key, typed),
                "img": kind.map(|kind| kind["iconUrl"].clone()),
                "summary": emphasised(&issue.summary, typed),
                "summaryText": issue.summary,
            })
        })
        .collect();
    let mut body = json!({"id": id, "label": label});
    if shown.is_empty() {
        body["msg"] = "No matching issues were found.".into();
    } else {
        let (shown, all) = (shown.len(), found.len());
        body["sub"] = format!("Showing {shown} of {all} matching issues").into();
    }
    body["issues"] = shown.into();
    body
}
