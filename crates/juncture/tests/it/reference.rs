//! Reference pages that are made from the code stay in step with it.

use std::fs;
use std::path::PathBuf;

use juncture::config::variables::{self, VARIABLES};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_configuration_page_is_the_one_that_the_code_makes() {
    let page = fs::read_to_string(root().join("docs/CONFIG.md")).unwrap();
    let made = variables::to_markdown();
    assert!(
        page == made,
        "docs/CONFIG.md is out of step: run `juncture config-reference > docs/CONFIG.md`"
    );
}

#[test]
fn every_variable_that_is_read_stands_in_the_table() {
    let source = ["mod", "keys", "problems"].map(|name| {
        fs::read_to_string(root().join(format!("crates/juncture/src/config/{name}.rs"))).unwrap()
    });
    let read: Vec<&str> = source
        .iter()
        .flat_map(|text| text.split('"'))
        .filter(|word| {
            word.len() > 3
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        })
        .collect();
    assert!(read.len() > 20, "the search finds the names: {read:?}");
    for name in read {
        assert!(
            VARIABLES.iter().any(|variable| variable.name == name),
            "{name}"
        );
    }
}
