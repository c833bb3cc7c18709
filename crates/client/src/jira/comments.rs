//! Comments of issues.

use juncture_views::jira::comments::{self as views, EditedComment, OneComment};
use reqwest::Method;
use serde_json::json;

use super::Jira;
use super::requests::{CommentChanges, ForComment, ForIssue, NewComment};
use crate::answer;
use crate::error::Error;

/// The comments of issues.
#[derive(Clone, Debug)]
pub struct Comments<'a>(pub(super) &'a Jira);

impl Comments<'_> {
    /// All comments of an issue that the customer may see, oldest first.
    pub async fn list(&self, issue: &str) -> Result<views::Comments, Error> {
        let takes = ForIssue::new(issue, ());
        self.0.read("get-comments", &takes).await
    }

    /// Adds a comment, once, though its answer is lost on the way.
    pub async fn add(&self, issue: &str, comment: &NewComment) -> Result<OneComment, Error> {
        let takes = ForIssue::new(issue, comment);
        self.0.create("add-comment", &takes, None).await
    }

    /// The same with an idempotency key of your own: the same key and comment within 24 hours add it once.
    pub async fn add_once(
        &self,
        issue: &str,
        comment: &NewComment,
        key: &str,
    ) -> Result<OneComment, Error> {
        let takes = ForIssue::new(issue, comment);
        self.0.create("add-comment", &takes, Some(key)).await
    }

    /// Changes a comment.
    pub async fn edit(
        &self,
        issue: &str,
        comment_id: &str,
        changes: &CommentChanges,
    ) -> Result<EditedComment, Error> {
        let takes = ForIssue::new(issue, ForComment::new(comment_id, changes));
        let (method, read) = (Method::PUT, answer::json);
        self.0.write(method, "edit-comment", &takes, read).await
    }

    /// Deletes a comment.
    pub async fn delete(&self, issue: &str, comment_id: &str) -> Result<(), Error> {
        let takes = json!({"issue_id_or_key": issue, "comment_id": comment_id});
        let (method, read) = (Method::DELETE, answer::done);
        self.0.write(method, "delete-comment", &takes, read).await
    }
}
