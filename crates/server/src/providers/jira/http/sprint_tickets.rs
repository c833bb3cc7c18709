//! `get-tickets-for-sprint`

use juncture_views::jira::sprint_tickets::SprintTickets;
use juncture_views::schema::Id;
use serde::Deserialize;
use utoipa::IntoParams;

use super::caller::CallersJira;
use super::list::List;
use super::sentences::{Doing as _, not_found};
use super::subject::{MISSING_EXTERNAL_ID, connection_refusals, find_site};
use super::wanted::{WantedFields, wanted_refusals};
use crate::providers::jira::failure::Absent;
use crate::providers::jira::operations;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{Query, Text, required};
use crate::web::openapi::refusals;

const FETCH_TICKETS: Call = Call {
    failed: "Failed to fetch Jira tickets for sprint",
    denied: "Access denied to Jira sprint",
    scopes: operations::sprint_tickets::SCOPES,
};

/// Which sprint.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ForSprint {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "project123")]
    external_id: Text,
    /// Jira's id of the sprint, as the sprint endpoints give it.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "10000")]
    sprint_id: Text,
}

const MISSING_SPRINT: &str = "Missing sprint_id";

refusals!(query GetSprintTicketsRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend([
        Error::missing(MISSING_SPRINT, &["sprint_id"]),
        no_sprint_id(),
        not_found(Absent::Sprint),
    ]);
    errors.extend(wanted_refusals());
    errors.extend(FETCH_TICKETS.list_refusals());
    errors
});

/// List the tickets of a sprint
///
/// Gives every ticket of a sprint, and the sprint itself. Needs `read:sprint:jira-software`,
/// `read:issue-details:jira` and `read:jql:jira`; where they are missing, `read:jira-work` will do
/// for a sprint that has tickets. With `fields` it needs `read:jira-work` in any case.
#[utoipa::path(
    get, path = "/get-tickets-for-sprint", operation_id = "jiraGetTicketsForSprint", tag = "Jira",
    params(ForSprint, WantedFields), security(("secret_key" = [])),
    responses(
        (status = 200, description = "All tickets", body = SprintTickets, example = json!({
            "tickets": [{
                "id": "10000", "key": "PROJ-1", "summary": "Example Ticket", "description": "This is an example ticket",
                "status": "To Do", "statusCategory": "new", "issueType": "Story", "assignee": "John Doe",
                "reporter": "John Doe", "priority": "Medium",
                "created": "2026-01-01T00:00:00.000+0000", "updated": "2026-01-01T00:00:00.000+0000",
                "fields": {
                    "summary": "Example Ticket", "description": "This is an example ticket",
                    "status": {
                        "id": "10000", "name": "To Do",
                        "statusCategory": {"id": 2, "key": "new", "colorName": "blue-gray"}
                    },
                    "assignee": {"accountId": "5b10a2844c20165700ede21g", "displayName": "John Doe"},
                    "reporter": {"accountId": "5b10a2844c20165700ede21g", "displayName": "John Doe"},
                    "created": "2026-01-01T00:00:00.000+0000", "updated": "2026-01-01T00:00:00.000+0000",
                    "priority": {"id": "3", "name": "Medium"}
                }
            }],
            "total": 1,
            "sprint": {
                "id": 10000, "name": "Sprint 1", "state": "active", "startDate": "2026-01-01T00:00:00.000Z",
                "endDate": "2026-01-14T00:00:00.000Z", "completeDate": null, "goal": "Complete initial features"
            }
        })),
        GetSprintTicketsRefusals,
    ),
)]
pub(crate) async fn get_tickets_for_sprint(
    jira: CallersJira,
    Query(query): Query<ForSprint>,
    wanted: WantedFields,
) -> Result<List, Error> {
    required(MISSING_EXTERNAL_ID, [("external_id", &query.external_id)])?;
    let [sprint_id] = required(MISSING_SPRINT, [("sprint_id", &query.sprint_id)])?;
    let sprint_id: u64 = sprint_id.parse().map_err(|_| no_sprint_id())?;
    let site = find_site(jira, &query.external_id).await?;
    let tickets =
        operations::sprint_tickets::sprint_tickets(&site, sprint_id, &wanted.fields).await;
    tickets.doing(&FETCH_TICKETS).map(List)
}

fn no_sprint_id() -> Error {
    Error::invalid_field("sprint_id", "must be the number of a sprint")
}
