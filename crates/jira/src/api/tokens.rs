//! Lists of issues that Jira pages by token: what a JQL finds, or a sprint holds.
//!
//! Each page brings the token of the next, so that a list is read one page after the other. The
//! deprecated list of a sprint is paged by offset, which here serves as its token.

use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};

use super::issues::Issue;
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;

const SEARCH: Endpoint = Endpoint::ask("/ex/jira/{cloudId}/rest/api/3/search/jql");
const OF_SPRINT: Endpoint =
    Endpoint::get("/ex/jira/{cloudId}/rest/software/1.0/sprint/{sprintId}/issue");

const OF_SPRINT_ONCE: Endpoint =
    Endpoint::get("/ex/jira/{cloudId}/rest/agile/1.0/sprint/{sprintId}/issue");

/// What Jira gives at most when only ids and keys are asked for, and otherwise.
const IDS_A_PAGE: u32 = 5_000;
const ISSUES_A_PAGE: u32 = 100;

/// Where the issues of a list come from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Jql(String),
    Sprint(u64),
    /// The same by the API that [is being removed](https://community.developer.atlassian.com/t/98871).
    SprintOnce(u64),
}

/// A list, and how to read it.
pub(super) struct TokenList {
    pub(super) source: Source,
    fields: Vec<String>,
    /// The ids of issues about which the index is to be asked to be up to date, 50 at most.
    reconciled: Vec<u64>,
}

/// Where a list stands between two pages.
pub(super) enum Position {
    Start,
    After(String),
    End,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    issues: Vec<Issue>,
    is_last: Option<bool>,
    next_page_token: Option<String>,
    /// Of the deprecated list alone.
    total: Option<usize>,
}

/// Unknown members and nulls are refused by Jira, so absent means absent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Query<'a> {
    jql: &'a str,
    fields: &'a [String],
    max_results: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<&'a str>,
    #[serde(skip_serializing_if = "<[u64]>::is_empty")]
    reconcile_issues: &'a [u64],
}

impl Page {
    /// Where the next page of the deprecated list begins, if there is one.
    fn next_offset(&self, start_at: usize) -> Option<usize> {
        let next = start_at + self.issues.len();
        let is_last = self.issues.is_empty() || self.total.is_some_and(|total| next >= total);
        (!is_last).then_some(next)
    }
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

    fn page_size(&self) -> u32 {
        if self.is_only_ids() {
            IDS_A_PAGE
        } else {
            ISSUES_A_PAGE
        }
    }
}

impl<'a> Site<'a> {
    /// The list from there on, one item a page. Any page may be short or empty.
    pub(super) fn token_pages(
        &self,
        list: TokenList,
        from: Position,
    ) -> impl Stream<Item = Result<Vec<Issue>, Error>> + Send + use<'a> {
        let site = *self;
        stream::try_unfold((from, list), move |(position, list)| async move {
            let token = match &position {
                Position::Start => None,
                Position::After(token) => Some(token.as_str()),
                Position::End => return Ok(None),
            };
            let (issues, next) = site.token_page(&list, token).await?;
            Ok(Some((issues, (next, list))))
        })
    }

    /// The page that `token` stands for, or the first one, and where the list stands behind it.
    pub(super) async fn token_page(
        &self,
        list: &TokenList,
        token: Option<&str>,
    ) -> Result<(Vec<Issue>, Position), Error> {
        let call = match &list.source {
            Source::Jql(jql) => SEARCH.call(&self.client.api_url, &[self.id])?.json(&Query {
                jql,
                fields: &list.fields,
                max_results: list.page_size(),
                next_page_token: token,
                reconcile_issues: &list.reconciled,
            }),
            Source::Sprint(id) => {
                let mut call = OF_SPRINT
                    .call(&self.client.api_url, &[self.id, &id.to_string()])?
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
                .call(&self.client.api_url, &[self.id, &id.to_string()])?
                .query("fields", &list.fields.join(","))
                .query("maxResults", &ISSUES_A_PAGE.to_string())
                .query("startAt", token.unwrap_or("0")),
        };
        let mut page: Page = self.client.fetch(self.id, call, self.token).await?;
        if let Source::SprintOnce(_) = list.source {
            let start_at = token.and_then(|token| token.parse().ok()).unwrap_or(0);
            page.next_page_token = page.next_offset(start_at).map(|next| next.to_string());
        }
        // Any of these ends the list: recordings show each of them missing at times.
        let next = match page.next_page_token {
            Some(next) if page.is_last != Some(true) && token != Some(next.as_str()) => {
                Position::After(next)
            }
            _ => Position::End,
        };
        Ok((page.issues, next))
    }
}
