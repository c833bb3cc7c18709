//! The OpenAPI document: whether it tells all, in a way that programs can use, and what it has promised.

mod changes;
mod releases;
mod shape;
mod told;
