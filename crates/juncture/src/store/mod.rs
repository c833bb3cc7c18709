//! The store: one SQLite file that holds all that must not be lost.
//!
//! Functions that read or write a table stand in its module and take a [`Tx`], so that a handler
//! decides what is one transaction. What is not committed when a `Tx` drops is rolled back.

pub mod changes;
pub mod connections;
pub mod deleted_connections;
pub mod idempotency_keys;
pub mod pending;
pub mod refreshes;
pub mod used_states;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// A transaction of the store.
pub type Tx = Transaction<'static, Sqlite>;

/// How long a statement waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 8;

/// The open database.
#[derive(Clone, Debug)]
pub struct Store {
    read: SqlitePool,
    /// One connection: SQLite has one writer, and waiting for it here is fair.
    write: SqlitePool,
}

/// The store does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder of the database cannot be made.
    #[error("cannot create the folder {folder} for the database: {reason}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The operating system's words.
        reason: std::io::Error,
    },
    /// The file cannot be opened as a database.
    #[error("cannot open the database {path}: {reason}")]
    Open {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        reason: String,
    },
    /// A newer program has written this database.
    #[error(
        "the database {path} was written by a newer version of Juncture (it has migration {version}, which this one does not know); start that version, or restore a backup from before the upgrade"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The migration that is not known here.
        version: i64,
    },
    /// The tables cannot be brought up to date.
    #[error("cannot migrate the database {path}")]
    Migrate {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: MigrateError,
    },
    /// A statement failed.
    #[error("the store does not answer")]
    Statement(#[from] sqlx::Error),
    /// A failure that several callers share.
    #[error(transparent)]
    Shared(std::sync::Arc<StoreError>),
    /// A row holds what no version of this program writes.
    #[error("the store holds an impossible value in {0}")]
    Impossible(&'static str),
}

/// What functions on tables return.
pub type Result<T> = std::result::Result<T, StoreError>;

impl Store {
    /// Opens the database at `path`, making its folder, the file and its tables as needed.
    pub async fn open(path: &Path) -> Result<Self> {
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
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(BUSY_TIMEOUT)
        };
        let opened = pool(1).connect_with(options.clone()).await;
        let write = opened.map_err(|refused| StoreError::Open {
            path: path.to_owned(),
            reason: reason(&refused),
        })?;
        migrate(&write, path).await?;
        let read = pool(READERS).connect_lazy_with(options.read_only(true));
        Ok(Self { read, write })
    }

    /// A transaction that only reads.
    pub async fn begin_read(&self) -> Result<Tx> {
        Ok(self.read.begin().await?)
    }

    /// A transaction that writes; it holds SQLite's write lock from here, so it cannot fail half way
    /// because another one wrote first.
    pub async fn begin_write(&self) -> Result<Tx> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Whether the store answers.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1 FROM connection LIMIT 1")
            .fetch_optional(&self.read)
            .await?;
        Ok(())
    }

    /// Waits for running statements and closes the file.
    pub async fn close(&self) {
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

async fn migrate(pool: &SqlitePool, path: &Path) -> Result<()> {
    MIGRATIONS.run(pool).await.map_err(|refused| match refused {
        MigrateError::VersionMissing(version) => StoreError::Newer {
            path: path.to_owned(),
            version,
        },
        source => StoreError::Migrate {
            path: path.to_owned(),
            source,
        },
    })
}

fn reason(refused: &sqlx::Error) -> String {
    match refused {
        sqlx::Error::Database(database) => database.message().to_owned(),
        other => other.to_string(),
    }
}
