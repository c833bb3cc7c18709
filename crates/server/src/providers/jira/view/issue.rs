//! The shapes of one issue. What is not set is null; lists and maps are empty.

use std::collections::BTreeMap;

use juncture_jira::{Change, Issue, IssueChanges, User, adf};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::words::{Document, FieldTexts, FieldValues, StatusCategoryKey};

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
    #[schema(value_type = Option<Document>, required)]
    description_adf: Option<Box<RawValue>>,
    /// Where it happens, as Markdown; null if nobody has said.
    #[schema(required)]
    environment: Option<String>,
    /// The environment in Jira's document format.
    #[serde(rename = "environment_adf")]
    #[schema(value_type = Option<Document>, required)]
    environment_adf: Option<Box<RawValue>>,
    /// Its status.
    #[schema(required)]
    status: Option<StatusView>,
    /// Who reported it; null for nobody.
    #[schema(required)]
    reporter: Option<PersonView>,
    /// The project that it is in.
    #[schema(required)]
    project: Option<ProjectReferenceView>,
    /// When it was created, as Jira writes it: `2026-01-01T00:00:00.000+0000`.
    #[schema(required)]
    created: Option<String>,
    /// How it came to its end; null while it has not.
    #[schema(required)]
    resolution: Option<ResolutionView>,
    /// Its labels.
    labels: Vec<String>,
    /// The names of its components.
    components: Vec<String>,
    /// The names of the versions that it is to be fixed in.
    fix_versions: Vec<String>,
    /// The names of the versions that it affects.
    affected_versions: Vec<String>,
    /// How long it takes; null where nobody keeps account.
    #[schema(required)]
    time_tracking: Option<TimeTrackingView>,
    /// The custom fields that are set, by id, as Jira has them.
    #[schema(value_type = FieldValues)]
    custom_fields: BTreeMap<String, Box<RawValue>>,
    /// Those of them that hold a document, as Markdown.
    #[schema(value_type = FieldTexts)]
    custom_fields_markdown: BTreeMap<String, String>,
    /// What people call them, by id.
    #[schema(value_type = FieldTexts)]
    custom_field_names: BTreeMap<String, String>,
}

/// The part of an issue that `edit-issue` gives back.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraIssueCore)]
pub(crate) struct CoreView {
    /// Jira's id of it.
    id: String,
    /// The key that people call it by.
    key: String,
    /// The title.
    #[schema(required)]
    summary: Option<String>,
    /// The description, as Markdown; null if there is none.
    #[schema(required)]
    description: Option<String>,
    /// Its priority; null if it has none.
    #[schema(required)]
    priority: Option<NamedIcon>,
    /// Its type.
    #[schema(required)]
    issue_type: Option<NamedIcon>,
    /// Who works on it; null for nobody.
    #[schema(required)]
    assignee: Option<PersonView>,
    /// When it was last changed, as Jira writes it.
    #[schema(required)]
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
    /// Jira's id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    id: Option<String>,
    /// The key that people call it by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    key: Option<String>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    summary: Option<String>,
    /// The description, as Markdown; null if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) description: Option<Option<String>>,
    /// Its priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    priority: Option<ById>,
    /// Its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    issue_type: Option<ById>,
    /// Who works on it; null for nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ByAccount>)]
    assignee: Option<Option<ByAccount>>,
    /// Always true: there is more to it.
    partial: bool,
}

/// Something that is known by its id alone.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraReference)]
pub(crate) struct ById {
    /// Jira's id of it.
    id: String,
}

/// A person of whom the account alone is known.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraAccountReference)]
pub(crate) struct ByAccount {
    /// The id of the account, the same on every site.
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
#[schema(as = JiraNamedIcon)]
struct NamedIcon {
    /// What people call it; it may be translated.
    name: String,
    /// The address of its picture; null if it has none.
    #[schema(required)]
    icon_url: Option<String>,
}

/// The status of an issue.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraIssueStatus)]
struct StatusView {
    /// What people call it; it may be translated.
    name: String,
    /// What it means; null if Jira does not tell.
    #[schema(value_type = Option<StatusCategoryKey>, required)]
    category: Option<String>,
}

/// A person, as far as they show themselves.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraPerson)]
struct PersonView {
    /// The id of the account, the same on every site.
    account_id: String,
    /// The name to show.
    display_name: String,
    /// The address; null if it is hidden, as most are.
    #[schema(required)]
    email_address: Option<String>,
    /// The address of the account's picture; null if it has none.
    #[schema(required)]
    avatar_url: Option<String>,
}

/// The project that an issue is in.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraProjectReference)]
struct ProjectReferenceView {
    /// Jira's id of it.
    id: String,
    /// The key that its issues begin with.
    key: String,
    /// What people call it.
    name: String,
}

/// How an issue came to its end.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraIssueResolution)]
struct ResolutionView {
    /// What people call it; it may be translated.
    name: String,
    /// What it means; null if nobody has said.
    #[schema(required)]
    description: Option<String>,
}

/// How long an issue takes, in Jira's words, such as `3h 20m`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraTimeTracking)]
struct TimeTrackingView {
    /// How long it was thought to take; null if nobody has said.
    #[schema(required)]
    original_estimate: Option<String>,
    /// How long it is thought to take still; null if nobody has said.
    #[schema(required)]
    remaining_estimate: Option<String>,
    /// How long it has taken; null if nobody has said.
    #[schema(required)]
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
