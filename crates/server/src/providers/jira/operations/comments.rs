//! The comments of an issue: read and deleted, and what Jira's refusals about them mean.

use juncture_jira::{Error as JiraError, Place, Site};
use juncture_views::jira::comments::CommentView;

use crate::foreign;
use crate::providers::jira::failure::{Absent, CallError, Conflict, OperationError, Refusal};
use crate::providers::jira::names::{CommentId, IssueIdOrKey};
use crate::providers::jira::permissions::{Look, Needs, explained, look};
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;
use crate::providers::jira::view::comments::said;

/// The scopes that reading needs.
pub(crate) const READ: &[&str] = &["read:jira-work"];

/// The scopes that writing needs.
pub(crate) const WRITE: &[&str] = &["write:jira-work"];

/// The permissions that deleting needs.
const TO_DELETE: Needs = Needs::Any(&["DELETE_ALL_COMMENTS", "DELETE_OWN_COMMENTS"]);

/// The comments of an issue that the customer may see, oldest first.
pub(crate) async fn comments(
    site: &JiraSite,
    issue: &IssueIdOrKey,
) -> Result<Vec<CommentView>, OperationError> {
    let read = site.ask_for_list(READ, {
        let issue = issue.clone();
        async move |site: Site<'_>| site.comments(issue.as_str()).await
    });
    let comments = read.await.map_err(|error| error.about(Absent::Issue))?;
    let convert = |comments: Vec<_>| comments.into_iter().map(CommentView::of).collect();
    Ok(foreign::convert(said(&comments), move || convert(comments)).await)
}

/// Deletes a comment.
pub(crate) async fn delete(
    site: &JiraSite,
    issue: &IssueIdOrKey,
    comment: &CommentId,
) -> Result<(), OperationError> {
    let _turn = site.turn(issue).await?;
    let deleted = site.ask(WRITE, {
        let (issue, comment) = (issue.clone(), comment.clone());
        async move |site: Site<'_>| site.delete_comment(issue.as_str(), comment.as_str()).await
    });
    match deleted.await {
        Ok(()) => Ok(()),
        Err(error) => Err(refused(site, issue, TO_DELETE, error).await),
    }
}

/// What it means that Jira does not do something to a comment, which takes these permissions.
pub(super) async fn refused(
    site: &JiraSite,
    issue: &IssueIdOrKey,
    needs: Needs,
    error: CallError,
) -> OperationError {
    let place = Place::Issue(issue.as_str());
    match explained(site, place, needs, error).await {
        // Jira says the same of a comment and of its issue; the permissions in the issue tell whether
        // it is there.
        CallError::Told(error) if error.is_not_found() => {
            let absent = match look(site, place).await {
                Look::Nowhere => Absent::Issue,
                Look::Seen(_) | Look::Unknown => Absent::Comment,
            };
            OperationError::Absent(absent)
        }
        CallError::Told(error) if error.is_full() => OperationError::Conflict(Conflict::IssueFull),
        CallError::Told(error) if error.is_conflict() => {
            OperationError::Conflict(Conflict::IssueModified)
        }
        CallError::Told(error) => OperationError::Refused(refusal(&error)),
        CallError::Failed(failure) => failure.into(),
    }
}

/// Jira's reasons; what it calls `comment` is the `body` of the caller.
fn refusal(error: &JiraError) -> Refusal {
    let mut refusal = Refusal::from(error);
    let blamed = refusal.fields.iter_mut();
    for field in blamed.filter(|field| field.id == "comment") {
        "body".clone_into(&mut field.id);
        "body".clone_into(&mut field.name);
    }
    refusal
}

/// A comment in our shape.
pub(super) async fn to_view(comment: juncture_jira::Comment) -> CommentView {
    let bytes = said(std::slice::from_ref(&comment));
    foreign::convert(bytes, || CommentView::of(comment)).await
}
