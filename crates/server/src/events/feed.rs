//! The feed: the events of a project, read on from where a reader stands. None is ever left out: positions come
//! in the order of the commits.

use super::event::EventError;
use super::{Event, cursor};
use crate::project::ProjectId;
use crate::seal::Sealer;
use crate::store::feed::{self, Ends};
use crate::store::{self, Store, StoreError};

pub use crate::store::feed::Wanted;

/// Behind what a reader goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// At the oldest event that is kept.
    Nothing,
    /// At the next one that is recorded.
    Latest,
    /// Behind this position.
    Position(i64),
}

/// Some of the feed.
#[derive(Debug)]
pub struct Page {
    /// In order.
    pub events: Vec<Event>,
    /// The position behind which to go on.
    pub next: i64,
    /// Whether there was nothing behind it.
    pub is_end: bool,
}

/// Why the feed cannot be read from there.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// No event was ever recorded there: the database is an older one, brought back from a copy.
    #[error("the cursor is ahead of the feed")]
    Ahead,
    /// Events behind it are no longer kept.
    #[error("the cursor is older than what is kept")]
    Overtaken {
        /// The oldest position that works.
        oldest: i64,
    },
    /// An event is not to be had.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl From<StoreError> for FeedError {
    fn from(error: StoreError) -> Self {
        Self::Event(error.into())
    }
}

impl After {
    fn position(self, ends: Ends) -> Result<i64, FeedError> {
        match self {
            Self::Nothing => Ok(ends.swept_to),
            Self::Latest => Ok(ends.position),
            Self::Position(position) if position > ends.position => Err(FeedError::Ahead),
            Self::Position(position) if position < ends.swept_to => Err(FeedError::Overtaken {
                oldest: ends.swept_to,
            }),
            Self::Position(position) => Ok(position),
        }
    }
}

/// Reads on: at most `limit` events that are wanted.
pub async fn read(
    store: &Store,
    sealer: &Sealer,
    project: ProjectId,
    after: After,
    wanted: &Wanted,
    limit: u16,
) -> Result<Page, FeedError> {
    // All of it is of one moment, so that nothing lies between what was found and the end.
    let mut tx = store.begin_read().await?;
    let ends = feed::ends(&mut tx, project).await?;
    let after = after.position(ends)?;
    let found = feed::page(&mut tx, project, after, wanted, limit).await?;
    drop(tx);
    let opened = found.rows.into_iter().map(|row| Event::open(row, sealer));
    let next = found.looked_to.unwrap_or(ends.position);
    Ok(Page {
        events: opened.collect::<Result<_, _>>()?,
        next: next.max(after),
        is_end: next >= ends.position,
    })
}

/// Looks how far others have recorded what somebody waits for in this process.
pub async fn follow(store: &Store) -> store::Result<()> {
    let followed = store.recorded().followed();
    if followed.is_empty() {
        return Ok(());
    }
    let mut tx = store.begin_read().await?;
    let positions = feed::positions(&mut tx, &followed).await?;
    drop(tx);
    for (project, position) in positions {
        store.recorded().note(project, position);
    }
    Ok(())
}

/// The cursor of a position.
#[must_use]
pub fn cursor_of(project: ProjectId, position: i64) -> String {
    cursor::write(project, position)
}
