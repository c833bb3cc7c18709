//! What has changed in an issue.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::offsets::List;
use super::users::User;
use super::{Bare, null_as_empty};
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;

const CHANGELOG: Endpoint =
    Endpoint::get("/ex/jira/{cloudId}/rest/api/3/issue/{issueIdOrKey}/changelog");

/// What Jira gives if nothing else is asked for.
const PAGE_SIZE: usize = 100;

/// Several times what can change at once.
const MOST_AT_ONCE: usize = 10_000;

/// What somebody changed at once.
#[derive(Clone, Debug, Deserialize)]
pub struct History {
    /// The id, a string of digits; later ones are larger.
    pub id: String,
    /// Who did it; absent for people whom Jira does not know.
    pub author: Option<User>,
    /// When, as Jira writes it: `2026-09-27T10:03:11.123+0200`.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub created: String,
    /// As text, which takes far less memory than what an empty item in it becomes.
    items: Option<Box<RawValue>>,
}

impl History {
    /// The fields that changed. Without those of a shape that nobody knows.
    #[must_use]
    pub fn items(&self) -> Vec<Changed> {
        let text = self.items.as_deref().map_or("[]", RawValue::get);
        let items: Bare<MOST_AT_ONCE, Box<RawValue>> = match juncture_json::decode_parts(text) {
            Ok(items) => items,
            Err(_) => return Vec::new(),
        };
        let items = items.0.iter();
        let items = items.filter_map(|item| juncture_json::decode_parts(item.get()).ok());
        items.collect()
    }
}

/// A field that changed. What it was and is stands twice: as Jira keeps it, such as an id, and as
/// people read it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// The field's name, in English for built-in ones.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub field: String,
    /// The field's id; absent of links and parents.
    pub field_id: Option<String>,
    /// What it was.
    pub from: Option<String>,
    /// The same, to be read.
    pub from_string: Option<String>,
    /// What it is.
    pub to: Option<String>,
    /// The same, to be read.
    #[serde(rename = "toString")]
    pub to_text: Option<String>,
}

impl Site<'_> {
    /// All that has changed in an issue, oldest first
    /// (`GET /rest/api/3/issue/{issueIdOrKey}/changelog`). Needs `read:jira-work`. Comments that were
    /// edited or deleted are not in it.
    pub async fn changelog(&self, issue: &str) -> Result<Vec<History>, Error> {
        let site = *self;
        let call = move |start_at: usize| {
            Ok(CHANGELOG
                .call(&site.client.api_url, &[site.id, issue])?
                .query("startAt", &start_at.to_string())
                .query("maxResults", &PAGE_SIZE.to_string()))
        };
        let id = |history: &History| history.id.clone();
        let list = List::new(self.listing(), PAGE_SIZE, id, call);
        let mut histories = list.whole().await?;
        // Jira says that it gives the oldest first. Ids that are none stay where they are.
        histories.sort_by_key(|history| history.id.parse::<u64>().unwrap_or(0));
        Ok(histories)
    }
}
