//! One issue, whole.

use juncture_views::jira::issue::IssueView;

use crate::foreign;
use crate::providers::jira::failure::{Absent, OperationError};
use crate::providers::jira::fields::Fields;
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::issue as view;
use crate::providers::jira::view::tickets::described;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

/// One issue with all its fields.
pub(crate) async fn details(
    site: &JiraSite,
    issue: &IssueIdOrKey,
) -> Result<IssueView, OperationError> {
    let fetched = site.ask(SCOPES, {
        let (jira, viewer) = (site.jira().clone(), site.viewer());
        let issue = issue.clone();
        async move |site| {
            let fields = Fields::of_site(&jira, viewer, site).await;
            Ok((site.issue(issue.as_str(), &[]).await?, fields))
        }
    });
    let (issue, fields) = fetched.await.map_err(|error| error.about(Absent::Issue))?;
    let bytes = described(std::slice::from_ref(&issue));
    Ok(foreign::convert(bytes, move || view::whole(issue, &fields)).await)
}
