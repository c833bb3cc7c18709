//! What the command line can do, a file each.

pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod healthcheck;
pub(crate) mod import;
pub(crate) mod key;
pub(crate) mod listen;
pub(crate) mod llms;
pub(crate) mod manual;
pub(crate) mod project;
pub(crate) mod rotate_key;
pub(crate) mod sandbox;
pub(crate) mod serve;
mod stored;
pub(crate) mod tick;
