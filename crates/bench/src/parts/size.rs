//! How large the binary is.

use std::path::Path;

use crate::bench::Bench;
use crate::console::{columns, heading, row};

pub(crate) fn run(bench: &Bench) {
    heading("The binary", "As it is shipped.");
    columns(&["program", "size"]);
    for (name, program) in [
        ("`juncture`", bench.juncture()),
        ("bare axum", bench.reference()),
    ] {
        row([name.to_owned(), format!("{:.1} MB", megabytes(program))]);
    }
}

#[expect(clippy::cast_precision_loss, reason = "of some megabytes")]
fn megabytes(program: &Path) -> f64 {
    let length = program.metadata().map_or(0, |file| file.len());
    length as f64 / 1e6
}
