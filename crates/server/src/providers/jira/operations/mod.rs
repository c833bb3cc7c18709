//! What a caller may do with a customer's Jira: one file an operation, plain functions of a site and
//! arguments, without a word of HTTP. The doors say the sentences.

pub(super) mod add_comment;
pub(super) mod boards;
pub(super) mod changelog;
pub(super) mod comments;
pub(super) mod count;
pub(super) mod create;
pub(super) mod create_many;
pub(super) mod delete;
pub(super) mod details;
pub(super) mod edit;
pub(super) mod edit_comment;
pub(super) mod fields;
pub(super) mod given;
pub(super) mod issue_types;
pub(super) mod labels;
mod not_here;
mod parent;
pub(super) mod priorities;
pub(super) mod project;
pub(super) mod projects;
pub(super) mod resolutions;
mod revision;
mod rich_texts;
pub(super) mod search;
pub(super) mod sites;
pub(super) mod sprint_tickets;
pub(super) mod sprints;
pub(super) mod statuses;
pub(super) mod tickets;
pub(super) mod transition;
pub(super) mod transitions;
pub(super) mod users;
pub(super) mod writable_fields;
