//! A simulated Atlassian Cloud, for people who build against the real one.
//!
//! (tour follows)

mod clock;
mod control;
mod faults;
mod gateway;
mod jql;
mod oauth;
mod options;
mod pictures;
mod requests;
mod rest;
mod sandbox;
mod seed;
mod wire;
mod world;

pub use options::{
    Options, RefusedClient, RefusedCode, RefusedRefresh, SemanticJqlErrors, Switches,
};
pub use sandbox::Sandbox;
