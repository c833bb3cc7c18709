//! Long lists of issues in few round trips.
//!
//! Pages of issues hold 100 and come one after the other, but a page of bare ids holds 5,000, and
//! issues can be fetched by id [in parallel](BULK_SIZES). So a long list is scanned for its ids
//! and fetched by them: 5,000 issues take three round trips and not 50. Not split by ranges of
//! keys: a bound that names a deleted or moved issue silently empties the range.
//!
//! The scan decides what belongs to the list and in which order; what the issues hold is read
//! after it, from Jira's database. What the two tell differently is settled by asking the index
//! again about those issues
//! (<https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/>). What cannot be
//! settled is no reason to give a part: then the pages are walked.

use std::sync::Arc;

use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};

use super::held::Held;
use super::issues::{BULK_FETCH, Issue};
use super::rows::{Listed, Made};
use super::tokens::{ISSUES_A_PAGE, Source, TokenList, Walk};
use crate::client::Site;
use crate::error::Error;
use crate::items::ReadItem;
use crate::listing::Listing;
use crate::remembered::Length;

/// How many issues Jira gives by id at most, at one time: [the larger number](https://developer.atlassian.com/cloud/jira/platform/changelog/#CHANGE-3413)
/// only if [all fields are plain](are_plain).
const BULK_SIZES: (usize, usize) = (100, 1_000);

/// About how many issues the index can be asked to be up to date at most.
const MAX_RECONCILED: usize = 50;

impl Site<'_> {
    /// All issues that match `jql`, in its order, each once: what [`search`](Site::search) gives,
    /// in a few round trips however long the list.
    ///
    /// An issue belongs to the list if it matched when its id was read, and is as it was when it
    /// was fetched a moment later. One that was deleted between the two is left out; one that was
    /// moved is asked about once more, and stays if it still matches.
    ///
    /// A list that was longer than a page when it was last read takes two round trips, another one
    /// of that length three. It costs up to twice the points of a search, so near the end of an hourly
    /// quota the pages are read one after the other.
    pub async fn all_issues(&self, jql: &str, fields: &[&str]) -> Result<Vec<Issue>, Error> {
        self.all_issues_as(usize::MAX, jql, fields, |issue| issue)
            .await
    }

    /// The same, where this is made of each issue as soon as it has come, beside the threads that serve:
    /// so the memory that a list takes is that of what is made.
    ///
    /// A list of more than `most` issues is [too long](Error::is_too_long): as soon as that is known, and
    /// without the issues themselves where their ids tell it.
    pub async fn all_issues_as<T: Send + 'static>(
        &self,
        most: usize,
        jql: &str,
        fields: &[&str],
        make: impl Fn(Issue) -> T + Send + Sync + 'static,
    ) -> Result<Vec<T>, Error> {
        let listing = self.listing().of_at_most(most);
        listing.all_issues(jql, fields, &Made::reader(make)).await
    }
}

impl Listing<'_> {
    pub(super) async fn all_issues<T: Send + 'static>(
        &self,
        jql: &str,
        fields: &[&str],
        item: &ReadItem<Made<T>>,
    ) -> Result<Vec<T>, Error> {
        let source = Source::Jql(jql.to_owned());
        let known = &self.site.client.remembered;
        let name = (self.site.reader(), self.site.id, &source);
        let made = if known.length(&name).is_some() {
            self.long(source.clone(), fields, item).await?
        } else {
            self.of_any_length(source.clone(), fields, item).await?
        };
        let on_a_page = ISSUES_A_PAGE as usize;
        let items = made.len();
        let length = Length { items, on_a_page };
        known.note_length(&name, (items > on_a_page).then_some(length));
        Ok(made)
    }

    /// A list that takes many pages: its ids are asked for at once, and no page of it.
    pub(super) async fn long<T: Send + 'static>(
        &self,
        source: Source,
        fields: &[&str],
        item: &ReadItem<Made<T>>,
    ) -> Result<Vec<T>, Error> {
        let list = TokenList::new(source.clone(), fields);
        if !list.is_only_ids() && !self.site.is_quota_low() {
            let by_ids = self.by_ids(source, Vec::new(), fields, item).await?;
            if let Ok(made) = by_ids {
                return Ok(made);
            }
        }
        let walk = Walk::new(self.clone(), list, Arc::clone(item));
        Ok(Made::values(walk.rest(Vec::new()).await?))
    }

    /// A list that may be of one page: of most no more is asked.
    async fn of_any_length<T: Send + 'static>(
        &self,
        source: Source,
        fields: &[&str],
        item: &ReadItem<Made<T>>,
    ) -> Result<Vec<T>, Error> {
        let list = TokenList::new(source.clone(), fields);
        let is_only_ids = list.is_only_ids();
        let mut walk = Walk::new(self.clone(), list, Arc::clone(item));
        let mut first = walk.next_page().await?.unwrap_or_default();
        if walk.has_more() && !is_only_ids && !self.site.is_quota_low() {
            match self.by_ids(source, first, fields, item).await? {
                Ok(made) => return Ok(made),
                Err(known) => first = known,
            }
        }
        Ok(Made::values(walk.rest(first).await?))
    }

    /// The list by way of its ids; `first` is what is known of it, and given back if Jira does not offer
    /// that way, or if it leads to another list.
    pub(super) async fn by_ids<T: Send + 'static>(
        &self,
        source: Source,
        first: Vec<Made<T>>,
        fields: &[&str],
        item: &ReadItem<Made<T>>,
    ) -> Result<Result<Vec<T>, Vec<Made<T>>>, Error> {
        let mut held = Held::of(first);
        let mut listed = self.scan(source.clone(), Vec::new()).await?;
        // So many calls this way takes at the most, and the walk that may follow it.
        let pages = listed.len().div_ceil(BULK_SIZES.0);
        self.expect(pages, &BULK_FETCH)?;
        self.note_length(listed.len());
        if !self.fetch_others(&mut held, &listed, fields, item).await? {
            return Ok(Err(held.first));
        }
        let doubtful = held.doubtful(&listed);
        if !doubtful.is_empty() {
            let ids: Option<Vec<u64>> = doubtful.iter().map(|id| id.parse().ok()).collect();
            let Some(ids) = ids.filter(|ids| ids.len() <= MAX_RECONCILED) else {
                return Ok(Err(held.first));
            };
            held.forget(&doubtful);
            listed = self.scan(source, ids).await?;
            if !self.fetch_others(&mut held, &listed, fields, item).await? {
                return Ok(Err(held.first));
            }
        }
        Ok(Ok(held.in_order(&listed)))
    }

    /// The ids and keys of the list, each once.
    async fn scan(&self, source: Source, reconciled: Vec<u64>) -> Result<Vec<Listed>, Error> {
        let ids = TokenList::ids(source, reconciled);
        Walk::new(self.clone(), ids, Listed::reader())
            .rest(Vec::new())
            .await
    }

    /// Fetches the listed issues that are not held. Jira says nothing of an issue that is gone or
    /// out of sight, so what does not come is asked for once more; after that it is gone.
    ///
    /// False if Jira does not give issues by id or could not read some of them, or if so many are
    /// gone that something else must be wrong: while a list is read a few of its issues are
    /// deleted, never a tenth.
    async fn fetch_others<T: Send + 'static>(
        &self,
        held: &mut Held<T>,
        listed: &[Listed],
        fields: &[&str],
        item: &ReadItem<Made<T>>,
    ) -> Result<bool, Error> {
        let wanted = held.missing(listed);
        let mut are_readable = true;
        for _ in 0..2 {
            let missing = held.missing(listed);
            are_readable = match self.fetch_by_ids(held, &missing, fields, item).await {
                Err(error) if is_refusal(&error) => {
                    tracing::debug!(%error, "no list by ids; walking its pages");
                    return Ok(false);
                }
                other => other?,
            };
        }
        let gone = held.missing(listed).len();
        let is_settled = are_readable && gone * 10 <= wanted.len();
        if !is_settled {
            tracing::debug!(gone, "ids and issues of a list differ; walking its pages");
        }
        Ok(is_settled)
    }

    /// Fetches issues by id, in parallel, and says whether Jira could read all that it has.
    async fn fetch_by_ids<T: Send + 'static>(
        &self,
        held: &mut Held<T>,
        ids: &[&str],
        fields: &[&str],
        item: &ReadItem<Made<T>>,
    ) -> Result<bool, Error> {
        let (small, large) = BULK_SIZES;
        let most = if are_plain(fields) { large } else { small };
        let size = ids.len().div_ceil(self.site.lanes()).clamp(small, most);
        let chunks: Vec<_> = (ids.chunks(size))
            .map(|ids| self.fetch_chunk(ids, fields, item).boxed())
            .collect();
        let mut chunks = stream::iter(chunks).buffer_unordered(self.site.lanes());
        let mut are_readable = true;
        while let Some((made, is_all)) = chunks.try_next().await? {
            are_readable &= is_all;
            let made = made.into_iter().map(|made| (made.id.clone(), made));
            held.fetched.extend(made);
        }
        Ok(are_readable)
    }

    /// Fetches issues by id at once, or in smaller parts if Jira does not want to give so many.
    async fn fetch_chunk<T: Send + 'static>(
        &self,
        ids: &[&str],
        fields: &[&str],
        item: &ReadItem<Made<T>>,
    ) -> Result<(Vec<Made<T>>, bool), Error> {
        match self.bulk_read(ids, fields, item).await {
            Err(error) if ids.len() > BULK_SIZES.0 && is_too_much(&error) => {
                let chunks: Vec<_> = (ids.chunks(BULK_SIZES.0))
                    .map(|ids| self.bulk_read(ids, fields, item).boxed())
                    .collect();
                let found = stream::iter(chunks).buffer_unordered(self.site.lanes());
                let join = |(mut made, is_all): (Vec<_>, bool), (more, is_more)| {
                    made.extend(more);
                    std::future::ready(Ok((made, is_all && is_more)))
                };
                found.try_fold((Vec::new(), true), join).await
            }
            found => found,
        }
    }
}

/// Whether Jira gives up to 1,000 issues with these fields: at most 100, each named, and none
/// that holds a list of its own.
fn are_plain(fields: &[&str]) -> bool {
    let is_plain = |field: &&str| {
        let is_list = matches!(*field, "comment" | "worklog" | "attachment");
        !is_list && !field.starts_with(['*', '-'])
    };
    (1..=100).contains(&fields.len()) && fields.iter().all(is_plain)
}

/// Whether Jira may give fewer issues where it does not give so many: it says so with a 400, and
/// an answer too long to be read comes as a bad one.
fn is_too_much(error: &Error) -> bool {
    error.list_fault().is_none() && (error.is_invalid() || error.is_bad_response())
}

/// Whether Jira does not want to answer, and would not want to after a while either.
pub(super) fn is_refusal(error: &Error) -> bool {
    let is_refused = error.is_invalid()
        || error.is_bad_response()
        || error.is_not_found()
        || error.is_gone()
        || error.is_forbidden()
        || error.is_missing_scope();
    is_refused && error.list_fault().is_none()
}
