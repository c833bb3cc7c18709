//! `timeline_entry`: what happened to connections, by ids that order.

use std::collections::HashSet;

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Result, Tx, change, from_row, on, push_list, query, query_as};

/// How many entries a connection has at most.
pub const MOST: i64 = 1_000;

/// What happened to a connection.
#[derive(Debug)]
pub struct EntryRow {
    /// Its id, which says when it happened.
    pub entry_id: Uuid,
    /// In a word.
    pub kind: String,
    /// What there is to say besides, as JSON.
    pub detail: Option<String>,
}

from_row!(EntryRow {
    entry_id,
    kind,
    detail
});

/// Those of these connections that there are. On PostgreSQL they stay until the end of the transaction.
pub async fn hold(tx: &mut Tx, connections: &[Uuid]) -> Result<HashSet<Uuid>> {
    const THERE: &str = "SELECT connection_id FROM connection WHERE connection_id";
    // The connection first, as in every transaction, and each in the same order.
    const HELD: &str = " ORDER BY connection_id FOR KEY SHARE";
    let is_shared = matches!(tx, Tx::Postgres(_));
    let there: Vec<(Uuid,)> = on!(tx, |db| async {
        let mut there = QueryBuilder::new(THERE);
        push_list(&mut there, connections);
        if is_shared {
            there.push(HELD);
        }
        let there = there.build_query_as().persistent(false);
        there.fetch_all(db).await
    })?;
    Ok(there.into_iter().map(|(id,)| id).collect())
}

/// Adds entries to a connection that is there, and takes away what are too many. Those that are there by their
/// ids stay as they are.
pub async fn insert(tx: &mut Tx, connection: Uuid, entries: &[EntryRow]) -> Result<()> {
    const INSERT: &str = "INSERT INTO timeline_entry (entry_id, connection_id, kind, detail) ";
    if entries.is_empty() {
        return Ok(());
    }
    let inserted = on!(&mut *tx, |db| async {
        let mut insert = QueryBuilder::new(INSERT);
        insert.push_values(entries, |mut values, entry| {
            values
                .push_bind(entry.entry_id)
                .push_bind(connection)
                .push_bind(&entry.kind)
                .push_bind(&entry.detail);
        });
        insert.push(" ON CONFLICT (entry_id) DO NOTHING");
        let inserted = insert.build().persistent(false).execute(db).await?;
        Ok(inserted.rows_affected())
    })?;
    if inserted > 0 {
        tx.note_change();
    }
    trim(tx, connection).await
}

/// Takes away the oldest entries of a connection that has too many.
async fn trim(tx: &mut Tx, connection: Uuid) -> Result<()> {
    const TRIM: &str = "DELETE FROM timeline_entry WHERE connection_id = $1 AND entry_id <= \
        (SELECT entry_id FROM timeline_entry WHERE connection_id = $1 ORDER BY entry_id DESC LIMIT 1 OFFSET $2)";
    change!(tx, query(TRIM).bind(connection).bind(MOST))?;
    Ok(())
}

/// The entries of a connection before `before` and from `since` on, newest first.
pub async fn page(
    tx: &mut Tx,
    connection: Uuid,
    before: Option<Uuid>,
    since: Uuid,
    limit: u16,
) -> Result<Vec<EntryRow>> {
    const PAGE: &str = "SELECT entry_id, kind, detail FROM timeline_entry \
        WHERE connection_id = $1 AND entry_id < $2 AND entry_id >= $3 ORDER BY entry_id DESC LIMIT $4";
    on!(tx, |db| query_as(PAGE)
        .bind(connection)
        .bind(before.unwrap_or(Uuid::max()))
        .bind(since)
        .bind(i64::from(limit))
        .fetch_all(db))
}

/// Forgets the oldest entries from before `since`, so many at most; how many they were.
pub async fn sweep(tx: &mut Tx, since: Uuid, most: i64) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM timeline_entry WHERE entry_id IN \
        (SELECT entry_id FROM timeline_entry WHERE entry_id < $1 ORDER BY entry_id LIMIT $2)";
    change!(tx, query(SWEEP).bind(since).bind(most))
}
