//! `GET issue/{idOrKey}`

use axum::extract::Path;

use super::find;
use crate::gateway::{Answered, Caller, Parameters, costly_answer};
use crate::rest::view::{AskedProperties, Fields, ISSUE_EXPANSIONS, View};

/// Answers one issue.
pub(super) async fn show(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let expand = parameters.list("expand");
    caller.must_simulate("expand", &expand, &ISSUE_EXPANSIONS)?;
    let fields = Fields::asked_or_all(&parameters.list("fields"));
    let view = View::new(&caller, &state);
    let mut body = view.issue(issue, &fields);
    let properties = AskedProperties::asked(parameters.list("properties"));
    view.add_properties(&mut body, issue, &properties);
    view.expand_issue(&mut body, issue, &expand);
    view.expand_fields(&mut body, &fields, &expand);
    Ok(costly_answer(&body, 1))
}

/// `GET rest/agile/1.0/issue/{issueIdOrKey}`: the same issue as a board has it.
pub(in crate::rest) async fn show_card(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:issue:jira-software")?;
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let expand = parameters.list("expand");
    caller.must_simulate("expand", &expand, &ISSUE_EXPANSIONS)?;
    let fields = Fields::asked_or_all(&parameters.list("fields"));
    let view = View::new(&caller, &state);
    let mut body = view.card(issue, &fields);
    view.expand_issue(&mut body, issue, &expand);
    view.expand_fields(&mut body, &fields, &expand);
    Ok(costly_answer(&body, 1))
}
