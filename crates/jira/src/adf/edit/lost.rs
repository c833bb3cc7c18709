//! What an edit takes away that Markdown could not say.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

/// A file that is no longer shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostFile {
    /// Its id in Jira's store of media, which is not the attachment's number.
    pub id: String,
    /// Its name, where the document has it.
    pub name: Option<String>,
}

/// The kinds of nodes and marks that Markdown can say, or that only hold others.
const SAID: [&str; 36] = [
    "doc",
    "paragraph",
    "heading",
    "text",
    "hardBreak",
    "bulletList",
    "orderedList",
    "listItem",
    "taskList",
    "taskItem",
    "blockTaskItem",
    "codeBlock",
    "rule",
    "blockquote",
    "panel",
    "table",
    "tableRow",
    "tableCell",
    "tableHeader",
    "expand",
    "nestedExpand",
    "mention",
    "date",
    "status",
    "mediaSingle",
    "mediaGroup",
    "caption",
    "layoutColumn",
    "decisionList",
    "strong",
    "em",
    "strike",
    "underline",
    "code",
    "link",
    "subsup",
];

/// How many of each kind are in `present` and not in `new`.
pub(super) fn kinds(present: &Value, new: &Value) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    count(present, &mut counts);
    let mut left = BTreeMap::new();
    count(new, &mut left);
    for (kind, count) in &mut counts {
        *count = count.saturating_sub(left.get(kind).copied().unwrap_or_default());
    }
    counts.retain(|_, count| *count > 0);
    counts
}

fn count(node: &Value, counts: &mut BTreeMap<String, usize>) {
    let kind = node["type"].as_str().unwrap_or_default();
    let is_said = SAID.contains(&kind) || (kind == "media" && node["attrs"]["type"] == "external");
    if !is_said && !kind.is_empty() {
        *counts.entry(kind.to_owned()).or_default() += 1;
    }
    for inner in ["content", "marks"] {
        for child in node[inner].as_array().into_iter().flatten() {
            count(child, counts);
        }
    }
}

/// The files that `present` shows and `new` does not, each once.
pub(super) fn files(present: &Value, new: &Value) -> Vec<LostFile> {
    let (mut kept, mut shown) = (Vec::new(), Vec::new());
    collect(new, &mut kept);
    collect(present, &mut shown);
    let mut known: HashSet<String> = kept.into_iter().map(|file| file.id).collect();
    shown.retain(|file| known.insert(file.id.clone()));
    shown
}

fn collect(node: &Value, files: &mut Vec<LostFile>) {
    if matches!(node["type"].as_str(), Some("media" | "mediaInline"))
        && let Some(id) = node["attrs"]["id"].as_str()
    {
        files.push(LostFile {
            id: id.to_owned(),
            name: node["attrs"]["alt"].as_str().map(str::to_owned),
        });
    }
    for child in node["content"].as_array().into_iter().flatten() {
        collect(child, files);
    }
}
