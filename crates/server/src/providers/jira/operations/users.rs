//! People.

use juncture_jira::Assignable;
use juncture_views::jira::finding::{CurrentUserView, UserView};

use crate::providers::jira::failure::{Absent, OperationError};
use crate::providers::jira::names::{IssueIdOrKey, ProjectIdOrKey};
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-user"];

/// What somebody may be assigned to.
#[derive(Clone)]
pub(crate) enum Task {
    /// New issues of a project.
    Project(ProjectIdOrKey),
    /// An issue.
    Issue(IssueIdOrKey),
}

/// The accounts in use of which a word of the name or the address begins so, `most` at most.
pub(crate) async fn search(
    site: &JiraSite,
    query: &str,
    most: usize,
) -> Result<Vec<UserView>, OperationError> {
    let found = site.ask_for_list(SCOPES, {
        let query = query.to_owned();
        async move |site| site.search_users(&query, most).await
    });
    Ok(found.await?.into_iter().map(UserView::of).collect())
}

/// The accounts that may be assigned to it, `most` at most; those that fit `query`, if there is one.
pub(crate) async fn assignable(
    site: &JiraSite,
    task: Task,
    query: Option<&str>,
    most: usize,
) -> Result<Vec<UserView>, OperationError> {
    let absent = match &task {
        Task::Project(_) => Absent::Project,
        Task::Issue(_) => Absent::Issue,
    };
    let found = site.ask_for_list(SCOPES, {
        let query = query.map(str::to_owned);
        async move |site| {
            let to = match &task {
                Task::Project(project) => Assignable::Project(project.as_str()),
                Task::Issue(issue) => Assignable::Issue(issue.as_str()),
            };
            site.assignable_users(to, query.as_deref(), most).await
        }
    });
    let found = found.await.map_err(|error| error.about(absent))?;
    Ok(found.into_iter().map(UserView::of).collect())
}

/// The account behind the connection.
pub(crate) async fn current(site: &JiraSite) -> Result<CurrentUserView, OperationError> {
    let found = site.ask(SCOPES, async |site| site.myself().await);
    Ok(CurrentUserView::of(found.await?))
}
