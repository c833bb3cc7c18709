//! The shapes of one issue. What is not set is null; lists and maps are empty.

use std::collections::BTreeMap;

use juncture_jira::{Change, Issue, IssueChanges, User, adf};
use juncture_views::jira::issue::{
    ByAccount, ById, CoreView, IssueView, KnownView, NamedIcon, PersonView, ProjectReferenceView,
    ResolutionView, StatusView, TimeTrackingView,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Of;
use crate::providers::jira::fields::Fields;
use crate::providers::jira::names::IssueIdOrKey;

/// An issue of which its id, or its key, is known, after these changes.
pub(crate) fn known(issue: &IssueIdOrKey, changes: IssueChanges) -> KnownView {
    let name = Some(issue.as_str().to_owned());
    let (id, key) = if issue.is_id() {
        (name, None)
    } else {
        (None, name)
    };
    KnownView {
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

/// The fields of an issue that a [`CoreView`] is made of.
pub(crate) const CORE_FIELDS: [&str; 6] = [
    "summary",
    "description",
    "priority",
    "issuetype",
    "assignee",
    "updated",
];

impl Of<Issue> for CoreView {
    fn of(issue: Issue) -> Self {
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
            assignee: fields.assignee.map(PersonView::of),
            updated: fields.updated,
        }
    }
}

/// The whole of an issue; `fields` tells the names of its custom fields.
pub(crate) fn whole(mut issue: Issue, names: &Fields) -> IssueView {
    let fields = &mut issue.fields;
    let custom_fields = std::mem::take(&mut fields.custom);
    let custom_field_names = custom_fields
        .keys()
        .filter_map(|id| Some((id.clone(), names.name(id)?.to_owned())));
    let environment = fields.environment.take();
    IssueView {
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
        reporter: fields.reporter.take().map(PersonView::of),
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
        core: CoreView::of(issue),
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

impl Of<User> for PersonView {
    fn of(user: User) -> Self {
        Self {
            avatar_url: user.avatar_urls.largest().map(str::to_owned),
            account_id: user.account_id,
            display_name: user.display_name,
            email_address: user.email_address,
        }
    }
}
