//! SQLite: one file, one writer, many readers.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::error::DatabaseError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Sqlite, SqliteConnection, SqlitePool};

use super::bound::{BOUND, within};
use super::committed::Committed;
use super::error::{Result, StoreError, reason};
use super::files::{self, Files};
use super::transaction::{Plain as _, Transaction};
use super::tx::Tx;

/// How long a transaction waits for another process that writes: less than the bound, so that the
/// error is SQLite's own.
const BUSY_TIMEOUT: Duration = Duration::from_secs(4);

/// How long the opening of the file waits before it tries again.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

const READERS: u32 = 8;

/// What a connection that reads keeps of the file in memory: 128 KiB
/// (<https://sqlite.org/pragma.html#pragma_cache_size>). The system keeps all of it that it can, once for all of them,
/// and what another connection writes makes a reader forget its own. Each page is a piece of memory by itself: those
/// that go leave holes between what has come meanwhile and stays.
const PAGES: &str = "-128";

/// What the connection that writes keeps of it: 2 MiB, as many pages as a transaction of deliveries touches.
const PAGES_OF_WRITER: &str = "-2048";

/// How long a transaction of this process waits for its turn to write. The queue moves, each turn
/// takes a few milliseconds of the disk's time, and to fail would help nobody.
const QUEUE: Duration = Duration::from_secs(20);

/// An open file.
#[derive(Clone, Debug)]
pub(super) struct File {
    read: SqlitePool,
    /// One connection: SQLite has one writer, and waiting for it here is fair.
    write: SqlitePool,
    files: Arc<Files>,
    keeper: Arc<Keeper>,
}

/// A connection that nobody uses. While it is open SQLite deletes none of its files, however many
/// others are closed because something failed; and closed last, it brings what is in the write-ahead
/// log into the file, though the log's name be gone.
#[derive(Debug)]
struct Keeper(Mutex<Option<SqliteConnection>>);

/// A transaction, and for one that writes the files that must still be there.
#[derive(Debug)]
pub struct SqliteTx {
    pub(crate) transaction: Transaction<Sqlite>,
    writes_to: Option<Arc<Files>>,
}

impl File {
    /// Opens the file at `path`, making it and its folder as needed.
    pub(super) async fn open(path: &Path) -> Result<Self> {
        files::prepare(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            // A file that is gone must not be made anew by a connection that replaces another one.
            .create_if_missing(false)
            .journal_mode(SqliteJournalMode::Wal)
            // A committed token rotation must survive a power cut; writes are rare.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .pragma("cache_size", PAGES)
            .busy_timeout(BUSY_TIMEOUT);
        let opened = async {
            let options_of_writer = options.clone().pragma("cache_size", PAGES_OF_WRITER);
            let write = connect(&options_of_writer).await?;
            let mut keeper = options.connect().await?;
            // A connection opens the log when it first reads.
            Sqlite::run(&mut keeper, "SELECT 1 FROM sqlite_schema LIMIT 1").await?;
            Ok((write, keeper))
        };
        let (write, keeper) = opened
            .await
            .map_err(|refused: sqlx::Error| StoreError::Open {
                database: path.display().to_string(),
                reason: reason(&refused),
            })?;
        let read = pool(READERS, BOUND).connect_lazy_with(options.read_only(true));
        Ok(Self {
            read,
            write,
            files: Arc::new(Files::of(path)),
            keeper: Arc::new(Keeper(Mutex::new(Some(keeper)))),
        })
    }

    pub(super) async fn begin_read(&self) -> Result<Tx> {
        let begun = async {
            let connection = match self.files.check() {
                Ok(()) => self.read.acquire().await?,
                // Who has the old file open goes on reading it; nobody opens the one in its place.
                Err(lost) => self.read.try_acquire().ok_or(lost)?,
            };
            let begun = Transaction::begin(connection, "BEGIN", None);
            Ok::<_, StoreError>(begun.await?)
        };
        Ok(Tx::Sqlite(SqliteTx {
            transaction: within(BOUND, begun).await?,
            writes_to: None,
        }))
    }

    /// Holds SQLite's write lock from here, so that the transaction cannot fail half way because
    /// another one wrote first.
    pub(super) async fn begin_write(&self, committed: Option<Committed>) -> Result<Tx> {
        self.files.check()?;
        let begun = async {
            let connection = self.write.acquire().await?;
            Transaction::begin(connection, "BEGIN IMMEDIATE", committed).await
        };
        let mut begun = SqliteTx {
            transaction: within(QUEUE, begun).await?,
            writes_to: Some(self.files.clone()),
        };
        begun.check_files()?;
        Ok(Tx::Sqlite(begun))
    }

    /// Whether it is open, and its files are where they were.
    pub(super) fn check(&self) -> Result<()> {
        if self.write.is_closed() {
            return Err(StoreError::Closed);
        }
        self.files.check()
    }

    pub(super) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
        let keeper = self.keeper.0.lock();
        let keeper = keeper.unwrap_or_else(PoisonError::into_inner).take();
        if let Some(keeper) = keeper {
            // What it leaves in the log the next start finds there.
            drop(keeper.close().await);
        }
    }
}

impl SqliteTx {
    /// Whether what is written is written to where it will be found.
    fn check_files(&mut self) -> Result<()> {
        let checked = self
            .writes_to
            .as_ref()
            .map_or(Ok(()), |files| files.check());
        if checked.is_err() {
            // Its connection may be one to the file that has taken the place.
            self.transaction.condemn();
        }
        checked
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        self.check_files()?;
        self.transaction.commit().await
    }
}

impl Deref for SqliteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for SqliteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
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
