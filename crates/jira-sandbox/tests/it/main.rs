//! What the sandbox promises, through its router and over real connections.
#![expect(
    clippy::unwrap_used,
    reason = "helpers are tests too; a surprise may end them"
)]

mod conformance;
mod control;
mod faults;
mod gateway;
mod issues;
mod jql;
mod oauth;
mod projects;
mod search;
mod support;
mod world;
