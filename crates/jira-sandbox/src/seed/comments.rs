//! Roles, and the comments that people have written.

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::world::{Audience, Comment, Level, Person, Role, Site};

/// The role whose people administer projects.
const ADMINISTRATORS: u64 = 10_002;
/// Sentences of comments.
const REMARKS: [&str; 6] = [
    "Seen again this morning.",
    "Thanks, that helps!",
    "Is anybody on this?",
    "Reproduced twice, with and without the proxy.",
    "Parked until the vendor answers.",
    "한 번 더 확인했습니다.",
];
/// The number of the issue on which so much is said that lists cut it.
const BUSY: u64 = 17;

/// The roles of a site's projects, by what their people may do.
pub(super) fn roles(members: &[usize], people: &[Person]) -> Vec<Role> {
    let role = |id, name: &str, least| Role {
        id,
        name: name.to_owned(),
        members: members
            .iter()
            .copied()
            .filter(|index| people[*index].level >= least)
            .collect(),
    };
    vec![
        role(ADMINISTRATORS, "Administrators", Level::Delete),
        role(10_003, "Developers", Level::Edit),
        role(10_004, "Viewers", Level::Browse),
    ]
}

/// Comments on every sixth issue, of which some are for administrators only, and on one issue more
/// than a list shows. They are drawn apart, so that the issues stay what they are without them.
pub(super) fn add_comments(site: &mut Site) {
    let issues: Vec<_> = site
        .issues
        .values()
        .map(|issue| {
            (
                issue.id,
                issue.project,
                issue.number,
                issue.created,
                issue.updated,
            )
        })
        .collect();
    for (id, project, number, created, updated) in issues {
        let count = match number {
            BUSY => 24,
            other if other % 6 == 5 => 1 + other % 3,
            _ => 0,
        };
        let readers = site.project(project).and_then(|row| row.visible_to.clone());
        let readers = readers.unwrap_or_else(|| site.members.clone());
        let mut rng = Rng::with_seed(id);
        for index in 0..count {
            let at = between(created, updated, index + 1, count + 1);
            let mut comment = remark(
                REMARKS[rng.usize(..REMARKS.len())],
                readers[rng.usize(..readers.len())],
                at,
            );
            // Somebody who was not signed in.
            if number == BUSY && index == 2 {
                (comment.author, comment.editor) = (None, None);
            }
            comment.audience =
                (number % 12 == 11 && index == 1).then_some(Audience::Role(ADMINISTRATORS));
            site.add_comment(id, comment);
        }
    }
}

/// A comment of one sentence.
pub(crate) fn remark(words: &str, author: usize, at: Timestamp) -> Comment {
    let body = json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": words}]}]});
    Comment {
        id: 0,
        author: Some(author),
        editor: Some(author),
        body,
        created: at,
        updated: at,
        audience: None,
        parent: None,
        is_internal: false,
        properties: std::collections::BTreeMap::new(),
    }
}

fn between(start: Timestamp, end: Timestamp, part: u64, parts: u64) -> Timestamp {
    let room = end.as_millisecond() - start.as_millisecond();
    let offset = room.max(0) / parts.cast_signed() * part.cast_signed();
    start + SignedDuration::from_millis(offset)
}
