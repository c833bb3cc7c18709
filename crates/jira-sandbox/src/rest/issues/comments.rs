//! `issue/{idOrKey}/comment`: comments listed, added, edited and deleted.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::comment_body::Written;
use super::{find, may};
use crate::gateway::{
    Answered, Caller, CommentSentence, Parameters, Refusal, Sentence, created_answer, empty_answer,
    json_answer,
};
use crate::options::{CommentInternalProperty, CommentTouchesIssue};
use crate::rest::view::View;
use crate::rest::window::Window;
use crate::sandbox::State;
use crate::world::{Comment, Permission, Project};

/// The permissions to edit own comments, and all.
pub(in crate::rest) const EDIT: (Permission, Permission) =
    (Permission::EditOwnComments, Permission::EditAllComments);
/// The permissions to delete own comments, and all.
const DELETE: (Permission, Permission) =
    (Permission::DeleteOwnComments, Permission::DeleteAllComments);

type OfIssue = Path<(String, String)>;
type OfComment = Path<(String, String, String)>;

/// `GET issue/{idOrKey}/comment`: what the caller may read, oldest first unless told otherwise.
pub(super) async fn list(
    caller: Caller,
    Path((_, id_or_key)): OfIssue,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let window = Window::read(&parameters, 100, 5_000)?;
    mind_expand(&caller, &parameters)?;
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let view = View::new(&caller, &state);
    let mut found: Vec<&Comment> = view.readable_comments(issue.id).collect();
    // A plus in a query is a blank, unless it is encoded.
    match parameters.find("orderBy").unwrap_or_default().trim() {
        "" | "created" | "+created" => (),
        "-created" => found.reverse(),
        other => {
            let sentence = CommentSentence::BadOrder(other.to_owned());
            return Err(caller.bad_request(&Sentence::Comment(sentence)));
        }
    }
    let page = window.cut(&found).iter();
    let comments: Vec<Value> = page
        .map(|comment| view.comment(issue.id, comment))
        .collect();
    Ok(json_answer(&json!({
        "startAt": window.start,
        "maxResults": window.limit,
        "total": found.len(),
        "comments": comments,
    })))
}

/// `GET issue/{idOrKey}/comment/{id}`
pub(super) async fn show(
    caller: Caller,
    Path((_, id_or_key, id)): OfComment,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    mind_expand(&caller, &parameters)?;
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let comment = find_comment(&caller, &state, issue.id, &id)?;
    let body = View::new(&caller, &state).comment(issue.id, comment);
    Ok(json_answer(&body))
}

/// `POST issue/{idOrKey}/comment`
pub(super) async fn add(
    caller: Caller,
    Path((_, id_or_key)): OfIssue,
    parameters: Parameters,
    body: Bytes,
) -> Answered {
    caller.must_hold("write:jira-work")?;
    mind_expand(&caller, &parameters)?;
    let mut state = caller.state();
    let (issue, project) = find(&caller, &state, &id_or_key)?;
    must_comment(&caller, &state, project)?;
    let written = Written::read(&caller, &state, &body)?;
    let site = &state.world.sites[caller.site];
    let audience = written.place(&caller, site, issue.id)?;
    must_have_room(&caller, &state, issue.id, 1)?;
    let mut comment = written.into_comment(caller.person, audience, state.clock.now());
    comment.is_internal = is_internal(&state, project, &comment);
    let issue = issue.id;
    let id = file(&caller, &mut state, issue, comment);
    answer(&caller, &state, issue, id, created_answer)
}

/// `PUT issue/{idOrKey}/comment/{id}`: a new body in place of the old one.
pub(super) async fn edit(
    caller: Caller,
    Path((_, id_or_key, id)): OfComment,
    parameters: Parameters,
    body: Bytes,
) -> Answered {
    caller.must_hold("write:jira-work")?;
    mind_expand(&caller, &parameters)?;
    parameters.boolean("notifyUsers")?;
    // Administrators' apps alone may use it; others go without.
    parameters.boolean("overrideEditableFlag")?;
    let mut state = caller.state();
    let (issue, project) = find(&caller, &state, &id_or_key)?;
    let comment = must_edit(&caller, &state, project, issue.id, &id)?;
    let written = Written::read(&caller, &state, &body)?;
    let mut changed = written.over(&caller, &state, comment)?;
    changed.is_internal = is_internal(&state, project, &changed);
    let (issue, id) = (issue.id, comment.id);
    change(&caller, &mut state, issue, changed);
    answer(&caller, &state, issue, id, json_answer)
}

/// `DELETE issue/{idOrKey}/comment/{id}`
pub(super) async fn delete(caller: Caller, Path((_, id_or_key, id)): OfComment) -> Answered {
    caller.must_hold("write:jira-work")?;
    let mut state = caller.state();
    let (issue, project) = find(&caller, &state, &id_or_key)?;
    let comment = must_delete(&caller, &state, project, issue.id, &id)?;
    let (issue, id) = (issue.id, comment.id);
    remove(&caller, &mut state, issue, id);
    Ok(empty_answer())
}

/// A comment that the caller may edit.
pub(super) fn must_edit<'a>(
    caller: &Caller,
    state: &'a State,
    project: &Project,
    issue: u64,
    id: &str,
) -> Result<&'a Comment, Refusal> {
    let comment = find_comment(caller, state, issue, id)?;
    if may_change(caller, state, project, comment, EDIT) {
        return Ok(comment);
    }
    Err(refuse_to(caller, state, CommentSentence::MayNotEdit))
}

/// A comment that the caller may delete.
pub(super) fn must_delete<'a>(
    caller: &Caller,
    state: &'a State,
    project: &Project,
    issue: u64,
    id: &str,
) -> Result<&'a Comment, Refusal> {
    let comment = find_comment(caller, state, issue, id)?;
    if may_change(caller, state, project, comment, DELETE) {
        return Ok(comment);
    }
    Err(refuse_to(caller, state, CommentSentence::MayNotDelete))
}

/// Puts a changed comment in the place of the old one.
pub(super) fn change(caller: &Caller, state: &mut State, issue: u64, comment: Comment) {
    let now = state.clock.now();
    state.world.sites[caller.site].change_comment(issue, comment, caller.person, now);
    touch(state, caller.site, issue, false);
}

/// Takes a comment away.
pub(super) fn remove(caller: &Caller, state: &mut State, issue: u64, id: u64) {
    let now = state.clock.now();
    state.world.sites[caller.site].delete_comment(issue, id, caller.person, now);
    touch(state, caller.site, issue, false);
}

/// Refuses a comment to those who may not write any: with 400, where others would say 403.
pub(super) fn must_comment(
    caller: &Caller,
    state: &State,
    project: &Project,
) -> Result<(), Refusal> {
    if may(caller, state, project, Permission::AddComments) {
        return Ok(());
    }
    Err(refuse_to(caller, state, CommentSentence::MayNotAdd))
}

/// Refuses comments beyond as many as an issue may have.
pub(super) fn must_have_room(
    caller: &Caller,
    state: &State,
    issue: u64,
    more: usize,
) -> Result<(), Refusal> {
    let most = state.switches.comments_per_issue;
    let count = state.world.sites[caller.site].comments_of(issue).len() + more;
    if u32::try_from(count).is_ok_and(|count| count <= most) {
        return Ok(());
    }
    let sentence = Sentence::Comment(CommentSentence::TooMany(most));
    Err(caller.refuse(StatusCode::PAYLOAD_TOO_LARGE, &sentence))
}

/// Files a comment, which moves the time of its issue.
pub(super) fn file(caller: &Caller, state: &mut State, issue: u64, comment: Comment) -> u64 {
    touch(state, caller.site, issue, true);
    state.world.sites[caller.site].write_comment(issue, comment, caller.person)
}

fn touch(state: &mut State, site: usize, issue: u64, is_new: bool) {
    let does = match state.switches.comment_touches_issue {
        CommentTouchesIssue::AddOnly => is_new,
        CommentTouchesIssue::All => true,
        CommentTouchesIssue::None => false,
    };
    if does {
        let now = state.clock.now();
        state.world.sites[site].touch(issue, now);
    }
}

/// Whether customers are kept from a comment: only service projects have any.
pub(super) fn is_internal(state: &State, project: &Project, comment: &Comment) -> bool {
    let is_honoured = state.switches.comment_internal_property == CommentInternalProperty::Honoured;
    is_honoured && project.kind == "service_desk" && comment.asks_to_be_internal()
}

/// A comment that the caller may read. Others are refused as if they were not there.
fn find_comment<'a>(
    caller: &Caller,
    state: &'a State,
    issue: u64,
    id: &str,
) -> Result<&'a Comment, Refusal> {
    let site = &state.world.sites[caller.site];
    let mut comments = site.comments_of(issue).iter();
    comments
        .find(|comment| comment.id.to_string() == id && site.reads(caller.person, comment))
        .ok_or_else(|| {
            let sentence = Sentence::Comment(CommentSentence::Unknown(id.to_owned()));
            caller.refuse(StatusCode::NOT_FOUND, &sentence)
        })
}

/// Whether the caller may change a comment: an own one, or all.
pub(in crate::rest) fn may_change(
    caller: &Caller,
    state: &State,
    project: &Project,
    comment: &Comment,
    (own, all): (Permission, Permission),
) -> bool {
    let needed = if comment.author == Some(caller.person) {
        own
    } else {
        all
    };
    may(caller, state, project, needed)
}

fn refuse_to(caller: &Caller, state: &State, sentence: fn(String) -> CommentSentence) -> Refusal {
    let name = state.world.people[caller.person].display_name.clone();
    caller.bad_request(&Sentence::Comment(sentence(name)))
}

/// A comment as its writer gets it back, with its address.
fn answer(
    caller: &Caller,
    state: &State,
    issue: u64,
    id: u64,
    respond: fn(&Value) -> Response,
) -> Answered {
    let comment = find_comment(caller, state, issue, &id.to_string())?;
    let body = View::new(caller, state).comment(issue, comment);
    let mut response = respond(&body);
    let location = body["self"].as_str().unwrap_or_default();
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response.into_response())
}

fn mind_expand(caller: &Caller, parameters: &Parameters) -> Result<(), Refusal> {
    caller.must_simulate("expand", &parameters.list("expand"), &["renderedBody"])
}
