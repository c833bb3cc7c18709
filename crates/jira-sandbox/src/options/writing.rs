//! The unsettled behaviours of metadata and of writes of fields.

use serde::{Deserialize, Serialize};

/// What an edit does that wants nobody told, by a person who may not want that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotifyUsersDenied {
    /// It is refused with 400, as seen in the wild.
    #[serde(rename = "refused_400")]
    Refused400,
    /// People are told all the same, as Atlassian's document says.
    Ignored,
}

/// The name under which pages of metadata for creating have their rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreatemetaShape {
    /// `issueTypes` and `fields`, as Jira Cloud has them.
    Fields,
    /// The other names that Atlassian's document allows: `createMetaIssueType` and `results`.
    Results,
    /// `values` with `isLast`, as Jira Data Center has them.
    Values,
}

/// Where an error stands that belongs to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorPlace {
    /// In `errors`, under the field.
    Errors,
    /// In `errorMessages`.
    ErrorMessages,
}

/// What a write does that gives a subtask a team of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamOnSubtask {
    /// It is refused.
    Refused,
    /// The team is left out.
    Ignored,
}

/// The recipe that takes the parent away from an issue. The others change nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParentClear {
    /// `none` for company-managed projects, and the empty object for team-managed ones.
    ByStyle,
    /// `"update": {"parent": [{"set": {"none": true}}]}`
    NoneTrue,
    /// `"fields": {"parent": null}`
    Null,
    /// `"fields": {"parent": {}}`
    EmptyObject,
}

/// Who may list priorities page by page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrioritySearchScope {
    /// Whoever may read issues, as seen in the wild.
    ReadOk,
    /// Only with the scope of administrators, as Atlassian's document says.
    AdminOnly,
}
