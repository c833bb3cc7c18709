//! Blocks and the items of lists: those that stand stay, those that were changed keep what stands in
//! them.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::align::{self, Origin};
use super::canon::{Inside, Key, canon, canon_of_item, keys, share, words};
use super::frames::{Part, built, has_content, is_frame, kind, open};
use super::{inline, tables};

/// The blocks that come of the present ones and those of the new text.
pub(super) fn merged(present: &[Value], mut new: Vec<Value>, inside: Inside) -> Vec<Value> {
    // What a container holds that is empty.
    new.retain(|node| node["type"] != "paragraph" || node["content"].is_array());
    let mut parts = Vec::new();
    let mut frames = Vec::new();
    // A frame that stands whole, here or elsewhere, is one part.
    let canons: Vec<Vec<Value>> = present.iter().map(|node| canon(node, inside)).collect();
    let present_keys: Vec<Vec<Key>> = canons.iter().map(|canon| keys(canon)).collect();
    let new_keys = keys(&new);
    let whole = align::origins(&present_keys, &new_keys);
    let is_whole: BTreeSet<usize> = whole
        .iter()
        .filter_map(|origin| origin.unchanged())
        .collect();
    for (number, (node, canon)) in present.iter().zip(canons).enumerate() {
        let is_frame = is_frame(kind(node)) && has_content(node);
        if is_frame && !is_whole.contains(&number) {
            open(node, inside, None, &mut parts, &mut frames);
        } else {
            parts.push(Part {
                node,
                canon,
                frame: None,
            });
        }
    }
    let canons: Vec<&[Value]> = parts.iter().map(|part| part.canon.as_slice()).collect();
    let origins = if frames.is_empty() {
        whole
    } else {
        let keys: Vec<Vec<Key>> = canons.iter().map(|canon| keys(canon)).collect();
        align::origins(&keys, &new_keys)
    };
    let alike = |number: usize, new: &Value| alike(parts[number].node, new);
    let origins = paired(origins, &canons, &new, alike);
    let mut nodes = built(&parts, &frames, &origins, new, inside);
    if nodes.is_empty() && !inside.is_document() {
        nodes.push(json!({"type": "paragraph"}));
    }
    nodes
}

/// Where each new node comes from.
pub(super) fn found(
    canons: &[&[Value]],
    new: &[Value],
    alike: impl Fn(usize, &Value) -> bool,
) -> Vec<Origin> {
    let parts: Vec<Vec<Key>> = canons.iter().map(|canon| keys(canon)).collect();
    paired(align::origins(&parts, &keys(new)), canons, new, alike)
}

/// The origins, with those of the new nodes that were others.
fn paired(
    mut origins: Vec<Origin>,
    canons: &[&[Value]],
    new: &[Value],
    alike: impl Fn(usize, &Value) -> bool,
) -> Vec<Origin> {
    if !origins.contains(&Origin::New) {
        return origins;
    }
    // Of those that are compared at all.
    let old_words: Vec<OnceCell<Vec<String>>> = vec![OnceCell::new(); canons.len()];
    let new_words: Vec<OnceCell<Vec<String>>> = vec![OnceCell::new(); new.len()];
    align::pair(&mut origins, canons.len(), |number, index| {
        let may_be = canons[number].len() == 1 && alike(number, &new[index]);
        may_be.then(|| {
            let old = old_words[number].get_or_init(|| words(&canons[number][0]));
            share(old, new_words[index].get_or_init(|| words(&new[index])))
        })
    });
    origins
}

/// Whether one block may be another after a change.
fn alike(one: &Value, other: &Value) -> bool {
    let family = |node: &Value| match node["type"].as_str().unwrap_or_default() {
        "paragraph" | "heading" | "caption" => "line",
        "bulletList" | "orderedList" => "list",
        "blockquote" | "panel" => "container",
        "expand" | "nestedExpand" => "expand",
        "taskList" => "tasks",
        "table" => "table",
        "codeBlock" => "code",
        _ => "",
    };
    !family(one).is_empty() && family(one) == family(other)
}

/// A present block after a change to what the new one says.
pub(super) fn changed(present: &Value, new: Value, inside: Inside) -> Value {
    changed_of(present, &canon(present, inside), new, inside)
}

/// The same, where it is known what the present block was to the caller.
pub(super) fn changed_of(present: &Value, seen: &[Value], new: Value, inside: Inside) -> Value {
    let kind = kind(present);
    let inner = inside.of(kind);
    let content = present["content"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut node = with_attrs_of(present, seen.first(), &new);
    let new_content = match new {
        Value::Object(mut new) => new.shift_remove("content"),
        _ => None,
    };
    let new_content = match new_content {
        Some(Value::Array(content)) => content,
        _ => Vec::new(),
    };
    let content = match kind {
        // As the caller wrote it: what Markdown cannot say of it is told as lost.
        _ if !inner.is_within_reach() => new_content,
        "paragraph" | "heading" | "caption" | "taskItem" => inline::merged(content, &new_content),
        "bulletList" | "orderedList" | "taskList" => items(present, content, new_content, inner),
        "table" => tables::merged(present, content, seen.first(), new_content),
        "codeBlock" => new_content,
        _ => merged(content, new_content, inner),
    };
    set_content(&mut node, content);
    node
}

pub(super) fn set_content(node: &mut Value, content: Vec<Value>) {
    let Some(node) = node.as_object_mut() else {
        return;
    };
    if content.is_empty() {
        node.shift_remove("content");
    } else {
        node.insert("content".to_owned(), Value::Array(content));
    }
}

/// The items of a list.
fn items(list: &Value, present: &[Value], new: Vec<Value>, inside: Inside) -> Vec<Value> {
    let canons: Vec<Vec<Value>> = present
        .iter()
        .map(|item| canon_of_item(list, item, inside))
        .collect();
    let canons: Vec<&[Value]> = canons.iter().map(Vec::as_slice).collect();
    let alike = |number: usize, new: &Value| present[number]["type"] == new["type"];
    let origins = found(&canons, &new, alike);
    let new = new
        .into_iter()
        .zip(&origins)
        .filter_map(|(node, origin)| match origin {
            Origin::More => None,
            Origin::Kept(number) | Origin::Moved(number) => Some(present[*number].clone()),
            Origin::Changed(number) if node["type"] == "taskList" => {
                Some(changed(&present[*number], node, inside))
            }
            // An item alone is no item to the caller.
            Origin::Changed(number) => Some(changed_of(&present[*number], &[], node, inside)),
            Origin::New => Some(node),
        });
    new.collect()
}

/// The present node, with those attributes of the new one that the caller changed; of the new kind,
/// if that is another.
fn with_attrs_of(present: &Value, seen: Option<&Value>, new: &Value) -> Value {
    let none = Map::new();
    let attrs_of = |node: &Value| node["attrs"].as_object().cloned();
    let new_attrs = attrs_of(new).unwrap_or_default();
    let is_same_kind = present["type"] == new["type"] || present["type"] == "caption";
    let mut node = if is_same_kind {
        present.clone()
    } else {
        json!({"type": new["type"]})
    };
    let seen = seen
        .filter(|seen| seen["type"] == new["type"])
        .and_then(attrs_of);
    let seen = seen.as_ref().unwrap_or(&none);
    let mut attrs = if is_same_kind {
        attrs_of(present).unwrap_or_default()
    } else {
        none.clone()
    };
    for (name, value) in new_attrs
        .iter()
        .filter(|(name, _)| *name != "localId" || !is_same_kind)
    {
        if !is_same_kind || seen.get(name) != Some(value) {
            attrs.insert(name.clone(), value.clone());
        }
    }
    for name in seen.keys().filter(|name| !new_attrs.contains_key(*name)) {
        attrs.shift_remove(name);
    }
    if !attrs.is_empty() {
        node["attrs"] = Value::Object(attrs);
    } else if let Some(node) = node.as_object_mut() {
        node.shift_remove("attrs");
    }
    node
}
