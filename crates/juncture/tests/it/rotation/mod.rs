//! `juncture rotate-key` as a process of its own, beside servers that run on.

mod configured;
pub(crate) mod deployment;
mod forgotten;
mod killed;
mod online;
mod tampered;
