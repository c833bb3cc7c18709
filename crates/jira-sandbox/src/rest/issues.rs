//! `GET issue/{idOrKey}`

use axum::extract::Path;
use axum::http::StatusCode;

use super::view::{Fields, View, expand_fields};
use crate::gateway::{Answered, Caller, Parameters, Sentence, json_answer};

/// Answers one issue. An unknown and an invisible issue are refused alike; a key from before a
/// move finds the issue under its new key.
pub(super) async fn show(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let site = &state.world.sites[caller.site];
    let issue = site
        .find_issue(&id_or_key)
        .filter(|issue| {
            site.project(issue.project)
                .is_some_and(|row| caller.sees(row))
        })
        .ok_or_else(|| caller.refuse(StatusCode::NOT_FOUND, &Sentence::NoSuchIssue))?;
    let fields = Fields::asked_or_all(&parameters.list("fields"));
    let view = View::new(&caller, &state);
    let mut body = view.issue(issue, &fields);
    expand_fields(&mut body, &fields, &parameters.list("expand"));
    Ok(json_answer(&body))
}
