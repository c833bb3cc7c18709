//! Load on a server, by wrk: one thread that asks as fast as it is answered.

use std::path::{Path, PathBuf};

use crate::cores::on_core;
use crate::figures::Figures;
use crate::keys::Keys;
use crate::process::Process;

/// What the servers know who asks by.
pub(crate) const SECRET_KEY: &str = "bench-secret-key-of-32-characters";

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Path and query, with a `%d` for the number of the customer.
    pub(crate) path: String,
    /// How many customers are asked for, one after the other.
    pub(crate) customers: usize,
    /// How far their numbers lie apart: the first is this one.
    pub(crate) step: usize,
    /// With which keys, one after the other; with the environment's where there are none.
    pub(crate) keys: Option<Keys>,
}

impl Target {
    /// How many different requests it is.
    fn requests(&self) -> usize {
        self.keys.as_ref().map_or(self.customers, |keys| keys.count)
    }
}

/// Asks servers by wrk.
#[derive(Clone, Debug)]
pub(crate) struct Generator {
    script: PathBuf,
    core: Option<usize>,
}

/// What a round has shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    /// How many requests were answered.
    pub(crate) requests: f64,
    /// In a second.
    pub(crate) rate: f64,
    /// Half of the answers took no longer, in milliseconds.
    pub(crate) p50: f64,
    /// 99 of 100.
    pub(crate) p99: f64,
    /// What an answer took of the server's CPU, in microseconds.
    pub(crate) cpu: f64,
}

/// What rounds have shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rounds {
    pub(crate) rate: Figures,
    pub(crate) p50: Figures,
    pub(crate) p99: Figures,
    pub(crate) cpu: Figures,
}

impl Rounds {
    /// Adds a round.
    pub(crate) fn push(&mut self, round: Round) {
        self.rate.push(round.rate);
        self.p50.push(round.p50);
        self.p99.push(round.p99);
        self.cpu.push(round.cpu);
    }
}

impl Generator {
    /// One that stays on `core`.
    pub(crate) fn new(folder: &Path, core: Option<usize>) -> Self {
        let script = folder.join("load.lua");
        let written = std::fs::write(&script, include_str!("load.lua"));
        written.expect("the folder of the bench takes files");
        Self { script, core }
    }

    /// Asks for so many seconds over so many connections. Every answer must be good.
    pub(crate) fn run(
        &self,
        server: &Process,
        target: &Target,
        connections: usize,
        seconds: u64,
    ) -> Round {
        let before = server.cpu();
        let output = on_core(self.core, Path::new("wrk"))
            .arg("-t1")
            .arg(format!("-c{connections}"))
            .arg(format!("-d{seconds}s"))
            .arg("-H")
            .arg(format!("Authorization: Bearer {SECRET_KEY}"))
            .arg("-s")
            .arg(&self.script)
            .arg(server.url())
            .arg("--")
            .args([target.customers, target.step].map(|number| number.to_string()))
            .arg(&target.path)
            .args(target.keys.as_ref().map(|keys| &keys.file))
            .output()
            .expect("scripts/bench has looked for wrk");
        let cpu = server.cpu().saturating_sub(before);
        server.forget_log();
        let said = String::from_utf8_lossy(&output.stdout);
        let line = said.lines().find_map(|line| line.strip_prefix("bench: "));
        let line = line.unwrap_or_else(|| panic!("wrk: {output:?}"));
        let mut figures = line.split(' ').map(str::parse::<f64>);
        let mut figure = || figures.next().and_then(Result::ok).expect("a number");
        let [requests, micros, p50, p99, failed] = std::array::from_fn(|_| figure());
        assert!(failed < 1.0, "{failed} requests of {target:?} failed");
        Round {
            requests,
            rate: requests / micros * 1e6,
            p50: p50 / 1e3,
            p99: p99 / 1e3,
            cpu: cpu.as_secs_f64() * 1e6 / requests,
        }
    }

    /// Makes every request at least twice, so that what is measured is warm.
    pub(crate) fn warm(&self, server: &Process, target: &Target) {
        let mut left = 2.0 * f64::from(u32::try_from(target.requests()).unwrap_or(u32::MAX));
        while left > 0.0 {
            left -= self.run(server, target, 64, 1).requests;
        }
    }
}
