//! Lists that Jira pages by offset: projects, boards, sprints, fields, comments. Not those paged by
//! token, whose pages can only be read one after the other.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{FutureExt as _, Stream, StreamExt as _, TryStreamExt as _, stream};
use serde::de::DeserializeOwned;

use super::offset_page::Page;
use crate::call::Call;
use crate::error::{Error, Kind};
use crate::listing::{Listing, UNTOLD_CALLS};

/// How many pages such a list may have: 12,000 projects, 6,000 boards or sprints of a board.
const MOST_PAGES: usize = 120;

/// How many items Jira mostly has on a page: a list that tells fewer may bring so many.
const USUAL_PAGE: usize = 100;

/// How many items in a row may come again in a list that changes while it is read.
const FEW_AGAIN: usize = 10;

/// How a list is read.
pub(super) struct List<'a, T, I> {
    pub(super) listing: Listing<'a>,
    /// The call for the page that begins at an offset.
    pub(super) call: Box<dyn Fn(usize) -> Result<Call, Error> + Send + Sync + 'a>,
    /// How many items Jira gives on a page at most.
    pub(super) page_size: usize,
    /// What tells one item from another.
    pub(super) id: fn(&T) -> I,
    /// What reading it has cost of the app's hourly quota: a point for each call and each item.
    pub(super) points: AtomicUsize,
}

impl<'a, T, I> List<'a, T, I>
where
    T: DeserializeOwned + Send + 'static,
    I: Clone + Eq + Hash + Send + Sync + 'a,
{
    /// A list of what these calls bring, of which nothing has been read.
    pub(super) fn new(
        listing: Listing<'a>,
        page_size: usize,
        id: fn(&T) -> I,
        call: impl Fn(usize) -> Result<Call, Error> + Send + Sync + 'a,
    ) -> Self {
        Self {
            listing,
            call: Box::new(call),
            page_size,
            id,
            points: AtomicUsize::new(0),
        }
    }

    /// All of it, each item once.
    pub(super) async fn whole(self) -> Result<Vec<T>, Error> {
        self.pages().try_concat().await
    }

    /// The list in two pieces: its first page, and all the others. Each item comes once.
    pub(super) fn pages(self) -> impl Stream<Item = Result<Vec<T>, Error>> + Send + 'a {
        let start = (self, Position::Start);
        stream::try_unfold(start, |(list, position)| async move {
            match position {
                Position::Start => {
                    let (page, size) = list.begin().await?;
                    let (next, total) = (page.next(0), page.total);
                    let mut tally = Tally::new(HashSet::new(), total);
                    let values = tally.new_ones(page.values, list.id);
                    let known = tally.seen;
                    let position = if let Some(next) = next {
                        let behind = Behind { next, size, total };
                        Position::Behind(behind, known)
                    } else {
                        list.remember(values.len(), size);
                        Position::End
                    };
                    Ok(Some((values, (list, position))))
                }
                Position::Behind(behind, known) => {
                    let (size, before) = (behind.size, known.len());
                    let rest = list.rest(behind, known).await?;
                    list.remember(before + rest.len(), size);
                    Ok(Some((rest, (list, Position::End))))
                }
                Position::End => Ok(None),
            }
        })
    }

    pub(super) async fn read(&self, start_at: usize) -> Result<Page<T>, Error> {
        let page: Page<T> = self.listing.fetch((self.call)(start_at)?).await?;
        self.points
            .fetch_add(1 + page.values.len(), Ordering::Relaxed);
        Ok(page)
    }

    /// How many items there are, if Jira tells it and its pages are not so short that they would be too
    /// many. The list may then take the calls that they need.
    fn expected(&self, behind: &Behind) -> Result<Option<usize>, Error> {
        let Some(total) = behind.total.filter(|total| *total > behind.next) else {
            return Ok(None);
        };
        let pages = total.div_ceil(self.page_size);
        if pages > MOST_PAGES {
            return Err(self.give_up(Kind::TooLong("has more pages than can be read")));
        }
        if total.div_ceil(behind.size) > UNTOLD_CALLS.max(2 * pages) {
            return Ok(None);
        }
        self.listing.expect(pages, &(self.call)(0)?.endpoint)?;
        Ok(Some(total))
    }

    fn give_up(&self, kind: Kind) -> Error {
        match (self.call)(0) {
            Ok(call) => Error::new(call.endpoint, kind),
            Err(error) => error,
        }
    }

    /// What comes behind the first page, which held what is `known`.
    ///
    /// If it is [known](Self::expected) how many items there are, the other pages are read at the same
    /// time. If the list changed meanwhile, or a page was short, they are read once more, one after
    /// the other, and if it changed again a third and last time.
    async fn rest(&self, behind: Behind, known: HashSet<I>) -> Result<Vec<T>, Error> {
        let (mut values, mut is_settled) = match self.expected(&behind)? {
            Some(total) => {
                let (mut values, tally, next) = self.side_by_side(&behind, total, &known).await?;
                match next {
                    Some(next) if tally.is_settled() => {
                        // There is more than the total says.
                        let (more, is_settled) = self.in_turn(next, &known, tally.seen).await?;
                        values.extend(more);
                        (values, is_settled)
                    }
                    _ => (values, next.is_none() && tally.is_settled()),
                }
            }
            None => self.in_turn(behind.next, &known, known.clone()).await?,
        };
        for _ in 0..2 {
            if is_settled {
                break;
            }
            tracing::debug!("a list changed while it was read; reading it again");
            (values, is_settled) = self.in_turn(0, &known, HashSet::new()).await?;
        }
        Ok(values)
    }

    /// The other pages up to `total`, read at the same time: what is not yet known, what came in all,
    /// and where there is more.
    async fn side_by_side(
        &self,
        behind: &Behind,
        total: usize,
        known: &HashSet<I>,
    ) -> Result<(Vec<T>, Tally<I>, Option<usize>), Error> {
        let mut tally = Tally::new(known.clone(), Some(total));
        let mut values = Vec::new();
        let starts = (behind.next..total).step_by(behind.size);
        let reads = starts.clone().map(|start_at| self.read(start_at).boxed());
        let pages = stream::iter(reads).buffered(self.listing.site.lanes());
        let mut pages = stream::iter(starts).zip(pages);
        let mut next = None;
        while let Some((start_at, page)) = pages.next().await {
            let page = page?;
            tally.note_total(page.total);
            next = page.next(start_at);
            let came = page.values.len();
            let new_ones = tally.new_ones(page.values, self.id);
            // Where pages are short they overlap; one that begins behind all that came does not.
            let is_in_vain = next.is_some() && new_ones.is_empty() && start_at >= tally.seen.len();
            if is_in_vain && came > FEW_AGAIN {
                return Err(self.give_up(Kind::Endless("brings nothing new")));
            }
            values.extend(new_ones);
            if next.is_none() || is_in_vain {
                break;
            }
        }
        Ok((values, tally, next))
    }

    /// Whether a list that has brought more than the total that it tells, has cost twice the points
    /// of a list of that length.
    fn costs_too_much(&self, tally: &Tally<I>) -> bool {
        let told = tally.last_total.filter(|total| tally.seen.len() > *total);
        told.is_some_and(|total| {
            let honest = total + total.div_ceil(self.page_size);
            let least = self.page_size.min(USUAL_PAGE);
            self.points.load(Ordering::Relaxed) >= 2 * honest.max(least)
        })
    }

    /// The pages from `start_at` on, one after the other: what is not yet known, and whether that
    /// is all. `seen` is what stands in front of them.
    async fn in_turn(
        &self,
        start_at: usize,
        known: &HashSet<I>,
        seen: HashSet<I>,
    ) -> Result<(Vec<T>, bool), Error> {
        let mut tally = Tally::new(seen, None);
        let mut values = Vec::new();
        let mut next = Some(start_at);
        while let Some(start_at) = next {
            let page = self.read(start_at).await?;
            tally.note_total(page.total);
            next = page.next(start_at);
            let new_ones = tally.new_ones(page.values, self.id);
            if next.is_some() && new_ones.is_empty() {
                return Err(self.give_up(Kind::Endless("brings nothing new")));
            }
            if next.is_some() && self.costs_too_much(&tally) {
                return Err(self.give_up(Kind::Endless("goes on and on")));
            }
            let new_ones = new_ones.into_iter();
            values.extend(new_ones.filter(|value| !known.contains(&(self.id)(value))));
        }
        Ok((values, tally.is_settled()))
    }
}

/// What tells whether one reading of a list was whole.
struct Tally<I> {
    seen: HashSet<I>,
    /// The total that was told first, and that which was told last.
    total: Option<usize>,
    last_total: Option<usize>,
    /// Whether every page told the same total.
    is_steady: bool,
}

impl<I: Eq + Hash> Tally<I> {
    fn new(seen: HashSet<I>, total: Option<usize>) -> Self {
        Self {
            seen,
            total,
            last_total: total,
            is_steady: true,
        }
    }

    fn note_total(&mut self, total: Option<usize>) {
        let known = self.total.or(total);
        self.is_steady &= total.is_none() || total == known;
        self.total = known;
        self.last_total = total.or(self.last_total);
    }

    fn new_ones<T>(&mut self, values: Vec<T>, id: fn(&T) -> I) -> Vec<T> {
        let is_new = |value: &T| self.seen.insert(id(value));
        values.into_iter().filter(is_new).collect()
    }

    /// Whether as many items came as there are, or more, where the total is wrong. An item that came
    /// and one that went between two pages make up for each other; Jira has no sign for that.
    fn is_settled(&self) -> bool {
        self.is_steady && self.total.is_none_or(|total| total <= self.seen.len())
    }
}

/// Where a list stands.
enum Position<I> {
    Start,
    /// Behind the first page, and what was in it.
    Behind(Behind, HashSet<I>),
    End,
}

/// What comes behind a first page.
struct Behind {
    /// Where it begins.
    next: usize,
    /// How many items come on a page, as it seems.
    size: usize,
    /// How many items there are, as far as is told.
    total: Option<usize>,
}
