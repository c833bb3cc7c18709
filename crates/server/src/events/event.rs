//! An event, as it is told.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;

use crate::project::ProjectId;
use crate::seal::{Owner, Place, SealError, Sealer, Unopenable};
use crate::store::StoreError;
use crate::store::events::EventRow;
use crate::store::sealed_columns::{EVENT_DATA, RowKey};

/// What has happened, once.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its id, the same on every way.
    pub id: Uuid,
    /// Of which project.
    pub project: ProjectId,
    /// Its number among all of the project.
    pub position: i64,
    /// Of which type; one that a newer version has recorded may be none of [`Kind`](super::Kind).
    pub kind: String,
    /// Within what its order is kept.
    pub subject: String,
    /// The connection that it is of, if it is of one.
    pub connection: Option<Uuid>,
    /// … and whose; none once it is erased.
    pub external_id: Option<String>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What there is to tell, a JSON object.
    pub data: Box<RawValue>,
}

/// The three members that are the same on every way.
#[derive(Serialize)]
pub struct Body<'a> {
    /// Of which type.
    #[serde(rename = "type")]
    kind: &'a str,
    /// When it happened.
    timestamp: Timestamp,
    /// What there is to tell.
    data: &'a RawValue,
}

/// What is told in place of what is there no more, or cannot be read.
#[derive(Serialize)]
struct Mark {
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<i64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    erased: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unreadable: bool,
}

/// Why an event is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its key is not there: with it the event could be read, so nobody goes on without it.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl Event {
    /// Of a row, opened. Of one that is damaged its place in the order is told, and that it cannot be read:
    /// what comes after it is not held up.
    pub fn open(row: EventRow, sealer: &Sealer) -> Result<Self, EventError> {
        let id = row.event_id;
        let mark = |is_erased: bool| Mark {
            connection_id: row.connection_id,
            sequence: row.sequence,
            erased: is_erased,
            unreadable: !is_erased,
        };
        let data = match &row.data {
            None => told(&mark(true)),
            Some(sealed) => {
                let (provider, external_id) = (row.provider.as_deref(), row.external_id.as_deref());
                let place = place(id, row.project_id, provider, external_id);
                match sealer.open(&place, sealed) {
                    Ok(plain) => read(plain).unwrap_or_else(|| told(&mark(false))),
                    Err(error) if matches!(error.reason, Unopenable::UnknownKey(_)) => {
                        return Err(error.into());
                    }
                    Err(error) => {
                        tracing::error!(%error, "an event cannot be read");
                        told(&mark(false))
                    }
                }
            }
        };
        let occurred_at = Timestamp::from_millisecond(row.occurred_at);
        let unreadable = |_| StoreError::unreadable("event", "occurred_at", id);
        Ok(Self {
            id,
            project: row.project_id,
            position: row.position,
            kind: row.kind,
            subject: row.subject,
            connection: row.connection_id,
            external_id: row.external_id,
            occurred_at: occurred_at.map_err(unreadable)?,
            data,
        })
    }

    /// What is delivered of it, and stands in the feed beside its id.
    #[must_use]
    pub fn body(&self) -> Body<'_> {
        Body {
            kind: &self.kind,
            timestamp: self.occurred_at,
            data: &self.data,
        }
    }
}

/// Where the data of an event is sealed.
pub(super) fn place(
    id: Uuid,
    project: ProjectId,
    provider: Option<&str>,
    external_id: Option<&str>,
) -> Place {
    let customer = provider.zip(external_id);
    let owner = customer.map(|(provider, external_id)| Owner {
        project,
        provider,
        external_id,
    });
    EVENT_DATA.place(&RowKey::Id(id), owner)
}

fn told(mark: &Mark) -> Box<RawValue> {
    to_raw_value(mark).expect("it is plain data")
}

/// The JSON that was sealed.
fn read(plain: Vec<u8>) -> Option<Box<RawValue>> {
    RawValue::from_string(String::from_utf8(plain).ok()?).ok()
}
