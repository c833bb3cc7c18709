//! Tickets of a project.

use juncture_views::jira::created::Created;
use juncture_views::jira::results::TicketResults;
use juncture_views::jira::tickets as views;
use serde_json::json;

use super::Jira;
use super::requests::{ListTickets, NewTicket, TicketOrder};
use crate::error::Error;

/// The tickets of a project: all of them, and new ones.
#[derive(Clone, Debug)]
pub struct Tickets<'a>(pub(super) &'a Jira);

impl Tickets<'_> {
    /// Every ticket of a project, newest first. Descriptions are Markdown.
    pub async fn list(&self, wanted: &ListTickets) -> Result<views::Tickets, Error> {
        self.0.read("get-tickets-for-project", wanted).await
    }

    /// Creates a ticket, once, though its answer is lost on the way.
    pub async fn create(&self, ticket: &NewTicket) -> Result<Created, Error> {
        self.0.create("create-ticket", ticket, None).await
    }

    /// The same with an idempotency key of your own: the same key and ticket within 24 hours make it once,
    /// whatever became of the first answer. 1 to 255 visible ASCII characters.
    pub async fn create_once(&self, ticket: &NewTicket, key: &str) -> Result<Created, Error> {
        self.0.create("create-ticket", ticket, Some(key)).await
    }

    /// Creates up to 500 tickets, and tells of each what became of it.
    pub async fn create_many(&self, tickets: &[TicketOrder]) -> Result<TicketResults, Error> {
        let takes = json!({"tickets": tickets});
        self.0.create("create-tickets", &takes, None).await
    }

    /// The same with an idempotency key of your own, with which it goes on where it stopped.
    pub async fn create_many_once(
        &self,
        tickets: &[TicketOrder],
        key: &str,
    ) -> Result<TicketResults, Error> {
        let takes = json!({"tickets": tickets});
        self.0.create("create-tickets", &takes, Some(key)).await
    }
}
