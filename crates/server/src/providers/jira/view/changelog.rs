//! The shapes of what has changed in an issue. What is not there is absent.

use juncture_jira::{Changed, History};
use juncture_views::jira::changelog::{ChangeView, Changelog, ItemView, ValueView};
use juncture_views::jira::finding::UserView;

use super::Of;

impl Of<Vec<History>> for Changelog {
    fn of(histories: Vec<History>) -> Self {
        Self {
            changes: histories.into_iter().map(ChangeView::of).collect(),
        }
    }
}

impl Of<History> for ChangeView {
    fn of(history: History) -> Self {
        Self {
            items: history.items().into_iter().map(ItemView::of).collect(),
            id: history.id,
            at: history.created,
            author: history.author.map(UserView::of),
        }
    }
}

impl Of<Changed> for ItemView {
    fn of(item: Changed) -> Self {
        Self {
            field: item.field_id,
            name: item.field,
            from: value(item.from, item.from_string),
            to: value(item.to, item.to_text),
        }
    }
}

/// A value, if there is one. Jira writes an empty text where there is none.
fn value(id: Option<String>, text: Option<String>) -> Option<ValueView> {
    let is_there = |text: &String| !text.is_empty();
    let (id, text) = (id.filter(is_there), text.filter(is_there));
    (id.is_some() || text.is_some()).then_some(ValueView { id, text })
}
