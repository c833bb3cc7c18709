//! `PUT issue/{idOrKey}/assignee`

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::Value;

use super::body::Operation;
use super::draft::Draft;
use super::{find, may};
use crate::gateway::{Answered, Caller, Sentence, empty_answer};
use crate::rest::payload::Payload;
use crate::world::Permission;

/// Gives an issue to a person, to nobody (null), or to whoever gets the project's issues (`-1`).
pub(super) async fn assign(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    body: Bytes,
) -> Answered {
    caller.must_hold("write:jira-work")?;
    let payload = Payload::read(&caller, &body, &["accountId"])?;
    let person = match payload.find("accountId") {
        Some(Value::Null) => Value::Null,
        Some(Value::String(id)) => serde_json::json!({"accountId": id}),
        _ => return Err(payload.bad()),
    };
    let mut state = caller.state();
    let (issue, project) = find(&caller, &state, &id_or_key)?;
    if !may(&caller, &state, project, Permission::AssignIssues) {
        return Err(caller.refuse(StatusCode::FORBIDDEN, &Sentence::MayNotAssign));
    }
    let mut draft = Draft::new(&caller, &state, project, issue.clone());
    draft.apply(&Operation {
        field: "assignee",
        verb: "set",
        value: &person,
    });
    let assigned = draft.finish()?.issue;
    let (id, now) = (assigned.id, state.clock.now());
    let site = &mut state.world.sites[caller.site];
    site.write(id, caller.person, now, |issue| *issue = assigned);
    Ok(empty_answer())
}
