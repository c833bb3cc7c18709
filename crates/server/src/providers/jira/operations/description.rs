//! A description that is edited as Markdown: what Markdown cannot say stays.
//!
//! So the present one is read first. If it cannot be, nothing is written: to write without having
//! read would destroy what the caller never saw. Jira has no versions of a description, so what
//! somebody else changes between the reading and the writing is lost, as it is in Jira's own editor.

use juncture_jira::Change;
use juncture_jira::adf::Document;

use super::revision::revise;
use crate::providers::jira::failure::{Absent, OperationError, RichText};
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::edited::Lost;

/// The scopes that reading the present description needs.
const SCOPES: &[&str] = &["read:jira-work"];

/// What to write for a description whose text is now `markdown`, and what that takes away. `new` is
/// the document that the text alone would make.
pub(super) async fn edited(
    site: &JiraSite,
    issue: &IssueIdOrKey,
    markdown: &str,
    new: Change<Document>,
    allow_media_loss: bool,
) -> Result<(Change<Document>, Lost), OperationError> {
    let read = site.ask(SCOPES, {
        let issue = issue.clone();
        async move |site| site.issue(issue.as_str(), &["description"]).await
    });
    let read = read.await.map_err(|error| error.about(Absent::Issue))?;
    let present = read.fields.description;
    revise(
        RichText::Description,
        present,
        markdown,
        new,
        allow_media_loss,
    )
    .await
}
