//! SQLite: one file, one writer, many readers.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::SqlitePool;
use sqlx::error::DatabaseError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::error::{Result, StoreError, reason};
use super::tx::{BOUND, Tx, within};

/// How long a transaction waits for another process that writes: less than the bound, so that the
/// error is SQLite's own.
const BUSY_TIMEOUT: Duration = Duration::from_secs(4);

/// How long the opening of the file waits before it tries again.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

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
        let write = connect(&options)
            .await
            .map_err(|refused| StoreError::Open {
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

fn pool(connections: u32, patience: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(patience)
}

/// Opens the writer's connection. The first process on a new file switches it to a write-ahead log,
/// which SQLite refuses at once while another process is about to do so: here it waits as long as for
/// anything else that others have locked.
#[expect(
    clippy::disallowed_methods,
    reason = "another process takes real time, whatever the clock says"
)]
async fn connect(options: &SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    let began = Instant::now();
    loop {
        let connected = pool(1, QUEUE).connect_with(options.clone()).await;
        match connected {
            Err(refused) if is_busy(&refused) && began.elapsed() < BUSY_TIMEOUT => {
                tokio::time::sleep(BUSY_PAUSE).await;
            }
            other => return other,
        }
    }
}

/// Whether it is SQLite's `SQLITE_BUSY` (<https://sqlite.org/rescode.html#busy>) or one of its kinds,
/// which differ above the lowest byte.
fn is_busy(refused: &sqlx::Error) -> bool {
    const BUSY: u32 = 5;
    let code = refused.as_database_error().and_then(DatabaseError::code);
    let code = code.and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == BUSY)
}

/// The folder in which the database, and beside it the key file, stand.
#[must_use]
pub fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
