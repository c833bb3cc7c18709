//! SQLite: one file, one writer, many readers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::error::{Result, StoreError, reason};
use super::tx::{BOUND, Tx, within};

/// How long a transaction waits for another process that writes: less than the bound, so that the
/// error is SQLite's own.
const BUSY_TIMEOUT: Duration = Duration::from_secs(4);
const READERS: u32 = 8;

/// How long a transaction of this process waits for its turn to write. The queue moves, each turn
/// takes a few milliseconds of the disk's time, and to fail would help nobody.
const QUEUE: Duration = Duration::from_secs(20);

/// An open file.
#[derive(Clone, Debug)]
pub(super) struct File {
    read: SqlitePool,
    /// One connection: SQLite has one writer, and waiting for it here is fair.
    write: SqlitePool,
}

impl File {
    /// Opens the file at `path`, making it and its folder as needed.
    pub(super) async fn open(path: &Path) -> Result<Self> {
        let folder = folder_of(path);
        std::fs::create_dir_all(&folder).map_err(|reason| StoreError::Folder { folder, reason })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A committed token rotation must survive a power cut; writes are rare.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = |connections, patience| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(patience)
        };
        let opened = pool(1, QUEUE).connect_with(options.clone()).await;
        let write = opened.map_err(|refused| StoreError::Open {
            database: path.display().to_string(),
            reason: reason(&refused),
        })?;
        let read = pool(READERS, BOUND).connect_lazy_with(options.read_only(true));
        Ok(Self { read, write })
    }

    pub(super) async fn begin_read(&self) -> Result<Tx> {
        within(BOUND, self.read.begin()).await.map(Tx::Sqlite)
    }

    /// Holds SQLite's write lock from here, so that the transaction cannot fail half way because
    /// another one wrote first.
    pub(super) async fn begin_write(&self) -> Result<Tx> {
        let begun = within(QUEUE, self.write.begin_with("BEGIN IMMEDIATE"));
        begun.await.map(Tx::Sqlite)
    }

    pub(super) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// The folder in which the database, and beside it the key file, stand.
#[must_use]
pub fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
