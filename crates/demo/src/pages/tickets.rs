//! The pages about single tickets.

use askama::Template;

use super::View;
use crate::backend::{Comment, Issue, IssueType, Status};
use crate::forms::{Input, Told};

/// A ticket to be.
#[derive(Template)]
#[template(path = "new-ticket.html")]
pub(crate) struct NewTicketPage {
    pub(crate) view: View,
    pub(crate) form: NewTicketForm,
}

/// The form for it.
pub(crate) struct NewTicketForm {
    /// Its `Idempotency-Key`.
    pub(crate) key: String,
    pub(crate) types: Vec<IssueType>,
    /// The chosen type.
    pub(crate) issue_type_id: String,
    pub(crate) inputs: Vec<Input>,
    pub(crate) told: Option<Told>,
}

/// A ticket, with what can be done to it.
#[derive(Template)]
#[template(path = "ticket.html")]
pub(crate) struct TicketPage {
    pub(crate) view: View,
    pub(crate) ticket: TicketView,
}

/// What its page shows.
pub(crate) struct TicketView {
    pub(crate) issue: Issue,
    pub(crate) comments: Vec<Comment>,
    pub(crate) moves: Vec<Move>,
    pub(crate) remark: Remark,
    pub(crate) told: Option<Told>,
}

/// A step of the workflow: a button, with what its screen asks for.
pub(crate) struct Move {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) to: Status,
    pub(crate) inputs: Vec<Input>,
    /// Whether it is the one that the visitor has tried.
    pub(crate) is_meant: bool,
}

/// A comment to be.
pub(crate) struct Remark {
    /// Its `Idempotency-Key`.
    pub(crate) key: String,
    pub(crate) input: Input,
}
