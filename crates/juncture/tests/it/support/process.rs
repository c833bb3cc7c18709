//! The built binary as a process of its own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::real_time::{End, PATIENCE, until_within};

const BINARY: &str = env!("CARGO_BIN_EXE_juncture");

/// The binary with these arguments, in `folder`, with no other environment than `variables`.
pub(crate) fn command(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(BINARY);
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(variables.iter().copied());
    command
}

/// Runs the binary to its end.
pub(crate) fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    output(&mut command(folder, arguments, variables))
}

/// Runs a program to its end.
pub(crate) fn output(command: &mut Command) -> Output {
    output_within(PATIENCE, spawn(command.stdin(Stdio::null())))
}

/// A program whose output is kept for [`output_within`].
pub(crate) fn spawn(command: &mut Command) -> Child {
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// What a process has said when it has ended, as it does in so long.
pub(crate) fn output_within(patience: Duration, child: Child) -> Output {
    let id = child.id().to_string();
    let (sender, ended) = mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    let output = ended.recv_timeout(patience).unwrap_or_else(|_| {
        drop(Command::new("kill").args(["-KILL", &id]).status());
        let said = ended.recv_timeout(Duration::from_secs(5));
        panic!("it has not ended in {patience:?}: {said:?}");
    });
    output.unwrap()
}

/// A server that runs until it is dropped or stopped.
pub(crate) struct Process {
    child: Child,
    lines: mpsc::Receiver<String>,
    log: String,
}

impl Process {
    /// Starts the binary and reads what it says on standard error (or on standard output where that
    /// is where it speaks) until `ready` finds its word in a line.
    pub(crate) fn start<T>(command: Command, ready: impl Fn(&str) -> Option<T>) -> (Self, T) {
        Self::start_within(PATIENCE, command, ready)
    }

    /// The same of a process that is ready in so long.
    pub(crate) fn start_within<T>(
        patience: Duration,
        mut command: Command,
        ready: impl Fn(&str) -> Option<T>,
    ) -> (Self, T) {
        let mut child = spawn(&mut command);
        let (sender, lines) = mpsc::channel();
        let outputs: [Box<dyn std::io::Read + Send>; 2] = [
            Box::new(child.stdout.take().unwrap()),
            Box::new(child.stderr.take().unwrap()),
        ];
        for output in outputs {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut process = Self {
            child,
            lines,
            log: String::new(),
        };
        let end = End::after(patience);
        loop {
            let line = match process.lines.recv_timeout(end.left()) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("it is not ready in {patience:?}: {}", process.log)
                }
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("it ended early: {}", process.log)
                }
            };
            process.log.push_str(&line);
            process.log.push('\n');
            if let Some(word) = ready(&line) {
                return (process, word);
            }
        }
    }

    /// `juncture serve`, on a free port where `variables` name none. Returns its address, `127.0.0.1:PORT`.
    pub(crate) fn serve(folder: &Path, variables: &[(&str, &str)]) -> (Self, String) {
        Self::serve_by(command(folder, &["serve"], variables))
    }

    /// `juncture serve` as a process that may open so many files.
    pub(crate) fn serve_with_files(
        files: u32,
        folder: &Path,
        variables: &[(&str, &str)],
    ) -> (Self, String) {
        let script = format!("ulimit -n {files}; exec {BINARY} serve");
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", &script])
            .current_dir(folder)
            .env_clear()
            .envs(variables.iter().copied());
        Self::serve_by(command)
    }

    fn serve_by(mut command: Command) -> (Self, String) {
        command.env("LOG_FORMAT", "json");
        Self::start(command, |line| {
            let event: serde_json::Value = juncture_json::decode(line).ok()?;
            Some(event.get("address")?.as_str()?.to_owned())
        })
    }

    /// What the process had said when it was ready.
    pub(crate) fn said(&self) -> &str {
        &self.log
    }

    /// The most memory that the process has held at a time, in bytes (`VmHWM` of proc(5)).
    pub(crate) fn peak_memory(&self) -> usize {
        self.memory("VmHWM:")
    }

    /// By how much that has grown since it was `before`, in bytes. What the system tells may fall a little:
    /// it counts pages for each processor, and adds them up only roughly.
    pub(crate) fn peak_memory_above(&self, before: usize) -> usize {
        self.peak_memory().saturating_sub(before)
    }

    /// The memory that the process has in use, in bytes (`VmRSS` of proc(5)).
    pub(crate) fn resident(&self) -> usize {
        self.memory("VmRSS:")
    }

    fn memory(&self, which: &str) -> usize {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(which));
        let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
        kilobytes.parse::<usize>().unwrap() * 1024
    }

    /// Asks the process to end, as an operator does, and gives all that it said.
    pub(crate) fn stop(self) -> String {
        self.ask_to_stop();
        self.wait()
    }

    /// Asks the process to end.
    pub(crate) fn ask_to_stop(&self) {
        self.signal("-TERM");
    }

    /// Sends the process a signal, as kill(1) names it.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits until the process has ended in good order, and gives all that it said.
    pub(crate) fn wait(self) -> String {
        self.wait_within(PATIENCE)
    }

    /// The same of a process that ends in so long.
    pub(crate) fn wait_within(mut self, patience: Duration) -> String {
        let end = End::after(patience);
        let has_ended = until_within(patience, || self.child.try_wait().unwrap().is_some());
        // Whatever else holds its output open may not hold up the test.
        while let Ok(line) = self.lines.recv_timeout(end.left()) {
            self.log.push_str(&line);
            self.log.push('\n');
        }
        assert!(has_ended, "it has not ended in {patience:?}: {}", self.log);
        let status = self.child.wait().unwrap();
        assert!(status.success(), "it ended with {status}: {}", self.log);
        std::mem::take(&mut self.log)
    }

    /// Ends the process at once (SIGKILL); when this returns its sockets are closed.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Already gone after `stop`; then both do nothing.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The text of a stream of a process that has ended.
pub(crate) fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    (&mut { bytes }).read_to_string(&mut text).unwrap();
    text
}
