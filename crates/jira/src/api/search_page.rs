//! A search page by page, each when somebody wants it.

use super::issues::Issue;
use super::rows::Page;
use super::tokens::{Query, SEARCH, Source, TokenList};
use crate::client::Site;
use crate::error::Error;

/// One page of a search.
#[derive(Clone, Debug)]
pub struct IssuePage {
    /// What is on it, which may be less than was asked for, or nothing.
    pub issues: Vec<Issue>,
    /// What [`Site::search_page`](crate::Site::search_page) takes for the next one, if there is one.
    /// It may hold the JQL in clear, and is worth nothing after a week.
    pub next: Option<String>,
}

impl Site<'_> {
    /// One page of the issues that match `jql`, with `fields` and the key
    /// (`POST /rest/api/3/search/jql`), for whoever shows a list in pages; `token` is what the page
    /// before it has told. Needs `read:jira-work`.
    ///
    /// ```no_run
    /// # async fn example(site: juncture_jira::Site<'_>) -> Result<(), juncture_jira::Error> {
    /// let first = site.search_page("project = ED", &["summary"], 50, None).await?;
    /// if let Some(token) = &first.next {
    ///     let second = site.search_page("project = ED", &["summary"], 50, Some(token)).await?;
    ///     tracing::info!(count = second.issues.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A page holds `most` issues at most, and 100, or 5,000 if no field but `id` and `key` is asked
    /// for. A token belongs to its query and fields; another one, or an old one, is
    /// [invalid](Error::is_invalid).
    pub async fn search_page(
        &self,
        jql: &str,
        fields: &[&str],
        most: usize,
        token: Option<&str>,
    ) -> Result<IssuePage, Error> {
        let list = TokenList::new(Source::Jql(jql.to_owned()), fields);
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        let call = SEARCH.call(&self.client.api_url, &[self.id])?.json(&Query {
            jql,
            fields: &list.fields,
            max_results: most.clamp(1, list.page_size()),
            next_page_token: token,
            reconcile_issues: &[],
        });
        let page: Page<Issue> = self.client.fetch(self.id, call, self.token).await?;
        let is_next = |next: &String| page.is_last != Some(true) && token != Some(next);
        Ok(IssuePage {
            next: page.next_page_token.filter(is_next),
            issues: page.issues,
        })
    }
}
