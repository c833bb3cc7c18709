//! The shapes of what became of many tickets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::created::NewTicket;

/// What became of tickets that were to be created.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TicketResults {
    /// What became of each, in the order of the request.
    pub results: Vec<TicketResult>,
}

/// What became of a ticket that was to be created.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TicketResult {
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TicketFailure {
    /// A sentence, the same for ever.
    pub error: String,
    /// A stable slug for programs.
    pub code: String,
    /// True when only connecting again can help.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_reauthorization: bool,
    /// Which field and why, which scopes are missing, or what Jira said; empty if there is no more to say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, Value>,
}
