//! Juncture: an integration server. It connects a product to its customers' Jira: OAuth with
//! rotating tokens, the choice of a site, and a plain HTTP API for projects and tickets.
//!
//! A request enters at [`router`], meets [`middleware`], and is handled in the module of what it is
//! about: [`connections`] for grants and tokens, [`providers`] for a product's own things, [`ui`] for
//! pages. All of them reach the world through [`app::App`]. `docs/ARCHITECTURE.md` walks the way.

pub mod accept;
pub mod api;
pub mod app;
pub mod auth;
pub mod cache;
pub mod config;
pub mod connection;
pub mod connections;
pub mod doctor;
pub mod environment;
pub mod events;
pub mod failure;
pub mod foreign;
pub mod health;
pub mod healthcheck;
pub mod idempotency;
pub mod jobs;
pub mod metrics;
pub mod middleware;
pub mod oauth;
pub mod passage;
pub mod project;
pub mod projects;
pub mod provider;
pub mod providers;
pub mod random;
pub mod rotation;
pub mod router;
pub mod seal;
pub mod server;
pub mod settled;
pub mod shutdown;
pub mod store;
pub mod telemetry;
pub mod timeline;
pub mod tokens;
pub mod ui;
pub mod upkeep;
pub mod web;
pub mod webhooks;
