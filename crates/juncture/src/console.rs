//! The console of the command line.

use std::io::Write as _;

/// Prints for as long as somebody reads: a closed pipe (`| head`) is no failure.
pub(crate) fn say(line: &str) {
    let _closed = writeln!(std::io::stdout(), "{line}");
}

/// Likewise, beside what a command is asked to print.
pub(crate) fn tell(line: &str) {
    let _closed = writeln!(std::io::stderr(), "{line}");
}

/// One sentence with its causes.
#[expect(
    clippy::print_stderr,
    reason = "this is the console of the command line"
)]
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("juncture: {error:#}");
}
