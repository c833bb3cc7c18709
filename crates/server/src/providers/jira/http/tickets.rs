//! `get-tickets-for-project`

use juncture_views::jira::tickets::Tickets;

use super::caller::CallersJira;
use super::list::List;
use super::sentences::{Doing as _, conflict, not_found};
use super::subject::{ForProject, project_refusals};
use super::wanted::{WantedFields, wanted_refusals};
use crate::providers::jira::failure::{Absent, Conflict};
use crate::providers::jira::operations;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::Query;
use crate::web::openapi::refusals;

const FETCH_TICKETS: Call = Call {
    failed: "Failed to fetch Jira tickets",
    denied: "Access denied to Jira tickets",
    scopes: operations::tickets::SCOPES,
};

refusals!(query GetTicketsRefusals, {
    let mut errors = project_refusals();
    errors.extend(wanted_refusals());
    errors.extend([
        not_found(Absent::Project),
        conflict(Conflict::ProjectArchived),
    ]);
    errors.extend(FETCH_TICKETS.list_refusals());
    errors
});

/// List the tickets of a project
///
/// Gives every ticket of a project, newest first, each once. Needs `read:jira-work`.
#[utoipa::path(
    get, path = "/get-tickets-for-project", operation_id = "jiraGetTicketsForProject", tag = "Jira",
    params(ForProject, WantedFields), security(("secret_key" = [])),
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
                "endDate": "2026-01-14T00:00:00.000Z", "completeDate": null, "goal": "Complete initial features"
            }
        })),
        GetTicketsRefusals,
    ),
)]
pub(crate) async fn get_tickets_for_project(
    jira: CallersJira,
    Query(query): Query<ForProject>,
    wanted: WantedFields,
) -> Result<List, Error> {
    let (site, project) = query.find(jira).await?;
    let tickets = operations::tickets::tickets(&site, &project, &wanted.fields).await;
    tickets.doing(&FETCH_TICKETS).map(List)
}
