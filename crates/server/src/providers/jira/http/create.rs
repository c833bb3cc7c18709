//! `create-ticket`

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use juncture_jira::NewIssue;
use juncture_jira::fields::{Reason, WrongField};
use juncture_views::jira::created::Created;
use juncture_views::jira::words::{Document, FieldValues};
use juncture_views::schema::Id;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::caller::CallersJira;
use super::given::Parameters;
use super::rich_text::{tidy, to_document};
use super::sentences::{Doing as _, no_project, not_found, wrong_fields};
use super::subject::{choose_project, connection_refusals, find_site_of};
use crate::providers::jira::failure::{Absent, NoProject};
use crate::providers::jira::operations::create::Wanted;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::{NAME, operations};
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{self, JsonBody, Text, body_refusals, required};
use crate::web::idempotency::{self, Answer, IdempotencyKey};
use crate::web::openapi::refusals;

const CREATE_TICKET: Call = Call {
    failed: "Failed to create Jira ticket",
    denied: "Access denied to create issue",
    scopes: operations::create::SCOPES,
};

const MISSING: &str = "Missing required fields: external_id, summary, or issue_type_id";
const MISSING_OF_TICKET: &str = "Missing required fields: summary, or issue_type_id";
pub(super) const INVALID_VALUES: &str =
    "Invalid field values or missing required fields for Jira issue creation";

/// A ticket to be.
#[derive(Deserialize, ToSchema)]
#[schema(as = JiraNewTicket)]
pub(crate) struct CreateTicket {
    /// Your own id of the customer.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    external_id: Text,
    /// The id or key of the project; the selected one if it is absent.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
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
    #[schema(value_type = Option<Document>)]
    description_adf: Option<Box<RawValue>>,
    /// The id of its type, one of the project's.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    issue_type_id: Text,
    /// The id of its priority.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    priority_id: Text,
    /// The account of who is to work on it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    assignee_account_id: Text,
    /// Values of any other fields, by id or exact name: text, numbers, dates, options by name or id,
    /// people by account id or e-mail address, lists of them, Markdown for rich text.
    #[serde(default)]
    #[schema(value_type = Option<FieldValues>)]
    fields: Option<Value>,
    /// The id or key of the issue that it is a part of.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    parent: Option<Value>,
    /// Its labels, without spaces.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    labels: Option<Value>,
    /// The day when it is due, as `2026-11-30`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-11-30")]
    due_date: Option<Value>,
    /// The ids of its components.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Id>>)]
    component_ids: Option<Value>,
    /// The ids of the versions that it is to be fixed in.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Id>>)]
    fix_version_ids: Option<Value>,
    /// The ids of the versions that it affects.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Id>>)]
    affected_version_ids: Option<Value>,
    /// The account of who reports it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    reporter_account_id: Option<Value>,
}

refusals!(CreateTicketRefusals, {
    let mut errors = connection_refusals(MISSING, &["summary"]);
    errors.extend(values_refusals());
    errors.extend(body_refusals());
    errors.extend(idempotency::refusals());
    errors.extend(CREATE_TICKET.refusals());
    errors.push(CREATE_TICKET.unknown_outcome());
    errors
});

/// What may be wrong with a ticket that is to be, whoever's it is.
pub(super) fn values_refusals() -> Vec<Error> {
    let due = WrongField {
        id: "duedate".to_owned(),
        name: "Due date".to_owned(),
        reason: Reason::NotADate,
        allowed: Vec::new(),
        jira_says: None,
    };
    vec![
        Error::missing(MISSING_OF_TICKET, &["summary"]),
        no_project(NoProject::Selected),
        no_project(NoProject::Unfit),
        wrong_fields(INVALID_VALUES, &[due]),
        not_found(Absent::ProjectOrIssueType),
    ]
}

/// Create a ticket
///
/// Creates a ticket, once. With an `Idempotency-Key`, the same request within 24 hours gets the first
/// answer; without one, a 500 with the code `outcome_unknown` says that the ticket may exist. A ticket
/// that cannot be read back within two seconds is given as far as it is known, with `partial: true`.
/// Needs `write:jira-work`, and `read:jira-work` to give the ticket back whole.
#[utoipa::path(
    post, path = "/create-ticket", operation_id = "jiraCreateTicket", tag = "Jira", security(("secret_key" = [])),
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
    jira: CallersJira,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CreateTicket>,
) -> Result<Response, Error> {
    let (site, wanted) = body.read(jira).await?;
    let key = IdempotencyKey::of_headers(&headers, site.connection_id(), NAME, site.customer())?;
    let idempotency = site.jira().idempotency.clone();
    let creation = |wanted: Wanted| async move {
        let ticket = operations::create::create(&site, wanted).await;
        let ticket = ticket.writing(&CREATE_TICKET, INVALID_VALUES)?;
        Answer::of(StatusCode::CREATED, &Created { ticket })
    };
    let answer = idempotency.once(key, wanted, creation).await;
    answer.map(Answer::into_response)
}

impl CreateTicket {
    /// The site, and what is to be made there.
    async fn read(self, jira: CallersJira) -> Result<(JiraSite, Wanted), Error> {
        let fields = [
            ("external_id", &self.external_id),
            ("summary", &self.summary),
            ("issue_type_id", &self.issue_type_id),
        ];
        let [external_id, ..] = required(MISSING, fields)?;
        let site = find_site_of(jira, extract::external_id(external_id)?).await?;
        let wanted = self.wanted(&site).await?;
        Ok((site, wanted))
    }

    /// What is to be made on this site, whoever's it is.
    pub(super) async fn wanted(self, site: &JiraSite) -> Result<Wanted, Error> {
        let fields = [
            ("summary", &self.summary),
            ("issue_type_id", &self.issue_type_id),
        ];
        let [summary, issue_type_id] = required(MISSING_OF_TICKET, fields)?;
        let project = choose_project(site, &self.jira_project_id)?;
        let given = Parameters {
            fields: self.fields,
            parent: self.parent,
            labels: self.labels,
            due_date: self.due_date,
            component_ids: self.component_ids,
            fix_version_ids: self.fix_version_ids,
            affected_version_ids: self.affected_version_ids,
            reporter_account_id: self.reporter_account_id,
        }
        .read()?;
        let issue = NewIssue {
            project: project.as_str().to_owned(),
            summary: tidy(summary),
            issue_type_id: issue_type_id.to_owned(),
            priority_id: self.priority_id.optional("priority_id")?.map(str::to_owned),
            assignee_account_id: self
                .assignee_account_id
                .optional("assignee_account_id")?
                .map(str::to_owned),
            description: to_document(&self.description, self.description_adf).await?,
            ..NewIssue::default()
        };
        Ok(Wanted { issue, given })
    }
}
