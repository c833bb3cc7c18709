//! What happens, told to the product's back end: once, in order, and kept for a while.
//!
//! An event is recorded in the transaction of what happened, as the last thing before the commit: so there is
//! none without the other. Its position among those of its project comes in the order of the commits, and the
//! events of a connection are numbered without a gap.

pub mod connection;
pub mod cursor;
mod event;
pub mod feed;
pub mod kind;
pub mod places;
pub mod redis_stream;
pub mod retention;
pub mod sink;
pub mod work;

use jiff::Timestamp;
use ring::digest;
use serde_json::value::RawValue;
use uuid::Uuid;

pub use event::{Event, EventError};
pub use kind::Kind;

use crate::project::ProjectId;
use crate::random;
use crate::seal::Sealer;
use crate::store::event_lanes::{self, NewEvent};
use crate::store::events::{self, EventRow};
use crate::store::{self, Tx};

/// What has happened, on its way to be recorded.
#[derive(Debug)]
pub struct New {
    /// Of which type.
    pub kind: Kind,
    /// Within what its order is kept.
    pub subject: String,
    /// The connection that it is of, if it is of one.
    pub of: Option<Of>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What there is to tell, a JSON object.
    pub data: Box<RawValue>,
}

/// Of which connection something is told.
#[derive(Debug)]
pub struct Of {
    /// Its id.
    pub connection: Uuid,
    /// Of which provider it is.
    pub provider: String,
    /// Whose it is.
    pub external_id: String,
    /// The number of the event, which the connection's row has given.
    pub sequence: i64,
    /// What must not be told of it twice: nothing else of it is recorded under this key already.
    pub dedupe_key: Option<String>,
    /// Who has consented, by the provider's id, if that is known.
    pub account: Option<String>,
}

/// Records an event of a project, as the last thing before the commit.
pub async fn record(
    tx: &mut Tx,
    sealer: &Sealer,
    project: ProjectId,
    new: New,
    now: Timestamp,
) -> store::Result<Event> {
    let mut recorded = record_all(tx, sealer, project, vec![new], now).await?;
    Ok(recorded.pop().expect("one was to be recorded"))
}

/// Records events of a project in this order, as the last thing before the commit: until then no other of the
/// project is recorded.
pub async fn record_all(
    tx: &mut Tx,
    sealer: &Sealer,
    project: ProjectId,
    all: Vec<New>,
    now: Timestamp,
) -> store::Result<Vec<Event>> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let count = i64::try_from(all.len()).expect("there is not so much memory");
    let last = events::take_positions(tx, project, count).await?;
    let mut recorded = Vec::with_capacity(all.len());
    let mut rows = Vec::with_capacity(all.len());
    let mut accounts = Vec::new();
    for (position, new) in (last - count + 1..).zip(all) {
        let event = Event {
            id: random::uuid_v7(now),
            project,
            position,
            kind: new.kind.as_str().to_owned(),
            subject: new.subject,
            connection: new.of.as_ref().map(|of| of.connection),
            external_id: new.of.as_ref().map(|of| of.external_id.clone()),
            occurred_at: new.occurred_at,
            data: new.data,
        };
        let account = new.of.as_ref().and_then(|of| {
            let account = of.account.as_deref()?;
            Some((account_hash(project, &of.provider, account), event.id))
        });
        accounts.extend(account);
        rows.push(to_row(sealer, &event, new.of, now));
        recorded.push(event);
    }
    events::insert(tx, &rows).await?;
    events::insert_accounts(tx, &accounts).await?;
    event_lanes::enqueue(tx, project, &queued(&recorded), now).await?;
    Ok(recorded)
}

/// The events, as they wait for endpoints.
fn queued(recorded: &[Event]) -> Vec<NewEvent<'_>> {
    let events = recorded.iter().map(|event| NewEvent {
        event_id: event.id,
        position: event.position,
        subject: &event.subject,
        kind: &event.kind,
        external_id: event.external_id.as_deref(),
    });
    events.collect()
}

fn to_row(sealer: &Sealer, event: &Event, of: Option<Of>, now: Timestamp) -> EventRow {
    let provider = of.as_ref().map(|of| of.provider.as_str());
    let place = event::place(
        event.id,
        event.project,
        provider,
        event.external_id.as_deref(),
    );
    EventRow {
        event_id: event.id,
        project_id: event.project,
        position: event.position,
        connection_id: event.connection,
        external_id: event.external_id.clone(),
        sequence: of.as_ref().map(|of| of.sequence),
        subject: event.subject.clone(),
        kind: event.kind.clone(),
        occurred_at: event.occurred_at.as_millisecond(),
        recorded_at: now.as_millisecond(),
        data: Some(sealer.seal(&place, event.data.get().as_bytes())),
        dedupe_key: of.as_ref().and_then(|of| of.dedupe_key.clone()),
        provider: of.map(|of| of.provider),
    }
}

/// By what the events of an account are found: its id stands nowhere but in what is sealed.
fn account_hash(project: ProjectId, provider: &str, account: &str) -> Vec<u8> {
    let named = [
        project.as_bytes(),
        provider.as_bytes(),
        b"\0",
        account.as_bytes(),
    ]
    .concat();
    digest::digest(&digest::SHA256, &named).as_ref().to_vec()
}
