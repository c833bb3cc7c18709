//! Comments as JSON.

use serde_json::{Value, json};

use super::{View, jira_time};
use crate::options::Shown;
use crate::world::{Audience, Comment, Issue};

/// The most comments of an issue which is one of many.
const IN_LISTS: usize = 20;

impl View<'_> {
    /// The comments on an issue that the caller may read. The others are missing without a word.
    pub(in crate::rest) fn readable_comments(&self, issue: u64) -> impl Iterator<Item = &Comment> {
        let comments = self.site.comments_of(issue).iter();
        comments.filter(|comment| self.site.reads(self.caller.person, comment))
    }

    /// A comment.
    pub(in crate::rest) fn comment(&self, issue: u64, comment: &Comment) -> Value {
        let time = |instant| jira_time(instant, &self.site.time_zone);
        let link = format!("issue/{issue}/comment/{}", comment.id);
        let mut body = json!({
            "self": self.caller.link(&link),
            "id": comment.id.to_string(),
            "body": self.rich_text(Some(&comment.body)),
            "created": time(comment.created),
            "updated": time(comment.updated),
            "jsdPublic": !comment.is_internal,
        });
        for (name, person) in [("author", comment.author), ("updateAuthor", comment.editor)] {
            if let Some(person) = person {
                body[name] = self.person(person);
            }
        }
        if let Some(audience) = &comment.audience {
            body["visibility"] = self.audience(audience);
        }
        if self.switches.comment_properties_in_list == Shown::Present {
            let properties = comment.properties.iter();
            body["properties"] = properties
                .map(|(key, value)| json!({"key": key, "value": value}))
                .collect();
        }
        if self.switches.comment_parent_id_in_reads == Shown::Present
            && let Some(parent) = comment.parent
        {
            body["parentId"] = parent.into();
        }
        body
    }

    /// Those who may read a comment, by name and by id.
    fn audience(&self, audience: &Audience) -> Value {
        match audience {
            Audience::Role(id) => {
                let role = self.site.roles.iter().find(|row| row.id == *id);
                let name = role.map(|row| row.name.as_str());
                json!({"type": "role", "value": name, "identifier": id.to_string()})
            }
            Audience::Group(id) => {
                let group = self.site.groups.iter().find(|row| row.uuid == *id);
                let name = group.map(|row| row.name.as_str());
                json!({"type": "group", "value": name, "identifier": id})
            }
        }
    }

    /// The field `comment`: all comments of an issue by itself, and the first of one in a list.
    pub(super) fn comment_field(&self, issue: &Issue) -> Value {
        let all: Vec<&Comment> = self.readable_comments(issue.id).collect();
        let limit = if self.is_list { IN_LISTS } else { all.len() };
        let comments = all.iter().take(limit);
        let comments: Vec<Value> = comments
            .map(|comment| self.comment(issue.id, comment))
            .collect();
        json!({
            "comments": comments,
            "self": self.link_of(issue, "comment"),
            "maxResults": limit,
            "total": all.len(),
            "startAt": 0,
        })
    }
}
