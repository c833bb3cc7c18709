//! What can go wrong with the store. No variant shows the password of a database's URL.

use std::fmt::Display;
use std::path::PathBuf;

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
    /// The database cannot be opened or reached.
    #[error("cannot open the database {database}: {reason}")]
    Open {
        /// The database, without its password.
        database: String,
        /// The database's words, or the operating system's.
        reason: String,
    },
    /// A newer program has written this database.
    #[error(
        "the database {database} was written by a newer version of Juncture (it has migration {version}, which this one does not know); start that version, or restore a backup from before the upgrade"
    )]
    Newer {
        /// The database, without its password.
        database: String,
        /// The migration that is not known here.
        version: i64,
    },
    /// Its tables are none of this version's, nor of one before it that was released.
    #[error(
        "the database {database} has tables that this version of Juncture did not make and cannot take over (a version from before the first release made them, or another program): move it away or name another one in DATABASE_URL, bring the connections of an original deployment there by `juncture import`, and let other customers connect again"
    )]
    Foreign {
        /// The database, without its password.
        database: String,
    },
    /// The tables cannot be brought up to date.
    #[error("cannot migrate the database {database}: {reason}")]
    Migrate {
        /// The database, without its password.
        database: String,
        /// The database's words, or ours.
        reason: String,
    },
    /// A statement failed.
    #[error("the store does not answer")]
    Statement(#[source] sqlx::Error),
    /// A statement of the same transaction had failed before.
    #[error("the transaction has failed")]
    Failed,
    /// A file of a SQLite database is not the one that was opened.
    #[error(
        "the database file {0} was removed, moved or replaced while this server has it open; nothing is written until that very file is back. Put it back, or stop the server, put the right files in place, and start it again"
    )]
    Lost(PathBuf),
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
    /// The database did not answer in time. Whether it did what a commit asked, nobody knows.
    #[error("the store does not answer in time")]
    Timeout,
    /// A failure that several callers share.
    #[error(transparent)]
    Shared(std::sync::Arc<StoreError>),
    /// A row holds what no version of this program writes.
    #[error("{table}.{column}/{row} cannot be read: no version of Juncture writes what it holds")]
    Unreadable {
        /// Its table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The key of the row.
        row: String,
    },
}

impl StoreError {
    /// The store does not answer.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::Statement(sqlx::Error::PoolClosed)
    }

    /// A column of a row that cannot be read.
    pub fn unreadable(table: &'static str, column: &'static str, row: impl Display) -> Self {
        let row = row.to_string();
        Self::Unreadable { table, column, row }
    }

    /// Whether the store does answer, but what it holds in one row cannot be read.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        match self {
            Self::Unreadable { .. } => true,
            Self::Shared(shared) => shared.is_unreadable(),
            _ => false,
        }
    }

    /// What happened, in the words of the database or the operating system.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Statement(failed) => reason(failed),
            Self::Timeout => TOO_LATE.to_owned(),
            Self::Shared(shared) => shared.reason(),
            other => other.to_string(),
        }
    }

    /// Whether a row was refused because another one has its key.
    #[must_use]
    pub fn is_taken_key(&self) -> bool {
        let database = match self {
            Self::Statement(failed) => failed.as_database_error(),
            _ => None,
        };
        database.is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(failed: sqlx::Error) -> Self {
        match failed {
            sqlx::Error::PoolTimedOut => Self::Timeout,
            failed => Self::Statement(failed),
        }
    }
}

/// What functions on tables return.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why a database does not serve that keeps silent.
pub(super) const TOO_LATE: &str = "it does not answer in time";

/// Why a database does not serve, in one line.
pub(super) fn reason(refused: &sqlx::Error) -> String {
    match refused {
        sqlx::Error::Database(database) => database.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::PoolTimedOut => TOO_LATE.to_owned(),
        other => other.to_string(),
    }
}
