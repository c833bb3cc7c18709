//! Lists of issues that Jira pages by token: what a JQL finds, or a sprint holds.
//!
//! Each page brings the token of the next, so that a list is read one page after the other. The
//! deprecated list of a sprint is paged by offset, which here serves as its token.

use std::collections::HashSet;

use serde::Serialize;

use super::rows::Row;
use super::whole::is_refusal;
use crate::call::{Call, Endpoint};
use crate::error::{Error, Kind};
use crate::items::ReadItem;
use crate::listing::Listing;

pub(super) const SEARCH: Endpoint = Endpoint::ask("/ex/jira/{cloudId}/rest/api/3/search/jql");
const OF_SPRINT: Endpoint =
    Endpoint::get("/ex/jira/{cloudId}/rest/software/1.0/sprint/{sprintId}/issue");

const OF_SPRINT_ONCE: Endpoint =
    Endpoint::get("/ex/jira/{cloudId}/rest/agile/1.0/sprint/{sprintId}/issue");

/// What Jira gives at most when only ids and keys are asked for, and otherwise.
const IDS_A_PAGE: u32 = 5_000;
pub(super) const ISSUES_A_PAGE: u32 = 100;

/// Where the issues of a list come from.
#[derive(Clone, Debug, Hash)]
pub(super) enum Source {
    Jql(String),
    Sprint(u64),
    /// The same by the API that [is being removed](https://community.developer.atlassian.com/t/98871).
    SprintOnce(u64),
}

/// How many pages in a row may bring nothing new. Jira's index gives such pages at times, where
/// nobody may see what it has found.
const MOST_IDLE_PAGES: usize = 10;

/// How many issues may come again, whatever the list has brought: a list that changes while it is
/// read repeats a few.
const FEW_AGAIN: usize = 10;

/// A list, and how to read it.
pub(super) struct TokenList {
    pub(super) source: Source,
    pub(super) fields: Vec<String>,
    /// The ids of issues about which the index is to be asked to be up to date, 50 at most.
    reconciled: Vec<u64>,
}

/// A list on its way from page to page.
pub(super) struct Walk<'a, R> {
    pub(super) listing: Listing<'a>,
    list: TokenList,
    /// How an issue on a page is read.
    item: ReadItem<R>,
    position: Position,
    /// The ids of all that has come, and the tokens of all pages that were promised.
    known: HashSet<String>,
    tokens: HashSet<String>,
    idle_pages: usize,
    /// How many issues have come that had come before.
    again: usize,
    has_asked_for_length: bool,
}

/// Where a list stands between two pages.
enum Position {
    Start,
    After(String),
    End,
}

/// Unknown members and nulls are refused by Jira, so absent means absent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Query<'a> {
    pub(super) jql: &'a str,
    pub(super) fields: &'a [String],
    pub(super) max_results: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_page_token: Option<&'a str>,
    #[serde(skip_serializing_if = "<[u64]>::is_empty")]
    pub(super) reconcile_issues: &'a [u64],
}

impl TokenList {
    pub(super) fn new(source: Source, fields: &[&str]) -> Self {
        let mut fields: Vec<String> = fields.iter().copied().map(str::to_owned).collect();
        if !fields.iter().any(|field| field == "key") {
            // Without a single field Jira leaves out the key as well.
            fields.push("key".to_owned());
        }
        Self {
            source,
            fields,
            reconciled: Vec::new(),
        }
    }

    /// The ids and keys alone, [up to date](https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/)
    /// about these issues.
    pub(super) fn ids(source: Source, reconciled: Vec<u64>) -> Self {
        Self {
            reconciled,
            ..Self::new(source, &["id"])
        }
    }

    pub(super) fn is_only_ids(&self) -> bool {
        self.fields
            .iter()
            .all(|field| field == "id" || field == "key")
    }

    pub(super) fn page_size(&self) -> u32 {
        if self.is_only_ids() {
            IDS_A_PAGE
        } else {
            ISSUES_A_PAGE
        }
    }
}

impl<'a, R: Row> Walk<'a, R> {
    pub(super) fn new(listing: Listing<'a>, list: TokenList, item: ReadItem<R>) -> Self {
        Self {
            listing,
            list,
            item,
            position: Position::Start,
            known: HashSet::new(),
            tokens: HashSet::new(),
            idle_pages: 0,
            again: 0,
            has_asked_for_length: false,
        }
    }

    /// Whether Jira has not said that the list has ended.
    pub(super) fn has_more(&self) -> bool {
        !matches!(self.position, Position::End)
    }

    /// What the next page brings that is new, which may be nothing; none at the end of the list.
    pub(super) async fn next_page(&mut self) -> Result<Option<Vec<R>>, Error> {
        let token = match &self.position {
            Position::Start => None,
            Position::After(token) => Some(token.clone()),
            Position::End => return Ok(None),
        };
        let call = self.call(token.as_deref())?;
        let endpoint = call.endpoint.clone();
        self.ask_for_length(&endpoint).await?;
        let (mut page, mut issues) = self.listing.issues(call, &self.item).await?;
        if let Source::SprintOnce(_) = self.list.source {
            let start_at = token.as_deref().and_then(|token| token.parse().ok());
            let next = page.next_offset(start_at.unwrap_or(0), issues.len());
            page.next_page_token = next.map(|next| next.to_string());
        }
        // Any of these ends the list: recordings show each of them missing at times.
        self.position = match page.next_page_token {
            Some(next) if page.is_last != Some(true) && token.as_ref() != Some(&next) => {
                Position::After(next)
            }
            _ => Position::End,
        };
        let came = issues.len();
        issues.retain(|issue| self.known.insert(issue.id().to_owned()));
        self.again += came - issues.len();
        let progress = self.judge(issues.is_empty());
        progress.map_err(|kind| Error::new(endpoint, kind))?;
        Ok(Some(issues))
    }

    /// What the pages from here on bring, behind what is `read`.
    pub(super) async fn rest(mut self, mut read: Vec<R>) -> Result<Vec<R>, Error> {
        while let Some(page) = self.next_page().await? {
            read.extend(page);
        }
        Ok(read)
    }

    /// Refuses to go on where there is no end to be seen.
    fn judge(&mut self, is_idle: bool) -> Result<(), Kind> {
        self.listing.judge_length(self.known.len())?;
        let Position::After(token) = &self.position else {
            return Ok(());
        };
        if !self.tokens.insert(token.clone()) {
            return Err(Kind::Endless("comes back to a page that it has given"));
        }
        self.idle_pages = if is_idle { self.idle_pages + 1 } else { 0 };
        let is_all_again = self.again >= self.known.len().max(FEW_AGAIN);
        if self.idle_pages >= MOST_IDLE_PAGES || is_all_again {
            return Err(Kind::Endless("brings nothing new"));
        }
        let told = self.listing.told_length();
        let most = told.map(|told| told.max(ISSUES_A_PAGE as usize).saturating_mul(2));
        if most.is_some_and(|most| self.known.len() + self.again >= most) {
            return Err(Kind::Endless("goes on and on"));
        }
        Ok(())
    }

    /// Asks Jira how long the list is, if it has become so long that it may go on only if that is
    /// known, and if Jira can say it.
    async fn ask_for_length(&mut self, endpoint: &Endpoint) -> Result<(), Error> {
        let Source::Jql(jql) = &self.list.source else {
            return Ok(());
        };
        if self.has_asked_for_length || !self.listing.should_tell_its_length() {
            return Ok(());
        }
        self.has_asked_for_length = true;
        let count = match self.listing.approximate_count(jql).await {
            // The list ends by itself, or for lack of calls.
            Err(error) if is_refusal(&error) => return Ok(()),
            count => usize::try_from(count?).unwrap_or(usize::MAX),
        };
        self.listing.note_length(count);
        let left = count.saturating_sub(self.known.len());
        let pages = left.div_ceil(self.list.page_size() as usize);
        self.listing.expect(pages, endpoint)
    }

    /// The call for the page that `token` stands for, or for the first one.
    fn call(&self, token: Option<&str>) -> Result<Call, Error> {
        let (site, list) = (self.listing.site, &self.list);
        let api = &site.client.api_url;
        Ok(match &list.source {
            Source::Jql(jql) => SEARCH.call(api, &[site.id])?.json(&Query {
                jql,
                fields: &list.fields,
                max_results: list.page_size(),
                next_page_token: token,
                reconcile_issues: &list.reconciled,
            }),
            Source::Sprint(id) => {
                let mut call = OF_SPRINT
                    .call(api, &[site.id, &id.to_string()])?
                    .query("fields", &list.fields.join(","))
                    .query("maxResults", &list.page_size().to_string());
                if let Some(token) = token {
                    call = call.query("nextPageToken", token);
                }
                for id in &list.reconciled {
                    call = call.query("reconcileIssues", &id.to_string());
                }
                call
            }
            Source::SprintOnce(id) => OF_SPRINT_ONCE
                .call(api, &[site.id, &id.to_string()])?
                .query("fields", &list.fields.join(","))
                .query("maxResults", &ISSUES_A_PAGE.to_string())
                .query("startAt", token.unwrap_or("0")),
        })
    }
}
