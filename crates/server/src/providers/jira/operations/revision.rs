//! A text that is edited as Markdown: what Markdown cannot say stays.

use juncture_jira::Change;
use juncture_jira::adf::{self, Document, LostFile, Uneditable};
use juncture_views::jira::edited::Lost;
use serde_json::value::RawValue;

use crate::foreign;
use crate::providers::jira::failure::{Conflict, LostMedia, OperationError, RichText};

/// What becomes of a text.
pub(super) struct Revision {
    /// What to write.
    pub(super) change: Change<Document>,
    /// What the old text had and Markdown cannot say, and the new one has no more.
    pub(super) lost: Lost,
    /// The files that the old text shows and the new one does not.
    lost_files: Vec<LostFile>,
}

/// What to write in place of `present`, whose text is now `markdown`, and what that takes away. `new`
/// is the document that the text alone would make.
pub(super) async fn revise(
    text: &RichText,
    present: Option<Box<RawValue>>,
    markdown: &str,
    new: Change<Document>,
) -> Result<Revision, OperationError> {
    let Some(present) = present else {
        let is_nothing_new = matches!(new, Change::Clear);
        return Ok(Revision {
            change: if is_nothing_new { Change::Keep } else { new },
            lost: Lost::new(),
            lost_files: Vec::new(),
        });
    };
    let (bytes, markdown) = (present.get().len() + markdown.len(), markdown.to_owned());
    // The tree lives and dies where it is made: to drop a large one takes its time too.
    let edit = move || {
        let edited = adf::edit(&present, &markdown)?;
        let document = edited.is_changed.then(|| Document::from(&edited.document));
        Ok::<_, Uneditable>((document, edited.lost, edited.lost_files))
    };
    let edited = foreign::convert(bytes, edit).await;
    let not_editable = |_| OperationError::Conflict(Conflict::NotEditable(text.clone()));
    let (document, lost, lost_files) = edited.map_err(not_editable)?;
    let change = match new {
        Change::Clear => Change::Clear,
        _ => document.into(),
    };
    Ok(Revision {
        change,
        lost,
        lost_files,
    })
}

impl Revision {
    /// The files that go, if any: Jira deletes an attachment whose last picture goes from a text.
    pub(super) fn lost_media(&mut self, text: RichText) -> Option<LostMedia> {
        let files = std::mem::take(&mut self.lost_files);
        (!files.is_empty()).then_some(LostMedia { text, files })
    }
}

/// Refuses that files go, unless the caller allows it.
pub(super) fn must_allow(allowed: bool, lost: Vec<LostMedia>) -> Result<(), OperationError> {
    if allowed || lost.is_empty() {
        return Ok(());
    }
    Err(OperationError::LosesMedia(lost))
}
