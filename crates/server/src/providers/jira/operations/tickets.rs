//! Tickets: what a project holds.

use std::sync::Arc;

use juncture_jira::{Error as JiraError, Site};
use juncture_views::jira::tickets::Tickets;

use crate::providers::jira::failure::{Absent, Conflict, OperationError};
use crate::providers::jira::fields::Fields;
use crate::providers::jira::names::ProjectIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::tickets::{TICKET_FIELDS, fields_with_sprint};
use crate::providers::jira::view::written::{Writer, Written, WrittenTicket};
use crate::providers::jira::wanted::{Shown, Wanted};

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

/// Every ticket of a project, newest first, each once, with the wanted fields besides its own: a
/// [`Tickets`].
pub(crate) async fn tickets(
    site: &JiraSite,
    project: &ProjectIdOrKey,
    wanted: &Wanted,
) -> Result<Written, OperationError> {
    let fetched = site.ask_for_list(SCOPES, {
        let (jira, viewer) = (site.jira().clone(), site.viewer());
        let (project, wanted) = (project.clone(), wanted.clone());
        async move |site| {
            let own = &TICKET_FIELDS;
            let shown = match Shown::on(&jira, viewer, site, &wanted, own).await? {
                Ok(shown) => shown,
                Err(unknown) => return Ok(Err(OperationError::UnknownFields(unknown))),
            };
            let fields = Fields::of_site(&jira, viewer, site).await;
            let found = fetch(site, &project, &fields, shown).await?;
            let archived = || OperationError::Conflict(Conflict::ProjectArchived);
            Ok(found.ok_or_else(archived))
        }
    });
    let found = fetched.await;
    let (tickets, writer) = found.map_err(|error| error.about(Absent::Project))??;
    let around = Tickets {
        tickets: Vec::new(),
        total: tickets.len(),
        sprint: writer.most_used_sprint(&tickets),
        custom_field_names: writer.names(&tickets),
    };
    Ok(Written::with(&around, tickets))
}

type Found = (Vec<WrittenTicket>, Arc<Writer>);

/// All tickets of a project, and what wrote them; none where it is archived.
async fn fetch(
    site: Site<'_>,
    project: &ProjectIdOrKey,
    fields: &Fields,
    shown: Shown,
) -> Result<Option<Found>, JiraError> {
    let writer = Arc::new(Writer::new(shown, fields.sprint()));
    let wanted = fields_with_sprint(writer.shown(), fields);
    // The value is validated, and quoted all the same; `key` decides between equal times.
    let jql = format!(
        r#"project = "{}" ORDER BY created DESC, key DESC"#,
        project.as_str()
    );
    let write = {
        let writer = Arc::clone(&writer);
        move |issue| writer.ticket(issue)
    };
    let found = site.all_issues_as(usize::MAX, &jql, &wanted, write).await;
    // Jira answers an unknown or an archived project with an error or with an empty list, as it likes:
    // ask which.
    let is_doubtful = match &found {
        Ok(tickets) => tickets.is_empty(),
        Err(error) => error.is_invalid(),
    };
    if is_doubtful {
        match site.project(project.as_str()).await {
            Ok(project) if project.archived => return Ok(None),
            Err(error) if error.is_not_found() || found.is_ok() => return Err(error),
            // It is there; or Jira's own refusal says more than a look that failed.
            _ => {}
        }
    }
    Ok(Some((found?, writer)))
}
