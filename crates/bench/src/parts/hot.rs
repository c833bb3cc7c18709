//! Token and validity reads beside a bare server.

use super::reads::{Subject, TOKEN, VALIDITY, by_turns, head, print, reference_to};
use crate::bench::Bench;
use crate::console::heading;
use crate::load::Rounds;
use crate::setup::Setup;
use crate::verdicts::Bound;

/// Over how many connections is asked at once; the demands are about the last.
const CONNECTIONS: [usize; 3] = [1, 16, 64];

pub(crate) async fn run(bench: &mut Bench) -> anyhow::Result<()> {
    heading(
        "The hot path",
        "One connection in a SQLite file. Each cell is the median of the rounds (least–greatest).",
    );
    let generator = bench.generator(bench.cores.load);
    let juncture = subject(bench, "Juncture", bench.setup("hot")).await?;
    let of_image = bench.setup("hot-json").logging_json();
    let of_image = subject(bench, "the same with `LOG_FORMAT=json`", of_image).await?;
    let reference = reference_to(bench, "bare axum", &juncture.process, 1).await;
    head();
    let mut last = Vec::new();
    for read in [TOKEN, VALIDITY] {
        let subjects = [&reference, &juncture, &of_image];
        for subject in subjects {
            generator.warm(&subject.process, &read.target(1));
        }
        let mut rounds = Vec::new();
        for connections in CONNECTIONS {
            rounds = by_turns(bench, &generator, &subjects, read, connections);
            print(read, connections, &subjects, &rounds);
        }
        last.push(rounds);
    }
    judge(bench, &last);
    Ok(())
}

async fn subject(bench: &Bench, name: &str, setup: Setup) -> anyhow::Result<Subject> {
    bench.fill(&setup, 1).await?;
    Ok(Subject {
        name: name.to_owned(),
        process: setup.start(bench.cores.server),
        connections: 1,
        keys: None,
    })
}

/// `rounds` at the most connections: of tokens and of validity, each of the reference and of ours.
fn judge(bench: &mut Bench, rounds: &[Vec<Rounds>]) {
    let [tokens, validity] = rounds else { return };
    let [reference, ours, ..] = &tokens[..] else {
        return;
    };
    let share = ours.rate.by(&reference.rate).median() * 100.0;
    let verdicts = &mut bench.verdicts;
    verdicts.add(
        "token read, 64 connections: requests a second of bare axum's",
        share,
        Bound::AtLeast(60.0),
        " %",
    );
    let cpu = ours.cpu.by(&reference.cpu).median();
    verdicts.add(
        "token read, 64 connections: CPU of bare axum's",
        cpu,
        Bound::AtMost(1.7),
        "×",
    );
    let p99 = ours.p99.by(&reference.p99).median();
    verdicts.add(
        "token read, 64 connections: p99 of bare axum's",
        p99,
        Bound::AtMost(3.0),
        "×",
    );
    let rate = validity[1].rate.median() / ours.rate.median() * 100.0;
    verdicts.add(
        "validity, 64 connections: requests a second of the token read's",
        rate,
        Bound::AtLeast(90.0),
        " %",
    );
}
