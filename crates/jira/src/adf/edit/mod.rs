//! New Markdown for a present document: what the caller did not change stays as it is.
//!
//! Markdown cannot say all of a document: the ids of mentions and files, colours, cards, layouts,
//! what apps put there. So the new text does not replace the document. Each present block is turned
//! into Markdown and back, which is what the caller saw of it; where the new text has the same, the
//! block stays, with everything in it. In a block that was changed the same is done for what it
//! holds, down to the words of a line.

mod align;
mod atoms;
mod blocks;
mod canon;
mod frames;
mod inline;
mod lost;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use serde_json::value::RawValue;

use super::from_markdown;
use canon::{Inside, canon, keys};
pub use lost::LostFile;

/// A document after an edit.
#[derive(Clone, Debug)]
pub struct Edited {
    /// What to write. The present document, if the Markdown says nothing new.
    pub document: Value,
    /// Whether there is anything to write.
    pub is_changed: bool,
    /// What the present document has and the new one has not, of what Markdown cannot say: kinds of
    /// nodes and marks (`inlineCard`, `textColor`), and how many of each.
    pub lost: BTreeMap<String, usize>,
    /// The files of Jira's own that the present document shows and the new one does not. Jira deletes
    /// an attachment with the last node that shows it.
    pub lost_files: Vec<LostFile>,
}

/// The present value is no document that can be edited: it is none, or it nests too deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uneditable;

impl std::fmt::Display for Uneditable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the present value is no document that can be edited")
    }
}

impl std::error::Error for Uneditable {}

/// The present document with this Markdown as its text.
pub(super) fn edit(present: &RawValue, markdown: &str) -> Result<Edited, Uneditable> {
    let inside = Inside::document(present.get().len().max(markdown.len()));
    let present: Value = juncture_json::decode(present.get()).map_err(|_| Uneditable)?;
    let content = present["content"]
        .as_array()
        .filter(|_| present["type"] == "doc");
    let content = content.ok_or(Uneditable)?;
    let mut new = from_markdown::document(markdown)["content"].take();
    let new = new.as_array_mut().map(std::mem::take).unwrap_or_default();
    if keys(&canon(&present, inside)) == keys(&new) {
        return Ok(Edited {
            document: present,
            is_changed: false,
            lost: BTreeMap::new(),
            lost_files: Vec::new(),
        });
    }
    let new = with_other_ids(new, &present);
    let mut merged = blocks::merged(content, new, inside);
    let members = present.as_object().into_iter().flatten();
    let members = members.map(|(name, value)| match name.as_str() {
        "content" => (name.clone(), Value::Array(std::mem::take(&mut merged))),
        _ => (name.clone(), value.clone()),
    });
    let document = Value::Object(members.collect());
    Ok(Edited {
        is_changed: document != present,
        lost: lost::kinds(&present, &document),
        lost_files: lost::files(&present, &document),
        document,
    })
}

/// The new nodes, their ids other than those of the present ones.
fn with_other_ids(mut new: Vec<Value>, present: &Value) -> Vec<Value> {
    fn known<'a>(node: &'a Value, ids: &mut BTreeSet<&'a str>) {
        ids.extend(node["attrs"]["localId"].as_str());
        for child in node["content"].as_array().into_iter().flatten() {
            known(child, ids);
        }
    }
    fn renumber(node: &mut Value, ids: &BTreeSet<&str>, last: &mut u32) {
        if let Some(id) = node
            .get_mut("attrs")
            .and_then(|attrs| attrs.get_mut("localId"))
        {
            let name = loop {
                *last += 1;
                let name = format!("task-{last}");
                if !ids.contains(name.as_str()) {
                    break name;
                }
            };
            *id = Value::String(name);
        }
        for child in node
            .get_mut("content")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            renumber(child, ids, last);
        }
    }
    let mut ids = BTreeSet::new();
    known(present, &mut ids);
    let mut last = 0;
    for node in &mut new {
        renumber(node, &ids, &mut last);
    }
    new
}
