//! A description that is edited as Markdown: what Markdown cannot say stays.
//!
//! So the present one is read first. If it cannot be, nothing is written: to write without having
//! read would destroy what the caller never saw. Jira has no versions of a description, so what
//! somebody else changes between the reading and the writing is lost, as it is in Jira's own editor.

use std::collections::BTreeMap;

use juncture_jira::adf::{self, LostFile};
use juncture_jira::{Change, Client};
use serde_json::{Value, json};

use super::edit::EDIT_ISSUE;
use super::issue::{IssueIdOrKey, issue_not_found};
use crate::app::App;
use crate::error::Error;
use crate::foreign;
use crate::providers::jira::site::{Call, JiraConnection};

/// What reading the present description needs, told as a failure of the edit.
const READ_PRESENT: Call = Call {
    failed: EDIT_ISSUE.failed,
    denied: EDIT_ISSUE.denied,
    scopes: &["read:jira-work"],
};

/// What an edit takes away that Markdown cannot say: kinds of nodes and marks, and how many of each.
pub(crate) type Lost = BTreeMap<String, usize>;

/// What to write for a description whose text is now `markdown`, and what that takes away. `new` is
/// the document that the text alone would make. An attachment whose last picture goes from the text
/// would be deleted by Jira; so that is refused, unless the caller allows it.
pub(crate) async fn edited(
    (app, client): (&App, &Client),
    connection: &JiraConnection,
    issue: &IssueIdOrKey,
    markdown: &str,
    new: Change<Value>,
    allow_media_loss: bool,
) -> Result<(Change<Value>, Lost), Error> {
    let read = connection.ask(app, client, &READ_PRESENT, {
        let issue = issue.clone();
        async move |site| site.issue(issue.as_str(), &["description"]).await
    });
    let read = read.await?.map_err(|error| match error {
        error if error.is_not_found() => issue_not_found(),
        error => READ_PRESENT.error(error),
    })?;
    let Some(present) = read.fields.description else {
        let is_nothing_new = matches!(new, Change::Clear);
        return Ok((if is_nothing_new { Change::Keep } else { new }, Lost::new()));
    };
    let (bytes, markdown) = (present.get().len() + markdown.len(), markdown.to_owned());
    let edited = foreign::convert(bytes, move || adf::edit(&present, &markdown)).await;
    let edited = edited.map_err(|_| not_editable())?;
    if !edited.lost_files.is_empty() && !allow_media_loss {
        return Err(media_would_be_lost(&edited.lost_files));
    }
    let change = match new {
        Change::Clear => Change::Clear,
        _ if edited.is_changed => Change::Set(edited.document),
        _ => Change::Keep,
    };
    Ok((change, edited.lost))
}

/// Every answer to a description that is not written.
pub(crate) fn refusals() -> Vec<Error> {
    let file = LostFile {
        id: "6e7c7f2c-dd7a-499c-bceb-6f32bfbf30b5".to_owned(),
        name: Some("screenshot.png".to_owned()),
    };
    vec![media_would_be_lost(&[file]), not_editable()]
}

/// 400 because Jira would delete attachments.
fn media_would_be_lost(files: &[LostFile]) -> Error {
    let files = files
        .iter()
        .map(|file| json!({"id": file.id, "name": file.name}));
    Error::Invalid {
        error: "The description would no longer show files, which Jira then deletes".into(),
        code: "media_would_be_lost",
        details: json!({
            "media": files.collect::<Vec<_>>(),
            "reason": "keep their lines (`[attachment: …]`) or send allow_media_loss: true",
        }),
    }
}

/// 409 for a present description that is no document, or nests deeper than people write.
fn not_editable() -> Error {
    Error::Conflict {
        error: "The present description cannot be edited as Markdown; send description_adf",
        code: "description_not_editable",
    }
}
