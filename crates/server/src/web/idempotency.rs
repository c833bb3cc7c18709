//! `Idempotency-Key`: a request that is sent twice is carried out once, and both get the first answer.
//!
//! The answer is kept with the key. Nobody knows what came of a request whose server ended before it
//! could answer.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::connection::Customer;
use crate::idempotency::{Claim, Key, Keys, LONGEST, Parts};
use crate::project::ProjectId;
use crate::provider::ProviderName;
use crate::store;
use crate::web::call::Call;
use crate::web::error::Error;

/// The header that carries the key.
pub const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// How long to wait before an outcome that could not be kept is tried again.
const KEEP_AGAIN: Duration = Duration::from_secs(1);

/// What is said where the store does not keep keys.
const KEYS: Call = Call::undeniable("Internal server error");

/// The key of a request, bound to the connection that it is for, and to whose that is.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(Key);

/// An answer that can be kept and given again.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    status: u16,
    body: Value,
}

impl Answer {
    /// A success with this body.
    pub fn of(status: StatusCode, body: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_value(body);
        let body = body.map_err(|error| Error::Internal(error.into()))?;
        Ok(Self::new(status, body))
    }

    fn new(status: StatusCode, body: Value) -> Self {
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
    pub fn of_headers(
        headers: &HeaderMap,
        connection: Uuid,
        provider: ProviderName,
        customer: &Customer,
    ) -> Result<Option<Self>, Error> {
        let Some(key) = given(headers)? else {
            return Ok(None);
        };
        let parts: [&[u8]; _] = [
            connection.as_bytes(),
            provider.as_str().as_bytes(),
            // No external id has it, so where one ends and the key begins is never in doubt.
            b"\0",
            customer.external_id.as_str().as_bytes(),
            b"\0",
            key.as_bytes(),
        ];
        let key = Key::of(customer.project, &parts);
        Ok(Some(Self(key)))
    }

    /// The key of a request that makes such a thing in the caller's project, if it has one.
    pub fn of_project(
        headers: &HeaderMap,
        project: ProjectId,
        what: &str,
    ) -> Result<Option<Self>, Error> {
        let key = given(headers)?.map(|key| {
            let parts: [&[u8]; _] = [b"project\0", what.as_bytes(), b"\0", key.as_bytes()];
            Self(Key::of(project, &parts))
        });
        Ok(key)
    }

    /// The key of a request of whoever runs the server, if it has one; of those that make such a thing in
    /// this project.
    pub fn of_admin(
        headers: &HeaderMap,
        project: ProjectId,
        what: &str,
    ) -> Result<Option<Self>, Error> {
        let key = given(headers)?.map(|key| {
            let parts: [&[u8]; _] = [b"admin\0", what.as_bytes(), b"\0", key.as_bytes()];
            Self(Key::of(project, &parts))
        });
        Ok(key)
    }
}

/// What a request has as its key.
fn given(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let Some(value) = headers.get(HEADER) else {
        return Ok(None);
    };
    let key = value
        .to_str()
        .ok()
        .filter(|key| (1..=255).contains(&key.len()));
    key.map(Some).ok_or_else(invalid_key)
}

/// Requests that are carried out once for their key. Cheap to clone.
#[derive(Clone)]
pub struct Idempotency {
    /// Where keys and answers are.
    pub keys: Keys,
    /// What must end before the process does.
    pub tasks: TaskTracker,
}

impl Idempotency {
    /// The first answer of the key, if there has been one; else what `work` makes of `request`, whose
    /// outcome it keeps. Without a key the work is just done.
    ///
    /// It runs as a task of its own: the key is to learn what came of it, though the caller goes away.
    pub async fn once<R, F>(
        self,
        key: Option<IdempotencyKey>,
        request: R,
        work: impl FnOnce(R) -> F + Send + 'static,
    ) -> Result<Answer, Error>
    where
        R: Serialize + Send + 'static,
        F: Future<Output = Result<Answer, Error>> + Send,
    {
        let idempotency = self.clone();
        let task = async move {
            let Some(key) = key else {
                return work(request).await;
            };
            let bytes = serde_json::to_vec(&request);
            let bytes = bytes.map_err(|error| Error::Internal(error.into()))?;
            if let Some(answer) = self.claim(&key, &bytes).await? {
                return Ok(answer);
            }
            let outcome = work(request).await;
            if let Err(error) = self.conclude(key, &outcome).await {
                // What was done was done: the caller learns that, and the key's outcome becomes unknown.
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "an idempotency key could not be kept"
                );
            }
            outcome
        };
        idempotency.finish(task).await?
    }

    /// What a request does in parts for its key, each of them once; none without a key.
    pub async fn parts(
        &self,
        key: Option<&IdempotencyKey>,
        request: &(impl Serialize + ?Sized),
    ) -> Result<Option<Parts>, Error> {
        let Some(key) = key else { return Ok(None) };
        let bytes = serde_json::to_vec(request);
        let bytes = bytes.map_err(|error| Error::Internal(error.into()))?;
        let parts = self.keys.clone().parts(&key.0, &bytes).await;
        let parts = parts.map_err(|failure| KEYS.error(failure))?;
        parts.map(Some).ok_or_else(other_request)
    }

    /// Runs `work` to its end, though the caller goes away.
    pub async fn finish<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Error> {
        let done = self.tasks.spawn(work.in_current_span()).await;
        done.map_err(|panicked| Error::Internal(panicked.into()))
    }

    /// Claims the key for `request`, or gives the answer that is to be given again.
    async fn claim(&self, key: &IdempotencyKey, request: &[u8]) -> Result<Option<Answer>, Error> {
        match self
            .keys
            .claim(&key.0, request)
            .await
            .map_err(|failure| KEYS.error(failure))?
        {
            Claim::New => Ok(None),
            Claim::Done(answer) => {
                let answer = juncture_json::decode(&answer);
                answer.map(Some).map_err(|_| key.0.unreadable().into())
            }
            Claim::Other => Err(other_request()),
            Claim::UnderWay => Err(under_way()),
            Claim::Abandoned(_) => Err(abandoned()),
        }
    }

    /// Keeps what came of the request: the answer, or that nobody knows; or gives the key back. Where
    /// the store fails, an answer is tried again for as long as the key counts as in use; nobody waits.
    /// To give a key back twice might take it from the next request, so that is not tried again: its
    /// outcome becomes unknown.
    async fn conclude(
        self,
        key: IdempotencyKey,
        outcome: &Result<Answer, Error>,
    ) -> Result<(), Error> {
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
        let Err(error) = self.keep(&key, kept.as_deref()).await else {
            return Ok(());
        };
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the outcome of an idempotency key cannot be kept"
        );
        let Some(answer) = kept else { return Ok(()) };
        let clock = self.keys.clock.clone();
        let until = clock.now() + LONGEST;
        let tasks = self.tasks.clone();
        tasks.spawn(
            async move {
                while clock.now() < until {
                    clock.sleep(KEEP_AGAIN).await;
                    if self.keep(&key, Some(&answer)).await.is_ok() {
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
    async fn keep(&self, key: &IdempotencyKey, answer: Option<&[u8]>) -> store::Result<()> {
        match answer {
            Some(answer) => self.keys.finish(&key.0, answer).await,
            None => self.keys.release(&key.0).await,
        }
    }
}

/// Every answer that the header may bring about where a request is carried out in parts.
pub(crate) fn parts_refusals() -> Vec<Error> {
    vec![invalid_key(), other_request(), under_way()]
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
    Error::conflict(
        "This Idempotency-Key was used for another request",
        "idempotency_key_reused",
    )
}

/// The answer while the first request for the key is under way.
pub(crate) fn under_way() -> Error {
    Error::conflict(
        "The first request with this Idempotency-Key has not been answered",
        "idempotency_key_in_use",
    )
}

fn abandoned() -> Error {
    Error::conflict(
        "The first request with this Idempotency-Key was never answered, and may have been carried out",
        "outcome_unknown",
    )
}
