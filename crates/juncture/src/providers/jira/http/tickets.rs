//! Tickets: what a project holds.

use axum::extract::State;
use axum::{Extension, Json};
use juncture_jira::{Client, Error as JiraError, Issue, Site};
use serde::Serialize;
use utoipa::ToSchema;

use super::project::{
    ForProject, ProjectIdOrKey, project_archived, project_not_found, project_refusals,
};
use crate::app::App;
use crate::error::Error;
use crate::extract::Query;
use crate::foreign;
use crate::openapi::refusals;
use crate::providers::jira::fields::Fields;
use crate::providers::jira::site::{Call, JiraConnection};
use crate::providers::jira::view::{ActiveSprints, SprintView, TicketView, described};

const FETCH_TICKETS: Call = Call {
    failed: "Failed to fetch Jira tickets",
    denied: "Access denied to Jira tickets",
    scopes: &["read:jira-work"],
};

/// The tickets of a project.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tickets {
    /// All of them, newest first.
    tickets: Vec<TicketView>,
    /// How many they are.
    total: usize,
    /// The active sprint that shows on most of them.
    sprint: Option<SprintView>,
}

refusals!(GetTicketsRefusals, {
    let mut errors = project_refusals();
    errors.extend([project_not_found(), project_archived()]);
    errors.extend(FETCH_TICKETS.list_refusals());
    errors
});

/// Gives every ticket of a project, newest first, each once. Needs `read:jira-work`.
#[utoipa::path(
    get, path = "/get-tickets-for-project", tag = "Jira",
    params(ForProject), security(("secret_key" = [])),
    responses(
        (status = 200, description = "All tickets", body = Tickets, example = json!({
            "tickets": [{
                "id": "10000", "key": "PROJ-1", "summary": "Example Ticket", "description": "Steps:\n\n1. Sign in",
                "status": "To Do", "statusCategory": "new", "issueType": "Bug", "assignee": "John Doe",
                "reporter": "Jane Smith", "priority": "Medium",
                "created": "2026-01-01T00:00:00.000+0000", "updated": "2026-01-01T00:00:00.000+0000"
            }],
            "total": 1,
            "sprint": {
                "id": 10000, "name": "Sprint 1", "state": "active", "startDate": "2026-01-01T00:00:00.000Z",
                "endDate": "2026-01-14T00:00:00.000Z", "goal": "Complete initial features"
            }
        })),
        GetTicketsRefusals,
    ),
)]
pub(crate) async fn get_tickets_for_project(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Query(query): Query<ForProject>,
) -> Result<Json<Tickets>, Error> {
    let connection = JiraConnection::of_parameter(&app, &query.external_id).await?;
    let project = query.project(&connection)?;
    let fetched = connection
        .ask_for_list(&app, &client, &FETCH_TICKETS, {
            let app = app.clone();
            async move |site| fetch(&app, site, &project).await
        })
        .await?;
    let found = fetched.map_err(|error| match error {
        error if error.is_not_found() => project_not_found(),
        error => FETCH_TICKETS.error(error),
    })?;
    let (issues, fields) = found.ok_or_else(project_archived)?;
    let tickets = foreign::convert(described(&issues), move || to_tickets(issues, &fields));
    Ok(Json(tickets.await))
}

/// All issues of a project, and the fields of the site; none where the project is archived.
async fn fetch(
    app: &App,
    site: Site<'_>,
    project: &ProjectIdOrKey,
) -> Result<Option<(Vec<Issue>, Fields)>, JiraError> {
    let fields = Fields::of_site(app, site).await;
    let wanted: Vec<&str> = TicketView::FIELDS
        .into_iter()
        .chain(fields.sprint())
        .collect();
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
    Ok(Some((found?, fields)))
}

fn to_tickets(issues: Vec<Issue>, fields: &Fields) -> Tickets {
    let mut sprints = ActiveSprints::default();
    if let Some(sprint_field) = fields.sprint() {
        for issue in &issues {
            sprints.note(&issue.fields, sprint_field);
        }
    }
    let tickets: Vec<_> = issues.into_iter().map(TicketView::from).collect();
    Tickets {
        total: tickets.len(),
        tickets,
        sprint: sprints.most_used(),
    }
}
