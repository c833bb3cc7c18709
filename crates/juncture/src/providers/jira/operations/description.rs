//! A description that is edited as Markdown: what Markdown cannot say stays.
//!
//! So the present one is read first. If it cannot be, nothing is written: to write without having
//! read would destroy what the caller never saw. Jira has no versions of a description, so what
//! somebody else changes between the reading and the writing is lost, as it is in Jira's own editor.

use juncture_jira::{Change, adf};
use serde_json::Value;

use crate::foreign;
use crate::providers::jira::failure::{Absent, Conflict, OperationError};
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::edited::Lost;

/// The scopes that reading the present description needs.
const SCOPES: &[&str] = &["read:jira-work"];

/// What to write for a description whose text is now `markdown`, and what that takes away. `new` is
/// the document that the text alone would make. An attachment whose last picture goes from the text
/// would be deleted by Jira; so that is refused, unless the caller allows it.
pub(super) async fn edited(
    site: &JiraSite,
    issue: &IssueIdOrKey,
    markdown: &str,
    new: Change<Value>,
    allow_media_loss: bool,
) -> Result<(Change<Value>, Lost), OperationError> {
    let read = site.ask(SCOPES, {
        let issue = issue.clone();
        async move |site| site.issue(issue.as_str(), &["description"]).await
    });
    let read = read.await.map_err(|error| error.about(Absent::Issue))?;
    let Some(present) = read.fields.description else {
        let is_nothing_new = matches!(new, Change::Clear);
        return Ok((if is_nothing_new { Change::Keep } else { new }, Lost::new()));
    };
    let (bytes, markdown) = (present.get().len() + markdown.len(), markdown.to_owned());
    let edited = foreign::convert(bytes, move || adf::edit(&present, &markdown)).await;
    let not_editable = |_| OperationError::Conflict(Conflict::DescriptionNotEditable);
    let edited = edited.map_err(not_editable)?;
    if !edited.lost_files.is_empty() && !allow_media_loss {
        return Err(OperationError::LosesMedia(edited.lost_files));
    }
    let change = match new {
        Change::Clear => Change::Clear,
        _ if edited.is_changed => Change::Set(edited.document),
        _ => Change::Keep,
    };
    Ok((change, edited.lost))
}
