//! `event`, `event_feed` and `event_account`: what has happened, in the order of its commits.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Result, Tx, from_row, on, push_list, query_scalar};
use crate::project::ProjectId;
use crate::seal::Sealed;

/// How many rows one statement writes: it names each value, and SQLite takes 32,766 of them.
const AT_ONCE: usize = 500;

/// An event, as its row reads.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// Its id.
    pub event_id: Uuid,
    /// Of which project.
    pub project_id: ProjectId,
    /// Its number among all of the project.
    pub position: i64,
    /// The connection that it is of, if it is of one.
    pub connection_id: Option<Uuid>,
    /// … of which provider.
    pub provider: Option<String>,
    /// … and whose.
    pub external_id: Option<String>,
    /// … and its number among those of the connection.
    pub sequence: Option<i64>,
    /// Within what its order is kept.
    pub subject: String,
    /// Of which type.
    pub kind: String,
    /// By what it is told of the connection once.
    pub dedupe_key: Option<String>,
    /// When it happened; milliseconds since the epoch.
    pub occurred_at: i64,
    /// When it was recorded; milliseconds since the epoch.
    pub recorded_at: i64,
    /// Sealed; none once it is erased.
    pub data: Option<Sealed>,
}

from_row!(EventRow {
    event_id,
    project_id,
    position,
    connection_id,
    provider,
    external_id,
    sequence,
    subject,
    kind,
    dedupe_key,
    occurred_at,
    recorded_at,
    data,
});

/// Every column of a row.
macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT event_id, project_id, position, connection_id, provider, external_id, sequence, subject, \
                type AS kind, dedupe_key, occurred_at, recorded_at, data FROM event ",
            $rest
        )
    };
}

/// Takes the next `count` positions of a project; the last of them. Until the end of the transaction nobody
/// else gets one.
pub async fn take_positions(tx: &mut Tx, project: ProjectId, count: i64) -> Result<i64> {
    const TAKE: &str = "INSERT INTO event_feed (project_id, position, swept_to) VALUES ($1, $2, 0) \
        ON CONFLICT (project_id) DO UPDATE SET position = event_feed.position + excluded.position RETURNING position";
    on!(tx, |db| query_scalar(TAKE)
        .bind(project)
        .bind(count)
        .fetch_one(db))
}

/// Whether an event of a connection was recorded under this key. Holds until the end of a transaction that has
/// the row of the connection.
pub async fn is_known(tx: &mut Tx, connection: Uuid, dedupe_key: &str) -> Result<bool> {
    const KNOWN: &str = "SELECT 1 FROM event WHERE connection_id = $1 AND dedupe_key = $2";
    let known: Option<i32> = on!(tx, |db| query_scalar(KNOWN)
        .bind(connection)
        .bind(dedupe_key)
        .fetch_optional(db))?;
    Ok(known.is_some())
}

/// Adds events whose positions were taken in this transaction.
pub async fn insert(tx: &mut Tx, events: &[EventRow]) -> Result<()> {
    const INSERT: &str = "INSERT INTO event (event_id, project_id, position, connection_id, provider, external_id, \
        sequence, subject, type, dedupe_key, occurred_at, recorded_at, data) ";
    for events in events.chunks(AT_ONCE) {
        on!(&mut *tx, |db| async {
            let mut insert = QueryBuilder::new(INSERT);
            insert.push_values(events, |mut values, event| {
                values
                    .push_bind(event.event_id)
                    .push_bind(event.project_id)
                    .push_bind(event.position)
                    .push_bind(event.connection_id)
                    .push_bind(&event.provider)
                    .push_bind(&event.external_id)
                    .push_bind(event.sequence)
                    .push_bind(&event.subject)
                    .push_bind(&event.kind)
                    .push_bind(&event.dedupe_key)
                    .push_bind(event.occurred_at)
                    .push_bind(event.recorded_at)
                    .push_bind(&event.data);
            });
            insert.build().persistent(false).execute(db).await.map(drop)
        })?;
    }
    tx.note_change();
    for event in events {
        tx.note_event(event.project_id, event.position);
    }
    Ok(())
}

/// Says which events are about which account, by its hash.
pub async fn insert_accounts(tx: &mut Tx, accounts: &[(Vec<u8>, Uuid)]) -> Result<()> {
    const INSERT: &str = "INSERT INTO event_account (account, event_id) ";
    for accounts in accounts.chunks(AT_ONCE) {
        on!(&mut *tx, |db| async {
            let mut insert = QueryBuilder::new(INSERT);
            insert.push_values(accounts, |mut values, (account, event)| {
                values.push_bind(account).push_bind(*event);
            });
            insert.build().persistent(false).execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

/// The events of a project with these ids.
pub async fn find(tx: &mut Tx, project: ProjectId, ids: &[Uuid]) -> Result<Vec<EventRow>> {
    const FIND: &str = select_events!("WHERE event_id");
    // Not `=`: for that SQLite goes through all events of the project, rather than to a few dozen by their key.
    const OF_PROJECT: &str = " AND NOT project_id <> ";
    on!(tx, |db| async {
        let mut find = QueryBuilder::new(FIND);
        push_list(&mut find, ids);
        find.push(OF_PROJECT).push_bind(project);
        let find = find.build_query_as().persistent(false);
        find.fetch_all(db).await
    })
}
