//! What hangs on an issue beside its fields: work logged, votes and watchers.
//!
//! Nobody writes any of it here, so all of it is empty, which is what Jira says of such an issue.

use axum::extract::Path;

use super::find;
use crate::gateway::{Answered, Caller, Parameters, json_answer};
use crate::rest::view::{self, View};
use crate::rest::window::Window;

type Segments = Path<(String, String)>;

/// `GET issue/{idOrKey}/worklog`
pub(super) async fn worklogs(
    caller: Caller,
    Path((_, id_or_key)): Segments,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let window = Window::read(&parameters, 5_000, 5_000)?;
    let state = caller.state();
    find(&caller, &state, &id_or_key)?;
    let mut body = view::worklogs(window.limit);
    body["startAt"] = window.start.into();
    Ok(json_answer(&body))
}

/// `GET issue/{idOrKey}/votes`
pub(super) async fn votes(caller: Caller, Path((_, id_or_key)): Segments) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let mut body = View::new(&caller, &state).votes(issue);
    body["voters"] = serde_json::json!([]);
    Ok(json_answer(&body))
}

/// `GET issue/{idOrKey}/watchers`
pub(super) async fn watchers(caller: Caller, Path((_, id_or_key)): Segments) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let mut body = View::new(&caller, &state).watches(issue);
    body["watchers"] = serde_json::json!([]);
    Ok(json_answer(&body))
}
