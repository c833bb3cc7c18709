//! What there is in a Jira: types, statuses, priorities, resolutions, fields, people. What Jira does not
//! tell is absent.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::projects::ProjectView;
#[cfg(feature = "openapi")]
use super::words::{AccountType, FieldType, ProjectStyle, StatusCategoryKey};

/// A project, as `get-project` shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraProjectDetails))]
pub struct WholeProjectView {
    #[expect(missing_docs, reason = "its description would stand in the document")]
    #[serde(flatten)]
    pub project: ProjectView,
    /// What it is about; absent if nobody has said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub description: Option<String>,
    /// The types that its issues may be of.
    pub issue_types: Vec<IssueTypeView>,
    /// Who manages it; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = ProjectStyle, nullable = false))]
    pub style: Option<String>,
    /// Whether it is managed by its team.
    pub simplified: bool,
}

/// A type of issues.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraIssueType))]
pub struct IssueTypeView {
    /// Jira's id of it.
    pub id: String,
    /// What people call it. Several may have the same name.
    pub name: String,
    /// What it is for; absent if nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub description: Option<String>,
    /// Whether such issues are parts of others.
    pub subtask: bool,
    /// -1 for subtasks, 1 for epics, 0 for what is between, above 1 for what stands above epics;
    /// absent if Jira does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub hierarchy_level: Option<i64>,
    /// The address of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub icon_url: Option<String>,
}

/// A status that issues may have.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraStatus))]
pub struct StatusView {
    /// Jira's id of it.
    pub id: String,
    /// What people call it. Several may have the same name.
    pub name: String,
    /// What it means; absent if Jira does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = StatusCategoryKey, nullable = false))]
    pub category: Option<String>,
}

/// The statuses of a site or of a project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraStatuses))]
pub struct Statuses {
    /// Each once.
    pub statuses: Vec<StatusView>,
    /// Which of them the issues of a type can have, in a project; empty for a whole site.
    pub by_issue_type: Vec<StatusesOfType>,
}

/// The statuses that the issues of one type can have.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraStatusesOfIssueType))]
pub struct StatusesOfType {
    /// The id of the type.
    pub issue_type_id: String,
    /// The ids of the statuses.
    pub status_ids: Vec<String>,
}

/// A priority.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraPriority))]
pub struct PriorityView {
    /// Jira's id of it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it means; absent if nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub description: Option<String>,
    /// The address of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub icon_url: Option<String>,
    /// Whether new issues get it, as far as Jira tells.
    pub is_default: bool,
}

/// A resolution: how an issue came to its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraResolution))]
pub struct ResolutionView {
    /// Jira's id of it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it means; absent if nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub description: Option<String>,
    /// Whether it is the one that is proposed, as far as Jira tells.
    pub is_default: bool,
}

/// A field of a site.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraField))]
pub struct FieldView {
    /// Its id, such as `summary` or `customfield_10016`.
    pub id: String,
    /// What people call it. Several may have the same name.
    pub name: String,
    /// Whether somebody added it to Jira.
    pub custom: bool,
    /// What it holds.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(value_type = FieldType))]
    pub kind: String,
    /// What the items of a list are, in Jira's word; absent of what is no list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub items: Option<String>,
    /// The app's name for the type of a custom field; absent of a field that is built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub custom_type: Option<String>,
}

/// A field that an issue can be given.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraWritableField))]
pub struct WritableFieldView {
    /// Its id, such as `summary` or `customfield_10016`.
    pub id: String,
    /// What people call it. Several may have the same name.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(value_type = FieldType))]
    pub kind: Cow<'static, str>,
    /// What the items of a list are, in Jira's word; absent of what is no list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub items: Option<String>,
    /// Whether it must have a value.
    pub required: bool,
    /// Whether it gets a value by itself.
    pub has_default: bool,
    /// That value, as it could be given; absent where Jira does not tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Value, nullable = false))]
    pub default: Option<Value>,
    /// The values that it may have, where Jira tells them: not of people, labels and groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub allowed_values: Option<Vec<AllowedValueView>>,
    /// What may be done to it: `set`, `add`, `remove`, `edit`, `copy`.
    pub operations: Vec<String>,
}

/// A value that a field may have.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraAllowedValue))]
pub struct AllowedValueView {
    /// Jira's id of it; of people the account's.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// True if it is out of use; absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// The values that may stand behind it, of a field that takes two; absent if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub children: Vec<AllowedValueView>,
}

/// An Atlassian account, as far as its owner shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraUser))]
pub struct UserView {
    /// The id of the account, the same on every site.
    pub account_id: String,
    /// The name to show.
    pub display_name: String,
    /// The address, which most people hide; absent then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub email_address: Option<String>,
    /// The address of the account's picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub avatar_url: Option<String>,
    /// Whether the account is in use; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub active: Option<bool>,
    /// Whose it is; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = AccountType, nullable = false))]
    pub account_type: Option<String>,
}

/// The account behind a connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraCurrentUser))]
pub struct CurrentUserView {
    #[expect(missing_docs, reason = "its description would stand in the document")]
    #[serde(flatten)]
    pub user: UserView,
    /// The zone of the profile, such as `Europe/Berlin`, in which JQL reads dates; absent if Jira does
    /// not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub time_zone: Option<String>,
    /// The language of the profile, such as `de_DE`; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub locale: Option<String>,
}
