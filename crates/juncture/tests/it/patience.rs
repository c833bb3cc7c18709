//! What hangs fails the test that waits for it, soon, and not the run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::process::{Process, output_within, spawn};
use crate::support::real_time::{until_within, within};

const SHORT: Duration = Duration::from_millis(300);

/// A process that says `ready` and hangs.
fn hanging() -> Command {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "echo ready; exec sleep 600"])
        .stdin(Stdio::null());
    command
}

#[test]
#[should_panic(expected = "it is not ready in 300ms: ready\n")]
fn a_server_that_is_never_ready_fails_who_starts_it() {
    Process::start_within(SHORT, hanging(), |line| {
        (line == "never said").then_some(())
    });
}

#[test]
#[should_panic(expected = "it has not ended in 300ms: ready\n")]
fn a_server_that_does_not_end_fails_who_waits_for_it() {
    let (server, ()) = Process::start(hanging(), |line| (line == "ready").then_some(()));
    server.wait_within(SHORT);
}

#[test]
#[should_panic(expected = "it has not ended in 300ms: Ok(Ok(Output")]
fn a_program_that_does_not_end_fails_who_runs_it() {
    output_within(SHORT, spawn(&mut hanging()));
}

#[tokio::test]
#[should_panic(expected = "waited in vain for 300ms")]
async fn an_answer_that_does_not_come_fails_who_waits_for_it() {
    within(SHORT, std::future::pending::<()>()).await;
}

#[test]
fn what_never_becomes_so_is_told() {
    assert!(!until_within(SHORT, || false));
}

/// Files that measure real time to tell it, and not to hold it against a bound; and this one, which
/// only looks for those that do.
const TELLS_IT: [&str; 2] = ["refresh::random_kills::trial", "patience"];

/// Beside other tests a machine is as slow as they make it.
#[test]
fn who_holds_real_time_against_a_bound_runs_in_the_group_that_runs_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let script = fs::read_to_string(root.join("scripts/test")).unwrap();
    let group = script.split_once("in_time=(").unwrap().1;
    let group: Vec<&str> = (group.split_once(')').unwrap().0)
        .split_whitespace()
        .collect();
    let mut found = Vec::new();
    for tests in ["crates/juncture/tests/it", "crates/jira/tests/it"] {
        let folder = root.join(tests);
        for file in rust_files(&folder) {
            let text = fs::read_to_string(&file).unwrap();
            let module = file.strip_prefix(&folder).unwrap().with_extension("");
            let module = module.to_str().unwrap().replace('/', "::");
            let module = module.trim_end_matches("::mod");
            let measures = text.contains("timed(") || text.contains("elapsed() <");
            if measures && !module.starts_with("support") && !TELLS_IT.contains(&module) {
                assert!(
                    (group.iter()).any(|name| name.starts_with(module)),
                    "{module} measures real time: add it to `in_time` of scripts/test"
                );
                found.push(module.to_owned());
            }
        }
    }
    for name in group {
        let is_needed = found.iter().any(|module| name.starts_with(module));
        assert!(is_needed, "{name} measures no real time");
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.flat_map(|path| {
        if path.is_dir() {
            rust_files(&path)
        } else {
            vec![path]
        }
    });
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}
