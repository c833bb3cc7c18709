//! The API of connections: the flow that makes one, and what callers may know of one.

pub mod admin;
pub mod connect;
pub mod connect_sessions;
pub mod connections;
pub mod event_endpoints;
pub mod events;
pub mod listed;
pub mod open;
mod page;
pub mod proxy;
mod sentences;
mod subject;
pub mod timeline;
pub mod try_again;
