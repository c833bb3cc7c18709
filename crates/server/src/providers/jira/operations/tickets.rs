//! Tickets: what a project holds.

use juncture_jira::{Error as JiraError, Issue, Site};
use juncture_views::jira::tickets::Tickets;

use crate::foreign;
use crate::providers::jira::failure::{Absent, Conflict, OperationError};
use crate::providers::jira::fields::Fields;
use crate::providers::jira::names::ProjectIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::sprints::ActiveSprints;
use crate::providers::jira::view::tickets::{
    TICKET_FIELDS, described_with, fields_with_sprint, tickets_with,
};
use crate::providers::jira::wanted::{Shown, Wanted};

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

/// Every ticket of a project, newest first, each once, with the wanted fields besides its own.
pub(crate) async fn tickets(
    site: &JiraSite,
    project: &ProjectIdOrKey,
    wanted: &Wanted,
) -> Result<Tickets, OperationError> {
    let fetched = site.ask_for_list(SCOPES, {
        let (jira, connection) = (site.jira().clone(), site.connection_id());
        let (project, wanted) = (project.clone(), wanted.clone());
        async move |site| {
            let own = &TICKET_FIELDS;
            let shown = match Shown::on(&jira, connection, site, &wanted, own).await? {
                Ok(shown) => shown,
                Err(unknown) => return Ok(Err(OperationError::UnknownFields(unknown))),
            };
            let fields = Fields::of_site(&jira, connection, site).await;
            let issues = fetch(site, &project, &fields, &shown).await?;
            let archived = || OperationError::Conflict(Conflict::ProjectArchived);
            Ok(issues
                .map(|issues| (issues, fields, shown))
                .ok_or_else(archived))
        }
    });
    let found = fetched.await;
    let (issues, fields, shown) = found.map_err(|error| error.about(Absent::Project))??;
    let bytes = described_with(&shown, &issues);
    let tickets = foreign::convert(bytes, move || to_tickets(issues, &fields, &shown));
    Ok(tickets.await)
}

/// All issues of a project; none where it is archived.
async fn fetch(
    site: Site<'_>,
    project: &ProjectIdOrKey,
    fields: &Fields,
    shown: &Shown,
) -> Result<Option<Vec<Issue>>, JiraError> {
    let wanted = fields_with_sprint(shown, fields);
    // The value is validated, and quoted all the same; `key` decides between equal times.
    let jql = format!(
        r#"project = "{}" ORDER BY created DESC, key DESC"#,
        project.as_str()
    );
    let found = site.all_issues(&jql, &wanted).await;
    // Jira answers an unknown or an archived project with an error or with an empty list, as it likes:
    // ask which.
    let is_doubtful = match &found {
        Ok(issues) => issues.is_empty(),
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
    found.map(Some)
}

fn to_tickets(issues: Vec<Issue>, fields: &Fields, shown: &Shown) -> Tickets {
    let mut sprints = ActiveSprints::default();
    if let Some(sprint_field) = fields.sprint() {
        for issue in &issues {
            sprints.note(&issue.fields, sprint_field);
        }
    }
    let (tickets, custom_field_names) = tickets_with(shown, issues);
    Tickets {
        total: tickets.len(),
        tickets,
        sprint: sprints.most_used(),
        custom_field_names,
    }
}
