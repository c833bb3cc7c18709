//! Histories as JSON.

use serde_json::{Value, json};

use super::{View, jira_time};
use crate::world::{Change, Issue, Item, Side};

/// The most entries of an issue that is expanded.
const EXPANDED: usize = 100;
/// The same where the issue is one of many.
const IN_LISTS: usize = 40;

impl View<'_> {
    /// An entry of a history.
    pub(in crate::rest) fn change(&self, change: &Change) -> Value {
        let mut body = json!({"id": change.id.to_string()});
        if let Some(author) = change.author {
            body["author"] = self.person(author);
        }
        body["created"] = jira_time(change.at, &self.site.time_zone).into();
        body["items"] = change.items.iter().map(|item| self.item(item)).collect();
        body
    }

    fn item(&self, item: &Item) -> Value {
        let kind = if item.is_custom() { "custom" } else { "jira" };
        let mut body = json!({"field": item.field, "fieldtype": kind});
        if let Some(id) = &item.field_id {
            body["fieldId"] = id.as_str().into();
        }
        for (side, name, account) in [
            (&item.from, "from", "tmpFromAccountId"),
            (&item.to, "to", "tmpToAccountId"),
        ] {
            let (id, text) = self.side(side);
            if let Side::Person(_) = side {
                body[account] = id.clone();
            }
            body[name] = id;
            body[if name == "from" {
                "fromString"
            } else {
                "toString"
            }] = text;
        }
        body
    }

    /// The id and the text of a side.
    fn side(&self, side: &Side) -> (Value, Value) {
        match side {
            Side::Nothing => (Value::Null, Value::Null),
            Side::Text(text) => (Value::Null, text.as_str().into()),
            Side::Row(id, text) => (id.as_str().into(), text.as_str().into()),
            Side::People(indexes) => {
                let people = || indexes.iter().map(|index| &self.people[*index]);
                let ids: Vec<_> = people().map(|row| row.account_id.as_str()).collect();
                let names: Vec<_> = people().map(|row| row.display_name.as_str()).collect();
                let list = |words: Vec<&str>| format!("[{}]", words.join(", ")).into();
                (list(ids), list(names))
            }
            Side::Person(index) => {
                let person = &self.people[*index];
                let id = person.account_id.as_str().into();
                (id, person.display_name.as_str().into())
            }
        }
    }

    /// Adds what `expand` asks for to an issue: of its history the newest entries, newest first.
    pub(in crate::rest) fn expand_issue(&self, body: &mut Value, issue: &Issue, expand: &[String]) {
        self.expand_actions(body, issue, expand);
        if !expand.iter().any(|name| name == "changelog") {
            return;
        }
        let limit = if self.is_list { IN_LISTS } else { EXPANDED };
        let history = self.site.history_of(issue.id);
        let newest = history.iter().rev().take(limit);
        let newest: Vec<Value> = newest.map(|change| self.change(change)).collect();
        body["changelog"] = json!({
            "startAt": 0,
            "maxResults": newest.len(),
            "total": history.len(),
            "histories": newest,
        });
    }
}
