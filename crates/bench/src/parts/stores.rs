//! The same reads on other stores: PostgreSQL and Redis, and files with many connections.

use super::reads::{Subject, TOKEN, VALIDITY, by_turns, head, print};
use crate::bench::Bench;
use crate::console::{heading, say};
use crate::verdicts::Bound;

/// How many connections the files have; the first is what the others are compared with.
const STORES: [(u32, &str); 4] = [
    (1, "1"),
    (1_000, "1,000"),
    (100_000, "100,000"),
    (1_000_000, "1,000,000"),
];

/// How many the PostgreSQL database has: as the first file, so that the store alone differs.
const ON_POSTGRES: u32 = 1;

pub(crate) async fn run(bench: &mut Bench) -> anyhow::Result<()> {
    heading(
        "Other stores",
        "The same reads, spread over 10,000 customers where the store has as many; the last column is of one connection in a SQLite file.",
    );
    let generator = bench.generator(bench.cores.load);
    let mut subjects = Vec::new();
    for (connections, words) in STORES {
        let setup = bench.setup(&format!("of-{connections}"));
        bench.fill(&setup, connections.into()).await?;
        subjects.push(Subject {
            name: format!("SQLite, {words} in the store"),
            process: setup.start(bench.cores.server),
            connections: usize::try_from(connections)?,
            keys: None,
        });
    }
    if let Some((postgres, redis)) = bench.servers() {
        let setup = bench.setup("on-postgres").on_servers(postgres, redis);
        bench.fill(&setup, ON_POSTGRES.into()).await?;
        subjects.push(Subject {
            name: "PostgreSQL and Redis, 1 in the store".to_owned(),
            process: setup.start(bench.cores.server),
            connections: usize::try_from(ON_POSTGRES)?,
            keys: None,
        });
    } else {
        say("No PostgreSQL and Redis were given.\n");
    }
    let all: Vec<&Subject> = subjects.iter().collect();
    let ends: Vec<&Subject> = all.first().into_iter().chain(all.last()).copied().collect();
    head();
    for read in [TOKEN, VALIDITY] {
        for subject in &all {
            generator.warm(&subject.process, &read.target(subject.connections));
        }
        for connections in [1, 16] {
            let rounds = by_turns(bench, &generator, &ends, read, connections);
            print(read, connections, &ends, &rounds);
        }
        let rounds = by_turns(bench, &generator, &all, read, 64);
        print(read, 64, &all, &rounds);
        for (subject, others) in all.iter().zip(&rounds).skip(1) {
            let demand = format!(
                "`{}` on {}: requests a second of one connection's in SQLite",
                read.name, subject.name
            );
            let share = others.rate.by(&rounds[0].rate).median() * 100.0;
            bench
                .verdicts
                .add(demand, share, Bound::AtLeast(90.0), " %");
        }
    }
    Ok(())
}
