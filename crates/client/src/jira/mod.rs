//! One customer's Jira.

mod agile;
mod comments;
mod issues;
mod projects;
mod proxy;
mod requests;
mod site;
mod tickets;

use std::sync::Arc;

use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::answer::{self, Read};
use crate::error::Error;
use crate::transport::{Call, Does, Transport, parameters};

pub use agile::{Boards, Sprints};
pub use comments::Comments;
pub use issues::Issues;
pub use projects::Projects;
pub use proxy::ProxyCall;
pub use requests::{
    AssignableUsers, Category, Change, CommentChanges, IssueChanges, ListTickets, NewComment,
    NewTicket, SearchIssues, SearchUsers, Target, TicketOrder, Transition,
};
pub use site::{Fields, Site, Users};
pub use tickets::Tickets;

/// One customer's Jira. Where a project may be named, it is by id or key, and the selected one if none is.
#[derive(Clone, Debug)]
pub struct Jira {
    transport: Arc<Transport>,
    external_id: String,
}

impl Jira {
    pub(crate) fn new(transport: Arc<Transport>, external_id: String) -> Self {
        Self {
            transport,
            external_id,
        }
    }

    /// The projects of the site, and which of them is selected.
    #[must_use]
    pub fn projects(&self) -> Projects<'_> {
        Projects(self)
    }

    /// The tickets of a project: all of them, and new ones.
    #[must_use]
    pub fn tickets(&self) -> Tickets<'_> {
        Tickets(self)
    }

    /// Single issues, and searches for them.
    #[must_use]
    pub fn issues(&self) -> Issues<'_> {
        Issues(self)
    }

    /// The comments of issues.
    #[must_use]
    pub fn comments(&self) -> Comments<'_> {
        Comments(self)
    }

    /// The boards of a project.
    #[must_use]
    pub fn boards(&self) -> Boards<'_> {
        Boards(self)
    }

    /// The sprints of a project.
    #[must_use]
    pub fn sprints(&self) -> Sprints<'_> {
        Sprints(self)
    }

    /// The fields of issues.
    #[must_use]
    pub fn fields(&self) -> Fields<'_> {
        Fields(self)
    }

    /// The people of the site.
    #[must_use]
    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// What there is on the site to choose from.
    #[must_use]
    pub fn site(&self) -> Site<'_> {
        Site(self)
    }

    /// Asks for something; what is asked may be asked again.
    async fn read<T: DeserializeOwned>(
        &self,
        name: &str,
        takes: &impl Serialize,
    ) -> Result<T, Error> {
        let (method, does) = (Method::GET, Does::Read);
        self.send(method, name, does, takes, None, answer::json)
            .await
    }

    /// The same where the question is too long for an address.
    async fn search<T: DeserializeOwned>(
        &self,
        name: &str,
        takes: &impl Serialize,
    ) -> Result<T, Error> {
        let (method, does) = (Method::POST, Does::Read);
        self.send(method, name, does, takes, None, answer::json)
            .await
    }

    /// Changes something. If the answer is lost, nobody knows whether it was changed.
    async fn write<T>(
        &self,
        method: Method,
        name: &str,
        takes: &impl Serialize,
        read: Read<T>,
    ) -> Result<T, Error> {
        self.send(method, name, Does::Write, takes, None, read)
            .await
    }

    /// Makes something, once for its key.
    async fn create<T: DeserializeOwned>(
        &self,
        name: &str,
        takes: &impl Serialize,
        key: Option<&str>,
    ) -> Result<T, Error> {
        let (method, does) = (Method::POST, Does::Create);
        self.send(method, name, does, takes, key, answer::json)
            .await
    }

    async fn send<T>(
        &self,
        method: Method,
        name: &str,
        does: Does,
        takes: &impl Serialize,
        idempotency_key: Option<&str>,
        read: Read<T>,
    ) -> Result<T, Error> {
        let mut parameters = parameters(takes)?;
        let id = Value::String(self.external_id.clone());
        parameters.insert("external_id".to_owned(), id);
        let call = Call {
            method,
            path: &format!("/api/backend/jira/{name}"),
            does,
            parameters,
            idempotency_key,
            needs_key: true,
        };
        self.transport.send(call, read).await
    }
}
