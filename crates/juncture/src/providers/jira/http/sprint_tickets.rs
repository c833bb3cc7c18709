//! The tickets of a sprint.

use axum::extract::State;
use axum::{Extension, Json};
use futures_util::try_join;
use juncture_jira::{Client, Error as JiraError, Issue, Site};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::error::Error;
use crate::extract::{Query, Text, required};
use crate::foreign;
use crate::openapi::refusals;
use crate::providers::jira::fields::Fields;
use crate::providers::jira::site::{
    Call, JiraConnection, MISSING_EXTERNAL_ID, connection_refusals,
};
use crate::providers::jira::view::wire::WireFields;
use crate::providers::jira::view::{SprintView, TicketView, described};

const FETCH_TICKETS: Call = Call {
    failed: "Failed to fetch Jira tickets for sprint",
    denied: "Access denied to Jira sprint",
    scopes: &[
        "read:sprint:jira-software",
        "read:issue-details:jira",
        "read:jql:jira",
    ],
};

/// Which sprint.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ForSprint {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = String, required = true, example = "project123")]
    external_id: Text,
    /// Jira's id of the sprint, as the sprint endpoints give it.
    #[serde(default)]
    #[param(value_type = String, required = true, example = "10000")]
    sprint_id: Text,
}

/// The tickets of a sprint.
#[derive(Serialize, ToSchema)]
pub(crate) struct SprintTickets {
    /// All of them, in Jira's order.
    tickets: Vec<SprintTicket>,
    /// How many they are.
    total: usize,
    /// The sprint itself.
    sprint: SprintView,
}

/// A ticket, flat and in Jira's own shape.
#[derive(Serialize, ToSchema)]
struct SprintTicket {
    #[serde(flatten)]
    ticket: TicketView,
    /// The same in the shape of Jira's API.
    fields: WireFields,
}

impl From<Issue> for SprintTicket {
    fn from(issue: Issue) -> Self {
        Self {
            fields: WireFields::of(&issue.fields),
            ticket: TicketView::from(issue),
        }
    }
}

const MISSING_SPRINT: &str = "Missing sprint_id";

refusals!(GetSprintTicketsRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend([
        Error::missing(MISSING_SPRINT, &["sprint_id"]),
        no_sprint_id(),
        sprint_not_found(),
    ]);
    errors.extend(FETCH_TICKETS.list_refusals());
    errors
});

/// Gives every ticket of a sprint, and the sprint itself. Needs `read:sprint:jira-software`,
/// `read:issue-details:jira` and `read:jql:jira`; where they are missing, `read:jira-work` will do
/// for a sprint that has tickets.
#[utoipa::path(
    get, path = "/get-tickets-for-sprint", tag = "Jira",
    params(ForSprint), security(("secret_key" = [])),
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
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Query(query): Query<ForSprint>,
) -> Result<Json<SprintTickets>, Error> {
    required(MISSING_EXTERNAL_ID, [("external_id", &query.external_id)])?;
    let [sprint_id] = required(MISSING_SPRINT, [("sprint_id", &query.sprint_id)])?;
    let sprint_id: u64 = sprint_id.parse().map_err(|_| no_sprint_id())?;
    let connection = JiraConnection::of_parameter(&app, &query.external_id).await?;
    let fetched = connection
        .ask_for_list(&app, &client, &FETCH_TICKETS, {
            let app = app.clone();
            async move |site| fetch(&app, site, sprint_id).await
        })
        .await?;
    let (sprint, issues) = fetched.map_err(|error| match error {
        error if error.is_not_found() => sprint_not_found(),
        error => FETCH_TICKETS.error(error),
    })?;
    let tickets = foreign::convert(described(&issues), || {
        issues
            .into_iter()
            .map(SprintTicket::from)
            .collect::<Vec<_>>()
    });
    let tickets = tickets.await;
    Ok(Json(SprintTickets {
        total: tickets.len(),
        tickets,
        sprint,
    }))
}

/// A sprint and its issues. The granular scopes of sprints may be missing though issues can be read:
/// then the issues' own sprint field tells of the sprint.
async fn fetch(
    app: &App,
    site: Site<'_>,
    sprint_id: u64,
) -> Result<(SprintView, Vec<Issue>), JiraError> {
    let fields = Fields::of_site(app, site).await;
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
        Err(missing_scope) => in_issues(&issues, &fields, sprint_id).ok_or(missing_scope)?,
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

fn no_sprint_id() -> Error {
    Error::invalid_field("sprint_id", "must be the number of a sprint")
}

fn sprint_not_found() -> Error {
    Error::NotFound {
        error: "Sprint not found",
        code: "sprint_not_found",
    }
}
