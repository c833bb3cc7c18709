//! What hangs fails the test that waits for it, soon, and not the run.

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
