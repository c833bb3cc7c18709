//! What the sandbox promises, through its router and over real connections.

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
