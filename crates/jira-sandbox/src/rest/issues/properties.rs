//! The entity properties of an issue, key by key.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;

use super::{find, may};
use crate::gateway::{Answered, Caller, Sentence, empty_answer};
use crate::rest::properties::{keys_answer, no_property, one_answer, read_value, set_answer};
use crate::world::Permission;

type OfIssue = Path<(String, String)>;
type OfProperty = Path<(String, String, String)>;

/// `GET issue/{issueIdOrKey}/properties`: the keys.
pub(super) async fn keys(caller: Caller, Path((_, id_or_key)): OfIssue) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let site = &state.world.sites[caller.site];
    let path = format!("issue/{}", site.key_of(issue));
    Ok(keys_answer(&caller, &path, site.properties_of(issue.id)))
}

/// `GET issue/{issueIdOrKey}/properties/{propertyKey}`
pub(super) async fn show(caller: Caller, Path((_, id_or_key, key)): OfProperty) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let site = &state.world.sites[caller.site];
    one_answer(&caller, site.properties_of(issue.id), &key)
}

/// `PUT issue/{issueIdOrKey}/properties/{propertyKey}`: 201 for a new one, and 200 for another value.
pub(super) async fn set(
    caller: Caller,
    Path((_, id_or_key, key)): OfProperty,
    body: Bytes,
) -> Answered {
    caller.must_hold("write:jira-work")?;
    let value = read_value(&caller, &key, &body)?;
    let mut state = caller.state();
    let (issue, project) = find(&caller, &state, &id_or_key)?;
    if !may(&caller, &state, project, Permission::EditIssues) {
        return Err(caller.refuse(StatusCode::FORBIDDEN, &Sentence::MayNotEdit));
    }
    let (id, now) = (issue.id, state.clock.now());
    let site = &mut state.world.sites[caller.site];
    let is_new = site.set_property(id, key, value, caller.person, now);
    Ok(set_answer(is_new))
}

/// `DELETE issue/{issueIdOrKey}/properties/{propertyKey}`. Who may not edit the issue gets a 404
/// here, by Atlassian's document, where setting one is a 403.
pub(super) async fn delete(caller: Caller, Path((_, id_or_key, key)): OfProperty) -> Answered {
    caller.must_hold("write:jira-work")?;
    let mut state = caller.state();
    let (issue, project) = find(&caller, &state, &id_or_key)?;
    if !may(&caller, &state, project, Permission::EditIssues) {
        return Err(caller.refuse(StatusCode::NOT_FOUND, &Sentence::MayNotEdit));
    }
    let (id, now) = (issue.id, state.clock.now());
    let site = &mut state.world.sites[caller.site];
    if site.delete_property(id, &key, caller.person, now) {
        Ok(empty_answer())
    } else {
        Err(no_property(&caller, &key))
    }
}
