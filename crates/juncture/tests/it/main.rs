//! Everything the server promises, asked through its public interface: the router in process with a
//! real sandbox behind it, or the built binary over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accept;
mod api;
mod binary;
mod cache;
mod configuration;
mod crooked;
mod deployment;
mod doctor;
mod events;
mod foreign;
mod healthcheck;
mod hot_path;
mod house;
mod import;
mod jobs;
mod kills;
mod listen;
mod log;
mod manual;
mod oauth;
mod openapi;
mod pages;
mod patience;
mod postgres;
mod projects;
mod proxy;
mod reference;
mod refresh;
mod replicas;
mod rotation;
mod secrets;
mod sessions;
mod settled;
mod signatures;
mod sink;
mod start;
mod starting_at_once;
mod store;
mod strangers;
mod support;
mod webhooks;
