//! The tickets of a sprint.

use futures_util::try_join;
use juncture_jira::{Error as JiraError, Issue, Site};

use crate::foreign;
use crate::providers::jira::failure::{Absent, OperationError};
use crate::providers::jira::fields::Fields;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::sprint_tickets::{SprintTicket, SprintTickets};
use crate::providers::jira::view::{SprintView, TicketView, described};

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &[
    "read:sprint:jira-software",
    "read:issue-details:jira",
    "read:jql:jira",
];

/// Every ticket of a sprint, and the sprint itself.
pub(crate) async fn sprint_tickets(
    site: &JiraSite,
    sprint_id: u64,
) -> Result<SprintTickets, OperationError> {
    let fetched = site.ask_for_list(SCOPES, {
        let jira = site.jira().clone();
        async move |site| {
            let fields = Fields::of_site(&jira, site).await;
            fetch(site, sprint_id, &fields).await
        }
    });
    let fetched = fetched.await;
    let (sprint, issues) = fetched.map_err(|error| error.about(Absent::Sprint))?;
    let tickets = foreign::convert(described(&issues), || {
        issues
            .into_iter()
            .map(SprintTicket::from)
            .collect::<Vec<_>>()
    });
    let tickets = tickets.await;
    Ok(SprintTickets {
        total: tickets.len(),
        tickets,
        sprint,
    })
}

/// A sprint and its issues. The granular scopes of sprints may be missing though issues can be read:
/// then the issues' own sprint field tells of the sprint.
async fn fetch(
    site: Site<'_>,
    sprint_id: u64,
    fields: &Fields,
) -> Result<(SprintView, Vec<Issue>), JiraError> {
    let wanted: Vec<&str> = TicketView::FIELDS
        .into_iter()
        .chain(fields.sprint())
        .collect();
    let sprint = async {
        match site.sprint(sprint_id).await {
            Err(error) if error.is_missing_scope() => Ok(Err(error)),
            sprint => sprint.map(Ok),
        }
    };
    let (sprint, issues) = try_join!(sprint, site.sprint_issues(sprint_id, &wanted))?;
    let sprint = match sprint {
        Ok(sprint) => sprint.into(),
        Err(missing_scope) => in_issues(&issues, fields, sprint_id).ok_or(missing_scope)?,
    };
    Ok((sprint, issues))
}

fn in_issues(issues: &[Issue], fields: &Fields, sprint_id: u64) -> Option<SprintView> {
    let field = fields.sprint()?;
    let shown = issues
        .iter()
        .flat_map(|issue| SprintView::in_field(&issue.fields, field));
    shown.into_iter().find(|sprint| sprint.id == sprint_id)
}
