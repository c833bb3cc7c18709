//! Comments by their ids alone, and the properties of a comment.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::issues::{EDIT_COMMENT, may_change_comment};
use super::payload::Payload;
use super::properties::{keys_answer, no_property, one_answer, read_value, set_answer};
use super::view::View;
use crate::gateway::{
    Answered, Caller, CommentSentence, Parameters, Refusal, Sentence, empty_answer, json_answer,
};
use crate::sandbox::State;
use crate::world::Comment;

/// The most comments asked for at once (REST v3, "Get comments by IDs").
const MOST: usize = 1_000;
/// The page size that Jira names, whatever is asked.
const PAGE: usize = 1_048_576;

type OfComment = Path<(String, String)>;
type OfProperty = Path<(String, String, String)>;

/// `POST comment/list`: comments of any issues, of which those that cannot be seen are left out.
pub(super) async fn list(caller: Caller, parameters: Parameters, body: Bytes) -> Answered {
    caller.must_hold("read:jira-work")?;
    let gaps = ["renderedBody", "properties"];
    caller.must_simulate("expand", &parameters.list("expand"), &gaps)?;
    let payload = Payload::read(&caller, &body, &["ids"])?;
    let ids = payload.numbers("ids")?;
    if !(1..=MOST).contains(&ids.len()) {
        let sentence = Sentence::Comment(CommentSentence::TooManyIds);
        return Err(caller.bad_request(&sentence));
    }
    let state = caller.state();
    let view = View::new(&caller, &state);
    let found = ids.iter().filter_map(|id| {
        let id = u64::try_from(*id).ok()?;
        let (issue, comment) = find(&caller, &state, id)?;
        Some(view.comment(issue, comment))
    });
    let values: Vec<Value> = found.collect();
    Ok(json_answer(&json!({
        "startAt": 0,
        "maxResults": PAGE,
        "total": values.len(),
        "isLast": true,
        "values": values,
    })))
}

/// `GET comment/{commentId}/properties`: the keys.
pub(super) async fn property_keys(caller: Caller, Path((_, id)): OfComment) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let (_, comment) = must_find(&caller, &state, &id)?;
    let path = format!("comment/{id}");
    Ok(keys_answer(&caller, &path, &comment.properties))
}

/// `GET comment/{commentId}/properties/{propertyKey}`
pub(super) async fn property(caller: Caller, Path((_, id, key)): OfProperty) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let (_, comment) = must_find(&caller, &state, &id)?;
    one_answer(&caller, &comment.properties, &key)
}

/// `PUT comment/{commentId}/properties/{propertyKey}`: 201 for a new one, and 200 for another value.
pub(super) async fn set_property(
    caller: Caller,
    Path((_, id, key)): OfProperty,
    body: Bytes,
) -> Answered {
    caller.must_hold("write:jira-work")?;
    let value = read_value(&caller, &key, &body)?;
    let mut state = caller.state();
    let (issue, comment) = must_change(&caller, &state, &id)?;
    let comment = comment.id;
    let row = state.world.sites[caller.site].comment_mut(issue, comment);
    let before = row.and_then(|row| row.properties.insert(key, value));
    Ok(set_answer(before.is_none()))
}

/// `DELETE comment/{commentId}/properties/{propertyKey}`
pub(super) async fn delete_property(caller: Caller, Path((_, id, key)): OfProperty) -> Answered {
    caller.must_hold("write:jira-work")?;
    let mut state = caller.state();
    let (issue, comment) = must_change(&caller, &state, &id)?;
    let comment = comment.id;
    let row = state.world.sites[caller.site].comment_mut(issue, comment);
    match row.and_then(|row| row.properties.remove(&key)) {
        Some(_) => Ok(empty_answer()),
        None => Err(no_property(&caller, &key)),
    }
}

/// A comment that the caller may read, with the id of its issue.
fn find<'a>(caller: &Caller, state: &'a State, id: u64) -> Option<(u64, &'a Comment)> {
    let site = &state.world.sites[caller.site];
    let (issue, comment) = site.comment(id)?;
    let project = site.project(site.issues.get(&issue)?.project)?;
    let is_visible = caller.sees(project) && site.reads(caller.person, comment);
    is_visible.then_some((issue, comment))
}

fn must_find<'a>(
    caller: &Caller,
    state: &'a State,
    id: &str,
) -> Result<(u64, &'a Comment), Refusal> {
    let found = id.parse().ok().and_then(|id| find(caller, state, id));
    found.ok_or_else(|| {
        let sentence = Sentence::Comment(CommentSentence::Unknown(id.to_owned()));
        caller.refuse(StatusCode::NOT_FOUND, &sentence)
    })
}

/// The same, of a comment which the caller may edit.
fn must_change<'a>(
    caller: &Caller,
    state: &'a State,
    id: &str,
) -> Result<(u64, &'a Comment), Refusal> {
    let (issue, comment) = must_find(caller, state, id)?;
    let site = &state.world.sites[caller.site];
    let project = site.project(site.issues[&issue].project);
    let may = project
        .is_some_and(|project| may_change_comment(caller, state, project, comment, EDIT_COMMENT));
    if may {
        return Ok((issue, comment));
    }
    let name = state.world.people[caller.person].display_name.clone();
    let sentence = Sentence::Comment(CommentSentence::MayNotEdit(name));
    Err(caller.refuse(StatusCode::FORBIDDEN, &sentence))
}
