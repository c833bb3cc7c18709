//! `Idempotency-Key`: a request that is sent twice is carried out once, and both get the first answer.
//!
//! The key is claimed in the store before anything is done, and the answer kept there for 24 hours.
//! A request that changed nothing gives its key back, so that it may be sent again. One of which
//! nobody knows whether it changed something keeps it: to send it again would be to guess. Nor does
//! anybody know of one whose server ended before it could answer.

use std::time::Duration;

use aws_lc_rs::digest;
use axum::Json;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::Instrument as _;

use crate::app::App;
use crate::connections::Connection;
use crate::error::Error;
use crate::seal::Place;
use crate::store::refreshes::CLOCKS_APART;
use crate::store::sealed_columns::{IDEMPOTENT_ANSWER, RowKey};
use crate::store::{self, StoreError, idempotency_keys};

/// The header that carries the key.
pub const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// For how long a key stands for its first answer.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// No request takes as long: one that has not been answered by then lost its server on the way.
const LONGEST_REQUEST: SignedDuration = SignedDuration::from_mins(5);

/// How long to wait before an outcome that could not be kept is tried again.
const KEEP_AGAIN: Duration = Duration::from_secs(1);

const TABLE: &str = IDEMPOTENT_ANSWER.table;

/// The key of a request, bound to the connection that it is for, and to whose that is.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    hash: Vec<u8>,
}

/// An answer that can be kept and given again.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    status: u16,
    body: Value,
}

impl Answer {
    /// A success.
    #[must_use]
    pub fn new(status: StatusCode, body: Value) -> Self {
        Self {
            status: status.as_u16(),
            body,
        }
    }

    /// The answer as a response.
    #[must_use]
    pub fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self.body)).into_response()
    }
}

impl IdempotencyKey {
    /// The key of a request, if it has one: 1 to 255 visible ASCII characters.
    pub fn of_headers(headers: &HeaderMap, connection: &Connection) -> Result<Option<Self>, Error> {
        let Some(value) = headers.get(HEADER) else {
            return Ok(None);
        };
        let key = value
            .to_str()
            .ok()
            .filter(|key| (1..=255).contains(&key.len()));
        let key = key.ok_or_else(invalid_key)?;
        let hash = hash(&[
            connection.id.as_bytes(),
            connection.provider.as_str().as_bytes(),
            // No external id has it, so where one ends and the key begins is never in doubt.
            b"\0",
            connection.external_id.as_bytes(),
            b"\0",
            key.as_bytes(),
        ]);
        Ok(Some(Self { hash }))
    }

    /// Claims the key for `request`, or gives the answer that is to be given again.
    pub async fn claim(
        &self,
        app: &App,
        request: &impl Serialize,
    ) -> Result<Option<Answer>, Error> {
        let request = serde_json::to_vec(request).map_err(|error| Error::Internal(error.into()))?;
        let request_hash = hash(&[&request]);
        // Rather late than early: to forget a key is to carry its request out again.
        let now = app.settled.earliest(&*app.clock);
        let expires_at = app.settled.latest(&*app.clock) + LIFETIME;
        let mut tx = app.store.begin_write().await?;
        let claimed =
            idempotency_keys::claim(&mut tx, &self.hash, &request_hash, expires_at, now).await?;
        tx.commit().await?;
        let Some(row) = claimed else { return Ok(None) };
        if row.request_hash != request_hash {
            return Err(other_request());
        }
        let Some(sealed) = row.answer else {
            let oldest = now + LIFETIME - LONGEST_REQUEST;
            // One from the future was claimed while the clock was ahead: nobody knows how long ago.
            let youngest = app.settled.latest(&*app.clock) + LIFETIME + CLOCKS_APART;
            let claimed_for = row.expires_at.time(TABLE, "expires_at", self.row())?;
            let is_abandoned = claimed_for <= oldest || claimed_for > youngest;
            return Err(if is_abandoned {
                abandoned()
            } else {
                under_way()
            });
        };
        let answer = app.sealer.open(&self.place(), &sealed)?;
        let answer = juncture_json::decode(&answer);
        answer
            .map(Some)
            .map_err(|_| StoreError::unreadable(TABLE, "answer", self.row()).into())
    }

    /// Keeps what came of the request: the answer, or that nobody knows; or gives the key back. Where
    /// the store fails, an answer is tried again for as long as the key counts as in use; nobody waits.
    /// To give a key back twice might take it from the next request, so that is not tried again: its
    /// outcome becomes unknown.
    pub async fn conclude(self, app: &App, outcome: &Result<Answer, Error>) -> Result<(), Error> {
        let kept = match outcome {
            Ok(answer) => Some(serde_json::to_vec(answer)),
            Err(error) if error.is_outcome_unknown() => {
                let answer = Answer::new(error.status(), error.body());
                Some(serde_json::to_vec(&answer))
            }
            Err(_) => None,
        };
        let kept = kept
            .transpose()
            .map_err(|error| Error::Internal(error.into()))?;
        let Err(error) = self.keep(app, kept.as_deref()).await else {
            return Ok(());
        };
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the outcome of an idempotency key cannot be kept"
        );
        let Some(answer) = kept else { return Ok(()) };
        let until = app.clock.now() + LONGEST_REQUEST;
        let app = app.clone();
        app.tasks.clone().spawn(
            async move {
                while app.clock.now() < until {
                    app.clock.sleep(KEEP_AGAIN).await;
                    if self.keep(&app, Some(&answer)).await.is_ok() {
                        return;
                    }
                }
                tracing::error!("the outcome of an idempotency key was not kept: it is unknown");
            }
            .in_current_span(),
        );
        Ok(())
    }

    /// Keeps an answer, or gives the key back where there is none.
    async fn keep(&self, app: &App, answer: Option<&[u8]>) -> store::Result<()> {
        let mut tx = app.store.begin_write().await?;
        match answer {
            Some(answer) => {
                let sealed = app.sealer.seal(&self.place(), answer);
                idempotency_keys::finish(&mut tx, &self.hash, &sealed).await?;
            }
            None => idempotency_keys::release(&mut tx, &self.hash).await?,
        }
        tx.commit().await
    }

    fn place(&self) -> Place {
        IDEMPOTENT_ANSWER.place(&self.row(), None)
    }

    fn row(&self) -> RowKey {
        RowKey::Hash(self.hash.clone())
    }
}

/// Every answer that the header may bring about.
pub(crate) fn refusals() -> Vec<Error> {
    vec![invalid_key(), other_request(), under_way(), abandoned()]
}

fn invalid_key() -> Error {
    Error::invalid_field(
        "Idempotency-Key",
        "must be 1 to 255 visible ASCII characters",
    )
}

fn other_request() -> Error {
    Error::Conflict {
        error: "This Idempotency-Key was used for another request",
        code: "idempotency_key_reused",
    }
}

fn under_way() -> Error {
    Error::Conflict {
        error: "The first request with this Idempotency-Key has not been answered",
        code: "idempotency_key_in_use",
    }
}

fn abandoned() -> Error {
    Error::Conflict {
        error: "The first request with this Idempotency-Key was never answered, and may have been carried out",
        code: "outcome_unknown",
    }
}

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    context.finish().as_ref().to_vec()
}
