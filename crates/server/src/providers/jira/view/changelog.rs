//! The shapes of what has changed in an issue. What is not there is absent.

use juncture_jira::{Changed, History};
use serde::Serialize;
use utoipa::ToSchema;

use super::finding::UserView;

/// All that has changed in an issue.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraChangelog)]
pub(crate) struct Changelog {
    /// Oldest first.
    changes: Vec<ChangeView>,
}

/// What somebody changed at once.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraChange)]
struct ChangeView {
    /// Jira's id of it.
    id: String,
    /// When, as Jira writes it.
    at: String,
    /// Who; absent where Jira tells nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    author: Option<UserView>,
    /// The fields that changed.
    items: Vec<ItemView>,
}

/// A field that changed.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraChangedField)]
struct ItemView {
    /// The id of the field; absent where Jira tells none, as of links and parents.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    field: Option<String>,
    /// What Jira calls the field, in English if it is built in.
    name: String,
    /// What it was; absent if it was not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from: Option<ValueView>,
    /// What it is since; absent if it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to: Option<ValueView>,
}

/// A value of a field, as Jira keeps it and as people read it.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraChangedValue)]
struct ValueView {
    /// The id of what it is, or ids with commas between; absent of texts and numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    id: Option<String>,
    /// The text of it. Rich text is in Jira's older markup.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    text: Option<String>,
}

impl From<Vec<History>> for Changelog {
    fn from(histories: Vec<History>) -> Self {
        Self {
            changes: histories.into_iter().map(ChangeView::from).collect(),
        }
    }
}

impl From<History> for ChangeView {
    fn from(history: History) -> Self {
        Self {
            items: history.items().into_iter().map(ItemView::from).collect(),
            id: history.id,
            at: history.created,
            author: history.author.map(UserView::from),
        }
    }
}

impl From<Changed> for ItemView {
    fn from(item: Changed) -> Self {
        Self {
            field: item.field_id,
            name: item.field,
            from: ValueView::of(item.from, item.from_string),
            to: ValueView::of(item.to, item.to_text),
        }
    }
}

impl ValueView {
    /// A value, if there is one. Jira writes an empty text where there is none.
    fn of(id: Option<String>, text: Option<String>) -> Option<Self> {
        let is_there = |text: &String| !text.is_empty();
        let (id, text) = (id.filter(is_there), text.filter(is_there));
        (id.is_some() || text.is_some()).then_some(Self { id, text })
    }
}
