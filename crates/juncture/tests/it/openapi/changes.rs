//! What a caller of one version of the API loses with the next.
//!
//! `drift`, which compares documents in Rust, reads OpenAPI 3.0 alone, so this is own code. What counts: a
//! request that was right must stay right, and an answer must stay within what was said of it. To add an
//! operation, a parameter that may be absent, a property or a value of an answer is no loss, nor is one
//! refusal fewer.

use serde_json::Value;

use super::shape::Shape;

/// Every promise of the `old` document that the `new` one breaks, each with its place.
pub(super) fn broken(old: &Value, new: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    for (path, methods) in members(&old["paths"]) {
        for (method, before) in members(methods) {
            let at = format!("{} {path}", method.to_uppercase());
            match new["paths"][path].get(method) {
                None => broken.push(format!("{at} is gone")),
                Some(now) => Pair { old, new }.operation(&at, before, now, &mut broken),
            }
        }
    }
    broken
}

/// The two documents.
#[derive(Clone, Copy)]
struct Pair<'d> {
    old: &'d Value,
    new: &'d Value,
}

impl Pair<'_> {
    fn operation(self, at: &str, old: &Value, new: &Value, broken: &mut Vec<String>) {
        if old["operationId"] != new["operationId"] {
            broken.push(format!("{at} has another operationId"));
        }
        if items(&old["security"]).next().is_none() && items(&new["security"]).next().is_some() {
            broken.push(format!("{at} needs a key"));
        }
        self.parameters(at, old, new, broken);
        self.body(at, &old["requestBody"], &new["requestBody"], broken);
        for (status, before) in members(&old["responses"]) {
            let at = format!("{at} {status}");
            match new["responses"].get(status) {
                Some(now) => self.answer(&at, before, now, broken),
                None if status.starts_with(['4', '5']) => {}
                None => broken.push(format!("{at} is gone")),
            }
        }
    }

    fn parameters(self, at: &str, old: &Value, new: &Value, broken: &mut Vec<String>) {
        let (before, now) = (&old["parameters"], &new["parameters"]);
        let find = |list: &Value, wanted: &Value| {
            let is_it = |one: &&Value| one["name"] == wanted["name"] && one["in"] == wanted["in"];
            items(list).find(is_it).cloned()
        };
        for parameter in items(before) {
            let at = format!("{at} {}", parameter["name"]);
            match find(now, parameter) {
                Some(now) => self.taken(&at, &parameter["schema"], &now["schema"], broken),
                None => broken.push(format!("{at} is no longer read")),
            }
        }
        for parameter in items(now).filter(|one| one["required"] == true) {
            if find(before, parameter).is_none_or(|before| before["required"] != true) {
                broken.push(format!("{at} {} is required", parameter["name"]));
            }
        }
    }

    fn body(self, at: &str, old: &Value, new: &Value, broken: &mut Vec<String>) {
        if new["required"] == true && old["required"] != true {
            broken.push(format!("{at} body is required"));
        }
        for (kind, content) in members(&old["content"]) {
            match new["content"].get(kind) {
                Some(now) => self.taken(at, &content["schema"], &now["schema"], broken),
                None => broken.push(format!("{at} no longer takes {kind}")),
            }
        }
    }

    fn answer(self, at: &str, old: &Value, new: &Value, broken: &mut Vec<String>) {
        for (name, _) in members(&old["headers"]) {
            if new["headers"].get(name).is_none() {
                broken.push(format!("{at} has no {name}"));
            }
        }
        for (kind, content) in members(&old["content"]) {
            let Some(now) = new["content"].get(kind) else {
                broken.push(format!("{at} is no longer given as {kind}"));
                continue;
            };
            let before = Shape::of(self.old, &content["schema"]);
            given(at, &before, &Shape::of(self.new, &now["schema"]), broken);
        }
    }

    fn taken(self, at: &str, old: &Value, new: &Value, broken: &mut Vec<String>) {
        let (old, new) = (Shape::of(self.old, old), Shape::of(self.new, new));
        taken(at, &old, &new, broken);
    }
}

/// What callers send: each thing that was taken still is.
fn taken(at: &str, old: &[Shape], new: &[Shape], broken: &mut Vec<String>) {
    for before in old {
        let now = new.iter().filter(|now| kind_within(before, now));
        let losses = now.map(|now| losses_of_caller(at, before, now));
        let none = || vec![format!("{at} no longer takes {}", kind(before))];
        broken.extend(losses.min_by_key(Vec::len).unwrap_or_else(none));
    }
}

fn losses_of_caller(at: &str, old: &Shape, new: &Shape) -> Vec<String> {
    let mut broken = Vec::new();
    match (&old.words, &new.words) {
        (_, None) => {}
        (None, Some(_)) => broken.push(format!("{at} takes some words alone")),
        (Some(before), Some(now)) => {
            let gone = before.difference(now);
            broken.extend(gone.map(|word| format!("{at} no longer takes {word}")));
        }
    }
    if new.least > old.least
        || new
            .most
            .is_some_and(|most| old.most.is_none_or(|old| most < old))
    {
        broken.push(format!("{at} takes fewer numbers"));
    }
    for name in new.required.difference(&old.required) {
        broken.push(format!("{at}.{name} is required"));
    }
    for (name, before) in &old.properties {
        let at = format!("{at}.{name}");
        match new.properties.get(name) {
            Some(now) => taken(&at, before, now, &mut broken),
            None => broken.push(format!("{at} is no longer read")),
        }
    }
    taken(&format!("{at}[]"), &old.items, &new.items, &mut broken);
    taken(&format!("{at}.*"), &old.others, &new.others, &mut broken);
    broken
}

/// What is answered: each thing is as it was told.
fn given(at: &str, old: &[Shape], new: &[Shape], broken: &mut Vec<String>) {
    for now in new {
        let before = old.iter().filter(|before| kind_within(now, before));
        let losses = before.map(|before| losses_of_reader(at, before, now));
        let none = || vec![format!("{at} may be {}", kind(now))];
        broken.extend(losses.min_by_key(Vec::len).unwrap_or_else(none));
    }
}

fn losses_of_reader(at: &str, old: &Shape, new: &Shape) -> Vec<String> {
    let mut broken = Vec::new();
    match (&old.words, &new.words) {
        (None, _) => {}
        (Some(_), None) => broken.push(format!("{at} may be any words")),
        (Some(before), Some(now)) => {
            let gone = before.difference(now);
            broken.extend(gone.map(|word| format!("{at} is never {word}")));
        }
    }
    for (name, before) in &old.properties {
        let at = format!("{at}.{name}");
        match new.properties.get(name) {
            Some(now) => given(&at, before, now, &mut broken),
            None => broken.push(format!("{at} is gone")),
        }
        if old.required.contains(name) && !new.required.contains(name) {
            broken.push(format!("{at} may be absent"));
        }
    }
    given(&format!("{at}[]"), &old.items, &new.items, &mut broken);
    given(&format!("{at}.*"), &old.others, &new.others, &mut broken);
    broken
}

/// Whether all of this kind is of that one.
fn kind_within(one: &Shape, other: &Shape) -> bool {
    let is_number = |shape: &Shape, word: &str| shape.kind.as_deref() == Some(word);
    other.kind.is_none()
        || one.kind == other.kind
        || (is_number(one, "integer") && is_number(other, "number"))
}

fn kind(shape: &Shape) -> &str {
    shape.kind.as_deref().unwrap_or("anything")
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn members(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten()
}
