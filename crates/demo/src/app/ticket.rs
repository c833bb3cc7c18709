//! One ticket: its page, commenting on it, and moving it on.

use std::slice;
use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{ExampleApp, Shared};
use crate::backend::Field;
use crate::forms::{self, Given, Input, Told};
use crate::pages::{Move, Remark, TicketPage, TicketView};
use crate::trouble::Trouble;

/// `GET /tickets/{key}`
pub(super) async fn show(State(app): Shared, Path(key): Path<String>) -> Response {
    let shown = async {
        let ticket = ticket(&app, &key, &Given::new()).await?;
        app.show(StatusCode::OK, |view| TicketPage { view, ticket })
    };
    shown.await.unwrap_or_else(|trouble| app.tell(&trouble))
}

/// `POST /tickets/{key}/comments`
pub(super) async fn comment(
    State(app): Shared,
    Path(key): Path<String>,
    Form(given): Form<Given>,
) -> Response {
    let text = |name: &str| given.get(name).map_or("", String::as_str);
    let added = app
        .backend
        .add_comment(&key, text("body"), text("key"))
        .await;
    app.answer(&key, &given, added).await
}

/// `POST /tickets/{key}/moves`: one step of the workflow. It needs no `Idempotency-Key`: a step that
/// was done is not offered a second time, or leads to where the ticket is already.
pub(super) async fn make_move(
    State(app): Shared,
    Path(key): Path<String>,
    Form(given): Form<Given>,
) -> Response {
    let moved = async {
        let steps = moves(&app, &key, &given).await?;
        let step = steps.iter().find(|step| step.is_meant);
        let gone = Trouble::Visitor(
            StatusCode::CONFLICT,
            "The ticket has been moved meanwhile: this step is no longer offered.",
        );
        let step = step.ok_or(gone)?;
        let fields = forms::values(&step.inputs);
        app.backend.transition_issue(&key, &step.id, fields).await
    };
    let moved = moved.await;
    app.answer(&key, &given, moved).await
}

impl ExampleApp {
    /// Back to the ticket by GET, so that loading the page again sends nothing again; or the ticket with
    /// what was given, and what is wrong with it.
    async fn answer(
        self: &Arc<Self>,
        key: &str,
        given: &Given,
        done: Result<(), Trouble>,
    ) -> Response {
        let trouble = match done {
            Ok(()) => return Redirect::to(&format!("/tickets/{key}")).into_response(),
            Err(trouble) if trouble.is_cured_by_connecting() => return self.tell(&trouble),
            Err(trouble) => trouble,
        };
        let shown = async {
            let mut ticket = ticket(self, key, given).await?;
            let meant = ticket.moves.iter_mut().find(|step| step.is_meant);
            let remark = slice::from_mut(&mut ticket.remark.input);
            let inputs = meant.map_or(remark, |step| &mut step.inputs);
            ticket.told = Some(Told::of(&trouble, inputs));
            self.show(trouble.status(), |view| TicketPage { view, ticket })
        };
        shown.await.unwrap_or_else(|trouble| self.tell(&trouble))
    }
}

/// The ticket with its comments and moves, and with what was given for them.
async fn ticket(app: &ExampleApp, key: &str, given: &Given) -> Result<TicketView, Trouble> {
    let (issue, comments, moves) = tokio::try_join!(
        app.backend.get_issue(key),
        app.backend.get_comments(key),
        moves(app, key, given),
    )?;
    let fresh = juncture_server::random::url_safe_code;
    let remark = Remark {
        key: given.get("key").cloned().unwrap_or_else(fresh),
        input: Input::new(said(), given),
    };
    Ok(TicketView {
        issue,
        comments,
        moves,
        remark,
        told: None,
    })
}

/// What a comment says, as a field.
fn said() -> Field {
    Field {
        id: "body".to_owned(),
        name: "Your comment".to_owned(),
        kind: "rich_text".to_owned(),
        required: true,
        has_default: false,
        allowed_values: None,
    }
}

/// The steps that the workflow offers, with what was given for the one that was meant.
async fn moves(app: &ExampleApp, key: &str, given: &Given) -> Result<Vec<Move>, Trouble> {
    let nothing = Given::new();
    let steps = app.backend.get_transitions(key).await?;
    let moves = steps.into_iter().map(|step| {
        let is_meant = given.get("transition_id") == Some(&step.id);
        let given = if is_meant { given } else { &nothing };
        let inputs = step
            .fields
            .into_iter()
            .map(|field| Input::new(field, given));
        Move {
            id: step.id,
            name: step.name,
            to: step.to,
            inputs: inputs.filter(is_asked).collect(),
            is_meant,
        }
    });
    Ok(moves.collect())
}

/// Whether a move asks for a field: what must be given, and how the ticket was resolved.
fn is_asked(input: &Input) -> bool {
    input.is_needed() || input.field.id == "resolution"
}
