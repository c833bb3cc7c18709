//! Work that goes on without being asked for.

mod going_on;
