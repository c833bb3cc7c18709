//! What has happened.

use juncture_views::events::{Erasure, Event, Events as EventPage};
use reqwest::Method;
use serde::Serialize;
use serde_json::json;

use crate::answer;
use crate::error::Error;
use crate::transport::{Call, Does, Transport, parameters};

const PATH: &str = "/api/backend/events";

/// How long one call of [`Feed`] waits: the longest that there is.
const WAIT: u16 = 25;

/// Which events, and from where on. What is `None` is not asked for.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListEvents {
    /// Behind what to go on: the `next_cursor` of the page before, the `cursor` of an event, or `latest`.
    pub after: Option<String>,
    /// Those of this customer alone, by your own id.
    pub external_id: Option<String>,
    /// Those of these types alone, by commas.
    pub types: Option<String>,
    /// How many at most: 1 to 500, and 100 if it is absent.
    pub limit: Option<u16>,
    /// How many seconds to wait where there is none yet: up to 25, and 0 if it is absent.
    pub wait: Option<u16>,
}

/// Whose events are to be erased.
#[derive(Clone, Debug)]
pub enum Whose {
    /// Those of the connection with this id.
    Connection(String),
    /// Those of the customer with this external id.
    Customer(String),
    /// Those about this account of a provider, by the provider's id.
    Account {
        /// The provider: `jira`.
        provider: String,
        /// The id.
        id: String,
    },
}

/// Events of all your connections, in one order.
#[derive(Clone, Debug)]
pub struct Events<'a>(pub(crate) &'a Transport);

impl Events<'_> {
    /// What has happened behind a cursor, in order, and the cursor to go on with.
    pub async fn list(&self, which: &ListEvents) -> Result<EventPage, Error> {
        let call = Call {
            method: Method::GET,
            path: PATH,
            does: Does::Read,
            parameters: parameters(which)?,
            idempotency_key: None,
            needs_key: true,
        };
        self.0.send(call, answer::json).await
    }

    /// Takes out of events what they tell and whose they were. Call again while there may be more.
    pub async fn erase(&self, whose: &Whose) -> Result<Erasure, Error> {
        let whose = match whose {
            Whose::Connection(id) => json!({"connection_id": id}),
            Whose::Customer(id) => json!({"external_id": id}),
            Whose::Account { provider, id } => json!({"provider": provider, "account_id": id}),
        };
        let call = Call {
            method: Method::DELETE,
            path: PATH,
            does: Does::Write,
            parameters: parameters(&whose)?,
            idempotency_key: None,
            needs_key: true,
        };
        self.0.send(call, answer::json).await
    }
}

/// A reader of the feed, who goes on where the last page has ended.
#[derive(Clone, Debug)]
pub struct Feed {
    transport: Transport,
    which: ListEvents,
}

impl Feed {
    pub(crate) fn new(transport: &Transport, which: ListEvents) -> Self {
        let wait = which.wait.or(Some(WAIT));
        Self {
            transport: transport.clone(),
            which: ListEvents { wait, ..which },
        }
    }

    /// The next events, waited for as long as it takes. Keep [`cursor`](Self::cursor) with what you make of them.
    pub async fn next(&mut self) -> Result<Vec<Event>, Error> {
        loop {
            let page = Events(&self.transport).list(&self.which).await?;
            self.which.after = Some(page.next_cursor);
            if !page.data.is_empty() {
                return Ok(page.data);
            }
        }
    }

    /// Behind what it goes on; none before the first page, if none was given.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.which.after.as_deref()
    }
}
