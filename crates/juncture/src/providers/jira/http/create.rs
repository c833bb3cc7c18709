//! `create-ticket`: a new issue, made once.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use juncture_jira::{Client, CreatedIssue, Error as JiraError, Issue, IssueFields, NewIssue, Site};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::to_raw_value;
use tracing::Instrument as _;
use utoipa::ToSchema;

use super::issue::{refused_values, tidy, to_document};
use super::project::{ProjectIdOrKey, choose_project, no_project};
use crate::app::App;
use crate::connections::ExternalId;
use crate::error::Error;
use crate::extract::{JsonBody, Text, body_refusals, required};
use crate::foreign;
use crate::idempotency::{self, Answer, IdempotencyKey};
use crate::openapi::refusals;
use crate::providers::jira::site::{Call, JiraConnection, connection_refusals, help};
use crate::providers::jira::view::{TicketView, described};

const CREATE_TICKET: Call = Call {
    failed: "Failed to create Jira ticket",
    denied: "Access denied to create issue",
    scopes: &["write:jira-work"],
};

const MISSING: &str = "Missing required fields: external_id, summary, or issue_type_id";
const INVALID_VALUES: &str =
    "Invalid field values or missing required fields for Jira issue creation";

/// A ticket to be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateTicket {
    /// Your own id of the customer.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "project123")]
    external_id: Text,
    /// The id or key of the project; the selected one if it is absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "10000")]
    jira_project_id: Text,
    /// The title: one line of at most 255 characters.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "New ticket from API")]
    summary: Text,
    /// The description, in Markdown.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Text,
    /// The description, in the Atlassian Document Format.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    description_adf: Option<Value>,
    /// The id of its type, one of the project's.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "10001")]
    issue_type_id: Text,
    /// The id of its priority.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "3")]
    priority_id: Text,
    /// The account of who is to work on it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    assignee_account_id: Text,
}

/// What was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct Created {
    ticket: NewTicket,
}

/// The new ticket.
#[derive(Serialize, ToSchema)]
struct NewTicket {
    #[serde(flatten)]
    ticket: TicketView,
    /// True where Jira could not give it back in time: there is more to it than stands here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = Option<bool>)]
    partial: bool,
}

refusals!(CreateTicketRefusals, {
    let mut errors = connection_refusals(MISSING, &["summary"]);
    errors.extend([no_project(), ProjectIdOrKey::refusal(), not_found()]);
    errors.extend(body_refusals());
    errors.extend(idempotency::refusals());
    errors.extend(CREATE_TICKET.refusals());
    errors.push(CREATE_TICKET.unknown_outcome());
    errors
});

/// Creates a ticket, once. With an `Idempotency-Key`, the same request within 24 hours gets the first
/// answer; without one, a 500 with the code `outcome_unknown` says that the ticket may exist. A ticket
/// that cannot be read back within two seconds is given as far as it is known, with `partial: true`.
/// Needs `write:jira-work`, and `read:jira-work` to give the ticket back whole.
#[utoipa::path(
    post, path = "/create-ticket", tag = "Jira", security(("secret_key" = [])),
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "Any text of yours that is new for each new ticket: 1 to 255 visible ASCII characters.",
        example = "order-4711-ticket",
    )),
    request_body(content = CreateTicket, example = json!({
        "external_id": "project123", "jira_project_id": "10000", "summary": "New ticket from API",
        "description": "This ticket was created via the Juncture API.", "issue_type_id": "10001",
        "priority_id": "3", "assignee_account_id": "5b10a2844c20165700ede21g"
    })),
    responses(
        (status = 201, description = "Created", body = Created, example = json!({"ticket": {
            "id": "10001", "key": "PROJ-2", "summary": "New ticket from API",
            "description": "This ticket was created via the Juncture API.", "status": "To Do",
            "statusCategory": "new", "issueType": "Task", "assignee": "John Doe", "reporter": "Jane Smith",
            "priority": "Medium", "created": "2026-01-01T00:00:00.000+0000", "updated": "2026-01-01T00:00:00.000+0000"
        }})),
        CreateTicketRefusals,
    ),
)]
pub(crate) async fn create_ticket(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CreateTicket>,
) -> Result<Response, Error> {
    let fields = [
        ("external_id", &body.external_id),
        ("summary", &body.summary),
        ("issue_type_id", &body.issue_type_id),
    ];
    let [external_id, summary, issue_type_id] = required(MISSING, fields)?;
    let connection = JiraConnection::find(&app, ExternalId::parse(external_id)?).await?;
    let wanted = Wanted {
        project: choose_project(&connection, &body.jira_project_id)?
            .as_str()
            .to_owned(),
        summary: tidy(summary),
        issue_type_id: issue_type_id.to_owned(),
        priority_id: body.priority_id.optional("priority_id")?.map(str::to_owned),
        assignee_account_id: body
            .assignee_account_id
            .optional("assignee_account_id")?
            .map(str::to_owned),
        description: to_document(&body.description, body.description_adf).await?,
    };
    let key = IdempotencyKey::of_headers(&headers, connection.connection())?;
    // A task of its own: the key is to learn what came of it, though the caller goes away.
    let creation = app.tasks.spawn({
        let app = app.clone();
        async move { create_by_key(&app, &client, &connection, &wanted, key).await }
            .in_current_span()
    });
    let outcome = creation
        .await
        .map_err(|panicked| Error::Internal(panicked.into()))?;
    outcome.map(Answer::into_response)
}

/// The first answer of the key, if there has been one; else a creation, whose outcome it keeps.
async fn create_by_key(
    app: &App,
    client: &Client,
    connection: &JiraConnection,
    wanted: &Wanted,
    key: Option<IdempotencyKey>,
) -> Result<Answer, Error> {
    if let Some(key) = &key
        && let Some(answer) = key.claim(app, wanted).await?
    {
        return Ok(answer);
    }
    let outcome = create(app, client, connection, wanted).await;
    if let Some(key) = key
        && let Err(error) = key.conclude(app, &outcome).await
    {
        // What was done was done: the caller learns that, and the key's outcome becomes unknown.
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "an idempotency key could not be kept"
        );
    }
    outcome
}

/// What is asked for, checked.
#[derive(Clone, Serialize)]
struct Wanted {
    project: String,
    summary: String,
    issue_type_id: String,
    priority_id: Option<String>,
    assignee_account_id: Option<String>,
    description: Option<Value>,
}

async fn create(
    app: &App,
    client: &Client,
    connection: &JiraConnection,
    wanted: &Wanted,
) -> Result<Answer, Error> {
    let created = connection
        .ask(app, client, &CREATE_TICKET, {
            let wanted = wanted.clone();
            async move |site| create_once(site, &wanted).await
        })
        .await?;
    let created = created.map_err(|error| match error {
        error if error.is_not_found() || blames_project_or_type(&error) => not_found(),
        error => refused_values(INVALID_VALUES, &error),
    })?;
    let ticket = read_back(app, client, connection, wanted, created).await;
    let body = serde_json::to_value(Created { ticket });
    let body = body.map_err(|error| Error::Internal(error.into()))?;
    Ok(Answer::new(StatusCode::CREATED, body))
}

/// Jira refuses a project or a type that it does not know, or does not show, with a 400 that names
/// the field; or, for such a project, with one that blames another field.
async fn create_once(site: Site<'_>, wanted: &Wanted) -> Result<CreatedIssue, JiraError> {
    let issue = NewIssue {
        project: &wanted.project,
        summary: &wanted.summary,
        issue_type_id: &wanted.issue_type_id,
        description: wanted.description.as_ref(),
        priority_id: wanted.priority_id.as_deref(),
        assignee_account_id: wanted.assignee_account_id.as_deref(),
    };
    let created = site.create_issue(&issue).await;
    if created.as_ref().is_err_and(JiraError::is_invalid)
        && let Err(error) = site.project(&wanted.project).await
        // It tells that it is the project; anything else tells nothing, and Jira's reasons stand.
        && error.is_not_found()
    {
        return Err(error);
    }
    created
}

/// By the names of the fields, which no language changes.
fn blames_project_or_type(error: &JiraError) -> bool {
    let fields = error.field_errors();
    fields.contains_key("project") || fields.contains_key("issuetype")
}

/// The new ticket as Jira has it; or, since it is there in any case, as far as we know it.
async fn read_back(
    app: &App,
    client: &Client,
    connection: &JiraConnection,
    wanted: &Wanted,
    CreatedIssue { id, key, .. }: CreatedIssue,
) -> NewTicket {
    let read = connection.ask(app, client, &CREATE_TICKET, {
        let id = id.clone();
        async move |site: Site<'_>| site.issue(&id, &TicketView::FIELDS).await
    });
    if let Some(Ok(issue)) = help("the new ticket", app, read).await {
        let bytes = described(std::slice::from_ref(&issue));
        return NewTicket {
            ticket: foreign::convert(bytes, || TicketView::from(issue)).await,
            partial: false,
        };
    }
    let description = wanted.description.as_ref();
    let fields = IssueFields {
        summary: Some(wanted.summary.clone()),
        description: description.and_then(|document| to_raw_value(document).ok()),
        ..IssueFields::default()
    };
    NewTicket {
        ticket: Issue { id, key, fields }.into(),
        partial: true,
    }
}

fn not_found() -> Error {
    Error::NotFound {
        error: "Project or issue type not found",
        code: "project_or_issue_type_not_found",
    }
}
