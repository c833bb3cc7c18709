//! Refreshes: one at a time, never lost, and never at the price of a token that works.

mod ages;
mod crowds;
mod held;
mod outages;
mod revoked;
mod stopped_database;
mod store;
