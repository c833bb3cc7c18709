//! `create-tickets`

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::Json;
use axum::http::HeaderMap;
use juncture_views::jira::created::NewTicket;
use juncture_views::schema::Id;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::caller::CallersJira;
use super::create::{CreateTicket, INVALID_VALUES, values_refusals};
use super::sentences::Doing as _;
use super::subject::{MISSING_EXTERNAL_ID, connection_refusals, find_site};
use crate::providers::jira::NAME;
use crate::providers::jira::failure::OperationError;
use crate::providers::jira::operations::create_many::{self, Batch, MOST, Order, Undone, Unmade};
use crate::providers::jira::site::JiraSite;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Text, body_refusals, required};
use crate::web::idempotency::{self, IdempotencyKey};
use crate::web::openapi::{ErrorBody, error_body, refusals};
use crate::web::refusals::of_ours;

/// The largest body that is read, in bytes: on average 16 KiB for each ticket.
pub(super) const LARGEST_BODY: usize = 8 * 1024 * 1024;

const CREATE_TICKETS: Call = Call {
    failed: "Failed to create Jira tickets",
    denied: "Access denied to create issues",
    scopes: create_many::SCOPES,
};

const PARENT_NOT_CREATED: &str = "parent_not_created";
const NOT_ATTEMPTED: &str = "not_attempted";

/// Tickets to be.
#[derive(Deserialize, ToSchema)]
#[schema(as = JiraNewTickets)]
pub(crate) struct CreateTickets {
    /// Your own id of the customer.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    external_id: Text,
    /// 1 to 500 tickets, in the order in which they are created.
    #[serde(default)]
    #[schema(value_type = Vec<TicketOrder>, required = true, min_items = 1, max_items = 500)]
    tickets: Option<Vec<Box<RawValue>>>,
}

/// What a ticket has here beside what `create-ticket` takes.
#[derive(Deserialize)]
struct Related {
    #[serde(default)]
    r#ref: Text,
    #[serde(default)]
    parent_ref: Text,
    #[serde(default)]
    external_id: Text,
    #[serde(default)]
    parent: Option<Value>,
}

/// One of several tickets to be: as `create-ticket` takes it, without `external_id`.
struct TicketOrder;

/// What became of tickets that were to be created.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraTicketResults)]
pub(crate) struct CreatedTickets {
    /// What became of each, in the order of the request.
    results: Vec<TicketResult>,
}

/// What became of a ticket that was to be created.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = JiraTicketResult)]
enum TicketResult {
    /// It was created.
    Created {
        /// The new ticket.
        ticket: Box<NewTicket>,
    },
    /// It was not.
    Failed(TicketFailure),
}

/// Why a ticket was not created. With `outcome_unknown` nobody knows whether it was; with `not_attempted`
/// it was not tried, because of what came before; with `parent_not_created` it is to be a part of one that
/// was not created.
#[derive(Serialize)]
struct TicketFailure(ErrorBody);

refusals!(CreateTicketsRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.push(unfit_tickets());
    errors.extend(body_refusals());
    errors.extend(idempotency::parts_refusals());
    errors.extend(CREATE_TICKETS.refusals());
    errors.push(CREATE_TICKETS.unknown_outcome());
    errors
});

/// Create many tickets
///
/// Creates up to 500 tickets, in their order, each once. A ticket may be a part of an earlier one: give
/// that one a `ref`, and name it as `parent_ref`. What became of each is told by itself: what is wrong with
/// one keeps none of the others. With an `Idempotency-Key` the same request goes on where it stopped,
/// within 24 hours: after a 5xx, a lost answer, or results with `not_attempted` or `outcome_unknown`, send
/// it again. Needs `write:jira-work`, and `read:jira-work` to give the tickets back whole.
#[utoipa::path(
    post, path = "/create-tickets", tag = "Jira", security(("secret_key" = [])),
    operation_id = "jiraCreateTickets",
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "Any text of yours that is new for each list of tickets: 1 to 255 visible ASCII characters.",
        example = "import-4711",
    )),
    request_body(content = CreateTickets, example = json!({
        "external_id": "project123", "tickets": [
            {"ref": "epic", "jira_project_id": "10000", "summary": "Move to the new API", "issue_type_id": "10000"},
            {"parent_ref": "epic", "jira_project_id": "10000", "summary": "Read the tickets", "issue_type_id": "10001"},
            {"jira_project_id": "10000", "summary": "", "issue_type_id": "10001"}
        ]
    })),
    responses(
        (status = 200, description = "What became of each", body = CreatedTickets, example = json!({"results": [
            {"ticket": {"id": "10001", "key": "PROJ-2", "summary": "Move to the new API", "status": "To Do"}},
            {"ticket": {"id": "10002", "key": "PROJ-3", "summary": "Read the tickets", "status": "To Do"}},
            {"error": "Missing required fields: summary, or issue_type_id", "code": "missing_parameter",
                "details": {"missing": ["summary"]}}
        ]})),
        CreateTicketsRefusals,
    ),
)]
pub(crate) async fn create_tickets(
    jira: CallersJira,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CreateTickets>,
) -> Result<Json<CreatedTickets>, Error> {
    let (site, orders) = body.read(jira).await?;
    let key = IdempotencyKey::of_headers(&headers, site.connection_id(), NAME, site.customer())?;
    let idempotency = site.jira().idempotency.clone();
    let parts = idempotency.parts(key.as_ref(), &orders).await?;
    // The parts are made though the caller goes away.
    let creation = async move { Batch::new(&site, &orders, parts, &told).create().await };
    let results = idempotency.finish(creation).await?.map_err(undone)?;
    let results = results.into_iter().map(TicketResult::from).collect();
    Ok(Json(CreatedTickets { results }))
}

impl CreateTickets {
    /// The site, and the tickets, or what is wrong with each.
    async fn read(self, jira: CallersJira) -> Result<(JiraSite, Vec<Result<Order, Value>>), Error> {
        required(MISSING_EXTERNAL_ID, [("external_id", &self.external_id)])?;
        let tickets = self.tickets.unwrap_or_default();
        if !(1..=MOST).contains(&tickets.len()) {
            return Err(unfit_tickets());
        }
        let site = find_site(jira, &self.external_id).await?;
        let mut named = BTreeMap::new();
        let mut orders = Vec::with_capacity(tickets.len());
        for (number, ticket) in tickets.iter().enumerate() {
            let order = Box::pin(read(&site, number, ticket, &mut named)).await;
            orders.push(order.map_err(|error| error.body()));
        }
        Ok((site, orders))
    }
}

/// One ticket; `named` are the numbers of those before it that have a name.
async fn read(
    site: &JiraSite,
    number: usize,
    ticket: &RawValue,
    named: &mut BTreeMap<String, usize>,
) -> Result<Order, Error> {
    let unfit = |error: juncture_json::Error| {
        Error::invalid_field(&format!("tickets[{number}]"), error.to_string())
    };
    let related: Related = juncture_json::decode(ticket.get()).map_err(unfit)?;
    let ticket: CreateTicket = juncture_json::decode(ticket.get()).map_err(unfit)?;
    let name = related.r#ref.optional("ref")?;
    if name.is_some_and(|name| named.contains_key(name)) {
        return Err(Error::invalid_field("ref", "names an earlier ticket"));
    }
    if let Some(name) = name {
        named.insert(name.to_owned(), number);
    }
    let external_id = related.external_id.optional("external_id")?;
    if external_id.is_some_and(|id| id != site.customer().external_id.as_str()) {
        let reason = "all tickets are of the customer of the request";
        return Err(Error::invalid_field("external_id", reason));
    }
    let parent = match related.parent_ref.optional("parent_ref")? {
        Some(_) if related.parent.is_some() => {
            let reason = "is given together with parent; send one of them";
            return Err(Error::invalid_field("parent_ref", reason));
        }
        Some(parent) if name == Some(parent) => None,
        Some(parent) => named.get(parent).copied(),
        None => None,
    };
    if parent.is_none() && related.parent_ref != Text::Absent {
        let reason = "must be the ref of an earlier ticket";
        return Err(Error::invalid_field("parent_ref", reason));
    }
    let wanted = ticket.wanted(site).await?;
    Ok(Order { wanted, parent })
}

/// What is said of a ticket that was not made.
fn told(unmade: Unmade) -> Value {
    match unmade {
        Unmade::Told(words) => words,
        Unmade::Failed(error) => {
            let error = refused(error);
            let mut words = error.body();
            if let Some(seconds) = error.retry_after_seconds() {
                words["details"] = json!({"retry_after": seconds});
            }
            words
        }
        Unmade::WithoutParent => {
            json!({"error": "The ticket that it is to be a part of was not created", "code": PARENT_NOT_CREATED})
        }
        Unmade::NotAttempted => {
            json!({"error": "Not attempted, because of what came before", "code": NOT_ATTEMPTED})
        }
    }
}

fn undone(why: Undone) -> Error {
    match why {
        Undone::Failed(error) => refused(error),
        Undone::UnderWay => idempotency::under_way(),
    }
}

fn refused(error: OperationError) -> Error {
    let refused: Result<(), _> = Err(error);
    let told = refused.writing(&CREATE_TICKETS, INVALID_VALUES);
    told.expect_err("it is a refusal")
}

impl From<Result<NewTicket, Value>> for TicketResult {
    fn from(result: Result<NewTicket, Value>) -> Self {
        match result {
            Ok(ticket) => Self::Created {
                ticket: Box::new(ticket),
            },
            Err(words) => Self::Failed(TicketFailure(ErrorBody::of(words))),
        }
    }
}

/// Everything that may be said of one ticket in the answer.
fn ticket_refusals() -> Vec<Error> {
    let mut errors = values_refusals();
    errors.push(Error::connection_not_found());
    errors.extend(of_ours());
    errors.extend(CREATE_TICKETS.refusals());
    errors.push(CREATE_TICKETS.unknown_outcome());
    errors
}

impl PartialSchema for TicketFailure {
    fn schema() -> RefOr<Schema> {
        let codes = ticket_refusals().into_iter().map(|error| error.code());
        let codes = codes.chain([PARENT_NOT_CREATED, NOT_ATTEMPTED]);
        let Schema::AllOf(mut body) = error_body(codes) else {
            unreachable!("it is narrowed by a second schema");
        };
        body.description = Some(
            "Why a ticket was not created. With `outcome_unknown` nobody knows whether it was; with \
             `not_attempted` it was not tried, because of what came before; with `parent_not_created` it \
             is to be a part of one that was not created."
                .to_owned(),
        );
        RefOr::T(Schema::AllOf(body))
    }
}

impl ToSchema for TicketFailure {
    fn name() -> Cow<'static, str> {
        "JiraTicketFailure".into()
    }
}

impl PartialSchema for TicketOrder {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut ticket)) = CreateTicket::schema() else {
            unreachable!("a ticket is an object");
        };
        ticket.properties.shift_remove("external_id");
        ticket.required.retain(|field| field != "external_id");
        let text = |description: &str, example: &str| {
            ObjectBuilder::new()
                .schema_type(utoipa::openapi::schema::Type::String)
                .description(Some(description))
                .examples([json!(example)])
        };
        let name = text(
            "A name for it in this request, for those that are to be a part of it.",
            "epic",
        );
        let parent = text(
            "The `ref` of an earlier ticket that it is to be a part of.",
            "epic",
        );
        ticket.properties.insert("ref".to_owned(), name.into());
        ticket
            .properties
            .insert("parent_ref".to_owned(), parent.into());
        ticket.description = Some(
            "One of several tickets to be: as `create-ticket` takes it, without `external_id`."
                .to_owned(),
        );
        RefOr::T(Schema::Object(ticket))
    }
}

impl ToSchema for TicketOrder {
    fn name() -> Cow<'static, str> {
        "JiraTicketOrder".into()
    }
}

fn unfit_tickets() -> Error {
    Error::invalid_field("tickets", format!("must be a list of 1 to {MOST} tickets"))
}
