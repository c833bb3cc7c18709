//! What a caller may do with a customer's Jira: one file an operation, plain functions of a site and
//! arguments, without a word of HTTP. The doors say the sentences.

pub(super) mod boards;
pub(super) mod create;
pub(super) mod delete;
mod description;
pub(super) mod details;
pub(super) mod edit;
pub(super) mod projects;
pub(super) mod sites;
pub(super) mod sprint_tickets;
pub(super) mod sprints;
pub(super) mod tickets;
