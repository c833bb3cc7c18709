//! Refreshes: one at a time, never lost, and never at the price of a token that works.

mod ages;
mod clocks;
mod crashes;
mod crowds;
mod disk;
mod held;
mod lifetimes;
mod model;
mod outages;
mod random_kills;
mod replicas;
mod revoked;
mod stopped_database;
mod stops;
mod store;
mod wordless;
