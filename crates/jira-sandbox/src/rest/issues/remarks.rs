//! Comments that are written with an issue: `"update":{"comment":[{"add":{…}}]}`, and `edit` and
//! `remove` of those that are there.

use serde_json::Value;

use super::body::{Body, refuse_fields};
use super::comment_body::Written;
use super::comments::{
    change, file, is_internal, must_comment, must_delete, must_edit, must_have_room, remove,
};
use crate::gateway::{Caller, FieldSentence, Refusal};
use crate::sandbox::State;
use crate::world::{Comment, Project};

/// What a write does to comments, once it is known to be right.
pub(super) struct Remarks(Vec<Remark>);

enum Remark {
    Add(Comment),
    Edit(Comment),
    Remove(u64),
}

impl Remarks {
    /// Takes the comments out of a body, or refuses them.
    pub(super) fn take(
        caller: &Caller,
        state: &State,
        project: &Project,
        issue: u64,
        body: &mut Body,
    ) -> Result<Self, Refusal> {
        let operations = body.take_comments().into_iter();
        let remarks: Result<Vec<Remark>, Refusal> = operations
            .map(|(verb, value)| read(caller, state, project, issue, &verb, &value))
            .collect();
        let remarks = remarks?;
        let added = remarks.iter().filter(|row| matches!(row, Remark::Add(_)));
        match added.count() {
            0 => (),
            count => must_have_room(caller, state, issue, count)?,
        }
        Ok(Self(remarks))
    }

    /// Does it.
    pub(super) fn file(self, caller: &Caller, state: &mut State, issue: u64) {
        for remark in self.0 {
            match remark {
                Remark::Add(comment) => {
                    file(caller, state, issue, comment);
                }
                Remark::Edit(comment) => change(caller, state, issue, comment),
                Remark::Remove(id) => remove(caller, state, issue, id),
            }
        }
    }
}

fn read(
    caller: &Caller,
    state: &State,
    project: &Project,
    issue: u64,
    verb: &str,
    value: &Value,
) -> Result<Remark, Refusal> {
    let member = |name: &str| value.get(name);
    let written = || Written::of(caller, state, member, FieldSentence::NotADocument);
    let id = || match &value["id"] {
        Value::String(id) => id.clone(),
        other => other.to_string(),
    };
    match verb {
        "add" => {
            must_comment(caller, state, project)?;
            let written = written()?;
            let site = &state.world.sites[caller.site];
            let audience = written.place(caller, site, issue)?;
            let mut comment = written.into_comment(caller.person, audience, state.clock.now());
            comment.is_internal = is_internal(state, project, &comment);
            Ok(Remark::Add(comment))
        }
        "edit" => {
            let before = must_edit(caller, state, project, issue, &id())?;
            let written = written()?;
            let mut changed = written.over(caller, state, before)?;
            changed.is_internal = is_internal(state, project, &changed);
            Ok(Remark::Edit(changed))
        }
        "remove" => {
            let comment = must_delete(caller, state, project, issue, &id())?;
            Ok(Remark::Remove(comment.id))
        }
        _ => {
            let sentence = FieldSentence::BadOperation(verb.to_owned());
            Err(refuse_fields(caller, [("comment", sentence)]))
        }
    }
}
