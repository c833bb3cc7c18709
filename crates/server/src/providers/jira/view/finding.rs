//! What there is in a Jira: types, statuses, priorities, resolutions, fields, people. What Jira does not
//! tell is absent.

use juncture_jira as jira;
use juncture_jira::{AllowedValue, FieldMeta};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::ProjectView;
use super::words::{AccountType, FieldType, ProjectStyle, StatusCategoryKey};

/// A project, as `get-project` shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraProjectDetails)]
pub(crate) struct WholeProjectView {
    #[serde(flatten)]
    project: ProjectView,
    /// What it is about; absent if nobody has said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    description: Option<String>,
    /// The types that its issues may be of.
    issue_types: Vec<IssueTypeView>,
    /// Who manages it; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ProjectStyle, nullable = false)]
    style: Option<String>,
    /// Whether it is managed by its team.
    simplified: bool,
}

impl From<jira::Project> for WholeProjectView {
    fn from(project: jira::Project) -> Self {
        let types = project.issue_types().into_iter();
        Self {
            issue_types: types.map(IssueTypeView::from).collect(),
            description: project.description.clone().filter(|text| !text.is_empty()),
            style: project.style.clone(),
            simplified: project.simplified,
            project: project.into(),
        }
    }
}

/// A type of issues.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraIssueType)]
pub(crate) struct IssueTypeView {
    /// Jira's id of it.
    id: String,
    /// What people call it. Several may have the same name.
    name: String,
    /// What it is for; absent if nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    description: Option<String>,
    /// Whether such issues are parts of others.
    subtask: bool,
    /// -1 for subtasks, 1 for epics, 0 for what is between, above 1 for what stands above epics;
    /// absent if Jira does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    hierarchy_level: Option<i64>,
    /// The address of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    icon_url: Option<String>,
}

impl From<jira::IssueType> for IssueTypeView {
    fn from(kind: jira::IssueType) -> Self {
        Self {
            id: kind.id,
            name: kind.name,
            description: kind.description.filter(|text| !text.is_empty()),
            subtask: kind.subtask,
            hierarchy_level: kind.hierarchy_level,
            icon_url: kind.icon_url,
        }
    }
}

/// A status that issues may have.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = JiraStatus)]
pub(crate) struct StatusView {
    /// Jira's id of it.
    pub(crate) id: String,
    /// What people call it. Several may have the same name.
    name: String,
    /// What it means; absent if Jira does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = StatusCategoryKey, nullable = false)]
    category: Option<String>,
}

impl From<jira::Status> for StatusView {
    fn from(status: jira::Status) -> Self {
        Self {
            id: status.id,
            name: status.name,
            category: status.status_category.map(|category| category.key),
        }
    }
}

/// The statuses of a site or of a project.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = JiraStatuses)]
pub(crate) struct Statuses {
    /// Each once.
    pub(crate) statuses: Vec<StatusView>,
    /// Which of them the issues of a type can have, in a project; empty for a whole site.
    pub(crate) by_issue_type: Vec<StatusesOfType>,
}

/// The statuses that the issues of one type can have.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = JiraStatusesOfIssueType)]
pub(crate) struct StatusesOfType {
    /// The id of the type.
    pub(crate) issue_type_id: String,
    /// The ids of the statuses.
    pub(crate) status_ids: Vec<String>,
}

/// A priority.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraPriority)]
pub(crate) struct PriorityView {
    /// Jira's id of it.
    id: String,
    /// What people call it.
    name: String,
    /// What it means; absent if nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    description: Option<String>,
    /// The address of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    icon_url: Option<String>,
    /// Whether new issues get it, as far as Jira tells.
    is_default: bool,
}

impl From<jira::Priority> for PriorityView {
    fn from(priority: jira::Priority) -> Self {
        Self {
            id: priority.id,
            name: priority.name,
            description: priority.description.filter(|text| !text.is_empty()),
            icon_url: priority.icon_url,
            is_default: priority.is_default,
        }
    }
}

/// A resolution: how an issue came to its end.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraResolution)]
pub(crate) struct ResolutionView {
    /// Jira's id of it.
    id: String,
    /// What people call it.
    name: String,
    /// What it means; absent if nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    description: Option<String>,
    /// Whether it is the one that is proposed, as far as Jira tells.
    is_default: bool,
}

impl From<jira::Resolution> for ResolutionView {
    fn from(resolution: jira::Resolution) -> Self {
        Self {
            id: resolution.id,
            name: resolution.name,
            description: resolution.description.filter(|text| !text.is_empty()),
            is_default: resolution.is_default,
        }
    }
}

/// A field of a site.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = JiraField)]
pub(crate) struct FieldView {
    /// Its id, such as `summary` or `customfield_10016`.
    id: String,
    /// What people call it. Several may have the same name.
    name: String,
    /// Whether somebody added it to Jira.
    custom: bool,
    /// What it holds.
    #[serde(rename = "type")]
    #[schema(value_type = FieldType)]
    kind: String,
    /// What the items of a list are, in Jira's word; absent of what is no list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    items: Option<String>,
    /// The app's name for the type of a custom field; absent of a field that is built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    custom_type: Option<String>,
}

impl From<jira::Field> for FieldView {
    fn from(field: jira::Field) -> Self {
        let kind = field.kind().word().to_owned();
        let (items, custom_type) = field
            .schema
            .map_or((None, None), |schema| (schema.items, schema.custom));
        Self {
            id: field.id,
            name: field.name,
            custom: field.custom,
            kind,
            items,
            custom_type,
        }
    }
}

/// A field that an issue can be given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JiraWritableField)]
pub(crate) struct WritableFieldView {
    /// Its id, such as `summary` or `customfield_10016`.
    id: String,
    /// What people call it. Several may have the same name.
    name: String,
    /// What it holds.
    #[serde(rename = "type")]
    #[schema(value_type = FieldType)]
    kind: &'static str,
    /// What the items of a list are, in Jira's word; absent of what is no list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    items: Option<String>,
    /// Whether it must have a value.
    required: bool,
    /// Whether it gets a value by itself.
    has_default: bool,
    /// That value, as it could be given; absent where Jira does not tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Value, nullable = false)]
    default: Option<Value>,
    /// The values that it may have, where Jira tells them: not of people, labels and groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    allowed_values: Option<Vec<AllowedValueView>>,
    /// What may be done to it: `set`, `add`, `remove`, `edit`, `copy`.
    operations: Vec<String>,
}

impl From<FieldMeta> for WritableFieldView {
    fn from(field: FieldMeta) -> Self {
        let kind = field.kind();
        let allowed = field.allowed_values();
        Self {
            kind: kind.word(),
            default: field.default_value.as_deref().map(|value| kind.read(value)),
            allowed_values: allowed.map(|values| values.into_iter().map(Into::into).collect()),
            items: field.schema.and_then(|schema| schema.items),
            id: field.id,
            name: field.name,
            required: field.required,
            has_default: field.has_default_value,
            operations: field.operations,
        }
    }
}

/// A value that a field may have.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JiraAllowedValue)]
pub(crate) struct AllowedValueView {
    /// Jira's id of it; of people the account's.
    id: String,
    /// What people call it.
    name: String,
    /// True if it is out of use; absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disabled: bool,
    /// The values that may stand behind it, of a field that takes two; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    children: Vec<AllowedValueView>,
}

impl From<AllowedValue> for AllowedValueView {
    fn from(value: AllowedValue) -> Self {
        Self {
            id: value.id,
            name: value.name,
            disabled: value.disabled,
            children: value.children.into_iter().map(Self::from).collect(),
        }
    }
}

/// An Atlassian account, as far as its owner shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraUser)]
pub(crate) struct UserView {
    /// The id of the account, the same on every site.
    account_id: String,
    /// The name to show.
    display_name: String,
    /// The address, which most people hide; absent then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    email_address: Option<String>,
    /// The address of the account's picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    avatar_url: Option<String>,
    /// Whether the account is in use; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    active: Option<bool>,
    /// Whose it is; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = AccountType, nullable = false)]
    account_type: Option<String>,
}

impl From<jira::User> for UserView {
    fn from(user: jira::User) -> Self {
        Self {
            avatar_url: user.avatar_urls.largest().map(str::to_owned),
            account_id: user.account_id,
            display_name: user.display_name,
            email_address: user.email_address,
            active: user.active,
            account_type: user.account_type,
        }
    }
}

/// The account behind a connection.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraCurrentUser)]
pub(crate) struct CurrentUserView {
    #[serde(flatten)]
    user: UserView,
    /// The zone of the profile, such as `Europe/Berlin`, in which JQL reads dates; absent if Jira does
    /// not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    time_zone: Option<String>,
    /// The language of the profile, such as `de_DE`; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    locale: Option<String>,
}

impl From<jira::User> for CurrentUserView {
    fn from(user: jira::User) -> Self {
        Self {
            time_zone: user.time_zone.clone(),
            locale: user.locale.clone(),
            user: user.into(),
        }
    }
}
