//! Making a ticket.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::{ExampleApp, Shared};
use crate::backend::{Field, NewTicket};
use crate::forms::{self, Given, Input, Told};
use crate::pages::{NewTicketForm, NewTicketPage};
use crate::trouble::Trouble;

/// What stands in the address of the form.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(rename = "type")]
    issue_type_id: Option<String>,
}

/// `GET /tickets/new`: an empty form, with a key of its own.
pub(super) async fn show(State(app): Shared, Query(asked): Query<Asked>) -> Response {
    let key = juncture_server::random::url_safe_code();
    let mut given = Given::from([("key".to_owned(), key)]);
    given.extend(
        asked
            .issue_type_id
            .map(|id| ("issue_type_id".to_owned(), id)),
    );
    let shown = async {
        let form = form(&app, given).await?;
        app.show(StatusCode::OK, |view| NewTicketPage { view, form })
    };
    shown.await.unwrap_or_else(|trouble| app.tell(&trouble))
}

/// `POST /tickets`: makes the ticket and leads to it. Where that fails, the form comes again with what
/// was given and with its key: Juncture gives a key back if it is sure that nothing was made.
pub(super) async fn create(State(app): Shared, Form(given): Form<Given>) -> Response {
    let created = async {
        let mut form = form(&app, given).await?;
        let trouble = match app.backend.create_ticket(wanted(&form), &form.key).await {
            Ok(key) => return Ok(Redirect::to(&format!("/tickets/{key}")).into_response()),
            Err(trouble) if trouble.is_cured_by_connecting() => return Err(trouble),
            Err(trouble) => trouble,
        };
        form.told = Some(Told::of(&trouble, &mut form.inputs));
        app.show(trouble.status(), |view| NewTicketPage { view, form })
    };
    created.await.unwrap_or_else(|trouble| app.tell(&trouble))
}

/// The form for a type of tickets: the first one, if none is given.
async fn form(app: &Arc<ExampleApp>, given: Given) -> Result<NewTicketForm, Trouble> {
    let mut types = app.backend.get_issue_types().await?;
    // A part of a ticket would have to name the whole.
    types.retain(|it| !it.subtask);
    let chosen = given.get("issue_type_id").cloned();
    let chosen = chosen.or_else(|| types.first().map(|first| first.id.clone()));
    let nothing = Trouble::Visitor(
        StatusCode::NOT_FOUND,
        "This project has no type of tickets.",
    );
    let issue_type_id = chosen.ok_or(nothing)?;
    let fields = app.backend.get_create_fields(&issue_type_id).await?;
    let inputs = fields.into_iter().filter(is_asked);
    Ok(NewTicketForm {
        key: given.get("key").cloned().unwrap_or_default(),
        inputs: inputs.map(|field| Input::new(field, &given)).collect(),
        types,
        issue_type_id,
        told: None,
    })
}

/// Whether the form asks for a field: those that people always want, and those that must be given.
fn is_asked(field: &Field) -> bool {
    match field.id.as_str() {
        "summary" | "description" | "labels" => true,
        // They are known.
        "project" | "issuetype" => false,
        _ => field.required && !field.has_default,
    }
}

fn wanted(form: &NewTicketForm) -> NewTicket<'_> {
    let text = |id: &str| {
        let input = form.inputs.iter().find(|input| input.field.id == id);
        input.map_or("", |input| input.given.as_str())
    };
    let others = form
        .inputs
        .iter()
        .filter(|input| !matches!(input.field.id.as_str(), "summary" | "description"));
    NewTicket {
        issue_type_id: &form.issue_type_id,
        summary: text("summary"),
        description: text("description"),
        fields: forms::values(others),
    }
}
