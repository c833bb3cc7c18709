//! Events in a database: as many as one likes, and those that wait for an endpoint. They are written by SQL, sealed
//! as `juncture_server::events` has them; a server that seals otherwise opens none of them.

use std::collections::BTreeMap;

use juncture_clock::{Clock as _, SystemClock};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Postgres, QueryBuilder, Sqlite};
use uuid::Uuid;

use crate::fill::{Filler, PROJECT};
use crate::setup::Database;

/// How many events one statement writes.
const BATCH: i64 = 500;

/// How many customers the events are of, by turns.
pub(crate) const CUSTOMERS: i64 = 10_000;

/// The type of most events, and that of one in ten thousand.
const KIND: &str = "connection.created";
pub(crate) const RARE: &str = "connection.recovered";
const RARE_EVERY: i64 = 10_000;

/// What an event of a connection tells, roughly, in bytes.
const DATA: usize = 400;

/// Where the events wait that are added, if they wait.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Waiting {
    /// Nowhere.
    Not,
    /// At this endpoint, in lanes of this many subjects.
    At(Uuid, i64),
}

/// Moves the end of the feed by so many, and tells where it is.
macro_rules! feed {
    ($kind:ty, $tx:expr, $by:expr) => {{
        let mut moved = QueryBuilder::<$kind>::new("INSERT INTO event_feed VALUES (");
        moved.push_bind(PROJECT).push(", ").push_bind($by);
        moved.push(", 0) ON CONFLICT (project_id) DO UPDATE SET position = event_feed.position + ");
        moved.push_bind($by).push(" RETURNING position");
        let end: i64 = moved.build_query_scalar().fetch_one(&mut *$tx).await?;
        end
    }};
}

/// Writes the events.
macro_rules! insert {
    ($kind:ty, $tx:expr, $rows:expr, $now:expr) => {{
        let mut events = QueryBuilder::<$kind>::new(
            "INSERT INTO event (event_id, project_id, position, connection_id, provider, external_id, sequence, \
             subject, type, occurred_at, recorded_at, data) ",
        );
        events.push_values($rows, |mut values, row| {
            let subject = (row.position % CUSTOMERS).unsigned_abs();
            values
                .push_bind(row.id)
                .push_bind(PROJECT)
                .push_bind(row.position)
                .push_bind(Uuid::from_u128(u128::from(subject)))
                .push("'jira'")
                .push_bind(&row.external_id)
                .push_bind(row.position / CUSTOMERS + 1)
                .push_bind(subject.to_string())
                .push_bind(row.kind)
                .push(format!("{0}, {0}", $now))
                .push_bind(&row.data);
        });
        events.build().execute(&mut *$tx).await?;
    }};
}

/// Has them wait at an endpoint.
macro_rules! wait {
    ($kind:ty, $tx:expr, $rows:expr, $endpoint:expr, $subjects:expr, $now:expr) => {{
        let lane = |row: &Row| format!("subject-{}", row.position % $subjects);
        let mut deliveries = QueryBuilder::<$kind>::new(
            "INSERT INTO event_delivery (endpoint_id, lane, position, event_id) ",
        );
        deliveries.push_values($rows, |mut values, row| {
            values
                .push_bind($endpoint)
                .push_bind(lane(row))
                .push_bind(row.position)
                .push_bind(row.id);
        });
        deliveries.build().execute(&mut *$tx).await?;
        let mut lanes = BTreeMap::<String, i64>::new();
        for row in $rows {
            *lanes.entry(lane(row)).or_default() += 1;
        }
        let mut waiting = QueryBuilder::<$kind>::new(
            "INSERT INTO event_lane (endpoint_id, lane, waiting, due_at) ",
        );
        waiting.push_values(lanes, |mut values, (lane, waiting)| {
            values
                .push_bind($endpoint)
                .push_bind(lane)
                .push_bind(waiting)
                .push_bind($now);
        });
        waiting.push(
            " ON CONFLICT (endpoint_id, lane) DO UPDATE SET waiting = event_lane.waiting + excluded.waiting",
        );
        waiting.build().execute(&mut *$tx).await?;
    }};
}

/// Adds so many events to what is connected, all or none.
macro_rules! add {
    ($kind:ty, $connected:expr, $filler:expr, $count:expr, $waiting:expr) => {{
        let mut tx = $connected.begin().await?;
        let known = feed!($kind, tx, 0_i64);
        let now = SystemClock.now().as_millisecond();
        for first in (known + 1..=known + $count).step_by(500) {
            let last = (first + BATCH - 1).min(known + $count);
            let rows: Vec<_> = (first..=last)
                .map(|position| $filler.event(position, now))
                .collect();
            insert!($kind, tx, &rows, now);
            if let Waiting::At(endpoint, subjects) = $waiting {
                wait!($kind, tx, &rows, endpoint, subjects, now);
            }
        }
        feed!($kind, tx, $count);
        tx.commit().await?;
    }};
}

impl Filler {
    /// Adds so many events to a database that has its tables, behind those that are there.
    pub(crate) async fn add_events(
        &self,
        database: &Database,
        count: i64,
        waiting: Waiting,
    ) -> sqlx::Result<()> {
        match database {
            Database::Sqlite(path) => {
                let mut file = SqliteConnectOptions::new().filename(path).connect().await?;
                add!(Sqlite, file, self, count, waiting);
                file.close().await
            }
            Database::Postgres(url) => {
                let mut server = PgConnection::connect(url).await?;
                add!(Postgres, server, self, count, waiting);
                // As the server does by itself after a while, where so much is new.
                sqlx::raw_sql("VACUUM ANALYZE").execute(&mut server).await?;
                server.close().await
            }
        }
    }

    fn event(&self, position: i64, now: i64) -> Row {
        // In the order of their making, as the server's own ids are (RFC 9562 §5.7).
        let bits = (u128::from(now.unsigned_abs()) << 80) | (0x7000_8000 << 48);
        let id = Uuid::from_u128(bits | u128::from(position.unsigned_abs()));
        let external_id = format!("customer-{}", position % CUSTOMERS + 1);
        let text = "x".repeat(DATA);
        let data = format!(
            "{{\"external_id\":\"{external_id}\",\"number\":{position},\"text\":\"{text}\"}}"
        );
        let place = format!("event.data/{id}\0{PROJECT}\0jira\0{external_id}");
        Row {
            id,
            position,
            kind: if position % RARE_EVERY == 0 {
                RARE
            } else {
                KIND
            },
            data: self.seal(&place, data.into_bytes()),
            external_id,
        }
    }
}

struct Row {
    id: Uuid,
    position: i64,
    kind: &'static str,
    external_id: String,
    data: Vec<u8>,
}
