//! A reader of the feed: what it has seen, and how it waits for more. No connection to the database is held
//! while it waits.

use tokio::sync::watch;

use super::refused;
use crate::app::App;
use crate::events::feed::{self, After, Page, Wanted};
use crate::project::ProjectId;
use crate::web::error::Error;

/// How often one call looks on where it has found nothing and there is more behind: each look is bounded.
const MOST_LOOKS: usize = 4;

/// Who reads on.
pub(super) struct Reader {
    app: App,
    project: ProjectId,
    after: After,
    wanted: Wanted,
    limit: u16,
    recorded: watch::Receiver<i64>,
}

impl Reader {
    pub(super) fn new(
        app: &App,
        project: ProjectId,
        after: After,
        wanted: Wanted,
        limit: u16,
    ) -> Self {
        Self {
            // Before the first look, so that nothing lies between it and the first news.
            recorded: app.store.recorded().follow(project),
            app: app.clone(),
            project,
            after,
            wanted,
            limit,
        }
    }

    /// Behind what it goes on.
    pub(super) fn after(&self) -> After {
        self.after
    }

    /// The next events, as far as there are some. What comes next is behind them.
    pub(super) async fn read(&mut self) -> Result<Page, Error> {
        let mut looks = 1;
        loop {
            let (store, sealer) = (&self.app.store, &self.app.sealer);
            let read = feed::read(
                store,
                sealer,
                self.project,
                self.after,
                &self.wanted,
                self.limit,
            );
            let page = read.await.map_err(|error| refused(self.project, error))?;
            self.after = After::Position(page.next);
            if !page.events.is_empty() || page.is_end || looks == MOST_LOOKS {
                return Ok(page);
            }
            looks += 1;
        }
    }

    /// Waits for events that are wanted; for ever, if there are none.
    pub(super) async fn wait(&mut self) -> Result<Page, Error> {
        loop {
            let page = self.read().await?;
            if !page.events.is_empty() {
                return Ok(page);
            }
            if page.is_end {
                // The other end is kept with the receivers.
                let news = self.recorded.wait_for(|position| *position > page.next);
                drop(news.await);
            }
        }
    }
}
