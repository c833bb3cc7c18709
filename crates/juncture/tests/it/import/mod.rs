//! `juncture import`: an original deployment, made from its documented tables, and what arrives of it.

mod again;
mod arrival;
mod broken;
mod killed;
mod meanwhile;
mod original;
mod refused;
mod rows;
mod target;
mod tokens;
