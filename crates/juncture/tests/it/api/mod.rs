//! The HTTP API, by chapters of its documentation.

mod after_writes;
mod changelog;
mod connections;
mod conventions;
mod creation;
mod dead_connections;
mod deletion;
mod descriptions;
mod endless;
mod field_types;
mod finding_out;
mod given_fields;
mod help;
mod issues;
mod jql;
mod neighbours;
mod projects;
mod search;
mod search_pages;
mod seed;
mod site_unavailable;
mod sprints;
mod statuses;
mod tickets;
mod upstream;
mod wanted;
