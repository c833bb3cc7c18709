//! `webhook`: registrations of OAuth apps, and what is sent to them.

mod announce;
mod body;
mod calls;
mod filter;
mod wish;

pub(crate) use announce::announce;
pub(super) use calls::routes;
