//! The issues of boards, backlogs and sprints.
//!
//! Each list is a set of ids that a search is narrowed to: the new lists then walk by token and the
//! deprecated ones by offset, and a `jql` restricts or orders either.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::json;

use super::ids::Ids;
use super::{boards, sprints};
use crate::gateway::{
    Answered, Caller, Parameters, Refusal, Sentence, json_answer, no_such_endpoint, page_answer,
};
use crate::jql::{Query, Search, parse};
use crate::options::{AgileIssueLists, SoftwareIssueLists};
use crate::rest::page_token::fingerprint;
use crate::rest::query;
use crate::rest::view::{AskedProperties, Fields, ISSUE_EXPANSIONS, View};
use crate::rest::walk::{Step, page, read_limit, read_token};
use crate::rest::window::Window;
use crate::sandbox::State;
use crate::world::Issue;

/// The most issues of a page of the deprecated lists.
const OLD_PAGE: i64 = 100;
const BOARD_SCOPES: [&str; 2] = ["read:board-scope:jira-software", "read:issue-details:jira"];
const SPRINT_SCOPES: [&str; 3] = [
    "read:sprint:jira-software",
    "read:issue-details:jira",
    "read:jql:jira",
];

/// Which issues a list is of.
#[derive(Debug, Clone, Copy, Hash)]
enum Source {
    Board(u64),
    Backlog(u64),
    BoardSprint(u64, u64),
    Sprint(u64),
}

/// `GET rest/software/1.0/board/{boardId}/issue`
pub(super) async fn of_board(caller: Caller, ids: Ids, parameters: Parameters) -> Answered {
    walk(&caller, &parameters, Source::Board(ids.board))
}

/// `GET rest/software/1.0/board/{boardId}/backlog`
pub(super) async fn of_backlog(caller: Caller, ids: Ids, parameters: Parameters) -> Answered {
    walk(&caller, &parameters, Source::Backlog(ids.board))
}

/// `GET rest/software/1.0/board/{boardId}/sprint/{sprintId}/issue`
pub(super) async fn of_board_sprint(caller: Caller, ids: Ids, parameters: Parameters) -> Answered {
    walk(
        &caller,
        &parameters,
        Source::BoardSprint(ids.board, ids.sprint),
    )
}

/// `GET rest/software/1.0/sprint/{sprintId}/issue`
pub(super) async fn of_sprint(caller: Caller, ids: Ids, parameters: Parameters) -> Answered {
    walk(&caller, &parameters, Source::Sprint(ids.sprint))
}

/// `GET rest/software/1.0/board/{boardId}/issue/approximate-count`
pub(super) async fn count_of_board(caller: Caller, ids: Ids, parameters: Parameters) -> Answered {
    let state = caller.state();
    must_be_served(&caller, &state)?;
    let search = find(&caller, &state, &parameters, Source::Board(ids.board))?;
    let count = search.map_or(0, |search| search.count(&state.world.sites[caller.site]));
    Ok(json_answer(&json!({"count": count})))
}

/// `GET rest/agile/1.0/board/{boardId}/issue`
pub(super) async fn old_of_board(caller: Caller, ids: Ids, parameters: Parameters) -> Answered {
    cut(&caller, &parameters, Source::Board(ids.board))
}

/// `GET rest/agile/1.0/board/{boardId}/backlog`
pub(super) async fn old_of_backlog(caller: Caller, ids: Ids, parameters: Parameters) -> Answered {
    cut(&caller, &parameters, Source::Backlog(ids.board))
}

/// `GET rest/agile/1.0/board/{boardId}/sprint/{sprintId}/issue`
pub(super) async fn old_of_board_sprint(
    caller: Caller,
    ids: Ids,
    parameters: Parameters,
) -> Answered {
    cut(
        &caller,
        &parameters,
        Source::BoardSprint(ids.board, ids.sprint),
    )
}

/// `GET rest/agile/1.0/sprint/{sprintId}/issue`
pub(super) async fn old_of_sprint(caller: Caller, ids: Ids, parameters: Parameters) -> Answered {
    cut(&caller, &parameters, Source::Sprint(ids.sprint))
}

/// A page by token.
fn walk(caller: &Caller, parameters: &Parameters, source: Source) -> Answered {
    let state = caller.state();
    must_be_served(caller, &state)?;
    let asked = (parameters.list("fields"), parameters.find("jql"));
    let query = fingerprint(&(source, &asked, caller.site, caller.person));
    let token = read_token(caller, &state, parameters.find("nextPageToken"), query)?;
    let reconciled = parameters.repeated_numbers("reconcileIssues")?;
    if reconciled.len() > 50 {
        return Err(caller.bad_request(&Sentence::TooManyToReconcile));
    }
    let limit = read_limit(caller, parameters.page_size()?.unwrap_or(50))?;
    let search = find(caller, &state, parameters, source)?;
    let fields = Fields::asked_or_navigable(Some(&asked.0));
    let expand = parameters.list("expand");
    caller.must_simulate("expand", &expand, &ISSUE_EXPANSIONS)?;
    let step = Step {
        query,
        jql: asked.1.unwrap_or_default(),
        token,
        limit,
        fields: &fields,
        expand: &expand,
        properties: &AskedProperties::default(),
    };
    let mut body = match search {
        Some(search) => {
            let search = search.reconciling(&reconciled);
            page(caller, &state, &search, step, |view, issue, fields| {
                view.card(issue, fields)
            })
        }
        None => json!({"issues": [], "isLast": true}),
    };
    body["expand"] = "schema,names".into();
    Ok(page_answer(&body, "issues"))
}

/// A page by offset, as long as the deprecated lists are there.
fn cut(caller: &Caller, parameters: &Parameters, source: Source) -> Answered {
    let state = caller.state();
    match state.switches.agile_issue_lists {
        AgileIssueLists::Served => (),
        AgileIssueLists::Gone => {
            return Err(caller.refuse(StatusCode::GONE, &Sentence::RemovedList));
        }
        AgileIssueLists::Missing => return Err(no_such_endpoint("GET", &caller.path)),
    }
    let window = Window::read(parameters, 50, OLD_PAGE)?;
    let expand = parameters.list("expand");
    caller.must_simulate("expand", &expand, &ISSUE_EXPANSIONS)?;
    let search = find(caller, &state, parameters, source)?;
    let site = &state.world.sites[caller.site];
    let found = search.map_or_else(Vec::new, |search| {
        search.run(site, &state.world.people, None)
    });
    let fields = Fields::asked_or_navigable(Some(&parameters.list("fields")));
    let view = View::of_list(caller, &state);
    let issues: Vec<_> = window
        .cut(&found)
        .iter()
        .filter_map(|(_, id)| site.issues.get(id))
        .map(|issue| {
            let mut card = view.card(issue, &fields);
            view.expand_issue(&mut card, issue, &expand);
            card
        })
        .collect();
    let mut body = json!({
        "expand": "schema,names",
        "startAt": window.start,
        "maxResults": window.limit,
        "total": found.len(),
        "issues": issues,
    });
    view.expand_fields(&mut body, &fields, &expand);
    Ok(page_answer(&body, "issues"))
}

fn must_be_served(caller: &Caller, state: &State) -> Result<(), Refusal> {
    match state.switches.software_issue_lists {
        SoftwareIssueLists::Served => Ok(()),
        SoftwareIssueLists::Missing => Err(no_such_endpoint("GET", &caller.path)),
    }
}

/// The search that finds the issues of a list; `None` where a `jql` means nothing and nobody
/// validates it.
fn find(
    caller: &Caller,
    state: &State,
    parameters: &Parameters,
    source: Source,
) -> Result<Option<Search>, Refusal> {
    let ids = issue_ids(caller, state, source)?;
    let query = match parameters.find("jql") {
        None => Query::everything(),
        Some(jql) => parse(jql).map_err(|sentence| caller.bad_request(&sentence))?,
    };
    let is_validated = parameters.boolean("validateQuery")? != Some(false);
    let search = query::find(caller, state, &query, false, is_validated)?;
    Ok(search.map(|search| search.within(ids)))
}

/// The ids of a list's issues, or the refusal of its board or sprint.
fn issue_ids(caller: &Caller, state: &State, source: Source) -> Result<BTreeSet<u64>, Refusal> {
    let scopes: &[&str] = match source {
        Source::Board(_) | Source::Backlog(_) => &BOARD_SCOPES,
        Source::BoardSprint(..) | Source::Sprint(_) => &SPRINT_SCOPES,
    };
    caller.must_hold_all(scopes)?;
    let site = &state.world.sites[caller.site];
    let id = |issue: &Issue| issue.id;
    Ok(match source {
        Source::Board(board) => {
            let board = boards::find_whole(caller, state, board)?;
            site.issues_on(board, caller.person).map(id).collect()
        }
        Source::Backlog(board) => {
            let board = boards::find_whole(caller, state, board)?;
            site.backlog_of(board, caller.person).map(id).collect()
        }
        Source::BoardSprint(board, sprint) => {
            let board = boards::find_whole(caller, state, board)?;
            let sprint = sprints::find(caller, state, sprint)?.id;
            let issues = site.issues_on(board, caller.person);
            issues
                .filter(|issue| issue.sprints.contains(&sprint))
                .map(id)
                .collect()
        }
        Source::Sprint(sprint) => {
            let sprint = sprints::find(caller, state, sprint)?.id;
            site.issues_in(sprint, caller.person).map(id).collect()
        }
    })
}
