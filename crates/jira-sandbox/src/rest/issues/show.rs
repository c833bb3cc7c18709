//! `GET issue/{idOrKey}`

use axum::extract::Path;

use super::find;
use crate::gateway::{Answered, Caller, Parameters, costly_answer};
use crate::rest::view::{Fields, View, expand_fields};

/// Answers one issue.
pub(super) async fn show(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let fields = Fields::asked_or_all(&parameters.list("fields"));
    let view = View::new(&caller, &state);
    let mut body = view.issue(issue, &fields);
    expand_fields(&mut body, &fields, &parameters.list("expand"));
    Ok(costly_answer(&body, 1))
}
