//! The HTTP API, by chapters of its documentation.

mod connections;
mod conventions;
mod creation;
mod dead_connections;
mod deletion;
mod issues;
mod projects;
mod seed;
mod sprints;
mod statuses;
mod tickets;
mod upstream;
