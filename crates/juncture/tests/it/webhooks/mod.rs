//! Deliveries: what waits for endpoints, and how it gets there.

mod lanes;
mod rows;
mod search;
