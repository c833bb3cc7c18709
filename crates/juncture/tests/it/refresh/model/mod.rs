//! The refresh as a model: two whole servers on one store, whose requests, answers, pauses, crashes
//! and troubles come in an order that the test decides.
//!
//! Nothing of the refresh is written down a second time here: the servers are the real ones, each on
//! a runtime of its own; Atlassian is the sandbox, which is also asked what is true. [`explore`]
//! walks through every order of a few events, [`random`] through orders of many.
//!
//! The store is SQLite whatever `TEST_STORE` says: the protocol is the same on PostgreSQL, where other
//! tests hold its statements to the same, and here a trigger notes every state that a row has had.

mod case;
mod checks;
mod clock;
mod explore;
mod fingerprint;
mod finish;
mod observer;
mod process;
mod random;
mod schedule;
mod world;
