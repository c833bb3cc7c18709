//! The parts of a run: each measures one thing and prints its table.

pub(crate) mod beside;
pub(crate) mod deliveries;
pub(crate) mod feed;
pub(crate) mod floor;
pub(crate) mod hot;
pub(crate) mod keys;
pub(crate) mod lists;
pub(crate) mod memory;
pub(crate) mod points;
pub(crate) mod reads;
pub(crate) mod size;
pub(crate) mod start;
pub(crate) mod stores;
