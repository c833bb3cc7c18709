//! What can be asked of Jira, and the shapes of its answers, one resource a file.
//!
//! The structs are the wire: named, typed and complete only as far as somebody reads them.
//! Whatever Jira may leave out or send as `null` is optional here or has an empty default.

mod boards;
mod bulk_create;
mod changelog;
mod comments;
mod field_meta;
mod fields;
mod guess;
mod held;
mod issue_body;
mod issue_fields;
mod issues;
mod jql;
mod lists;
mod offset_page;
mod offsets;
mod permissions;
mod projects;
mod resources;
mod rows;
mod search;
mod search_page;
mod sprint_issues;
mod sprints;
mod tokens;
mod transitions;
mod users;
mod whole;
mod writes;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

pub use boards::{Board, BoardLocation};
pub use bulk_create::MOST_CREATED_AT_ONCE;
pub use changelog::{Changed, History};
pub use comments::{Comment, NewComment, Visibility};
pub use field_meta::{AllowedValue, FieldMeta};
pub use fields::{Field, FieldSchema, FieldScope, ProjectId};
pub use issue_fields::{
    Component, IssueFields, IssueType, Priority, ProjectReference, Resolution, Status,
    StatusCategory, TimeTracking, Version, readable,
};
pub use issues::{BulkIssues, Issue, IssueError};
pub use jql::{ParsedJql, Validation};
pub use lists::TypeStatuses;
pub use permissions::Place;
pub use projects::{Project, ProjectCategory};
pub use resources::Resource;
pub use search_page::IssuePage;
pub use sprints::{Sprint, WithSprints};
pub use transitions::{Standing, Step, Transition};
pub use users::{Assignable, AvatarUrls, User};
pub use writes::{Change, CreatedIssue, IssueChanges, NewIssue};

/// A list that stands by itself, of at most `MOST` items.
#[derive(Deserialize)]
#[serde(transparent, bound = "T: Deserialize<'de>")]
struct Bare<const MOST: usize, T>(#[serde(deserialize_with = "at_most::<MOST, _, _>")] Vec<T>);

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

/// Reads an object of at most `MOST` members as a list of them, in its order. `null` has none.
fn entries<'de, const MOST: usize, D, T>(deserializer: D) -> Result<Vec<(String, T)>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(Entries::<MOST, T>(PhantomData))
}

struct Entries<const MOST: usize, T>(PhantomData<T>);

impl<'de, const MOST: usize, T: Deserialize<'de>> Visitor<'de> for Entries<MOST, T> {
    type Value = Vec<(String, T)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object of at most {MOST} members")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            if entries.len() == MOST {
                return Err(A::Error::invalid_length(MOST + 1, &self));
            }
            entries.push(entry);
        }
        Ok(entries)
    }
}
