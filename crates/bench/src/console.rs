//! What the bench prints.

/// A line of the report.
#[expect(clippy::print_stdout, reason = "this is the console of the bench")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// A heading, and what is under it.
pub(crate) fn heading(title: &str, about: &str) {
    say(&format!("\n## {title}\n\n{about}\n"));
}

/// The head of a table.
pub(crate) fn columns(names: &[&str]) {
    row(names.iter().map(|name| (*name).to_owned()));
    row(names.iter().map(|_| "---".to_owned()));
}

/// A row of a table.
pub(crate) fn row(cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().collect();
    say(&format!("| {} |", cells.join(" | ")));
}
