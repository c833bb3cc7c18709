//! What all parts of a run share.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use tempfile::TempDir;

use crate::cores::Cores;
use crate::fill::Filler;
use crate::load::Generator;
use crate::setup::Setup;
use crate::verdicts::Verdicts;

/// Measures the server; `scripts/bench` builds what it needs.
#[derive(Parser)]
pub(crate) struct Arguments {
    /// The binary that is measured.
    #[arg(long)]
    juncture: PathBuf,
    /// The bare server.
    #[arg(long)]
    reference: PathBuf,
    /// An empty PostgreSQL database.
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// A Redis server.
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// How many rounds a load has.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How many seconds a round of a load takes.
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// What is measured [default: all of it].
    parts: Vec<Part>,
}

/// A part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The binary.
    Size,
    /// From the start of the process to its first answer.
    Start,
    /// Token and validity reads.
    Hot,
    /// The same on PostgreSQL and Redis, and with more connections in the store.
    Stores,
    /// Token reads with keys of the store, of which there are many.
    Keys,
    /// Lists of Jira's, beside the fewest round trips.
    Lists,
    /// What a list costs of the quota when little is left of it.
    Points,
    /// Pages of the feed of events.
    Feed,
    /// Events on their way to endpoints.
    Deliveries,
    /// Memory, at rest and under load.
    Memory,
    /// Token reads beside endless lists.
    Beside,
}

/// A run.
pub(crate) struct Bench {
    arguments: Arguments,
    folder: TempDir,
    pub(crate) cores: Cores,
    pub(crate) filler: Filler,
    pub(crate) verdicts: Verdicts,
}

impl Bench {
    pub(crate) fn new(arguments: Arguments) -> anyhow::Result<Self> {
        Ok(Self {
            arguments,
            folder: tempfile::Builder::new()
                .prefix("juncture-bench-")
                .tempdir()?,
            cores: Cores::of_machine(),
            filler: Filler::new(),
            verdicts: Verdicts::default(),
        })
    }

    /// What is measured, in order.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let wanted = &self.arguments.parts;
        let all = Part::value_variants().iter().copied();
        all.filter(|part| wanted.is_empty() || wanted.contains(part))
            .collect()
    }

    pub(crate) fn juncture(&self) -> &PathBuf {
        &self.arguments.juncture
    }

    pub(crate) fn reference(&self) -> &PathBuf {
        &self.arguments.reference
    }

    pub(crate) fn rounds(&self) -> usize {
        self.arguments.rounds
    }

    pub(crate) fn seconds(&self) -> u64 {
        self.arguments.seconds
    }

    /// Where PostgreSQL and Redis are, if they are there.
    pub(crate) fn servers(&self) -> Option<(String, String)> {
        let Arguments {
            postgres, redis, ..
        } = &self.arguments;
        postgres.clone().zip(redis.clone())
    }

    /// A folder of this run, which ends with it.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A server on a SQLite file of its own.
    pub(crate) fn setup(&self, name: &str) -> Setup {
        Setup::new(self.juncture(), self.folder(name), &self.filler)
    }

    /// Who asks, from this core.
    pub(crate) fn generator(&self, core: Option<usize>) -> Generator {
        Generator::new(self.folder.path(), core)
    }

    /// Makes the tables of a store, and adds so many connections to them.
    pub(crate) async fn fill(&self, setup: &Setup, connections: u64) -> anyhow::Result<()> {
        drop(setup.start(None));
        Ok(self.filler.fill(&setup.database, connections).await?)
    }
}
