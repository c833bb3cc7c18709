//! The life of a connection: consent, the choice of a site, tokens.

mod callback;
mod expiries;
mod finalize;
mod owners;
mod refusals;
mod tokens;
