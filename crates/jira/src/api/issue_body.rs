//! What Jira gets where an issue is made, changed or moved on: `fields`, `update` and what is beside
//! them.

use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::writes::{Change, IssueChanges, NewIssue};
use crate::adf::Document;
use crate::fields::FieldValues;

/// The body of all: fields that are absent stay as they are, `null` clears them.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    transition: Option<Id<'a>>,
    fields: Fields<'a>,
    #[serde(skip_serializing_if = "FieldValues::is_empty")]
    update: FieldValues,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property<'a>>,
}

/// Something that is kept with an issue or a comment, and seen by programs alone.
#[derive(Serialize)]
pub(super) struct Property<'a> {
    key: &'a str,
    value: &'a RawValue,
}

#[derive(Default, Serialize)]
struct Fields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<Project<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuetype: Option<Id<'a>>,
    #[serde(skip_serializing_if = "Change::is_keep")]
    description: Change<&'a Document>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<Id<'a>>,
    #[serde(skip_serializing_if = "Change::is_keep")]
    assignee: Change<Account<'a>>,
    #[serde(flatten)]
    extra: FieldValues,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Project<'a> {
    Id(&'a str),
    Key(&'a str),
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account<'a> {
    account_id: &'a str,
}

/// The properties by key, as Jira lists them.
pub(super) fn properties(properties: &FieldValues) -> Vec<Property<'_>> {
    let properties = properties.iter();
    properties
        .map(|(key, value)| Property { key, value })
        .collect()
}

impl<'a> Body<'a> {
    /// Of a new issue; none if a field is given twice.
    pub(super) fn of_new(issue: &'a NewIssue) -> Option<Self> {
        let is_id = issue.project.bytes().all(|byte| byte.is_ascii_digit());
        let account = |account_id| Account { account_id };
        let fields = Fields {
            project: Some(if is_id {
                Project::Id(&issue.project)
            } else {
                Project::Key(&issue.project)
            }),
            summary: Some(&issue.summary),
            issuetype: Some(Id {
                id: &issue.issue_type_id,
            }),
            description: issue.description.as_ref().into(),
            priority: issue.priority_id.as_deref().map(|id| Id { id }),
            assignee: issue.assignee_account_id.as_deref().map(account).into(),
            extra: issue.extra.clone(),
        };
        Self::of(fields, FieldValues::default(), &issue.properties)
    }

    /// Of changes; none if a field is given twice.
    pub(super) fn of_changes(changes: &'a IssueChanges) -> Option<Self> {
        let id = |id: &'a Option<String>| id.as_deref().map(|id| Id { id });
        let account = |account_id: &'a String| Account { account_id };
        let fields = Fields {
            project: None,
            summary: changes.summary.as_deref(),
            issuetype: id(&changes.issue_type_id),
            description: changes.description.as_ref(),
            priority: id(&changes.priority_id),
            assignee: changes.assignee.as_ref().map(account),
            extra: changes.extra.clone(),
        };
        let mut update = changes.update.clone();
        let added = changes.add_labels.iter().map(|label| json!({"add": label}));
        let removed = (changes.remove_labels.iter()).map(|label| json!({"remove": label}));
        let labels: Vec<_> = added.chain(removed).collect();
        if !labels.is_empty() {
            if update.get("labels").is_some() {
                return None;
            }
            update.set("labels", &labels);
        }
        Self::of(fields, update, &EMPTY)
    }

    /// Of a step of the workflow; none if a field is given twice.
    pub(super) fn of_step(
        transition_id: &'a str,
        fields: &FieldValues,
        comment: Option<&Document>,
    ) -> Option<Self> {
        let fields = Fields {
            extra: fields.clone(),
            ..Fields::default()
        };
        let mut update = FieldValues::default();
        if let Some(body) = comment {
            update.set(
                "comment",
                &[Add {
                    add: Comment { body },
                }],
            );
        }
        let mut body = Self::of(fields, update, &EMPTY)?;
        body.transition = Some(Id { id: transition_id });
        Some(body)
    }

    fn of(fields: Fields<'a>, update: FieldValues, kept: &'a FieldValues) -> Option<Self> {
        let is_twice = fields.is_given_twice() || update.ids().any(|id| fields.has(id));
        (!is_twice).then(|| Self {
            transition: None,
            fields,
            update,
            properties: properties(kept),
        })
    }
}

static EMPTY: FieldValues = FieldValues::new();

#[derive(Serialize)]
struct Add<T> {
    add: T,
}

#[derive(Serialize)]
struct Comment<'a> {
    body: &'a Document,
}

impl Fields<'_> {
    /// Whether the field has a value, or is cleared.
    fn has(&self, id: &str) -> bool {
        self.has_named(id) || self.extra.get(id).is_some()
    }

    /// Whether it has one by its own member.
    fn has_named(&self, id: &str) -> bool {
        match id {
            "project" => self.project.is_some(),
            "summary" => self.summary.is_some(),
            "issuetype" => self.issuetype.is_some(),
            "description" => !self.description.is_keep(),
            "priority" => self.priority.is_some(),
            "assignee" => !self.assignee.is_keep(),
            _ => false,
        }
    }

    fn is_given_twice(&self) -> bool {
        self.extra.ids().any(|id| self.has_named(id))
    }
}
