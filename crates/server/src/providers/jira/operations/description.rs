//! A description that is edited as Markdown: what Markdown cannot say stays.
//!
//! So the present one is read first. If it cannot be, nothing is written: to write without having
//! read would destroy what the caller never saw. Jira has no versions of a description, so what
//! somebody else changes between the reading and the writing is lost, as it is in Jira's own editor.

use juncture_jira::Change;
use juncture_jira::adf::{self, Document, Uneditable};

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
    new: Change<Document>,
    allow_media_loss: bool,
) -> Result<(Change<Document>, Lost), OperationError> {
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
    // The tree lives and dies where it is made: to drop a large one takes its time too.
    let edit = move || {
        let edited = adf::edit(&present, &markdown)?;
        let document = edited.is_changed.then(|| Document::from(&edited.document));
        Ok::<_, Uneditable>((document, edited.lost, edited.lost_files))
    };
    let edited = foreign::convert(bytes, edit).await;
    let not_editable = |_| OperationError::Conflict(Conflict::DescriptionNotEditable);
    let (document, lost, lost_files) = edited.map_err(not_editable)?;
    if !lost_files.is_empty() && !allow_media_loss {
        return Err(OperationError::LosesMedia(lost_files));
    }
    let change = match new {
        Change::Clear => Change::Clear,
        _ => document.into(),
    };
    Ok((change, lost))
}
