//! The OpenAPI document: whether it tells all, in a way that programs can use.

mod told;
