//! `issue/{idOrKey}/changelog`: the history of one issue, and single entries of it.

use axum::body::Bytes;
use axum::extract::Path;
use serde_json::{Value, json};

use super::find;
use crate::gateway::{Answered, Caller, Parameters, json_answer};
use crate::rest::payload::Payload;
use crate::rest::view::View;
use crate::rest::window::Window;

type OfIssue = Path<(String, String)>;

/// `GET issue/{idOrKey}/changelog`: oldest first, so that entries of which one knows stay where they
/// are.
pub(super) async fn list(
    caller: Caller,
    Path((_, id_or_key)): OfIssue,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let window = Window::read(&parameters, 100, 100)?;
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let view = View::new(&caller, &state);
    let history = view.site.history_of(issue.id);
    let page = window.cut(history).iter();
    let values: Vec<Value> = page.map(|change| view.change(change)).collect();
    let mut body = window.bean(&values, history.len());
    let key = view.site.key_of(issue);
    let link = |start: usize| {
        let size = window.limit;
        caller.link(&format!(
            "issue/{key}/changelog?maxResults={size}&startAt={start}"
        ))
    };
    body["self"] = link(window.start).into();
    if let Some(next) = window.next_start(history.len()) {
        body["nextPage"] = link(next).into();
    }
    Ok(json_answer(&body))
}

/// `POST issue/{idOrKey}/changelog/list`: the entries with these ids; others are left out.
pub(super) async fn pick(caller: Caller, Path((_, id_or_key)): OfIssue, body: Bytes) -> Answered {
    caller.must_hold("read:jira-work")?;
    let payload = Payload::read(&caller, &body, &["changelogIds"])?;
    payload.find("changelogIds").ok_or_else(|| payload.bad())?;
    let wanted = payload.numbers("changelogIds")?;
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let view = View::new(&caller, &state);
    let history = view.site.history_of(issue.id).iter();
    let found: Vec<Value> = history
        .filter(|change| wanted.contains(&change.id.cast_signed()))
        .map(|change| view.change(change))
        .collect();
    Ok(json_answer(&json!({
        "startAt": 0,
        "maxResults": found.len(),
        "total": found.len(),
        "histories": found,
    })))
}
