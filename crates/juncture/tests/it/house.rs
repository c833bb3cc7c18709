//! The direction of the house: a room uses what stands below it, never what stands beside or above.
//!
//! `scripts/test house::` checks it, and prints what docs/ARCHITECTURE.md says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of the server, from the ground up; rooms of one floor do not know each other.
const FLOORS: &[&[&str]] = &[
    &["auth", "foreign", "metrics", "project", "random", "settled"],
    &["seal"],
    &["environment"],
    &["cache", "store", "telemetry"],
    &["failure", "jobs"],
    &["events", "idempotency", "projects", "timeline"],
    &["oauth"],
    &["provider"],
    &["connection"],
    &["passage", "tokens"],
    &["connections", "upkeep", "webhooks"],
    &["web"],
    &["providers"],
    &["config"],
    &["app", "healthcheck"],
    &["health", "ui"],
    &["accept"],
    &["api", "middleware", "shutdown"],
    &["router"],
    &["server"],
    &["doctor", "rotation"],
];

/// From this floor on a room may know the `App`.
const SERVER: &str = "app";

/// A file as a path of modules, and the modules that it names.
type Files = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

#[test]
fn no_arrow_leads_upward() {
    let server = read(&server_folder());
    let floor = |file: &[String]| {
        let room = file.first().expect("the root is no file");
        let floor = FLOORS.iter().position(|rooms| rooms.contains(&&**room));
        floor.unwrap_or_else(|| panic!("the room `{room}` stands on no floor: give it one"))
    };
    let mut upward = Vec::new();
    let mut arrows = 0;
    for (file, named) in &server {
        for other in named.iter().filter(|other| other[0] != file[0]) {
            arrows += 1;
            if floor(file) <= floor(other) {
                upward.push(format!("{} -> {}", file.join("/"), other.join("/")));
            }
        }
    }
    println!(
        "{} files, {arrows} arrows between rooms, {} of them upward",
        server.len(),
        upward.len()
    );
    assert!(upward.is_empty(), "upward: {upward:#?}");
}

#[test]
fn only_the_server_knows_the_app() {
    let top = FLOORS.iter().position(|rooms| rooms.contains(&SERVER));
    let below = FLOORS[..top.unwrap()].concat();
    let server = read(&server_folder());
    let app = vec![SERVER.to_owned()];
    let knows = server.iter().filter(|(_, named)| named.contains(&app));
    let knows: Vec<_> = knows
        .filter(|(file, _)| below.contains(&&*file[0]))
        .map(|(file, _)| file.join("/"))
        .collect();
    assert!(knows.is_empty(), "{knows:?}");
}

#[test]
fn circles_are_small() {
    let server = server_folder();
    for (name, folder, most) in [
        ("server", server.clone(), 5),
        ("sandbox", server.join("../jira-sandbox"), 16),
    ] {
        let circle = largest_circle(&read(&folder));
        let files: Vec<_> = circle.iter().map(|file| file.join("/")).collect();
        println!("largest circle of the {name}: {} {files:?}", files.len());
        assert!(files.len() <= most, "{name}: {files:#?}");
    }
}

/// Rooms that are of any provider, and say the name of none.
const GENERIC: &[&str] = &[
    "connection",
    "connections",
    "events",
    "failure",
    "idempotency",
    "oauth",
    "passage",
    "provider",
    "store",
    "timeline",
    "tokens",
    "upkeep",
];

/// How providers are called.
const NAMES: &[&str] = &["atlassian", "jira"];

/// What stands in a generic room all the same: a migration is a provider's own, and all are in one list.
const OF_MIGRATIONS: &str = "migrations";

#[test]
fn no_generic_room_names_a_provider() {
    let source = server_folder().join("src");
    let mut named = Vec::new();
    for (file, text) in sources(&source) {
        let is_generic = GENERIC.contains(&&*file[0]);
        if !is_generic || file.last().is_some_and(|last| last == OF_MIGRATIONS) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let line = line.to_lowercase();
            if NAMES.iter().any(|name| line.contains(name)) {
                named.push(format!("{}:{} {}", file.join("/"), number + 1, line.trim()));
            }
        }
    }
    assert!(named.is_empty(), "{named:#?}");
}

fn server_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../server")
}

/// Every file of a crate's library, and the files that it names in `use`, in paths and in macros.
fn read(folder: &Path) -> Files {
    let texts = sources(&folder.join("src"));
    let known: BTreeSet<_> = texts.keys().cloned().collect();
    texts
        .into_iter()
        .map(|(file, text)| {
            let named = paths(&text)
                .into_iter()
                .filter_map(|path| resolve(&file, &path, &known))
                .filter(|named| *named != file)
                .collect();
            (file, named)
        })
        .collect()
}

/// The text of every file in a folder of sources, by its module.
fn sources(source: &Path) -> BTreeMap<Vec<String>, String> {
    let mut texts = BTreeMap::new();
    let mut folders = vec![source.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let module = path.strip_prefix(source).unwrap().with_extension("");
                let mut module: Vec<_> = module
                    .iter()
                    .map(|part| part.to_str().unwrap().to_owned())
                    .collect();
                if module.last().is_some_and(|last| last == "mod") {
                    module.pop();
                }
                if module != ["lib"] && module != ["main"] {
                    texts.insert(module, fs::read_to_string(&path).unwrap());
                }
            }
        }
    }
    texts
}

/// The paths in a source, without those of comments, visibilities and the tests at its end.
fn paths(text: &str) -> Vec<Vec<String>> {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let code: String = code
        .lines()
        .map(|line| line.split("//").next().unwrap())
        .map(|line| match line.split_once("pub(in ") {
            Some((before, after)) => format!("{before}{}", after.split_once(')').unwrap().1),
            None => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = Vec::new();
    let is_of_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let mut rest = code.as_str();
    while let Some(begin) = rest.find(is_of_path) {
        rest = &rest[begin..];
        let end = rest.find(|c| !is_of_path(c)).unwrap_or(rest.len());
        let (path, after) = rest.split_at(end);
        if let Some(path) = path.strip_suffix("::")
            && let Some(group) = after.strip_prefix('{')
        {
            let end = end_of_group(group);
            for name in members(&group[..end]) {
                found.extend(paths(&format!("{path}::{name}")));
            }
            rest = &group[end..];
            continue;
        }
        let parts: Vec<_> = path.split("::").map(str::to_owned).collect();
        if parts.len() > 1 {
            found.push(parts);
        }
        rest = after;
    }
    found
}

/// Where the `}` stands that closes a group of names.
fn end_of_group(group: &str) -> usize {
    let mut depth = 1;
    for (place, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place;
        }
    }
    group.len()
}

/// The members of a group of names, which may be groups themselves.
fn members(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut members = vec![String::new()];
    for character in group.chars() {
        match character {
            ',' if depth == 0 => members.push(String::new()),
            character => {
                depth += match character {
                    '{' => 1,
                    '}' => -1,
                    _ => 0,
                };
                members.last_mut().unwrap().push(character);
            }
        }
    }
    members
        .into_iter()
        .map(|member| member.trim().to_owned())
        .filter(|member| !member.is_empty())
        .collect()
}

/// The file that a path leads to, if it is one of ours.
fn resolve(file: &[String], path: &[String], known: &BTreeSet<Vec<String>>) -> Option<Vec<String>> {
    let mut whole = match path[0].as_str() {
        "crate" => path[1..].to_vec(),
        "self" => [file, &path[1..]].concat(),
        "super" => {
            let ups = path.iter().take_while(|part| *part == "super").count();
            [&file[..file.len().checked_sub(ups)?], &path[ups..]].concat()
        }
        _ => {
            // A child of this module, by its bare name.
            let child = [file, &path[..1]].concat();
            known.contains(&child).then(|| [file, path].concat())?
        }
    };
    while !whole.is_empty() && !known.contains(&whole) {
        whole.pop();
    }
    (!whole.is_empty()).then_some(whole)
}

/// The largest set of files each of which leads to every other one.
fn largest_circle(files: &Files) -> Vec<Vec<String>> {
    let reach = |start: &Vec<String>| {
        let mut seen = BTreeSet::new();
        let mut next: Vec<_> = files[start].iter().collect();
        while let Some(file) = next.pop() {
            if seen.insert(file.clone()) {
                next.extend(&files[file]);
            }
        }
        seen
    };
    let reached: BTreeMap<_, _> = files.keys().map(|file| (file, reach(file))).collect();
    let circle = |file: &Vec<String>| {
        let others = reached[file].iter();
        let circle = others.filter(|other| reached[other].contains(file));
        circle.cloned().collect::<Vec<_>>()
    };
    files
        .keys()
        .map(circle)
        .max_by_key(Vec::len)
        .unwrap_or_default()
}

#[test]
fn what_is_read_is_what_stands_there() {
    let known: BTreeSet<_> = ["a", "a/b", "c", "c/d"]
        .iter()
        .map(|file| file.split('/').map(str::to_owned).collect())
        .collect();
    let text =
        "//! crate::c\nuse crate::c::{d::{X, Y}, Z};\npub(in crate::c) fn f() { super::c::g(); }";
    let file = ["a".to_owned(), "b".to_owned()];
    let named: BTreeSet<_> = paths(text)
        .into_iter()
        .filter_map(|path| resolve(&file, &path, &known))
        .map(|file: Vec<String>| file.join("/"))
        .collect();
    assert_eq!(named.into_iter().collect::<Vec<_>>(), ["a", "c", "c/d"]);
}
