//! Endpoints: made, changed, paused, taken away; and what is done with what waits at them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;
use juncture_outbound::guard::{Blocked, Connections, Guarded};
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use super::attempt::{Sent, post, to_raw};
use super::deliver::Deliverer;
use super::endpoint::{
    Endpoint, Mode, OpenError, seal_old_secret, seal_secret, seal_url, secret_of,
};
use super::judge::{OnExhausted, health_of, reasons};
use super::replay::{self, Asked};
use super::sign::SigningSecret;
use crate::project::ProjectId;
use crate::random;
use crate::seal::Sealer;
use crate::store::event_endpoints::{self, ACTIVE, API, ENVIRONMENT, EndpointRow, Given, PAUSED};
use crate::store::event_lanes::lane_of;
use crate::store::event_replays::ReplayRow;
use crate::store::{
    Store, StoreError, Tx, event_attempts, event_deliveries, event_failures, event_lanes, events,
};

/// How long a secret goes on signing after there is a new one.
const OLD_SECRET: SignedDuration = SignedDuration::from_hours(24);

/// How many endpoints a project may have.
pub const MOST: i64 = 100;

/// The type of the event that a test sends. It is no event of the feed.
const TEST: &str = "endpoint.test";

/// What a caller says of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// Where it is.
    pub url: Url,
    /// The types that it takes; none are all.
    pub types: Vec<String>,
    /// The external ids whose events it takes; none are all.
    pub external_ids: Option<Vec<String>>,
    /// `full` or `thin`.
    pub mode: String,
    /// `skip` or `hold`.
    pub on_exhausted: String,
}

impl Wish {
    /// One that takes everything.
    #[must_use]
    pub fn of_all(url: Url) -> Self {
        Self {
            url,
            types: Vec::new(),
            external_ids: None,
            mode: Mode::Full.as_str().to_owned(),
            on_exhausted: OnExhausted::Skip.as_str().to_owned(),
        }
    }
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// There is no such endpoint.
    #[error("there is no such endpoint")]
    NoEndpoint,
    /// There is no such delivery.
    #[error("there is no such delivery")]
    NoDelivery,
    /// There are as many endpoints as there may be.
    #[error("there are too many endpoints")]
    TooMany,
    /// It was made from the environment, and is changed there.
    #[error("the endpoint is of the environment")]
    OfEnvironment,
    /// It is being sent something again.
    #[error("a replay is under way")]
    ReplayUnderWay,
    /// The URL may not be sent to.
    #[error("the URL may not be sent to: {0}")]
    Blocked(#[from] Blocked),
    /// The endpoint cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::Open(error.into())
    }
}

/// Endpoints of all projects; cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    /// Where they stand.
    pub store: Store,
    /// Opens and seals.
    pub sealer: Arc<Sealer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The way out.
    pub guarded: Guarded,
    /// Delivers what is due.
    pub deliverer: Deliverer,
}

type Result<T> = std::result::Result<T, Problem>;

impl Webhooks {
    /// Makes an endpoint, with a secret of its own or the one that is given.
    pub async fn create(
        &self,
        project: ProjectId,
        wish: &Wish,
        secret: Option<SigningSecret>,
    ) -> Result<(EndpointRow, SigningSecret)> {
        self.guarded.judge(&wish.url)?;
        let secret = secret.unwrap_or_else(SigningSecret::random);
        let mut tx = self.store.begin_write().await?;
        if event_endpoints::count(&mut tx, project).await? >= MOST {
            return Err(Problem::TooMany);
        }
        let row = self.insert(&mut tx, project, API, wish, &secret).await?;
        tx.commit().await?;
        Ok((row.ok_or(Problem::NoEndpoint)?, secret))
    }

    /// Saves an endpoint; none if it is one of the environment, and there is one.
    pub(super) async fn insert(
        &self,
        tx: &mut Tx,
        project: ProjectId,
        origin: &str,
        wish: &Wish,
        secret: &SigningSecret,
    ) -> std::result::Result<Option<EndpointRow>, StoreError> {
        let now = self.clock.now();
        let id = random::uuid_v7(now);
        let sealed = seal_secret(&self.sealer, project, id, secret);
        let columns = Columns::of(&self.sealer, project, id, wish);
        let given = columns.given();
        event_endpoints::insert(tx, (project, id), origin, &given, &sealed, now).await?;
        event_endpoints::find(tx, project, id).await
    }

    /// Changes an endpoint by what `change` makes of what was said of it.
    pub async fn update<E: From<Problem>>(
        &self,
        project: ProjectId,
        id: Uuid,
        change: impl FnOnce(Wish) -> std::result::Result<Wish, E>,
    ) -> std::result::Result<EndpointRow, E> {
        let store = |error: StoreError| E::from(error.into());
        let mut tx = self.store.begin_write().await.map_err(store)?;
        let row = held(&mut tx, project, id).await?;
        not_of_environment(&row)?;
        let wish = change(self.wish_of(&row)?)?;
        self.guarded
            .judge(&wish.url)
            .map_err(|blocked| E::from(blocked.into()))?;
        let columns = Columns::of(&self.sealer, project, id, &wish);
        let now = self.clock.now();
        let updated = event_endpoints::update(&mut tx, project, id, &columns.given(), now).await;
        updated.map_err(store)?;
        let row = found(&mut tx, project, id).await?;
        tx.commit().await.map_err(store)?;
        Ok(row)
    }

    /// What was said of an endpoint.
    fn wish_of(&self, row: &EndpointRow) -> Result<Wish> {
        Ok(Wish {
            url: super::endpoint::url_of(row, &self.sealer)?,
            types: row.types.split_whitespace().map(str::to_owned).collect(),
            external_ids: row.external_ids()?,
            mode: row.mode.clone(),
            on_exhausted: row.on_exhausted.clone(),
        })
    }

    /// Takes an endpoint away, and what waits at it.
    pub async fn delete(&self, project: ProjectId, id: Uuid) -> Result<()> {
        let mut tx = self.store.begin_write().await?;
        not_of_environment(&held(&mut tx, project, id).await?)?;
        event_endpoints::delete(&mut tx, project, id, self.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Lets what comes to an endpoint wait.
    pub async fn pause(&self, project: ProjectId, id: Uuid) -> Result<EndpointRow> {
        let mut tx = self.store.begin_write().await?;
        let row = held(&mut tx, project, id).await?;
        if row.state == ACTIVE {
            let mut health = health_of(&row);
            health.state = PAUSED;
            health.reason = Some(reasons::REQUESTED);
            event_endpoints::fare(&mut tx, id, &health).await?;
        }
        let row = found(&mut tx, project, id).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Goes on where an endpoint was paused, or at once where it is slowed.
    pub async fn resume(&self, project: ProjectId, id: Uuid) -> Result<EndpointRow> {
        let now = self.clock.now();
        let mut tx = self.store.begin_write().await?;
        let row = held(&mut tx, project, id).await?;
        let mut health = health_of(&row);
        health.state = ACTIVE;
        health.reason = None;
        health.not_before = 0;
        health.failures = 0;
        health.strikes = 0;
        event_endpoints::fare(&mut tx, id, &health).await?;
        event_lanes::hurry_all(&mut tx, id, now).await?;
        let row = found(&mut tx, project, id).await?;
        tx.commit().await?;
        self.deliver().await;
        Ok(row)
    }

    /// Gives an endpoint a new secret, or the one that is given; the old one signs too for a while.
    pub async fn rotate_secret(
        &self,
        project: ProjectId,
        id: Uuid,
        secret: Option<SigningSecret>,
    ) -> Result<(SigningSecret, Timestamp)> {
        let secret = secret.unwrap_or_else(SigningSecret::random);
        let mut tx = self.store.begin_write().await?;
        let row = held(&mut tx, project, id).await?;
        not_of_environment(&row)?;
        let until = self.rotate(&mut tx, &row, &secret).await?;
        tx.commit().await?;
        Ok((secret, until))
    }

    pub(super) async fn rotate(
        &self,
        tx: &mut Tx,
        row: &EndpointRow,
        secret: &SigningSecret,
    ) -> Result<Timestamp> {
        let (project, id, now) = (row.project_id, row.endpoint_id, self.clock.now());
        let old = secret_of(row, &self.sealer)?;
        let new = seal_secret(&self.sealer, project, id, secret);
        let old = seal_old_secret(&self.sealer, project, id, &old);
        let until = now + OLD_SECRET;
        event_endpoints::rotate_secret(tx, project, id, (&new, &old), until, now).await?;
        Ok(until)
    }

    /// Sends an endpoint something that is signed as everything is, at once, and whatever its state.
    pub async fn test(&self, project: ProjectId, id: Uuid) -> Result<Sent> {
        #[derive(Serialize)]
        struct Test<'a> {
            #[serde(rename = "type")]
            kind: &'a str,
            timestamp: Timestamp,
            data: TestData,
        }
        #[derive(Serialize)]
        struct TestData {
            endpoint_id: Uuid,
        }
        let now = self.clock.now();
        let mut tx = self.store.begin_read().await?;
        let row = found(&mut tx, project, id).await?;
        drop(tx);
        let endpoint = Endpoint::open(&row, &self.sealer, now)?;
        let body = to_raw(&Test {
            kind: TEST,
            timestamp: now,
            data: TestData { endpoint_id: id },
        });
        let message = (random::uuid_v7(now), body.get().to_owned().into());
        Ok(post(
            (&self.guarded, &Connections::default()),
            &*self.clock,
            &endpoint,
            message,
            false,
        )
        .await)
    }

    /// Begins to send events again.
    pub async fn replay(&self, project: ProjectId, id: Uuid, asked: &Asked) -> Result<ReplayRow> {
        let now = self.clock.now();
        let mut tx = self.store.begin_write().await?;
        held(&mut tx, project, id).await?;
        let begun = replay::begin(&mut tx, project, id, asked, now).await?;
        let begun = begun.ok_or(Problem::ReplayUnderWay)?;
        tx.commit().await?;
        self.deliver().await;
        Ok(begun)
    }

    /// Sends one event again, or at once what waits for its next attempt.
    pub async fn retry(&self, project: ProjectId, id: Uuid, event: Uuid) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.begin_write().await?;
        let row = held(&mut tx, project, id).await?;
        let event = events::find(&mut tx, project, &[event]).await?.pop();
        let event = event.ok_or(Problem::NoDelivery)?;
        let mut is_waiting = false;
        for is_replay in [false, true] {
            let lane = lane_of(&event.subject, is_replay);
            let waiting = event_deliveries::find(&mut tx, id, &lane, event.position).await?;
            if waiting.is_some() {
                is_waiting = true;
                event_lanes::hurry(&mut tx, id, &lane, now).await?;
            }
        }
        if !is_waiting {
            let failed = event_failures::find(&mut tx, id, event.position).await?;
            let tried = event_attempts::of_events(&mut tx, id, &[event.event_id], 1).await?;
            if failed.is_none() && tried.is_empty() {
                return Err(Problem::NoDelivery);
            }
            replay::again(&mut tx, &row, &event, now).await?;
        }
        let mut health = health_of(&row);
        if health.not_before > now.as_millisecond() {
            health.not_before = now.as_millisecond();
            event_endpoints::fare(&mut tx, id, &health).await?;
        }
        tx.commit().await?;
        self.deliver().await;
        Ok(())
    }

    /// Begins to deliver what is due. The next look does, should this one fail.
    async fn deliver(&self) {
        let started = self.deliverer.start_due().await;
        self.store.note("deliver", &started);
    }
}

/// The row of an endpoint of a project, which nobody else changes until the end of the transaction.
async fn held(tx: &mut Tx, project: ProjectId, id: Uuid) -> Result<EndpointRow> {
    let row = event_endpoints::hold_of_any_project(tx, id).await?;
    let row = row.filter(|row| row.project_id == project && row.state != event_endpoints::DELETED);
    row.ok_or(Problem::NoEndpoint)
}

async fn found(tx: &mut Tx, project: ProjectId, id: Uuid) -> Result<EndpointRow> {
    let row = event_endpoints::find(tx, project, id).await?;
    row.ok_or(Problem::NoEndpoint)
}

fn not_of_environment(row: &EndpointRow) -> Result<()> {
    if row.origin == ENVIRONMENT {
        return Err(Problem::OfEnvironment);
    }
    Ok(())
}

/// What was said of an endpoint, as its row has it.
pub(super) struct Columns {
    url: crate::seal::Sealed,
    types: String,
    external_ids: Option<String>,
    mode: String,
    on_exhausted: String,
}

impl Columns {
    pub(super) fn of(sealer: &Sealer, project: ProjectId, id: Uuid, wish: &Wish) -> Self {
        let ids = wish.external_ids.as_ref();
        Self {
            url: seal_url(sealer, project, id, &wish.url),
            types: wish.types.join(" "),
            external_ids: ids.map(|ids| serde_json::to_string(ids).expect("it is plain data")),
            mode: wish.mode.clone(),
            on_exhausted: wish.on_exhausted.clone(),
        }
    }

    pub(super) fn given(&self) -> Given<'_> {
        Given {
            url: &self.url,
            types: &self.types,
            external_ids: self.external_ids.as_deref(),
            mode: &self.mode,
            on_exhausted: &self.on_exhausted,
        }
    }
}
