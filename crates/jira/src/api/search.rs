//! Search by JQL.
//!
//! JQL comes as it is: quoting and checking the values in it is the caller's part, and an empty
//! result is no proof that the query names things that exist
//! ([`Site::parse_jql`](crate::Site::parse_jql) tells).

use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};

use super::issues::Issue;
use super::rows::Made;
use super::tokens::{Source, TokenList, Walk};
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;
use crate::listing::Listing;

const COUNT: Endpoint = Endpoint::ask("/ex/jira/{cloudId}/rest/api/3/search/approximate-count");

#[derive(Serialize)]
struct Count<'a> {
    jql: &'a str,
}

#[derive(Deserialize)]
struct Counted {
    count: u64,
}

impl<'a> Site<'a> {
    /// The issues that match `jql`, in its order (`POST /rest/api/3/search/jql`), each once, one item
    /// a page. Asks for `fields` and the key; with no field but `id` and `key` a page holds up to
    /// 5,000 issues, else up to 100, and any page may be short or empty.
    ///
    /// The index that Jira searches lags some seconds behind changes.
    /// [`all_issues`](Site::all_issues) gets a long list in fewer round trips.
    pub fn search(
        &self,
        jql: &str,
        fields: &[&str],
    ) -> impl Stream<Item = Result<Vec<Issue>, Error>> + Send + use<'a> {
        let list = TokenList::new(Source::Jql(jql.to_owned()), fields);
        let walk = Walk::new(self.listing(), list, Made::reader(|issue| issue));
        stream::try_unfold(walk, |mut walk| async move {
            let page = walk.next_page().await?;
            Ok(page.map(|issues| (Made::values(issues), walk)))
        })
    }

    /// About how many issues match `jql` (`POST /rest/api/3/search/approximate-count`). Needs
    /// `read:jira-work`.
    pub async fn approximate_count(&self, jql: &str) -> Result<u64, Error> {
        self.listing().approximate_count(jql).await
    }
}

impl Listing<'_> {
    pub(super) async fn approximate_count(&self, jql: &str) -> Result<u64, Error> {
        let site = self.site;
        let call = COUNT
            .call(&site.client.api_url, &[site.id])?
            .json(&Count { jql });
        let counted: Counted = self.fetch_about(call).await?;
        Ok(counted.count)
    }
}
