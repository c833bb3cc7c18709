//! The program in the README is a part of the crate's first example, which is run against a server.

const README: &str = include_str!("../../../../README.md");
const EXAMPLE: &str = include_str!("../../src/lib.rs");

#[test]
fn the_readmes_program_is_a_part_of_the_example_that_is_run() {
    let (_, program) = README.split_once("```rust\n").unwrap();
    let (program, _) = program.split_once("```").unwrap();
    let (_, example) = EXAMPLE.split_once("//! ```\n").unwrap();
    let (example, _) = example.split_once("//! ```\n").unwrap();
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().map(|line| line.trim_start_matches("//!"));
        let lines = lines.map(|line| line.trim_start_matches(' '));
        let shown = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        shown.map(str::to_owned).collect()
    };
    let (program, example) = (lines(program), lines(example));
    assert!(program.len() > 5, "{program:?}");
    let mut rest = example.iter();
    for line in &program {
        assert!(rest.any(|other| other == line), "{line}");
    }
}
