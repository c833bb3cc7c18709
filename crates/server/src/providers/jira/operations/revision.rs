//! A text that is edited as Markdown: what Markdown cannot say stays.

use juncture_jira::Change;
use juncture_jira::adf::{self, Document, Uneditable};
use serde_json::value::RawValue;

use crate::foreign;
use crate::providers::jira::failure::{Conflict, OperationError, RichText};
use crate::providers::jira::view::edited::Lost;

/// What to write in place of `present`, whose text is now `markdown`, and what that takes away. `new`
/// is the document that the text alone would make. An attachment whose last picture goes from the text
/// would be deleted by Jira; so that is refused, unless the caller allows it.
pub(super) async fn revise(
    text: RichText,
    present: Option<Box<RawValue>>,
    markdown: &str,
    new: Change<Document>,
    allow_media_loss: bool,
) -> Result<(Change<Document>, Lost), OperationError> {
    let Some(present) = present else {
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
    let not_editable = |_| OperationError::Conflict(Conflict::NotEditable(text));
    let (document, lost, lost_files) = edited.map_err(not_editable)?;
    if !lost_files.is_empty() && !allow_media_loss {
        return Err(OperationError::LosesMedia(text, lost_files));
    }
    let change = match new {
        Change::Clear => Change::Clear,
        _ => document.into(),
    };
    Ok((change, lost))
}
