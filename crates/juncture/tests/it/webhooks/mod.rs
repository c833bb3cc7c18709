//! Deliveries: what waits for endpoints, and how it gets there.

mod delivering;
mod failing;
mod lanes;
mod pace;
mod rows;
mod scene;
mod search;
