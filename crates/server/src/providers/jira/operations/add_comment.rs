//! A new comment, made once.

use juncture_jira::adf::Document;
use juncture_jira::fields::{Reason, WrongField};
use juncture_jira::{Comment, NewComment, Site, Visibility};
use juncture_views::jira::comments::CommentView;
use serde::Serialize;

use super::comments::{READ, WRITE, refused, to_view};
use crate::failure::{Failure, UpstreamFailure};
use crate::providers::jira::failure::{Absent, CallError, Conflict, OperationError};
use crate::providers::jira::help::help;
use crate::providers::jira::names::{CommentId, IssueIdOrKey};
use crate::providers::jira::permissions::Needs;
use crate::providers::jira::site::JiraSite;

/// The permissions that it needs.
const NEEDS: Needs = Needs::All(&["ADD_COMMENTS"]);

/// The type of projects whose comments may be internal.
const SERVICE: &str = "service_desk";

/// A comment to be. It serialises for whoever must tell two of them apart.
#[derive(Serialize)]
pub(crate) struct Remark {
    /// The issue that it is about.
    pub(crate) comment_on: IssueIdOrKey,
    /// What it says.
    pub(crate) body: Document,
    /// Whether it is for the agents of a service project alone.
    pub(crate) internal: bool,
    /// Who may see it; all who see the issue, unless told otherwise.
    pub(crate) visibility: Option<Visibility>,
    /// The comment that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parent_id: Option<CommentId>,
}

/// Adds a comment, and gives it back. An internal one that customers would see is not left there.
pub(crate) async fn add(site: &JiraSite, remark: &Remark) -> Result<CommentView, OperationError> {
    let issue = &remark.comment_on;
    if remark.internal {
        must_be_of_service_project(site, issue).await?;
    }
    let _turn = site.turn(issue).await?;
    let new = NewComment {
        visibility: remark.visibility.clone(),
        is_internal: remark.internal,
        parent_id: remark.parent_id.as_ref().map(CommentId::number),
        ..NewComment::of(remark.body.clone())
    };
    let added = site.ask(WRITE, {
        let issue = issue.clone();
        async move |site: Site<'_>| site.add_comment(issue.as_str(), &new).await
    });
    let comment = match added.await {
        Ok(comment) => comment,
        // There is no comment yet that could be missing.
        Err(CallError::Told(error)) if error.is_not_found() => {
            return Err(not_added(site, issue, CallError::Told(error)).await);
        }
        Err(error) => {
            let error = refused(site, issue, NEEDS, error).await;
            return Err(about_parent(site, remark, error).await);
        }
    };
    if remark.internal && !comment.is_internal() {
        return Err(take_back(site, issue, &comment).await);
    }
    Ok(to_view(comment).await)
}

async fn not_added(site: &JiraSite, issue: &IssueIdOrKey, error: CallError) -> OperationError {
    match refused(site, issue, NEEDS, error).await {
        OperationError::Absent(_) => OperationError::Absent(Absent::Issue),
        other => other,
    }
}

/// A refusal, told as one of the comment that is answered if that is not there: Jira's words for it
/// are nowhere documented, so a look decides.
async fn about_parent(site: &JiraSite, remark: &Remark, error: OperationError) -> OperationError {
    let (Some(parent), OperationError::Refused(_)) = (&remark.parent_id, &error) else {
        return error;
    };
    let read = site.ask(READ, {
        let (issue, parent) = (remark.comment_on.clone(), parent.clone());
        async move |site: Site<'_>| site.comment(issue.as_str(), parent.as_str()).await
    });
    let is_there = async {
        match read.await {
            Ok(_) => Ok(true),
            Err(CallError::Told(error)) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    };
    let clock = &*site.jira().tokens.clock;
    match help("the comment that is answered", clock, is_there).await {
        Some(false) => OperationError::WrongFields(vec![no_parent()]),
        Some(true) | None => error,
    }
}

/// What is said where the comment that is answered is not there.
pub(crate) fn no_parent() -> WrongField {
    WrongField {
        id: "parent_id".to_owned(),
        name: "parent_id".to_owned(),
        reason: Reason::UnknownValue,
        allowed: Vec::new(),
        jira_says: None,
    }
}

/// Jira takes the wish that a comment be internal in any project, and tells everybody of it who
/// watches; so it is asked before.
async fn must_be_of_service_project(
    site: &JiraSite,
    issue: &IssueIdOrKey,
) -> Result<(), OperationError> {
    let read = site.ask(READ, {
        let issue = issue.clone();
        async move |site: Site<'_>| {
            let issue = site.issue(issue.as_str(), &["project"]).await?;
            match issue.fields.project {
                Some(project) => site.project(&project.id).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let project = read.await.map_err(|error| error.about(Absent::Issue))?;
    let kind = project.and_then(|project| project.project_type_key);
    if kind.is_some_and(|kind| kind != SERVICE) {
        return Err(OperationError::Conflict(Conflict::NotInternal));
    }
    Ok(())
}

/// Deletes a comment at once that was to be internal, and is not.
async fn take_back(site: &JiraSite, issue: &IssueIdOrKey, comment: &Comment) -> OperationError {
    let deleted = site.ask(WRITE, {
        let (issue, id) = (issue.clone(), comment.id.clone());
        async move |site: Site<'_>| site.delete_comment(issue.as_str(), &id).await
    });
    let Err(error) = deleted.await else {
        return OperationError::Conflict(Conflict::NotInternal);
    };
    tracing::error!(
        comment.id,
        %error,
        "a comment that was to be internal is there for customers to see"
    );
    OperationError::Failed(Failure::Upstream {
        failure: UpstreamFailure::OutcomeUnknown,
        source: error.into(),
    })
}
