//! The API of connections: the flow that makes one, and what callers may know of one.

pub mod choices;
pub mod connect;
pub mod connections;
pub(crate) mod subject;
