//! `webhook`: registrations of OAuth apps ([`calls`]), and what is sent to them ([`announce`]).

mod announce;
mod body;
mod calls;
mod wish;

pub(crate) use announce::announce;
pub(super) use calls::routes;
