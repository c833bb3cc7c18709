//! Bringing the tables up to date, safe with any number of processes that start at once.
//!
//! All steps run in one transaction behind one lock, which ends with it: nothing is half done, and
//! nothing outlives a connection that a pooler lends. sqlx's own migrator names its statements and
//! locks its session, both of which such a pooler breaks. Its files and its table are ours too.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr as _, raw_sql};

use crate::store::settings::Database;

use super::bound::within;
use super::error::{Result, StoreError, TOO_LATE, reason};
use super::tx::{Tx, change, on, query, query_as, query_scalar};

macro_rules! steps {
    ($($name:literal,)*) => {
        [$(($name, include_str!(concat!("../../migrations/", $name, ".sql")))),*]
    };
}

/// The files of `migrations/`, which a test holds this list against. A new one is a new line.
const STEPS: &[(&str, &str)] = &steps![
    "0001_project",
    "0002_connection",
    "0003_jira_connection",
    "0004_flow",
    "0005_operation",
    "0006_timeline",
    "0007_event",
    "0008_event_endpoint",
    "0009_event_sink",
];

static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let migrations = STEPS.iter().map(|(name, sql)| {
        let named = name.split_once('_').expect("a number, `_`, a description");
        let version = named.0.parse().expect("a number");
        let description = named.1.replace('_', " ");
        let sql = sql.into_sql_str();
        Migration::new(
            version,
            description.into(),
            MigrationType::Simple,
            sql,
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
});

/// How long one step, or the wait for another process that migrates, may take.
const BOUND: Duration = Duration::from_mins(10);

/// Lets one transaction in at a time, until it ends. The number says "juncture" in ASCII. SQLite
/// needs none: there a transaction that writes is alone anyway.
const LOCK_POSTGRES: &str = "SELECT pg_advisory_xact_lock(7670264892033721957)";

/// Runs the steps that a database lacks, in `tx`, and commits.
pub(super) async fn run(mut tx: Tx, database: &Database) -> Result<()> {
    let brought = bring_up_to_date(&mut tx, database).await;
    let committed = match brought {
        Ok(()) => tx.commit().await,
        failed => failed,
    };
    let reason = match committed {
        Err(StoreError::Statement(refused)) => reason(&refused),
        Err(StoreError::Timeout) => TOO_LATE.to_owned(),
        other => return other,
    };
    Err(failure(database, reason))
}

async fn bring_up_to_date(tx: &mut Tx, database: &Database) -> Result<()> {
    let missing = missing(tx, database).await?;
    let steps = missing.len();
    let is_new = steps == MIGRATIONS.iter().count();
    for migration in missing {
        apply(tx, migration).await?;
    }
    if is_new {
        tracing::debug!(steps, "made the tables");
    } else if steps > 0 {
        tracing::info!(steps, "brought the tables up to date");
    }
    Ok(())
}

/// How many steps a database lacks. It stays as it is: `tx` is rolled back.
pub(super) async fn look(mut tx: Tx, database: &Database) -> Result<usize> {
    Ok(missing(&mut tx, database).await?.len())
}

/// The steps that a database lacks, if those that it has are ours.
async fn missing(tx: &mut Tx, database: &Database) -> Result<Vec<&'static Migration>> {
    if let Tx::Postgres(postgres) = tx {
        within(BOUND, query(LOCK_POSTGRES).execute(&mut **postgres)).await?;
    }
    let applied = applied(tx).await?;
    if !is_ours(tx, &applied).await? {
        let database = database.to_string();
        return Err(StoreError::Foreign { database });
    }
    let is_unknown = |version: &&i64| !MIGRATIONS.version_exists(**version);
    if let Some(&version) = applied.keys().find(is_unknown) {
        let database = database.to_string();
        return Err(StoreError::Newer { database, version });
    }
    let mut missing = Vec::new();
    for migration in MIGRATIONS.iter() {
        match applied.get(&migration.version) {
            Some(checksum) if migration.checksum == *checksum => {}
            Some(_) => {
                let version = migration.version;
                let reason =
                    format!("its migration {version} is not that of this version of Juncture");
                return Err(failure(database, reason));
            }
            None => missing.push(migration),
        }
    }
    Ok(missing)
}

/// Whether what stands in a database has begun with our first step, or is yet to begin. The versions before
/// the first release had other steps of the same numbers.
async fn is_ours(tx: &mut Tx, applied: &BTreeMap<i64, Vec<u8>>) -> Result<bool> {
    if applied.is_empty() {
        return Ok(!has_connections(tx).await?);
    }
    let first = MIGRATIONS.iter().next().expect("there are steps");
    let checksum = applied.get(&first.version);
    Ok(checksum.is_some_and(|checksum| first.checksum == *checksum))
}

/// Whether there is a table `connection` where ours is to be made.
async fn has_connections(tx: &mut Tx) -> Result<bool> {
    const IN_SQLITE: &str =
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'connection'";
    const IN_POSTGRES: &str = "SELECT COUNT(*) FROM information_schema.tables \
        WHERE table_schema = current_schema() AND table_name = 'connection'";
    let sql = match tx {
        Tx::Sqlite(_) => IN_SQLITE,
        Tx::Postgres(_) => IN_POSTGRES,
    };
    let tables: i64 = on!(tx, |db| query_scalar(sql).fetch_one(db))?;
    Ok(tables > 0)
}

fn failure(database: &Database, reason: String) -> StoreError {
    let database = database.to_string();
    StoreError::Migrate { database, reason }
}

/// The checksum of every step that this database has seen.
async fn applied(tx: &mut Tx) -> Result<BTreeMap<i64, Vec<u8>>> {
    const CREATE: &str = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY NOT NULL, \
        description TEXT NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, \
        success BOOLEAN NOT NULL, checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL)";
    const LIST: &str = "SELECT version, checksum FROM _sqlx_migrations";
    change!(tx, query(CREATE))?;
    let applied: Vec<(i64, Vec<u8>)> = on!(tx, |db| query_as(LIST).fetch_all(db))?;
    Ok(applied.into_iter().collect())
}

async fn apply(tx: &mut Tx, migration: &Migration) -> Result<()> {
    const NOTE: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
        VALUES ($1, $2, TRUE, $3, -1)";
    let step = raw_sql(migration.sql.clone());
    match tx {
        Tx::Sqlite(tx) => within(BOUND, step.execute(&mut **tx)).await.map(drop),
        Tx::Postgres(tx) => within(BOUND, step.execute(&mut **tx)).await.map(drop),
    }?;
    change!(
        tx,
        query(NOTE)
            .bind(migration.version)
            .bind(&*migration.description)
            .bind(&*migration.checksum)
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[tokio::test]
    async fn every_file_is_a_step_and_reads_as_sqlx_reads_it() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let files = Migrator::new(folder.as_path()).await.unwrap();
        let parts = |migrator: &Migrator| -> Vec<_> {
            let parts = migrator.iter().map(|step| {
                let description = step.description.clone().into_owned();
                (
                    step.version,
                    description,
                    step.checksum.clone().into_owned(),
                )
            });
            parts.collect()
        };
        assert_eq!(parts(&MIGRATIONS), parts(&files));
    }
}
