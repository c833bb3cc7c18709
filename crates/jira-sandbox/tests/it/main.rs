//! What the sandbox promises, through its router and over real connections.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in what tests share as well"
)]

mod agile;
mod conformance;
mod control;
mod data;
mod faults;
mod fuzz;
mod gaps;
mod gateway;
mod issues;
mod jql;
mod jql_fields;
mod jql_help;
mod jql_history;
mod limits;
mod lists;
mod memberships;
mod oauth;
mod people;
mod projects;
mod search;
mod support;
mod versions;
mod webhooks;
mod world;
mod writes;
