//! `juncture import`: takes the connections of an original deployment over, with their ids, times and
//! selections, so that no customer has to connect again.
//!
//! A run walks the original page by page (`original`), judges each connection (`judge`), writes a page
//! in one transaction (`batch`), and tells what became of each (`report`). It keeps no place of its
//! own: one that was killed goes on when it is run again, because what is here already is left alone.
//! It never calls a provider, and never writes to the original.

mod batch;
mod jira;
mod judge;
mod original;
mod provider_rows;
mod reason;
mod report;
mod row;

use std::path::PathBuf;
use std::sync::Arc;

use juncture_clock::Clock;

use juncture_server::project::ProjectId;
use juncture_server::seal::Sealer;
use juncture_server::store::settings::PostgresConfig;
use juncture_server::store::{Store, StoreError};

pub use original::OriginalError;
pub use report::ReportError;

use original::Original;
use report::Report;

/// How to import.
#[derive(Debug)]
pub struct Options {
    /// The original's database.
    pub from: PostgresConfig,
    /// Whether to take newer tokens for connections that an earlier run took and nobody used here.
    pub renew_unused: bool,
    /// A file for the connections that are not taken, as lines of JSON.
    pub report: Option<PathBuf>,
}

/// Where the connections are to be.
pub struct Target {
    /// The project whose they will be.
    pub project: ProjectId,
    /// Our store.
    pub store: Store,
    /// Seals their tokens.
    pub sealer: Arc<Sealer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why an import did not come to its end. What it has taken is here; it can be run again.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The original.
    #[error(transparent)]
    Original(#[from] OriginalError),
    /// Our store.
    #[error("cannot write what was read")]
    Store(#[from] StoreError),
    /// The report.
    #[error(transparent)]
    Report(#[from] ReportError),
}

/// Takes over what can be taken, and tells whether that is all. `say` gets the lines of the report,
/// `tell` those of the progress.
pub async fn run(
    target: &Target,
    options: &Options,
    say: impl Fn(&str),
    tell: impl Fn(&str),
) -> Result<bool, ImportError> {
    let mut report = Report::open(options.report.as_deref(), say)?;
    let mut original = Original::open(&options.from).await?;
    let total = original.count().await?;
    loop {
        let page = original.next_connections().await?;
        if page.is_empty() {
            break;
        }
        let outcomes = batch::take(target, options, &mut original, &page).await?;
        for (connection, outcome) in page.iter().zip(outcomes) {
            report.add(connection, outcome)?;
        }
        tell(&report.progress(total));
    }
    loop {
        let page = original.next_strays().await?;
        if page.is_empty() {
            break;
        }
        for stray in &page {
            report.add_stray(stray)?;
        }
    }
    original.close().await?;
    Ok(report.finish()?)
}
