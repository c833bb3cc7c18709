//! Lists that Jira pages by offset: projects, boards, sprints. Not those paged by token, whose
//! pages can only be read one after the other.

use std::collections::HashSet;
use std::hash::Hash;

use futures_util::future::BoxFuture;
use futures_util::{Stream, StreamExt as _, stream};
use serde::Deserialize;

use crate::error::Error;

/// One page, as all offset-paged lists of Jira are cut.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    #[serde(alias = "issues")]
    values: Vec<T>,
    is_last: Option<bool>,
    total: Option<usize>,
}

impl<T> Page<T> {
    /// Where the page behind this one begins, which begins at `start_at`, if this is not the last.
    ///
    /// Jira may send fewer items than asked for at any place, so that only the number of those
    /// sent tells how far it has come. Without a word about the end the list goes on until a page
    /// is empty.
    fn next(&self, start_at: usize) -> Option<usize> {
        let next = start_at + self.values.len();
        let says_last = self
            .is_last
            .unwrap_or_else(|| self.total.is_some_and(|total| next >= total));
        (!says_last && !self.values.is_empty()).then_some(next)
    }
}

/// A page on its way.
pub(super) type Reading<'a, T> = BoxFuture<'a, Result<Page<T>, Error>>;

/// How a list is read.
pub(super) struct List<'a, T, I> {
    /// Reads the page that begins at an offset.
    pub(super) read: Box<dyn Fn(usize) -> Reading<'a, T> + Send + Sync + 'a>,
    /// What tells one item from another.
    pub(super) id: fn(&T) -> I,
    /// How many pages to read at the same time.
    pub(super) lanes: usize,
}

impl<'a, T, I> List<'a, T, I>
where
    T: Send + 'a,
    I: Clone + Eq + Hash + Send + 'a,
{
    /// The list in two pieces: its first page, and all the others. Each item comes once.
    pub(super) fn pages(self) -> impl Stream<Item = Result<Vec<T>, Error>> + Send + 'a {
        let start = (self, Position::Start);
        stream::try_unfold(start, |(list, position)| async move {
            match position {
                Position::Start => {
                    let page = (list.read)(0).await?;
                    let (next, total) = (page.next(0), page.total);
                    let mut known = HashSet::new();
                    let values = list.new_ones(page.values, &mut known);
                    let position = match next {
                        Some(next) => Position::Behind { next, total, known },
                        None => Position::End,
                    };
                    Ok(Some((values, (list, position))))
                }
                Position::Behind { next, total, known } => {
                    let rest = list.rest(next, total, known).await?;
                    Ok(Some((rest, (list, Position::End))))
                }
                Position::End => Ok(None),
            }
        })
    }

    /// What comes behind the first page, which ended at `first`.
    ///
    /// If Jira tells how many items there are, the other pages are read at the same time. If what
    /// comes are not as many, because the list changed meanwhile or a page was short, they are
    /// read once more, one after the other.
    async fn rest(
        &self,
        first: usize,
        total: Option<usize>,
        known: HashSet<I>,
    ) -> Result<Vec<T>, Error> {
        let Some(total) = total.filter(|total| *total > first) else {
            let (values, _) = self.walk(first, &mut known.clone()).await?;
            return Ok(values);
        };
        let mut seen = known.clone();
        let mut values = Vec::new();
        let (mut told, mut next) = (total, Some(first));
        let starts = (first..total).step_by(first);
        let pages = stream::iter(starts.clone().map(&self.read)).buffered(self.lanes);
        let mut pages = stream::iter(starts).zip(pages);
        while let Some((start_at, page)) = pages.next().await {
            let page = page?;
            (told, next) = (page.total.unwrap_or(told), page.next(start_at));
            values.extend(self.new_ones(page.values, &mut seen));
            if next.is_none() {
                break;
            }
        }
        if let Some(next) = next {
            let (more, total) = self.walk(next, &mut seen).await?;
            values.extend(more);
            told = total.unwrap_or(told);
        }
        if seen.len() != told {
            tracing::debug!(
                told,
                read = seen.len(),
                "the list changed while it was read"
            );
            (values, _) = self.walk(0, &mut known.clone()).await?;
        }
        Ok(values)
    }

    /// The items from `start_at` on that are not yet known, one page after the other, and the
    /// total that the last page told.
    async fn walk(
        &self,
        start_at: usize,
        known: &mut HashSet<I>,
    ) -> Result<(Vec<T>, Option<usize>), Error> {
        let mut values = Vec::new();
        let mut next = start_at;
        loop {
            let page = (self.read)(next).await?;
            let (total, behind) = (page.total, page.next(next));
            values.extend(self.new_ones(page.values, known));
            match behind {
                Some(behind) => next = behind,
                None => return Ok((values, total)),
            }
        }
    }

    fn new_ones(&self, values: Vec<T>, known: &mut HashSet<I>) -> Vec<T> {
        let is_new = |value: &T| known.insert((self.id)(value));
        values.into_iter().filter(is_new).collect()
    }
}

/// Where a list stands.
enum Position<I> {
    Start,
    /// Behind the first page: where it ended, the total it told, and what was in it.
    Behind {
        next: usize,
        total: Option<usize>,
        known: HashSet<I>,
    },
    End,
}
