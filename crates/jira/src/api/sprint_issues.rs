//! The issues of a sprint, in the ways that Jira has offered them.
//!
//! `software/1.0` replaces `agile/1.0`, which is
//! [being removed](https://community.developer.atlassian.com/t/98871); JQL is left where neither
//! answers, and where the token lacks their granular scopes. All of them only say which issues
//! are in the sprint; what those hold is fetched by id, because the first two give descriptions
//! as text and not as documents.

use super::issues::Issue;
use super::rows::Made;
use super::tokens::Source;
use crate::client::Site;
use crate::error::Error;

impl Site<'_> {
    /// All issues of a sprint, each once, by whichever of these answers:
    /// `GET /rest/software/1.0/sprint/{sprintId}/issue`, the same below `/rest/agile/1.0`, both in
    /// the order of the sprint, or the JQL `sprint = {sprintId}`.
    ///
    /// Where Jira gives no issues by id, or a quota is near its end, descriptions come as the text
    /// that the first two give, which [`adf::to_markdown`](crate::adf::to_markdown) takes for
    /// plain. Without the scope `read:sprint:jira-software` a sprint that does not exist has no
    /// issues instead of being [not found](Error::is_not_found).
    pub async fn sprint_issues(
        &self,
        sprint_id: u64,
        fields: &[&str],
    ) -> Result<Vec<Issue>, Error> {
        self.sprint_issues_as(sprint_id, fields, |issue| issue)
            .await
    }

    /// The same, where this is made of each issue as soon as it has come: see
    /// [`all_issues_as`](Site::all_issues_as).
    pub async fn sprint_issues_as<T: Send + 'static>(
        &self,
        sprint_id: u64,
        fields: &[&str],
        make: impl Fn(Issue) -> T + Send + Sync + 'static,
    ) -> Result<Vec<T>, Error> {
        let (listing, item) = (self.listing(), Made::reader(make));
        let replaced = listing.long(Source::Sprint(sprint_id), fields, &item).await;
        let Some(refusal) = replaced.as_ref().err().filter(|error| is_no_way(error)) else {
            return replaced;
        };
        if !refusal.is_missing_scope() {
            let deprecated = listing.long(Source::SprintOnce(sprint_id), fields, &item);
            let deprecated = deprecated.await;
            let Some(refusal) = deprecated.as_ref().err().filter(|error| is_no_way(error)) else {
                return deprecated;
            };
            if refusal.status().is_some_and(|status| status == 404) {
                // Either this way is gone as well, or there is no such sprint.
                self.sprint(sprint_id).await?;
            }
        }
        let jql = format!("sprint = {sprint_id}");
        listing.all_issues(&jql, fields, &item).await
    }
}

/// Whether another way to the same list may be open.
fn is_no_way(error: &Error) -> bool {
    error.is_not_found() || error.is_gone() || error.is_missing_scope()
}
