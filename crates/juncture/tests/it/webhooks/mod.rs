//! Deliveries: what waits for endpoints, and how it gets there.

mod collector;
mod delivering;
mod failing;
mod kills;
mod lanes;
mod prompt;
mod rows;
mod scene;
mod search;
mod steps;
mod window;
