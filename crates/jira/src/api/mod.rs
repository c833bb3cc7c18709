//! What can be asked of Jira, and the shapes of its answers, one resource a file.
//!
//! The structs are the wire: named, typed and complete only as far as somebody reads them.
//! Whatever Jira may leave out or send as `null` is optional here or has an empty default.

mod boards;
mod fields;
mod issue_fields;
mod issues;
mod offsets;
mod projects;
mod resources;
mod search;
mod sprint_issues;
mod sprints;
mod tokens;
mod users;
mod whole;
mod writes;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

pub use boards::{Board, BoardLocation};
pub use fields::{Field, FieldSchema};
pub use issue_fields::{
    Component, IssueFields, IssueType, Priority, ProjectReference, Resolution, Status,
    StatusCategory, TimeTracking, Version, readable,
};
pub use issues::{BulkIssues, Issue, IssueError};
pub use projects::{Project, ProjectCategory};
pub use resources::Resource;
pub use sprints::Sprint;
pub use users::{AvatarUrls, User};
pub use writes::{Change, CreatedIssue, IssueChanges, NewIssue};

/// Reads `null` as the type's empty value, as `#[serde(default)]` reads an absent field.
fn null_as_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads a list of at most `MOST` items. What an item of three bytes takes in memory may be a
/// thousand times that, so a bound on the text alone is none.
fn at_most<'de, const MOST: usize, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_seq(AtMost::<MOST, T>(PhantomData))
}

struct AtMost<const MOST: usize, T>(PhantomData<T>);

impl<'de, const MOST: usize, T: Deserialize<'de>> Visitor<'de> for AtMost<MOST, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MOST} items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            if list.len() == MOST {
                return Err(A::Error::invalid_length(MOST + 1, &self));
            }
            list.push(item);
        }
        Ok(list)
    }
}
