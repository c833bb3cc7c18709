//! The shapes of tickets, as lists show them.

use std::collections::BTreeMap;

use juncture_jira::{Issue, adf};
use juncture_views::jira::tickets::TicketView;

use super::{Of, name_of};
use crate::providers::jira::fields::Fields;
use crate::providers::jira::wanted::Shown;

/// The fields of an issue that a [`TicketView`] is made of.
pub(crate) const TICKET_FIELDS: [&str; 9] = [
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
    let besides = besides.filter(|id| !TICKET_FIELDS.contains(id));
    TICKET_FIELDS.into_iter().chain(besides).collect()
}

/// The same, and the sprint field of the site.
pub(crate) fn fields_with_sprint<'s>(shown: &'s Shown, fields: &'s Fields) -> Vec<&'s str> {
    let mut asked = fields_with(shown);
    let sprint = fields.sprint().filter(|id| !asked.contains(id));
    asked.extend(sprint);
    asked
}

/// A ticket with fields that are shown besides.
pub(crate) fn with(shown: &Shown, issue: Issue) -> TicketView {
    let values = (!shown.is_empty()).then(|| shown.values(&issue.fields));
    TicketView {
        custom_fields: values,
        ..TicketView::of(issue)
    }
}

/// Several tickets with fields that are shown besides, and what people call these fields; nothing where
/// none are.
pub(crate) fn tickets_with(
    shown: &Shown,
    issues: Vec<Issue>,
) -> (Vec<TicketView>, Option<BTreeMap<String, String>>) {
    let tickets = issues.into_iter();
    let tickets: Vec<_> = (tickets.map(|issue| with(shown, issue))).collect();
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

impl Of<Issue> for TicketView {
    fn of(issue: Issue) -> Self {
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
