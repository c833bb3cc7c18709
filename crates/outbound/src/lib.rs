//! The only way out of Juncture: the one HTTP client, bodies that are read to a bound, the wait that an
//! answer asks for, the pace at which others may be called, calls of others that are passed on, and requests
//! to URLs that others have chosen.
//!
//! It knows no provider: what a provider's headers say of its limits is read where its client is.

mod body;
mod client;
pub mod forward;
pub mod guard;
pub mod pace;
mod retry_after;
mod tls;

pub use body::read_at_most;
pub use client::Http;
pub use retry_after::retry_after;
pub use tls::use_ring;
