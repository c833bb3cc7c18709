//! HTTP, for any door: what came, what is said of what went wrong, and who has called how often.

pub(crate) mod answer;
pub(crate) mod browser;
pub(crate) mod call;
pub mod caller;
pub mod caller_address;
pub mod error;
pub mod extract;
pub mod idempotency;
pub mod limit;
pub(crate) mod needs;
pub mod openapi;
pub(crate) mod refusals;
pub(crate) mod requests;
pub(crate) mod routes;
pub mod visit;
