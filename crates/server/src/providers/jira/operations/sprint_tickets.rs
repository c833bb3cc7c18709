//! The tickets of a sprint.

use std::sync::Arc;

use futures_util::try_join;
use juncture_jira::{Error as JiraError, Site};
use juncture_views::jira::sprint_tickets::SprintTickets;
use juncture_views::jira::sprints::SprintView;

use crate::providers::jira::failure::{Absent, OperationError};
use crate::providers::jira::fields::Fields;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;
use crate::providers::jira::view::tickets::{TICKET_FIELDS, fields_with_sprint};
use crate::providers::jira::view::written::{Writer, Written, WrittenTicket};
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

/// Every ticket of a sprint with the wanted fields besides its own, and the sprint itself: a
/// [`SprintTickets`].
pub(crate) async fn sprint_tickets(
    site: &JiraSite,
    sprint_id: u64,
    wanted: &Wanted,
) -> Result<Written, OperationError> {
    let scopes = if wanted.is_empty() {
        SCOPES
    } else {
        SCOPES_WITH_FIELDS
    };
    let fetched = site.ask_for_list(scopes, {
        let (jira, viewer, wanted) = (site.jira().clone(), site.viewer(), wanted.clone());
        async move |site| {
            let own = &TICKET_FIELDS;
            let shown = match Shown::on(&jira, viewer, site, &wanted, own).await? {
                Ok(shown) => shown,
                Err(unknown) => return Ok(Err(OperationError::UnknownFields(unknown))),
            };
            let fields = Fields::of_site(&jira, viewer, site).await;
            fetch(site, sprint_id, &fields, shown).await.map(Ok)
        }
    });
    let fetched = fetched.await;
    let (sprint, tickets, writer) = fetched.map_err(|error| error.about(Absent::Sprint))??;
    let around = SprintTickets {
        tickets: Vec::new(),
        total: tickets.len(),
        sprint,
        custom_field_names: writer.names(&tickets),
    };
    Ok(Written::with(&around, tickets))
}

type Found = (SprintView, Vec<WrittenTicket>, Arc<Writer>);

/// A sprint and its tickets, and what wrote them. The granular scopes of sprints may be missing though
/// issues can be read: then the issues' own sprint field tells of the sprint.
async fn fetch(
    site: Site<'_>,
    sprint_id: u64,
    fields: &Fields,
    shown: Shown,
) -> Result<Found, JiraError> {
    let writer = Arc::new(Writer::new(shown, fields.sprint()));
    let wanted = fields_with_sprint(writer.shown(), fields);
    let sprint = async {
        match site.sprint(sprint_id).await {
            Err(error) if error.is_missing_scope() => Ok(Err(error)),
            sprint => sprint.map(Ok),
        }
    };
    let write = {
        let writer = Arc::clone(&writer);
        move |issue| writer.sprint_ticket(issue)
    };
    let tickets = site.sprint_issues_as(sprint_id, &wanted, write);
    let (sprint, tickets) = try_join!(sprint, tickets)?;
    let sprint = match sprint {
        Ok(sprint) => SprintView::of(sprint),
        Err(missing_scope) => writer.sprint(sprint_id).ok_or(missing_scope)?,
    };
    Ok((sprint, tickets, writer))
}
