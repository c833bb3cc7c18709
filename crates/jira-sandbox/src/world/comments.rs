//! Comments on issues, and who may read them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Properties, Site, Subject, What};

/// The property by which platform clients make a comment of a service project internal.
const INTERNAL: &str = "sd.public.comment";

/// A comment on an issue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Comment {
    pub(crate) id: u64,
    /// `None`: somebody who was not signed in, as projects that are open to all have them.
    pub(crate) author: Option<usize>,
    /// Who changed it last.
    pub(crate) editor: Option<usize>,
    /// An Atlassian Document Format document.
    pub(crate) body: Value,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    /// The only people who may read it; `None`: everybody who sees the issue.
    pub(crate) audience: Option<Audience>,
    /// The comment to which this one is a reply.
    pub(crate) parent: Option<u64>,
    /// Whether customers of a service project do not see it.
    pub(crate) is_internal: bool,
    pub(crate) properties: Properties,
}

impl Comment {
    /// Whether its properties ask for an internal comment.
    pub(crate) fn asks_to_be_internal(&self) -> bool {
        let property = self.properties.get(INTERNAL);
        property.is_some_and(|value| value["internal"] == true)
    }
}

/// Those who may read a restricted comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Audience {
    Role(u64),
    /// By its UUID.
    Group(String),
}

/// A project role with its people, who are the same in every project here.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) members: Vec<usize>,
}

impl Role {
    /// Whether its people administer projects.
    pub(crate) fn is_for_administrators(&self) -> bool {
        self.name == "Administrators"
    }

    /// What it says of itself.
    pub(crate) fn description(&self) -> String {
        let people = self.name.to_lowercase();
        format!("A project role that represents {people} in a project")
    }
}

impl Site {
    /// The comments on an issue, oldest first.
    pub(crate) fn comments_of(&self, issue: u64) -> &[Comment] {
        self.comments.get(&issue).map_or(&[], Vec::as_slice)
    }

    /// The comment with this id, and the id of its issue.
    pub(crate) fn comment(&self, id: u64) -> Option<(u64, &Comment)> {
        self.comments.iter().find_map(|(issue, comments)| {
            let found = comments.iter().find(|comment| comment.id == id)?;
            Some((*issue, found))
        })
    }

    /// The comment with this id on an issue, to be changed.
    pub(crate) fn comment_mut(&mut self, issue: u64, id: u64) -> Option<&mut Comment> {
        let comments = self.comments.get_mut(&issue)?;
        comments.iter_mut().find(|comment| comment.id == id)
    }

    /// Files a comment under the next id, and returns it.
    pub(crate) fn add_comment(&mut self, issue: u64, mut comment: Comment) -> u64 {
        let id = self.next_comment_id;
        self.next_comment_id += 1;
        comment.id = id;
        self.comments.entry(issue).or_default().push(comment);
        id
    }

    /// Files a comment that a person has just written, and returns its id.
    pub(crate) fn write_comment(&mut self, issue: u64, comment: Comment, by: usize) -> u64 {
        let at = comment.created;
        let id = self.add_comment(issue, comment);
        self.note_comment(What::CommentCreated, issue, id, by, at);
        id
    }

    /// Puts a changed comment in the place of the one with its id.
    pub(crate) fn change_comment(
        &mut self,
        issue: u64,
        comment: Comment,
        by: usize,
        now: Timestamp,
    ) {
        let id = comment.id;
        if let Some(row) = self.comment_mut(issue, id) {
            *row = comment;
            self.note_comment(What::CommentUpdated, issue, id, by, now);
        }
    }

    /// Removes a comment; replies to it stay.
    pub(crate) fn delete_comment(&mut self, issue: u64, id: u64, by: usize, now: Timestamp) {
        self.note_comment(What::CommentDeleted, issue, id, by, now);
        if let Some(comments) = self.comments.get_mut(&issue) {
            comments.retain(|comment| comment.id != id);
        }
    }

    fn note_comment(&mut self, what: What, issue: u64, id: u64, by: usize, at: Timestamp) {
        let mut comments = self.comments_of(issue).iter();
        let comment = comments.find(|comment| comment.id == id).cloned();
        let issue = self.issues.get(&issue).cloned();
        if let (Some(issue), Some(comment)) = (issue, comment) {
            self.note(what, at, Some(by), Subject::Comment { issue, comment });
        }
    }

    /// Whether a person is among the readers of a comment.
    pub(crate) fn reads(&self, person: usize, comment: &Comment) -> bool {
        comment
            .audience
            .as_ref()
            .is_none_or(|audience| self.belongs(person, audience))
    }

    /// Whether a person belongs to an audience.
    pub(crate) fn belongs(&self, person: usize, audience: &Audience) -> bool {
        let members = match audience {
            Audience::Role(id) => {
                let role = self.roles.iter().find(|row| row.id == *id);
                role.map(|row| &row.members)
            }
            Audience::Group(id) => {
                let group = self.groups.iter().find(|row| row.uuid == *id);
                group.map(|row| &row.members)
            }
        };
        members.is_some_and(|members| members.contains(&person))
    }
}
