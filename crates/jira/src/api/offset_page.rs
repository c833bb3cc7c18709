//! One page of a list that Jira pages by offset.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::Hash;

use serde::Deserialize;

use super::at_most;

/// More items than Jira puts on any page.
const MOST_ON_A_PAGE: usize = 1_000;

/// One page, as all offset-paged lists of Jira are cut.
#[derive(Deserialize)]
#[serde(try_from = "Members<T>", bound = "T: Deserialize<'de>")]
pub(super) struct Page<T> {
    pub(super) values: Vec<T>,
    is_last: Option<bool>,
    pub(super) total: Option<usize>,
}

/// The members of a page. What it holds is called after it by some resources, and a few have a second
/// name for that, beside the first or in its place.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: Deserialize<'de>")]
struct Members<T> {
    #[serde(
        alias = "issues",
        alias = "comments",
        alias = "fields",
        alias = "issueTypes"
    )]
    values: Option<Items<T>>,
    #[serde(alias = "createMetaIssueType")]
    results: Option<Items<T>>,
    is_last: Option<bool>,
    total: Option<usize>,
}

#[derive(Deserialize)]
#[serde(transparent, bound = "T: Deserialize<'de>")]
struct Items<T>(#[serde(deserialize_with = "at_most::<MOST_ON_A_PAGE, _, _>")] Vec<T>);

impl<T> TryFrom<Members<T>> for Page<T> {
    type Error = &'static str;

    fn try_from(members: Members<T>) -> Result<Self, Self::Error> {
        let lists = members.values.into_iter().chain(members.results);
        let values =
            lists.map(|Items(items)| items).reduce(
                |first, second| {
                    if first.is_empty() { second } else { first }
                },
            );
        Ok(Self {
            values: values.ok_or("a page without a list")?,
            is_last: members.is_last,
            total: members.total,
        })
    }
}

impl<T> Page<T> {
    /// Where the page behind this one begins, which begins at `start_at`, if this is not the last.
    ///
    /// Jira may send fewer items than asked for at any place, so that only the number of those
    /// sent tells how far it has come. Without a word about the end the list goes on until a page
    /// is empty.
    pub(super) fn next(&self, start_at: usize) -> Option<usize> {
        let next = start_at + self.values.len();
        let says_last = self
            .is_last
            .unwrap_or_else(|| self.total.is_some_and(|total| next >= total));
        (!says_last && !self.values.is_empty()).then_some(next)
    }

    /// Pages of a list, `size` items each, in one with the first: none where they do not fit together,
    /// as if none had been read but that one.
    pub(super) fn with<I: Eq + Hash>(
        &mut self,
        others: Vec<Self>,
        size: usize,
        id: fn(&T) -> I,
    ) -> bool {
        let pages = || std::iter::once(&*self).chain(&others);
        let starts = || (0..).step_by(size);
        let end = pages()
            .zip(starts())
            .position(|(page, start)| page.next(start).is_none());
        let last = end.unwrap_or(others.len());
        let mut seen = HashSet::new();
        let fits = |(number, page): (usize, &Self)| {
            let is_full = match number.cmp(&last) {
                Ordering::Less => page.values.len() == size,
                Ordering::Equal => true,
                Ordering::Greater => page.values.is_empty(),
            };
            let are_new = page.values.iter().all(|value| seen.insert(id(value)));
            is_full && are_new && page.total == self.total
        };
        let do_fit = pages().enumerate().all(fits);
        let is_settled = end.is_none() || self.total.is_none_or(|total| total <= seen.len());
        if do_fit && is_settled {
            self.is_last = others
                .get(last.wrapping_sub(1))
                .map_or(self.is_last, |page| page.is_last);
            self.values
                .extend(others.into_iter().flat_map(|page| page.values));
            return true;
        }
        false
    }
}
