//! Two servers, one store, Atlassian behind a gate, and the time; and how they come to rest.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use juncture_server::config::Config;
use juncture_server::server;
use serde_json::json;
use tempfile::TempDir;

use super::case::Case;
use super::clock::{Kind, Pending, ProcessClock, Time};
use super::observer::{Observer, Trouble};
use super::process::{Atlassian, Process};
use crate::support::gate::{Gate, Waiting};
use crate::support::real_time::pause;
use crate::support::sandbox::TestSandbox;
use crate::support::{beginning, environment_of_process};

/// What must not be.
pub(super) type Violation = String;

/// One of the two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Side {
    A,
    B,
}

pub(super) const SIDES: [Side; 2] = [Side::A, Side::B];

pub(super) struct World {
    pub(super) sandbox: TestSandbox,
    pub(super) gate: Gate,
    doors: [String; 2],
    pub(super) time: Time,
    folder: TempDir,
    pub(super) observer: Observer,
    /// How far the clock of B is ahead.
    pub(super) skew: SignedDuration,
    pub(super) processes: [Option<Process>; 2],
    /// Whose timers do not ring: it gets no processor time.
    pub(super) is_stalled: [bool; 2],
    pub(super) trouble: Option<Trouble>,
    pub(super) case: Case,
    /// The pauses of the refresh that each server is at.
    pub(super) pauses: [Vec<Duration>; 2],
    cases: usize,
}

impl World {
    pub(super) async fn new() -> Self {
        let sandbox = TestSandbox::start().await;
        let gate = Gate::new(&sandbox.url);
        let doors = [gate.open_door(0).await, gate.open_door(1).await];
        let folder = tempfile::tempdir().unwrap();
        let time = Time::at(beginning());
        let variables = environment_of_process(folder.path(), &sandbox.url, 1);
        let variables = variables.iter().map(|(name, value)| (&**name, &**value));
        let config = Config::read(&variables.collect()).unwrap();
        let clock = ProcessClock {
            time: time.clone(),
            process: SIDES.len(),
            skew: SignedDuration::ZERO,
        };
        let observer = server::open(config, std::sync::Arc::new(clock)).await;
        Self {
            observer: Observer::new(observer.unwrap()).await,
            sandbox,
            gate,
            doors,
            time,
            folder,
            skew: SignedDuration::ZERO,
            processes: [None, None],
            is_stalled: [false; 2],
            trouble: None,
            case: Case::default(),
            pauses: Default::default(),
            cases: 0,
        }
    }

    /// Both servers up and at rest, and a customer whom they do not know yet.
    pub(super) async fn begin(&mut self, is_strict: bool, skew: SignedDuration) {
        for side in SIDES {
            // The clock of a process is as it is for as long as it lives.
            if skew != self.skew && self.processes[side as usize].is_some() {
                self.crash(side);
            }
        }
        self.skew = skew;
        // Nobody shall have to do with the customers before.
        self.observer.delete_all().await;
        for process in self.processes.iter().flatten() {
            process.forget();
        }
        for side in SIDES {
            self.start(side).await;
        }
        let leeway = if is_strict { 0 } else { 600 };
        self.sandbox
            .set_switches(&json!({"leeway_seconds": leeway}))
            .await;
        self.gate.clear();
        self.observer.look().await;
        self.observer.forget().await;
        self.cases += 1;
        self.case = Case::new(format!("customer-{}", self.cases), is_strict);
    }

    /// Starts a server, unless it is up.
    pub(super) async fn start(&mut self, side: Side) -> bool {
        if self.processes[side as usize].is_some() {
            return false;
        }
        let clock = ProcessClock {
            time: self.time.clone(),
            process: side as usize,
            skew: self.skew * i32::from(side == Side::B),
        };
        let at = Atlassian {
            door: &self.doors[side as usize],
            url: &self.sandbox.url,
        };
        self.processes[side as usize] =
            Some(Process::start(self.folder.path(), at, clock, self.sandbox.http.clone()).await);
        true
    }

    /// Ends a server with all that is under way in it.
    pub(super) fn crash(&mut self, side: Side) -> bool {
        self.is_stalled[side as usize] = false;
        let process = self.processes[side as usize].take();
        process.map(Process::crash).is_some()
    }

    pub(super) fn process(&mut self, side: Side) -> Option<&mut Process> {
        self.processes[side as usize].as_mut()
    }

    /// What a server takes for the time.
    pub(super) fn now(&self, side: Side) -> Timestamp {
        self.time.now() + self.skew * i32::from(side == Side::B)
    }

    /// Lets time pass. What is due on the way happens when it is due, one process after the other.
    pub(super) async fn pass(&mut self, span: SignedDuration) -> Result<(), Violation> {
        let end = self.time.now() + span;
        for _ in 0..MOST_TIMERS {
            match self.next_due().filter(|due| *due <= end) {
                None => {
                    self.set_time(end).await;
                    return self.rest().await;
                }
                Some(due) => self.set_time(due.max(self.time.now())).await,
            }
            self.rest().await?;
        }
        Err("there is no end of timers".to_owned())
    }

    /// When something happens next if nobody does anything.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let awake = SIDES
            .into_iter()
            .filter(|side| !self.is_stalled[*side as usize]);
        awake
            .filter_map(|side| self.time.next_due(side as usize))
            .min()
    }

    async fn set_time(&self, now: Timestamp) {
        let seconds = |time: Timestamp| time.duration_since(beginning()).as_secs();
        let more = seconds(now) - seconds(self.time.now());
        self.time.set(now);
        if more > 0 {
            self.sandbox.advance(SignedDuration::from_secs(more)).await;
        }
    }

    /// Waits until nothing goes on any more without a move of the test, and looks at what came of it.
    pub(super) async fn rest(&mut self) -> Result<(), Violation> {
        loop {
            self.come_to_rest().await?;
            let mut awake = SIDES
                .into_iter()
                .filter(|side| !self.is_stalled[*side as usize]);
            if !awake.any(|side| self.time.ring(side as usize)) {
                break;
            }
        }
        for side in SIDES {
            let new = self.time.take_pauses(side as usize);
            let pauses = &mut self.pauses[side as usize];
            pauses.extend(new);
            let process = self.processes[side as usize].as_ref();
            if !process.is_some_and(Process::is_refreshing) {
                pauses.clear();
            }
        }
        self.look().await
    }

    async fn come_to_rest(&self) -> Result<(), Violation> {
        for turn in 0..MOST_TURNS {
            if SIDES.into_iter().all(|side| self.is_at_rest(side)) {
                return Ok(());
            }
            if turn < 20 {
                tokio::task::yield_now().await;
            } else {
                // The processes are real: to come to rest they take real time.
                pause(Duration::from_millis(1)).await;
            }
        }
        Err(format!(
            "no rest: {:?} {:?}",
            self.time.pending(0),
            self.time.pending(1)
        ))
    }

    /// Whether all that is under way in a process waits: at the gate, or for the time.
    fn is_at_rest(&self, side: Side) -> bool {
        let pending = self.time.pending(side as usize);
        let count = |kind| pending.iter().filter(|timer| timer.kind == kind).count();
        let at_gate = self.waiting(side).count();
        let calls = self.case.calls_of(side);
        let Some(process) = &self.processes[side as usize] else {
            return pending.is_empty() && at_gate == 0 && calls == 0;
        };
        // A refresh is at the gate with a deadline, or asleep. A caller has a deadline, and waits for
        // a refresh.
        !pending.iter().any(|timer| timer.has_rung)
            && process.busy() == count(Kind::Sleep) + at_gate
            && count(Kind::Deadline) == calls + at_gate
            && (calls == 0 || process.is_refreshing())
    }

    /// Whether a server that waits for another's lease would find it ended, did it look again.
    pub(super) async fn is_worth_a_look(&self) -> bool {
        let looks = |side| {
            self.time
                .pending(side as usize)
                .iter()
                .any(Pending::is_look)
        };
        let connection = self.observer.connection(&self.case.external_id).await;
        let is_leased = connection.is_some_and(|row| row.refresh.lease_until > self.time.now());
        !is_leased && SIDES.into_iter().any(looks)
    }

    /// The refreshes of a server that wait at the gate.
    pub(super) fn waiting(&self, side: Side) -> impl Iterator<Item = Waiting> + use<> {
        let waiting = self.gate.waiting().into_iter();
        waiting.filter(move |waiting| waiting.door == side as usize && waiting.is_awaited)
    }
}

/// More timers than any schedule has.
const MOST_TIMERS: usize = 1_000;

/// More turns than a process needs, though the machine be busy: a minute and more.
const MOST_TURNS: usize = 60_000;
