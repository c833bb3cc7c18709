//! `docs/ADDING-A-PROVIDER.md` says what stands in the source, and all of it.

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap()
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The public fields of these structs.
fn fields<'a>(source: &'a str, structs: &[&str]) -> Vec<&'a str> {
    let mut found = Vec::new();
    for name in structs {
        let (_, body) = source.split_once(&format!("pub struct {name} {{")).unwrap();
        let (body, _) = body.split_once("\n}").unwrap();
        let lines = body
            .lines()
            .filter_map(|line| line.trim().strip_prefix("pub "));
        found.extend(lines.map(|line| line.split(':').next().unwrap()));
    }
    assert!(!found.is_empty());
    found
}

#[test]
fn every_field_of_a_dialect_and_every_function_of_a_provider_is_told() {
    let document = read("docs/ADDING-A-PROVIDER.md");
    let told = quoted(&document);
    let profile = read("crates/server/src/oauth/profile.rs");
    let verdict = read("crates/server/src/oauth/verdict.rs");
    let provider = read("crates/server/src/provider.rs");
    let (_, functions) = provider.split_once("pub trait Provider").unwrap();
    let (functions, _) = functions.split_once("\n}\n").unwrap();
    let functions = functions.lines().filter_map(|line| line.split_once("fn "));
    let functions = functions.map(|(_, rest)| rest.split('(').next().unwrap());
    let names = fields(&profile, &["Profile", "Parameters", "TokenPaths", "Keep"])
        .into_iter()
        .chain(fields(&verdict, &["Words"]))
        .chain(functions);
    let missing: Vec<_> = names.filter(|name| !told.contains(name)).collect();
    assert!(missing.is_empty(), "not told: {missing:?}");
}

#[test]
fn every_test_that_it_names_is_one() {
    let document = read("docs/ADDING-A-PROVIDER.md");
    let mut count = 0;
    for name in quoted(&document) {
        let Some((module, test)) = name.split_once("::") else {
            continue;
        };
        let folder = "crates/juncture/tests/it";
        let path = match module {
            "house" => format!("{folder}/house.rs"),
            "exchanges" | "refreshes" | "kept" | "handed_out" | "choices" => {
                format!("{folder}/crooked/{module}.rs")
            }
            _ => continue,
        };
        let source = read(&path);
        assert!(
            test == "*" || source.contains(&format!("fn {test}(")),
            "{name}"
        );
        count += 1;
    }
    assert!(count > 15, "{count}");
}
