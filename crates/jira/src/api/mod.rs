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

use serde::{Deserialize, Deserializer};

pub use boards::{Board, BoardLocation};
pub use fields::{Field, FieldSchema};
pub use issue_fields::{
    Component, IssueFields, IssueType, Priority, ProjectReference, Resolution, Status,
    StatusCategory, TimeTracking, Version,
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
