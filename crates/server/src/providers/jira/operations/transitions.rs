//! The steps that can be made from where an issue is.

use juncture_jira::{Place, Site, Transition};
use juncture_views::jira::transitions::TransitionView;

use crate::failure::Failure;
use crate::foreign;
use crate::providers::jira::failure::{Absent, OperationError};
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::permissions::{Needs, look};
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

/// The permissions that it needs.
pub(super) const NEEDS: Needs = Needs::All(&["TRANSITION_ISSUES"]);

/// How many bytes the fields of screens are thought to take, so that they are made into our shape
/// beside the threads that serve: their allowed values may be thousands.
const MANY: usize = 1024 * 1024;

/// The steps that can be made from where an issue is, with their fields.
pub(crate) async fn transitions(
    site: &JiraSite,
    issue: &IssueIdOrKey,
) -> Result<Vec<TransitionView>, OperationError> {
    let offered = offered(site, issue).await?;
    let asks = |step: &Transition| !step.fields.is_empty();
    let bytes = if offered.iter().any(asks) { MANY } else { 0 };
    let convert = || offered.into_iter().map(TransitionView::of).collect();
    Ok(foreign::convert(bytes, convert).await)
}

/// The same in Jira's shape. Who may not move issues is offered none, which is told as what it is.
pub(super) async fn offered(
    site: &JiraSite,
    issue: &IssueIdOrKey,
) -> Result<Vec<Transition>, OperationError> {
    let asked = site.ask(SCOPES, {
        let issue = issue.clone();
        async move |site: Site<'_>| site.transitions(issue.as_str()).await
    });
    let offered = asked.await.map_err(|error| error.about(Absent::Issue))?;
    if offered.is_empty() {
        let permissions = NEEDS.missing(&look(site, Place::Issue(issue.as_str())).await);
        if NEEDS.are_denied_by(&permissions) {
            return Err(OperationError::Failed(Failure::AccessDenied {
                reasons: Vec::new(),
                permissions,
            }));
        }
    }
    Ok(offered)
}
