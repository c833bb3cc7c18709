//! A comment, changed.

use juncture_jira::adf::Document;
use juncture_jira::{Change, Comment, Site, Visibility};
use juncture_views::jira::comments::CommentView;
use juncture_views::jira::edited::Lost;

use super::comments::{READ, WRITE, refused, to_view};
use super::revision::{must_allow, revise};
use crate::providers::jira::failure::{Conflict, OperationError, RichText};
use crate::providers::jira::names::{CommentId, IssueIdOrKey};
use crate::providers::jira::permissions::Needs;
use crate::providers::jira::site::JiraSite;

/// The permissions that it needs.
const NEEDS: Needs = Needs::Any(&["EDIT_ALL_COMMENTS", "EDIT_OWN_COMMENTS"]);

/// What is to be done to a comment.
pub(crate) struct CommentEdit {
    /// The new text, which is what `markdown` alone would make, if that is given.
    pub(crate) body: Option<Document>,
    /// The new text, if it is given as Markdown: then what it does not change stays.
    pub(crate) markdown: Option<String>,
    /// Whether files may go that the text no longer shows.
    pub(crate) allow_media_loss: bool,
    /// What the caller takes it to be.
    pub(crate) internal: Option<bool>,
    /// Who may see it from now on, if that is to change.
    pub(crate) visibility: Option<Visibility>,
}

/// Changes a comment and gives it back; and what the old text had and Markdown cannot say.
///
/// The present one is read first: its readers must be named again, or all would see it, and what
/// Markdown cannot say is taken from it. If it cannot be read, nothing is written.
pub(crate) async fn edit(
    site: &JiraSite,
    issue: &IssueIdOrKey,
    id: &CommentId,
    edit: CommentEdit,
) -> Result<(CommentView, Lost), OperationError> {
    let _turn = site.turn(issue).await?;
    let present = read(site, issue, id).await?;
    if edit
        .internal
        .is_some_and(|internal| internal != present.is_internal())
    {
        return Err(OperationError::Conflict(Conflict::InternalForGood));
    }
    let (body, lost) = match (&edit.markdown, edit.body) {
        (Some(markdown), body) => {
            let present = present.body.clone();
            let revised = revise(&RichText::Comment, present, markdown, body.into());
            let mut revised = revised.await?;
            let lost = revised.lost_media(RichText::Comment);
            must_allow(edit.allow_media_loss, lost.into_iter().collect())?;
            (revised.change, revised.lost)
        }
        (None, body) => (body.into(), Lost::new()),
    };
    let readers = edit.visibility.filter(|new| !are_same(new, &present));
    if body.is_keep() && readers.is_none() {
        return Ok((to_view(present).await, lost));
    }
    let body = match body {
        Change::Set(body) => Some(body),
        Change::Keep | Change::Clear => present.body.map(Document::from),
    };
    let Some(body) = body else {
        return Err(OperationError::Conflict(Conflict::NotEditable(
            RichText::Comment,
        )));
    };
    let readers = readers.or(present.visibility);
    let edited = site.ask(WRITE, {
        let (issue, id) = (issue.clone(), id.clone());
        async move |site: Site<'_>| {
            let (issue, id) = (issue.as_str(), id.as_str());
            site.edit_comment(issue, id, &body, readers.as_ref()).await
        }
    });
    match edited.await {
        Ok(comment) => Ok((to_view(comment).await, lost)),
        Err(error) => Err(refused(site, issue, NEEDS, error).await),
    }
}

async fn read(
    site: &JiraSite,
    issue: &IssueIdOrKey,
    id: &CommentId,
) -> Result<Comment, OperationError> {
    let read = site.ask(READ, {
        let (issue, id) = (issue.clone(), id.clone());
        async move |site: Site<'_>| site.comment(issue.as_str(), id.as_str()).await
    });
    match read.await {
        Ok(comment) => Ok(comment),
        Err(error) => Err(refused(site, issue, Needs::Any(&[]), error).await),
    }
}

/// Whether these are those who see the comment now; the id counts, where there is one.
fn are_same(new: &Visibility, comment: &Comment) -> bool {
    let Some(present) = &comment.visibility else {
        return false;
    };
    let is_same = match &new.identifier {
        Some(_) => new.identifier == present.identifier,
        None => new.value == present.value,
    };
    new.kind == present.kind && is_same
}
