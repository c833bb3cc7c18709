//! The shapes of tickets, as lists show them.

use std::collections::BTreeMap;

use juncture_jira::{Issue, adf};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::words::{FieldTexts, FieldValues, StatusCategoryKey};
use super::{SprintView, name_of};
use crate::providers::jira::fields::Fields;
use crate::providers::jira::wanted::Shown;

/// The tickets of a project.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraTickets)]
pub(crate) struct Tickets {
    /// All of them, newest first.
    pub(crate) tickets: Vec<TicketView>,
    /// How many they are.
    pub(crate) total: usize,
    /// The active sprint that shows on most of them; null if none does.
    #[schema(required)]
    pub(crate) sprint: Option<SprintView>,
    /// What people call the fields that were asked for with `fields`, by id; absent if none were.
    #[serde(rename = "customFieldNames", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = FieldTexts, nullable = false)]
    pub(crate) custom_field_names: Option<BTreeMap<String, String>>,
}

/// A ticket, as the list endpoints show it. What is not set is absent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraTicket)]
pub(crate) struct TicketView {
    /// Jira's id of it.
    id: String,
    /// The key that people call it by.
    key: String,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    summary: Option<String>,
    /// The description, as Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    description: Option<String>,
    /// The name of its status, which may be translated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status: Option<String>,
    /// What the status means, in every language and on every site.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = StatusCategoryKey, nullable = false)]
    status_category: Option<String>,
    /// The name of its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    issue_type: Option<String>,
    /// The name of who works on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    assignee: Option<String>,
    /// The name of who reported it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reporter: Option<String>,
    /// The name of its priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    priority: Option<String>,
    /// When it was created, as Jira writes it: `2026-01-01T00:00:00.000+0000`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    created: Option<String>,
    /// When it was last changed, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    updated: Option<String>,
    /// The plain values of the fields that were asked for with `fields`, by id; of those that are set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = FieldValues, nullable = false)]
    custom_fields: Option<BTreeMap<String, Value>>,
}

impl TicketView {
    /// The fields of an issue that this shape is made of.
    pub(crate) const FIELDS: [&str; 9] = [
        "summary",
        "description",
        "status",
        "issuetype",
        "assignee",
        "reporter",
        "priority",
        "created",
        "updated",
    ];

    /// What Jira is asked for to make it, and fields that are shown besides.
    pub(crate) fn fields_with(shown: &Shown) -> Vec<&str> {
        let besides = shown.asked().iter().map(String::as_str);
        let besides = besides.filter(|id| !Self::FIELDS.contains(id));
        Self::FIELDS.into_iter().chain(besides).collect()
    }

    /// The same, and the sprint field of the site.
    pub(crate) fn fields_with_sprint<'s>(shown: &'s Shown, fields: &'s Fields) -> Vec<&'s str> {
        let mut asked = Self::fields_with(shown);
        let sprint = fields.sprint().filter(|id| !asked.contains(id));
        asked.extend(sprint);
        asked
    }

    /// A ticket with fields that are shown besides.
    pub(crate) fn with(shown: &Shown, issue: Issue) -> Self {
        let values = (!shown.is_empty()).then(|| shown.values(&issue.fields));
        Self {
            custom_fields: values,
            ..issue.into()
        }
    }
}

/// Several tickets with fields that are shown besides, and what people call these fields; nothing where
/// none are.
pub(crate) fn tickets_with(
    shown: &Shown,
    issues: Vec<Issue>,
) -> (Vec<TicketView>, Option<BTreeMap<String, String>>) {
    let tickets = issues.into_iter();
    let tickets: Vec<_> = (tickets.map(|issue| TicketView::with(shown, issue))).collect();
    let names = names_of(shown, tickets.iter());
    (tickets, names)
}

/// What people call the fields that are shown besides; nothing where none are.
pub(crate) fn names_of<'t>(
    shown: &Shown,
    tickets: impl Iterator<Item = &'t TicketView>,
) -> Option<BTreeMap<String, String>> {
    let values = tickets.filter_map(|ticket| ticket.custom_fields.as_ref());
    (!shown.is_empty()).then(|| shown.names(values))
}

impl From<Issue> for TicketView {
    fn from(issue: Issue) -> Self {
        let Issue {
            id, key, fields, ..
        } = issue;
        let (status, status_category) = fields
            .status
            .map(|status| {
                (
                    status.name,
                    status.status_category.map(|category| category.key),
                )
            })
            .unzip();
        Self {
            id,
            key,
            summary: fields.summary,
            description: fields.description.as_deref().map(adf::to_markdown),
            status,
            status_category: status_category.flatten(),
            issue_type: fields.issuetype.map(|issue_type| issue_type.name),
            assignee: fields.assignee.and_then(name_of),
            reporter: fields.reporter.and_then(name_of),
            priority: fields.priority.map(|priority| priority.name),
            created: fields.created,
            updated: fields.updated,
            custom_fields: None,
        }
    }
}

/// How many bytes of descriptions there are to convert.
pub(crate) fn described(issues: &[Issue]) -> usize {
    let descriptions = issues
        .iter()
        .filter_map(|issue| issue.fields.description.as_deref());
    descriptions
        .map(|description| description.get().len())
        .sum()
}

/// The same, and of fields that are shown besides.
pub(crate) fn described_with(shown: &Shown, issues: &[Issue]) -> usize {
    let besides = issues.iter().map(|issue| shown.bytes(&issue.fields));
    described(issues) + besides.sum::<usize>()
}
