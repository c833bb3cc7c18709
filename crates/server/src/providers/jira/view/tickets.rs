//! The shapes of tickets, as lists show them.

use std::collections::BTreeMap;

use juncture_jira::{Issue, adf};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

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
    /// The active sprint that shows on most of them.
    pub(crate) sprint: Option<SprintView>,
    /// What people call the fields that were asked for with `fields`, by id.
    #[serde(rename = "customFieldNames", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub(crate) custom_field_names: Option<BTreeMap<String, String>>,
}

/// A ticket, as the list endpoints show it. What is not set is absent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraTicket)]
pub(crate) struct TicketView {
    id: String,
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// `new`, `indeterminate` or `done`: the same in every language and on every site.
    #[serde(skip_serializing_if = "Option::is_none")]
    status_category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reporter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<String>,
    /// The plain values of the fields that were asked for with `fields`, by id; of those that are set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
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
