//! What a demo is given, and why it may not start or not end well.

use juncture_server::environment::reader::Problems;
use juncture_server::server::StartError;

/// The size of a demo, and where its example app listens.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many tickets the first project of the sandbox holds.
    pub issues: usize,
    /// The loopback port of the example app; 0 takes a free one.
    pub port: u16,
}

/// Why a demo did not start, or did not end well. Each is one clear sentence.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// No folder for the database.
    #[error("cannot make a folder for the demo's database: {0}")]
    Folder(std::io::Error),
    /// The demo's own configuration is refused.
    #[error(transparent)]
    Config(#[from] Problems),
    /// The server does not start, or an address is taken.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The walk met something else than it should.
    #[error("demo check failed: {0}")]
    Check(String),
}
