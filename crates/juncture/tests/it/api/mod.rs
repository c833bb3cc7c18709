//! The HTTP API, by chapters of its documentation.

mod connections;
mod conventions;
mod dead_connections;
mod projects;
mod tickets;
mod upstream;
