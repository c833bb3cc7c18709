//! `juncture import`: an original deployment, made from its documented tables, and what arrives of it.

mod again;
mod arrival;
mod broken;
mod killed;
mod meanwhile;
pub(crate) mod original;
mod projects;
mod refused;
pub(crate) mod rows;
pub(crate) mod target;
mod tokens;
