//! The shapes of what Juncture's HTTP API answers: plain data, which the server writes and a client reads.
//!
//! Members have the wire's meaning: what is absent or null there is `None` here. Words that this API or
//! Atlassian closes (`openapi.json` lists them) are texts here, for a newer Jira has others. A client
//! passes over members that it does not know.

pub mod admin;
pub mod connect;
pub mod connection;
pub mod connections;
pub mod event_endpoints;
pub mod events;
pub mod health;
pub mod jira;
mod raw;
#[cfg(feature = "openapi")]
pub mod schema;
pub mod timeline;
