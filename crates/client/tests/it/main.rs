//! The client, against a real server before a sandbox.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod deep;
mod errors;
mod lost_answers;
mod operations;
mod options;
mod pages;
mod proxy;
mod readme;
mod requests;
mod support;
mod webhooks;
