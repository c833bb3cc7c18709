//! The API of connections: the flow that makes one, and what callers may know of one.

pub mod admin;
pub mod connect;
pub mod connections;
pub mod listed;
mod page;
pub mod proxy;
mod subject;
pub mod timeline;
