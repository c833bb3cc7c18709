//! The pages of a list that is about as long as it was, read at the same time.

use std::hash::Hash;

use futures_util::{FutureExt as _, StreamExt as _, stream};
use serde::de::DeserializeOwned;

use super::offset_page::Page;
use super::offsets::List;
use crate::error::Error;
use crate::remembered::Length;

/// How many pages are asked for by what is remembered; of a longer list the others by what Jira says.
const MOST_GUESSED: usize = 16;

impl<'a, T, I> List<'a, T, I>
where
    T: DeserializeOwned + Send + 'static,
    I: Clone + Eq + Hash + Send + Sync + 'a,
{
    /// The first page and its size; in one with it those that stood behind it when the list was last
    /// read. They count if they fit together as pages of a list that nobody has changed meanwhile, and
    /// otherwise are as if they had not been asked for. Near the end of a quota they are not.
    pub(super) async fn begin(&self) -> Result<(Page<T>, usize), Error> {
        let site = self.listing.site;
        let known = &site.client.remembered;
        let known = known.length(&(site.reader(), (self.call)(0)?.url));
        let Some(Length { items, on_a_page }) = known.filter(|_| !site.is_quota_low()) else {
            let page = self.read(0).await?;
            let size = page.values.len();
            return Ok((page, size));
        };
        let starts = (0..items).step_by(on_a_page).take(MOST_GUESSED);
        self.listing.grant(starts.clone().count());
        let reads = starts.map(|start_at| self.read(start_at).boxed());
        let mut pages = stream::iter(reads).buffered(site.lanes());
        let first = pages.next().await;
        let mut first = first.expect("a list that is remembered has items")?;
        let size = first.values.len();
        let mut others = Vec::new();
        while let Some(page) = pages.next().await {
            let Ok(page) = page else {
                // Should it fail again, the list does.
                return Ok((first, size));
            };
            others.push(page);
        }
        if !first.with(others, on_a_page, self.id) {
            tracing::debug!("a list is not as it was; reading it by what it says");
        }
        Ok((first, size))
    }

    /// Remembers how long the list was, if it took more than one page.
    pub(super) fn remember(&self, items: usize, on_a_page: usize) {
        let length = Length { items, on_a_page };
        let length = (items > on_a_page && on_a_page > 0).then_some(length);
        if let Ok(call) = (self.call)(0) {
            let site = self.listing.site;
            let list = (site.reader(), call.url);
            site.client.remembered.note_length(&list, length);
        }
    }
}
