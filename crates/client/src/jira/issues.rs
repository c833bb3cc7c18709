//! Single issues, and searches for them.

use futures_util::stream::{self, Stream};
use juncture_views::jira::changelog::Changelog;
use juncture_views::jira::edited::Edited;
use juncture_views::jira::found::{Counted, Found};
use juncture_views::jira::issue::Details;
use juncture_views::jira::transitions::{Moved, Transitions};
use reqwest::Method;
use serde_json::json;

use super::Jira;
use super::requests::{ForIssue, IssueChanges, SearchIssues, Transition};
use crate::answer;
use crate::error::Error;

/// As many issues as a page holds where it is not said.
const USUAL_PAGE: u16 = 100;

/// Single issues, and searches for them. New ones are [`Tickets::create`](super::Tickets::create).
#[derive(Clone, Debug)]
pub struct Issues<'a>(pub(super) &'a Jira);

impl Issues<'_> {
    /// An issue with all that it holds, by id or key.
    pub async fn get(&self, issue: &str) -> Result<Details, Error> {
        let takes = ForIssue::new(issue, ());
        self.0.read("get-issue-details", &takes).await
    }

    /// Changes an issue.
    pub async fn edit(&self, issue: &str, changes: &IssueChanges) -> Result<Edited, Error> {
        let takes = ForIssue::new(issue, changes);
        let (method, read) = (Method::PUT, answer::json);
        self.0.write(method, "edit-issue", &takes, read).await
    }

    /// Deletes an issue; with its subtasks, if it may have some.
    pub async fn delete(&self, issue: &str, with_subtasks: bool) -> Result<(), Error> {
        let takes = json!({"issue_id_or_key": issue, "delete_subtasks": with_subtasks});
        let (method, read) = (Method::DELETE, answer::done);
        self.0.write(method, "delete-issue", &takes, read).await
    }

    /// What a query finds: all of it, up to 10,000 issues, or with a `limit` a page.
    pub async fn search(&self, query: &SearchIssues) -> Result<Found, Error> {
        self.0.search("search-issues", query).await
    }

    /// What a query finds, page by page, however many there are. A page holds `limit` issues (1 to 200, and
    /// 100 if it is absent); the next one is asked for when it is needed.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/world.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let world = World::start().await;
    /// # let juncture = world.client();
    /// # world.connect(&juncture, "customer-1").await;
    /// # let jira = juncture.jira("customer-1");
    /// use futures_util::TryStreamExt as _;
    /// use juncture_client::jira::SearchIssues;
    ///
    /// let mut pages = Box::pin(jira.issues().pages(SearchIssues::new("project = SHOP")));
    /// while let Some(page) = pages.try_next().await? {
    ///     for issue in page.issues {
    ///         println!("{}", issue.key);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(
        &self,
        mut query: SearchIssues,
    ) -> impl Stream<Item = Result<Found, Error>> + Send + use<> {
        query.limit.get_or_insert(USUAL_PAGE);
        stream::try_unfold((self.0.clone(), Some(query)), |(jira, query)| async move {
            let Some(mut query) = query else {
                return Ok(None);
            };
            let page = jira.issues().search(&query).await?;
            query.cursor.clone_from(&page.next_cursor);
            let next = query.cursor.is_some().then_some(query);
            Ok::<_, Error>(Some((page, (jira, next))))
        })
    }

    /// About how many issues a query finds.
    pub async fn count(&self, jql: &str) -> Result<Counted, Error> {
        let takes = json!({"jql": jql});
        self.0.search("count-issues", &takes).await
    }

    /// All that has changed in an issue, oldest first.
    pub async fn changelog(&self, issue: &str) -> Result<Changelog, Error> {
        let takes = ForIssue::new(issue, ());
        self.0.read("get-changelog", &takes).await
    }

    /// The steps that the workflow offers now, with the fields that each asks for.
    pub async fn transitions(&self, issue: &str) -> Result<Transitions, Error> {
        let takes = ForIssue::new(issue, ());
        self.0.read("get-transitions", &takes).await
    }

    /// Moves an issue on.
    pub async fn transition(&self, issue: &str, wish: &Transition) -> Result<Moved, Error> {
        let takes = ForIssue::new(issue, wish);
        let (method, read) = (Method::POST, answer::json);
        self.0.write(method, "transition-issue", &takes, read).await
    }
}
