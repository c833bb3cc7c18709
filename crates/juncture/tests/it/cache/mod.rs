//! The cache: one contract on every back end, and what its outages cost.

mod contract;
mod doors;
mod outages;
mod servers;
mod sharing;
