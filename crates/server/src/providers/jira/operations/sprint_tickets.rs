//! The tickets of a sprint.

use futures_util::try_join;
use juncture_jira::{Error as JiraError, Issue, Site};
use juncture_views::jira::sprint_tickets::SprintTickets;
use juncture_views::jira::sprints::SprintView;

use crate::foreign;
use crate::providers::jira::failure::{Absent, OperationError};
use crate::providers::jira::fields::Fields;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::tickets::{
    TICKET_FIELDS, described_with, fields_with_sprint, names_of,
};
use crate::providers::jira::view::{Of as _, sprint_tickets, sprints};
use crate::providers::jira::wanted::{Shown, Wanted};

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &[
    "read:sprint:jira-software",
    "read:issue-details:jira",
    "read:jql:jira",
];

/// The scopes that it needs where fields are asked for.
const SCOPES_WITH_FIELDS: &[&str] = &[
    "read:sprint:jira-software",
    "read:issue-details:jira",
    "read:jql:jira",
    "read:jira-work",
];

/// Every ticket of a sprint with the wanted fields besides its own, and the sprint itself.
pub(crate) async fn sprint_tickets(
    site: &JiraSite,
    sprint_id: u64,
    wanted: &Wanted,
) -> Result<SprintTickets, OperationError> {
    let scopes = if wanted.is_empty() {
        SCOPES
    } else {
        SCOPES_WITH_FIELDS
    };
    let fetched = site.ask_for_list(scopes, {
        let (jira, connection, wanted) =
            (site.jira().clone(), site.connection_id(), wanted.clone());
        async move |site| {
            let own = &TICKET_FIELDS;
            let shown = match Shown::on(&jira, connection, site, &wanted, own).await? {
                Ok(shown) => shown,
                Err(unknown) => return Ok(Err(OperationError::UnknownFields(unknown))),
            };
            let fields = Fields::of_site(&jira, connection, site).await;
            let (sprint, issues) = fetch(site, sprint_id, &fields, &shown).await?;
            Ok(Ok((sprint, issues, shown)))
        }
    });
    let fetched = fetched.await;
    let (sprint, issues, shown) = fetched.map_err(|error| error.about(Absent::Sprint))??;
    let bytes = described_with(&shown, &issues);
    let tickets = foreign::convert(bytes, move || {
        let tickets = issues.into_iter();
        let tickets: Vec<_> = (tickets.map(|issue| sprint_tickets::with(&shown, issue))).collect();
        let names = names_of(&shown, tickets.iter().map(|ticket| &ticket.ticket));
        (tickets, names)
    });
    let (tickets, custom_field_names) = tickets.await;
    Ok(SprintTickets {
        total: tickets.len(),
        tickets,
        sprint,
        custom_field_names,
    })
}

/// A sprint and its issues. The granular scopes of sprints may be missing though issues can be read:
/// then the issues' own sprint field tells of the sprint.
async fn fetch(
    site: Site<'_>,
    sprint_id: u64,
    fields: &Fields,
    shown: &Shown,
) -> Result<(SprintView, Vec<Issue>), JiraError> {
    let wanted = fields_with_sprint(shown, fields);
    let sprint = async {
        match site.sprint(sprint_id).await {
            Err(error) if error.is_missing_scope() => Ok(Err(error)),
            sprint => sprint.map(Ok),
        }
    };
    let (sprint, issues) = try_join!(sprint, site.sprint_issues(sprint_id, &wanted))?;
    let sprint = match sprint {
        Ok(sprint) => SprintView::of(sprint),
        Err(missing_scope) => in_issues(&issues, fields, sprint_id).ok_or(missing_scope)?,
    };
    Ok((sprint, issues))
}

fn in_issues(issues: &[Issue], fields: &Fields, sprint_id: u64) -> Option<SprintView> {
    let field = fields.sprint()?;
    let shown = issues
        .iter()
        .flat_map(|issue| sprints::in_field(&issue.fields, field));
    shown.into_iter().find(|sprint| sprint.id == sprint_id)
}
