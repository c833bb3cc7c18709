//! What the sandbox promises, through its router and over real connections.

mod control;
mod faults;
mod gateway;
mod jql;
mod oauth;
mod search;
mod support;
mod world;
