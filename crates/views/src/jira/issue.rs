//! The shapes of one issue. What is not set is null; lists and maps are empty.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::raw;

#[cfg(feature = "openapi")]
use super::words::{Document, FieldTexts, FieldValues, StatusCategoryKey};

/// An issue, whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraIssue))]
pub struct IssueView {
    #[expect(missing_docs, reason = "its description would stand in the document")]
    #[serde(flatten)]
    pub core: CoreView,
    /// The description in Jira's document format. Null also for a document that is not fit to
    /// become a tree; `description` shows the texts of such a one.
    #[serde(rename = "description_adf", deserialize_with = "raw::optional")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Document>, required))]
    pub description_adf: Option<Box<RawValue>>,
    /// Where it happens, as Markdown; null if nobody has said.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub environment: Option<String>,
    /// The environment in Jira's document format.
    #[serde(rename = "environment_adf", deserialize_with = "raw::optional")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Document>, required))]
    pub environment_adf: Option<Box<RawValue>>,
    /// Its status.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub status: Option<StatusView>,
    /// Who reported it; null for nobody.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub reporter: Option<PersonView>,
    /// The project that it is in.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub project: Option<ProjectReferenceView>,
    /// When it was created, as Jira writes it: `2026-01-01T00:00:00.000+0000`.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub created: Option<String>,
    /// How it came to its end; null while it has not.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub resolution: Option<ResolutionView>,
    /// Its labels.
    pub labels: Vec<String>,
    /// The names of its components.
    pub components: Vec<String>,
    /// The names of the versions that it is to be fixed in.
    pub fix_versions: Vec<String>,
    /// The names of the versions that it affects.
    pub affected_versions: Vec<String>,
    /// How long it takes; null where nobody keeps account.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub time_tracking: Option<TimeTrackingView>,
    /// The custom fields that are set, by id, as Jira has them.
    #[serde(deserialize_with = "raw::by_name")]
    #[cfg_attr(feature = "openapi", schema(value_type = FieldValues))]
    pub custom_fields: BTreeMap<String, Box<RawValue>>,
    /// Those of them that hold a document, as Markdown.
    #[cfg_attr(feature = "openapi", schema(value_type = FieldTexts))]
    pub custom_fields_markdown: BTreeMap<String, String>,
    /// What people call them, by id.
    #[cfg_attr(feature = "openapi", schema(value_type = FieldTexts))]
    pub custom_field_names: BTreeMap<String, String>,
}

/// The part of an issue that `edit-issue` gives back.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraIssueCore))]
pub struct CoreView {
    /// Jira's id of it.
    pub id: String,
    /// The key that people call it by.
    pub key: String,
    /// The title.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub summary: Option<String>,
    /// The description, as Markdown; null if there is none.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub description: Option<String>,
    /// Its priority; null if it has none.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub priority: Option<NamedIcon>,
    /// Its type.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub issue_type: Option<NamedIcon>,
    /// Who works on it; null for nobody.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub assignee: Option<PersonView>,
    /// When it was last changed, as Jira writes it.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub updated: Option<String>,
}

/// What is known of an issue that was changed and could not be read back. What is not known is
/// absent; null is what is not set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraKnownIssue))]
pub struct KnownView {
    /// Jira's id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub id: Option<String>,
    /// The key that people call it by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub key: Option<String>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub summary: Option<String>,
    /// The description, as Markdown; null if there is none.
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub description: Option<Option<String>>,
    /// Its priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub priority: Option<ById>,
    /// Its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub issue_type: Option<ById>,
    /// Who works on it; null for nobody.
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<ByAccount>))]
    pub assignee: Option<Option<ByAccount>>,
    /// Always true: there is more to it.
    pub partial: bool,
}

/// Something that is known by its id alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraReference))]
pub struct ById {
    /// Jira's id of it.
    pub id: String,
}

/// A person of whom the account alone is known.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraAccountReference))]
pub struct ByAccount {
    /// The id of the account, the same on every site.
    pub account_id: String,
}

/// A name with a picture.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraNamedIcon))]
pub struct NamedIcon {
    /// What people call it; it may be translated.
    pub name: String,
    /// The address of its picture; null if it has none.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub icon_url: Option<String>,
}

/// The status of an issue.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraIssueStatus))]
pub struct StatusView {
    /// What people call it; it may be translated.
    pub name: String,
    /// What it means; null if Jira does not tell.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<StatusCategoryKey>, required))]
    pub category: Option<String>,
}

/// A person, as far as they show themselves.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraPerson))]
pub struct PersonView {
    /// The id of the account, the same on every site.
    pub account_id: String,
    /// The name to show.
    pub display_name: String,
    /// The address; null if it is hidden, as most are.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub email_address: Option<String>,
    /// The address of the account's picture; null if it has none.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub avatar_url: Option<String>,
}

/// The project that an issue is in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraProjectReference))]
pub struct ProjectReferenceView {
    /// Jira's id of it.
    pub id: String,
    /// The key that its issues begin with.
    pub key: String,
    /// What people call it.
    pub name: String,
}

/// How an issue came to its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraIssueResolution))]
pub struct ResolutionView {
    /// What people call it; it may be translated.
    pub name: String,
    /// What it means; null if nobody has said.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub description: Option<String>,
}

/// How long an issue takes, in Jira's words, such as `3h 20m`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraTimeTracking))]
pub struct TimeTrackingView {
    /// How long it was thought to take; null if nobody has said.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub original_estimate: Option<String>,
    /// How long it is thought to take still; null if nobody has said.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub remaining_estimate: Option<String>,
    /// How long it has taken; null if nobody has said.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub time_spent: Option<String>,
}

impl From<String> for ById {
    fn from(id: String) -> Self {
        Self { id }
    }
}

/// A member that is there, be it null.
#[expect(
    clippy::option_option,
    reason = "what is not known is absent, what is not set is null"
)]
fn told<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// One issue.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraIssueAnswer))]
pub struct Details {
    /// The issue.
    pub issue: IssueView,
}
