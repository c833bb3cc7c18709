//! The feed, copied into a stream that others read: for those who have one, and outgrow HTTP.
//!
//! What a sink is given it is given in the order of the feed, at least once: how far it is, is noted after it has
//! taken the events. Of all processes one copies a project's feed at a time, by a lease.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use juncture_clock::{self as clock, Clock};
use metrics::counter;
use uuid::Uuid;

use super::Event;
use super::event::EventError;
use super::feed::{self, After, FeedError, Wanted};
use crate::jobs::Job;
use crate::metrics::Metrics;
use crate::project::ProjectId;
use crate::random;
use crate::seal::Sealer;
use crate::store::event_sinks::{self, Copying};
use crate::store::{self, Store};

/// How often there is a look for what other processes have recorded, more or less.
const EVERY: Duration = Duration::from_secs(1);

/// How many events a sink is given at once.
const PAGE: u16 = 100;

/// How many pages of one project are copied before others have their turn.
const PAGES: usize = 50;

/// How many projects have their turn in a round.
const PROJECTS: i64 = 100;

/// How long a process has the copying to itself without a word: longer than a sink may take.
const LEASE: Duration = Duration::from_secs(15);

const EVENTS: &str = "juncture_event_sink_events_total";
const FAILURES: &str = "juncture_event_sink_failures_total";

/// Where the feed is copied to.
#[async_trait]
pub trait Sink: Display + Send + Sync + 'static {
    /// Under what is noted how far it is: another name begins anew.
    fn name(&self) -> &str;

    /// Takes these events of a project, in this order. It ends within ten seconds, and says so if it does not
    /// have all of them: then it is given them again.
    async fn append(&self, project: ProjectId, events: &[Event]) -> Result<(), SinkError>;
}

/// Why a sink has perhaps not taken events; without anything of them, and no secret.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SinkError(pub String);

/// What copies the feeds of all projects into one sink.
pub struct Copier {
    /// Where events are.
    pub store: Store,
    /// Opens them.
    pub sealer: Arc<Sealer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Where they go.
    pub sink: Arc<dyn Sink>,
}

impl Copier {
    /// As a job.
    #[must_use]
    pub fn job(self) -> Job {
        let news = self.store.recorded().any();
        let round = Arc::new(Round {
            owner: random::uuid_v7(self.clock.now()),
            parts: self,
            is_away: AtomicBool::new(false),
        });
        Job::new("sink", EVERY, move || {
            let round = round.clone();
            async move { round.run().await }
        })
        .woken_by(news)
    }
}

struct Round {
    parts: Copier,
    owner: Uuid,
    /// Whether it was told that the sink takes nothing.
    is_away: AtomicBool,
}

/// What became of a project's turn.
enum Turn {
    /// It is over.
    Over,
    /// The sink takes nothing.
    Away,
}

impl Round {
    async fn run(&self) -> store::Result<()> {
        let Copier {
            store, clock, sink, ..
        } = &self.parts;
        let mut tx = store.begin_read().await?;
        let now = clock.now();
        let behind = event_sinks::behind_of_any_project(&mut tx, sink.name(), now, PROJECTS);
        let behind = behind.await?;
        drop(tx);
        for project in behind {
            if let Turn::Away = self.copy(project).await? {
                break;
            }
        }
        Ok(())
    }

    /// Copies what a project has, or a good part of it.
    async fn copy(&self, project: ProjectId) -> store::Result<Turn> {
        let Copier { store, sink, .. } = &self.parts;
        let copying = Copying {
            sink: sink.name(),
            project,
            owner: self.owner,
        };
        let mut tx = store.begin_write().await?;
        let now = self.parts.clock.now();
        let until = clock::after(now, LEASE);
        let claimed = event_sinks::claim(&mut tx, &copying, now, until).await?;
        tx.commit().await?;
        let Some(mut position) = claimed else {
            return Ok(Turn::Over);
        };
        for _ in 0..PAGES {
            let Some(page) = self.page(project, position).await? else {
                break;
            };
            if !self.give(project, &page.events).await {
                self.release(&copying).await?;
                return Ok(Turn::Away);
            }
            position = page.next;
            if !self.note(&copying, &page).await? || page.is_end {
                return Ok(Turn::Over);
            }
        }
        self.release(&copying).await?;
        Ok(Turn::Over)
    }

    /// The next events behind a position; none where they cannot be opened now.
    async fn page(&self, project: ProjectId, position: i64) -> store::Result<Option<feed::Page>> {
        let (store, sealer) = (&self.parts.store, &self.parts.sealer);
        let wanted = Wanted::default();
        let mut after = After::Position(position);
        loop {
            match feed::read(store, sealer, project, after, &wanted, PAGE).await {
                Ok(page) => return Ok(Some(page)),
                Err(FeedError::Overtaken { oldest }) => {
                    tracing::error!(
                        sink = %self.parts.sink,
                        "events were deleted before they were copied: they are older than JUNCTURE_EVENTS_RETENTION"
                    );
                    after = After::Position(oldest);
                }
                Err(FeedError::Ahead) => after = After::Latest,
                Err(FeedError::Event(EventError::Store(error))) => return Err(error),
                Err(FeedError::Event(EventError::Seal(error))) => {
                    self.tell(&error);
                    return Ok(None);
                }
            }
        }
    }

    /// Whether the sink has taken these.
    async fn give(&self, project: ProjectId, events: &[Event]) -> bool {
        if events.is_empty() {
            return true;
        }
        let Copier { sink, metrics, .. } = &self.parts;
        match sink.append(project, events).await {
            Ok(()) => {
                let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
                metrics.record(|| counter!(EVENTS).increment(count));
                if self.is_away.swap(false, Ordering::Relaxed) {
                    tracing::info!(%sink, "events are copied again");
                }
                true
            }
            Err(error) => {
                self.tell(&error);
                false
            }
        }
    }

    /// Counts a failure, and tells the first.
    fn tell(&self, error: &dyn std::error::Error) {
        let Copier { sink, metrics, .. } = &self.parts;
        metrics.record(|| counter!(FAILURES).increment(1));
        if !self.is_away.swap(true, Ordering::Relaxed) {
            tracing::error!(%sink, %error, "events are not copied; they wait, and none is lost");
        }
    }

    /// Notes that all of a page is copied, and lets go after the last one; false if another process copies by now.
    async fn note(&self, copying: &Copying<'_>, page: &feed::Page) -> store::Result<bool> {
        let until = if page.is_end {
            Timestamp::UNIX_EPOCH
        } else {
            clock::after(self.parts.clock.now(), LEASE)
        };
        let mut tx = self.parts.store.begin_write().await?;
        let is_ours = event_sinks::advance(&mut tx, copying, page.next, until).await?;
        tx.commit().await?;
        Ok(is_ours)
    }

    async fn release(&self, copying: &Copying<'_>) -> store::Result<()> {
        let mut tx = self.parts.store.begin_write().await?;
        event_sinks::release(&mut tx, copying).await?;
        tx.commit().await
    }
}
