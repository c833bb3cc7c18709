//! Tickets: what a project holds.

use std::collections::HashSet;

use axum::extract::State;
use axum::{Extension, Json};
use futures_util::TryStreamExt as _;
use juncture_jira::{Client, Error as JiraError, Issue, Site};
use serde::Serialize;
use utoipa::ToSchema;

use super::connection::{Call, JiraConnection};
use super::project::{ForProject, ProjectIdOrKey, project_not_found, project_refusals};
use super::view::{ActiveSprints, SprintView, TicketView};
use crate::app::App;
use crate::cache::keys::JIRA_SPRINT_FIELD;
use crate::error::Error;
use crate::extract::Query;
use crate::openapi::refusals;

const FETCH_TICKETS: Call = Call {
    failed: "Failed to fetch Jira tickets",
    denied: "Access denied to Jira tickets",
    scopes: &["read:jira-work"],
};

/// The type of Jira Software's sprint field; its id differs from site to site.
const SPRINT_FIELD_TYPE: &str = "com.pyxis.greenhopper.jira:gh-sprint";

/// The tickets of a project.
#[derive(Serialize, ToSchema)]
pub(super) struct Tickets {
    /// All of them, newest first.
    tickets: Vec<TicketView>,
    /// How many they are.
    total: usize,
    /// The active sprint that shows on most of them.
    sprint: Option<SprintView>,
}

refusals!(GetTicketsRefusals, {
    let mut errors = project_refusals();
    errors.push(project_not_found());
    errors.extend(FETCH_TICKETS.refusals());
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
pub(super) async fn get_tickets_for_project(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Query(query): Query<ForProject>,
) -> Result<Json<Tickets>, Error> {
    let connection = JiraConnection::of_parameter(&app, &query.external_id).await?;
    let project = query.project(&connection)?;
    let site_id = connection.site_id().to_owned();
    let fetched = connection
        .ask(&app, &client, &FETCH_TICKETS, {
            let app = app.clone();
            async move |site| fetch(&app, site, &site_id, &project).await
        })
        .await?;
    let (issues, sprint_field) = fetched.map_err(|error| match error {
        error if error.is_not_found() => project_not_found(),
        error => FETCH_TICKETS.error(error),
    })?;
    Ok(Json(to_tickets(issues, sprint_field.as_deref())))
}

/// All issues of a project, and the id of the site's sprint field.
async fn fetch(
    app: &App,
    site: Site<'_>,
    site_id: &str,
    project: &ProjectIdOrKey,
) -> Result<(Vec<Issue>, Option<String>), JiraError> {
    let sprint_field = sprint_field(app, site, site_id).await?;
    let fields: Vec<&str> = TicketView::FIELDS
        .into_iter()
        .chain(sprint_field.as_deref())
        .collect();
    // The value is validated, and quoted all the same; `key` decides between equal times.
    let jql = format!(
        r#"project = "{}" ORDER BY created DESC, key DESC"#,
        project.as_str()
    );
    let found = site.search(&jql, &fields).try_concat().await;
    // Jira answers an unknown project with an error or with an empty list, as it likes: ask which.
    let is_doubtful = match &found {
        Ok(issues) => issues.is_empty(),
        Err(error) => error.is_invalid(),
    };
    if is_doubtful {
        site.project(project.as_str()).await?;
    }
    Ok((found?, sprint_field))
}

async fn sprint_field(
    app: &App,
    site: Site<'_>,
    site_id: &str,
) -> Result<Option<String>, JiraError> {
    if let Some(known) = app.cache.get(&JIRA_SPRINT_FIELD, site_id).await {
        return Ok(known);
    }
    let is_sprint = |field: &juncture_jira::Field| {
        field
            .schema
            .as_ref()
            .and_then(|schema| schema.custom.as_deref())
            == Some(SPRINT_FIELD_TYPE)
    };
    let field = site
        .fields()
        .await?
        .into_iter()
        .find(is_sprint)
        .map(|field| field.id);
    app.cache.set(&JIRA_SPRINT_FIELD, site_id, &field).await;
    Ok(field)
}

fn to_tickets(issues: Vec<Issue>, sprint_field: Option<&str>) -> Tickets {
    let mut seen = HashSet::new();
    let mut sprints = ActiveSprints::default();
    let mut tickets = Vec::with_capacity(issues.len());
    for issue in issues {
        // An issue that changes while the pages are walked may show on two of them.
        if !seen.insert(issue.id.clone()) {
            continue;
        }
        if let Some(field) = sprint_field {
            sprints.note(&issue.fields, field);
        }
        tickets.push(TicketView::from(issue));
    }
    Tickets {
        total: tickets.len(),
        tickets,
        sprint: sprints.most_used(),
    }
}
