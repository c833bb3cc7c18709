//! Work that goes on: a panic of one piece stops no other, and not itself; and what is due is done when somebody
//! asks.

mod going_on;
mod on_request;
