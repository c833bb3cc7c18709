//! The shapes of one issue. What is not set is null; lists and maps are empty.

use std::collections::BTreeMap;

use juncture_jira::{Change, Issue, IssueChanges, User, adf};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::providers::jira::fields::Fields;
use crate::providers::jira::names::IssueIdOrKey;

/// An issue, whole.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraIssue)]
pub(crate) struct IssueView {
    #[serde(flatten)]
    core: CoreView,
    /// The description in Jira's document format. Null also for a document that is not fit to
    /// become a tree; `description` shows the texts of such a one.
    #[serde(rename = "description_adf")]
    #[schema(value_type = Option<Object>)]
    description_adf: Option<Box<RawValue>>,
    /// Where it happens. Markdown.
    environment: Option<String>,
    /// The environment in Jira's document format.
    #[serde(rename = "environment_adf")]
    #[schema(value_type = Option<Object>)]
    environment_adf: Option<Box<RawValue>>,
    status: Option<StatusView>,
    reporter: Option<PersonView>,
    project: Option<ProjectReferenceView>,
    created: Option<String>,
    resolution: Option<ResolutionView>,
    labels: Vec<String>,
    components: Vec<String>,
    fix_versions: Vec<String>,
    affected_versions: Vec<String>,
    time_tracking: Option<TimeTrackingView>,
    /// The custom fields that are set, by id, as Jira has them.
    #[schema(value_type = Object)]
    custom_fields: BTreeMap<String, Box<RawValue>>,
    /// Those of them that hold a document, as Markdown.
    #[schema(value_type = Object)]
    custom_fields_markdown: BTreeMap<String, String>,
    /// What people call them.
    #[schema(value_type = Object)]
    custom_field_names: BTreeMap<String, String>,
}

/// The part of an issue that `edit-issue` gives back.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraIssueCore)]
pub(crate) struct CoreView {
    id: String,
    key: String,
    summary: Option<String>,
    /// Markdown.
    description: Option<String>,
    priority: Option<NamedIcon>,
    issue_type: Option<NamedIcon>,
    assignee: Option<PersonView>,
    updated: Option<String>,
}

/// What is known of an issue that was changed and could not be read back. What is not known is
/// absent; null is what is not set.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraKnownIssue)]
#[expect(
    clippy::option_option,
    reason = "what is not known is absent, what is not set is null"
)]
pub(crate) struct KnownView {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) description: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<ById>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue_type: Option<ById>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ByAccount>)]
    assignee: Option<Option<ByAccount>>,
    /// Always true: there is more to it.
    partial: bool,
}

/// Something that is known by its id alone.
#[derive(Serialize, ToSchema)]
pub(crate) struct ById {
    id: String,
}

/// A person of whom the account alone is known.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ByAccount {
    account_id: String,
}

impl From<String> for ById {
    fn from(id: String) -> Self {
        Self { id }
    }
}

impl KnownView {
    /// An issue of which its id, or its key, is known, after these changes.
    pub(crate) fn of(issue: &IssueIdOrKey, changes: IssueChanges) -> Self {
        let name = Some(issue.as_str().to_owned());
        let (id, key) = if issue.is_id() {
            (name, None)
        } else {
            (None, name)
        };
        Self {
            id,
            key,
            summary: changes.summary,
            description: match &changes.description {
                Change::Keep => None,
                Change::Clear => Some(None),
                Change::Set(document) => Some(Some(adf::to_markdown(document.as_json()))),
            },
            priority: changes.priority_id.map(ById::from),
            issue_type: changes.issue_type_id.map(ById::from),
            assignee: match changes.assignee {
                Change::Keep => None,
                Change::Clear => Some(None),
                Change::Set(account_id) => Some(Some(ByAccount { account_id })),
            },
            partial: true,
        }
    }
}

/// A name with a picture.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NamedIcon {
    name: String,
    icon_url: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = JiraIssueStatus)]
struct StatusView {
    name: String,
    /// `new`, `indeterminate` or `done`.
    category: Option<String>,
}

/// A person, as far as they show themselves.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraPerson)]
struct PersonView {
    account_id: String,
    display_name: String,
    email_address: Option<String>,
    avatar_url: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = JiraProjectReference)]
struct ProjectReferenceView {
    id: String,
    key: String,
    name: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = JiraIssueResolution)]
struct ResolutionView {
    name: String,
    description: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraTimeTracking)]
struct TimeTrackingView {
    original_estimate: Option<String>,
    remaining_estimate: Option<String>,
    time_spent: Option<String>,
}

impl CoreView {
    /// The fields of an issue that this shape is made of.
    pub(crate) const FIELDS: [&str; 6] = [
        "summary",
        "description",
        "priority",
        "issuetype",
        "assignee",
        "updated",
    ];
}

impl From<Issue> for CoreView {
    fn from(issue: Issue) -> Self {
        let Issue {
            id, key, fields, ..
        } = issue;
        Self {
            id,
            key,
            summary: fields.summary,
            description: fields.description.as_deref().map(adf::to_markdown),
            priority: fields.priority.map(|priority| NamedIcon {
                name: priority.name,
                icon_url: priority.icon_url,
            }),
            issue_type: fields.issuetype.map(|issue_type| NamedIcon {
                name: issue_type.name,
                icon_url: issue_type.icon_url,
            }),
            assignee: fields.assignee.map(PersonView::from),
            updated: fields.updated,
        }
    }
}

impl IssueView {
    /// The whole of an issue; `fields` tells the names of its custom fields.
    pub(crate) fn of(mut issue: Issue, names: &Fields) -> Self {
        let fields = &mut issue.fields;
        let custom_fields = std::mem::take(&mut fields.custom);
        let custom_field_names = custom_fields
            .keys()
            .filter_map(|id| Some((id.clone(), names.name(id)?.to_owned())));
        let environment = fields.environment.take();
        Self {
            custom_field_names: custom_field_names.collect(),
            custom_fields_markdown: markdown_of(&custom_fields),
            custom_fields,
            environment: environment.as_deref().map(adf::to_markdown),
            environment_adf: environment.and_then(juncture_jira::readable),
            description_adf: fields.description.clone().and_then(juncture_jira::readable),
            status: fields.status.take().map(|status| StatusView {
                name: status.name,
                category: status.status_category.map(|category| category.key),
            }),
            reporter: fields.reporter.take().map(PersonView::from),
            project: fields.project.take().map(|project| ProjectReferenceView {
                id: project.id,
                key: project.key,
                name: project.name,
            }),
            created: fields.created.take(),
            resolution: fields.resolution.take().map(|resolution| ResolutionView {
                name: resolution.name,
                description: resolution.description,
            }),
            labels: std::mem::take(&mut fields.labels),
            components: names_of(&mut fields.components, |component| component.name),
            fix_versions: names_of(&mut fields.fix_versions, |version| version.name),
            affected_versions: names_of(&mut fields.versions, |version| version.name),
            time_tracking: fields.timetracking.take().map(|time| TimeTrackingView {
                original_estimate: time.original_estimate,
                remaining_estimate: time.remaining_estimate,
                time_spent: time.time_spent,
            }),
            core: issue.into(),
        }
    }
}

/// The fields whose value is a document, as Markdown.
fn markdown_of(fields: &BTreeMap<String, Box<RawValue>>) -> BTreeMap<String, String> {
    /// As much of a value as tells what it is.
    #[derive(Deserialize)]
    struct Kind {
        #[serde(rename = "type")]
        kind: String,
    }
    let is_document = |value: &RawValue| {
        let read = juncture_json::decode_parts::<Kind>(value.get());
        read.is_ok_and(|value| value.kind == "doc")
    };
    let documents = fields.iter().filter(|(_, value)| is_document(value));
    documents
        .map(|(id, value)| (id.clone(), adf::to_markdown(value)))
        .collect()
}

fn names_of<T>(items: &mut Vec<T>, name: impl Fn(T) -> String) -> Vec<String> {
    std::mem::take(items).into_iter().map(name).collect()
}

impl From<User> for PersonView {
    fn from(user: User) -> Self {
        Self {
            avatar_url: user.avatar_urls.largest().map(str::to_owned),
            account_id: user.account_id,
            display_name: user.display_name,
            email_address: user.email_address,
        }
    }
}
