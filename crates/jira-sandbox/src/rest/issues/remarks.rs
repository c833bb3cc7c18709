//! Comments that come with a write of an issue: `"update":{"comment":[{"add":{…}}]}`.

use serde_json::Value;

use super::body::{Body, refuse_fields};
use super::comment_body::Written;
use super::comments::{file, is_internal, must_comment, must_have_room};
use crate::gateway::{Caller, FieldSentence, Refusal};
use crate::sandbox::State;
use crate::world::{Comment, Project};

/// Comments that are right, and not yet on their issue.
pub(super) struct Remarks(Vec<Comment>);

impl Remarks {
    /// Takes the comments out of a body, or refuses them.
    pub(super) fn take(
        caller: &Caller,
        state: &State,
        project: &Project,
        issue: u64,
        body: &mut Body,
    ) -> Result<Self, Refusal> {
        let mut comments = Vec::new();
        for (verb, value) in body.take_comments() {
            if verb != "add" {
                let sentence = FieldSentence::BadOperation(verb);
                return Err(refuse_fields(caller, [("comment", sentence)]));
            }
            must_comment(caller, state, project)?;
            comments.push(read(caller, state, project, issue, &value)?);
        }
        if !comments.is_empty() {
            must_have_room(caller, state, issue, comments.len())?;
        }
        Ok(Self(comments))
    }

    /// Puts them on their issue.
    pub(super) fn file(self, state: &mut State, site: usize, issue: u64) {
        for comment in self.0 {
            file(state, site, issue, comment);
        }
    }
}

fn read(
    caller: &Caller,
    state: &State,
    project: &Project,
    issue: u64,
    value: &Value,
) -> Result<Comment, Refusal> {
    let member = |name: &str| value.get(name);
    let written = Written::of(caller, state, member, FieldSentence::NotADocument)?;
    let site = &state.world.sites[caller.site];
    let audience = written.place(caller, site, issue)?;
    let mut comment = written.into_comment(caller.person, audience, state.clock.now());
    comment.is_internal = is_internal(state, project, &comment);
    Ok(comment)
}
