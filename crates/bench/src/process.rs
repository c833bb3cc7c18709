//! A server process: from its start to its first answer, what it takes, and its end.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use juncture_clock::{Clock as _, SystemClock};
use rustix::process::{Pid, Signal, kill_process};

/// How long a server may take to answer for the first time, and to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a tick of `proc(5)` is: `USER_HZ` is 100 wherever Linux runs.
const TICK: Duration = Duration::from_millis(10);

/// A server that runs until it is dropped.
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
    /// Where it listens, on the loopback.
    pub(crate) port: u16,
    /// From the start of the process to its first answer that is a 200.
    pub(crate) took: Duration,
}

impl Process {
    /// Starts a server and waits until it answers `path` with 200. What it says goes to `log`.
    pub(crate) fn start(mut command: Command, port: u16, path: &str, log: PathBuf) -> Self {
        let file = File::options().create(true).append(true).open(&log);
        let file = file.expect("the folder of the bench takes files");
        let errors = file.try_clone().expect("a second handle");
        command.stdin(Stdio::null()).stdout(file).stderr(errors);
        let began = SystemClock.steady();
        let mut child = command.spawn().expect("the programs were built");
        while !answers(port, path) {
            let is_late = SystemClock.steady().saturating_sub(began) > PATIENCE;
            if is_late || child.try_wait().is_ok_and(|ended| ended.is_some()) {
                drop(child.kill());
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                panic!("{command:?} does not answer {path}: {said}");
            }
            pause(Duration::from_micros(200));
        }
        Self {
            child,
            log,
            port,
            took: SystemClock.steady().saturating_sub(began),
        }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The time that its threads have been on a core.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = self.proc("stat");
        // The name of the program stands in brackets, and may hold anything.
        let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
        let ticks = |index: usize| fields.split_whitespace().nth(index)?.parse::<u32>().ok();
        let [user, system] = [11, 12].map(|index| ticks(index).expect("Linux tells it"));
        TICK * (user + system)
    }

    /// What it holds in memory, in MB (`VmRSS`).
    pub(crate) fn memory(&self) -> f64 {
        self.status("VmRSS:")
    }

    /// The most that it has held since [`begin_peak`](Self::begin_peak), in MB (`VmHWM`).
    pub(crate) fn peak(&self) -> f64 {
        self.status("VmHWM:")
    }

    /// Begins to watch the peak anew (`clear_refs` of proc(5)).
    pub(crate) fn begin_peak(&self) {
        let file = format!("/proc/{}/clear_refs", self.child.id());
        std::fs::write(file, "5").expect("Linux takes it of one's own processes");
    }

    /// Empties its log: a load says much.
    pub(crate) fn forget_log(&self) {
        let file = File::options().write(true).open(&self.log);
        let emptied = file.and_then(|file| file.set_len(0));
        emptied.expect("the log is there");
    }

    fn status(&self, name: &str) -> f64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kib.expect("Linux tells it") * 1024.0 / 1e6
    }

    fn proc(&self, file: &str) -> String {
        let file = format!("/proc/{}/{file}", self.child.id());
        std::fs::read_to_string(file).expect("it runs")
    }
}

impl Drop for Process {
    /// Asks it to end as an operator does, and ends it where it does not.
    fn drop(&mut self) {
        let began = SystemClock.steady();
        // One that has ended already cannot be asked.
        let _gone = kill_process(Pid::from_child(&self.child), Signal::TERM);
        while self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            if SystemClock.steady().saturating_sub(began) > PATIENCE {
                drop(self.child.kill());
            }
            pause(Duration::from_millis(5));
        }
    }
}

/// A port that nobody has just now.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

fn answers(port: u16, path: &str) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut beginning = [0; 12];
        stream.read_exact(&mut beginning)?;
        Ok::<_, std::io::Error>(&beginning == b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}

/// Lets real time pass.
#[expect(clippy::disallowed_methods, reason = "another process takes real time")]
pub(crate) fn pause(duration: Duration) {
    std::thread::sleep(duration);
}
