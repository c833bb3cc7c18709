//! The life of a connection, without a word of HTTP: [`consent`] sends the customer to the provider and
//! takes the answer, [`finalize`] lets them pick what to connect and makes the connection, and
//! [`delete`] ends it; a [`session`] is a flow that a back end has prepared; [`validity`] tells how it stands. [`tokens`](crate::tokens) keeps it usable meanwhile. None of them knows a
//! provider by name.

pub mod consent;
pub mod delete;
pub mod finalize;
mod flow;
mod grant;
pub mod session;
pub mod validity;
