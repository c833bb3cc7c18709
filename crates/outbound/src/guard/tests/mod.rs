//! What the guard reaches, and what it does not: counted by listeners, not by its own word.

mod answers;
mod kept;
mod reach;
mod support;
mod tls;
