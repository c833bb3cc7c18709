//! The shape of comments.

use juncture_jira::{Comment, Visibility, adf};
use juncture_views::jira::comments::{CommentView, VisibilityView};
use juncture_views::jira::finding::UserView;

use super::Of;

/// How many bytes of texts there are to convert.
pub(crate) fn said(comments: &[Comment]) -> usize {
    let bodies = comments
        .iter()
        .filter_map(|comment| comment.body.as_deref());
    bodies.map(|body| body.get().len()).sum()
}

impl Of<Comment> for CommentView {
    fn of(comment: Comment) -> Self {
        let internal = comment.is_internal();
        Self {
            id: comment.id,
            body: comment
                .body
                .as_deref()
                .map(adf::to_markdown)
                .unwrap_or_default(),
            body_adf: comment.body.and_then(juncture_jira::readable),
            author: comment.author.map(UserView::of),
            created: comment.created,
            updated: comment.updated,
            internal,
            visibility: comment.visibility.map(VisibilityView::of),
            parent_id: comment.parent_id,
        }
    }
}

impl Of<Visibility> for VisibilityView {
    fn of(visibility: Visibility) -> Self {
        Self {
            kind: visibility.kind,
            value: visibility.value,
            identifier: visibility.identifier,
        }
    }
}
