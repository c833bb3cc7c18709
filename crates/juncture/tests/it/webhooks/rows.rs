//! Endpoints and events as they stand in the store.

use jiff::Timestamp;
use juncture_server::project::ProjectId;
use juncture_server::seal::Sealed;
use juncture_server::store::Tx;
use juncture_server::store::event_endpoints::{self, Given};
use juncture_server::store::event_lanes::{self, NewEvent};
use sqlx::QueryBuilder;
use uuid::Uuid;

pub(super) const PROJECT: ProjectId = ProjectId::DEFAULT;

/// Adds an endpoint that takes everything.
pub(super) async fn insert_endpoint(tx: &mut Tx, id: Uuid, now: Timestamp) {
    let sealed = Sealed::from_bytes(vec![1]);
    let given = Given {
        url: &sealed,
        types: "",
        external_ids: None,
        mode: "full",
        on_exhausted: "skip",
    };
    let inserted = event_endpoints::insert(tx, (PROJECT, id), "api", &given, &sealed, now);
    assert!(inserted.await.unwrap());
}

/// Puts events of these subjects into the lanes of all endpoints, from this position on.
pub(super) async fn enqueue(tx: &mut Tx, subjects: &[&str], first: i64, now: Timestamp) {
    let events: Vec<NewEvent<'_>> = (first..)
        .zip(subjects)
        .map(|(position, subject)| NewEvent {
            event_id: event_id(position),
            position,
            subject,
            kind: "connection.created",
            external_id: None,
        })
        .collect();
    event_lanes::enqueue(tx, PROJECT, &events, now)
        .await
        .unwrap();
}

/// The id of the event at a position.
pub(super) fn event_id(position: i64) -> Uuid {
    Uuid::from_u128(u128::from(position.unsigned_abs()))
}

/// How many events of a subject are recorded.
pub(super) async fn count_of_subject(tx: &mut Tx, subject: &str) -> sqlx::Result<usize> {
    const COUNT: &str = "SELECT COUNT(*) FROM event WHERE subject = ";
    macro_rules! count {
        ($tx:expr) => {{
            let mut count = QueryBuilder::new(COUNT);
            count.push_bind(subject);
            count.build_query_scalar().fetch_one(&mut **$tx).await?
        }};
    }
    let count: i64 = match tx {
        Tx::Sqlite(tx) => count!(tx),
        Tx::Postgres(tx) => count!(tx),
    };
    Ok(usize::try_from(count).unwrap())
}
