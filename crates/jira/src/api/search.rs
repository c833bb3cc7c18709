//! Search by JQL.
//!
//! JQL comes as it is: quoting and checking the values in it is the caller's part, and an empty
//! result is no proof that the query names things that exist.

use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};

use super::issues::Issue;
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;

const SEARCH: Endpoint = Endpoint::post("/ex/jira/{cloudId}/rest/api/3/search/jql");
const COUNT: Endpoint = Endpoint::post("/ex/jira/{cloudId}/rest/api/3/search/approximate-count");

/// What Jira gives at most when only ids and keys are asked for, and otherwise.
const IDS_A_PAGE: u32 = 5_000;
const ISSUES_A_PAGE: u32 = 100;

/// Unknown members and nulls are refused by Jira, so absent means absent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Query<'a> {
    jql: &'a str,
    fields: &'a [String],
    max_results: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    issues: Vec<Issue>,
    is_last: Option<bool>,
    next_page_token: Option<String>,
}

#[derive(Serialize)]
struct Count<'a> {
    jql: &'a str,
}

#[derive(Deserialize)]
struct Counted {
    count: u64,
}

/// Where a search stands between two pages.
enum Position {
    Start,
    After(String),
    End,
}

impl<'a> Site<'a> {
    /// The issues that match `jql`, in its order (`POST /rest/api/3/search/jql`), one item a
    /// page. Asks for `fields` and the key; with no field but `id` and `key` a page holds up to
    /// 5,000 issues, else up to 100, and any page may be short or empty.
    ///
    /// The index that Jira searches lags some seconds behind changes.
    pub fn search(
        &self,
        jql: &str,
        fields: &[&str],
    ) -> impl Stream<Item = Result<Vec<Issue>, Error>> + Send + use<'a> {
        let site = *self;
        let jql = jql.to_owned();
        let mut fields: Vec<String> = fields.iter().copied().map(str::to_owned).collect();
        if !fields.iter().any(|field| field == "key") {
            // Without a single field Jira leaves out the key as well.
            fields.push("key".to_owned());
        }
        let state = (Position::Start, jql, fields);
        stream::try_unfold(state, move |(position, jql, fields)| async move {
            let token = match &position {
                Position::Start => None,
                Position::After(token) => Some(token.as_str()),
                Position::End => return Ok(None),
            };
            let page = site.search_page(&jql, &fields, token).await?;
            // Any of these ends the list: recordings show each of them missing at times.
            let next = match page.next_page_token {
                Some(next) if page.is_last != Some(true) && token != Some(next.as_str()) => {
                    Position::After(next)
                }
                _ => Position::End,
            };
            Ok(Some((page.issues, (next, jql, fields))))
        })
    }

    /// About how many issues match `jql` (`POST /rest/api/3/search/approximate-count`).
    pub async fn approximate_count(&self, jql: &str) -> Result<u64, Error> {
        let call = COUNT
            .call(&self.client.api_url, &[self.id])?
            .json(&Count { jql });
        let counted: Counted = self.client.fetch(self.id, call, self.token).await?;
        Ok(counted.count)
    }

    async fn search_page(
        &self,
        jql: &str,
        fields: &[String],
        next_page_token: Option<&str>,
    ) -> Result<Page, Error> {
        let only_ids = fields.iter().all(|field| field == "id" || field == "key");
        let call = SEARCH.call(&self.client.api_url, &[self.id])?.json(&Query {
            jql,
            fields,
            max_results: if only_ids { IDS_A_PAGE } else { ISSUES_A_PAGE },
            next_page_token,
        });
        self.client.fetch(self.id, call, self.token).await
    }
}
