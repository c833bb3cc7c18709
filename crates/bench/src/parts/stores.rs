//! The same reads on other stores: PostgreSQL and Redis, and files with many connections.

use super::reads::{Subject, TOKEN, VALIDITY, by_turns, head, print, reference_to};
use crate::bench::Bench;
use crate::console::{heading, say};
use crate::verdicts::Bound;

/// How many connections the files have; what the first shows is what the others are compared with.
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
        "The same reads, spread over 10,000 customers where the store has as many; the last column is of one connection in a SQLite file. \
         Bare axum has the answers of all customers in memory, by the query.",
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
    let mut references = Vec::new();
    for (number, (connections, words)) in STORES.into_iter().enumerate() {
        let connections = usize::try_from(connections)?;
        let name = format!("bare axum, that of {words}");
        let server = &subjects[number].process;
        references.push(reference_to(bench, &name, server, connections).await);
    }
    let all: Vec<&Subject> = subjects.iter().collect();
    let ends: Vec<&Subject> = all.first().into_iter().chain(all.last()).copied().collect();
    head();
    for read in [TOKEN, VALIDITY] {
        let both: Vec<&Subject> = all.iter().copied().chain(&references).collect();
        for subject in &both {
            generator.warm(&subject.process, &subject.target(read));
        }
        for connections in [1, 16] {
            let rounds = by_turns(bench, &generator, &ends, read, connections);
            print(read, connections, &ends, &rounds);
        }
        let rounds = by_turns(bench, &generator, &both, read, 64);
        print(read, 64, &both, &rounds);
        let (ours, of_references) = rounds.split_at(all.len());
        let base = ours[0].rate.by(&of_references[0].rate);
        for (number, subject) in all.iter().enumerate().skip(1) {
            let demand = format!(
                "`{}` on {}: share of bare axum's requests a second, of that of one connection's in SQLite",
                read.name, subject.name
            );
            let reference = of_references.get(number).unwrap_or(&of_references[0]);
            let share = ours[number].rate.by(&reference.rate).by(&base).median() * 100.0;
            bench
                .verdicts
                .add(demand, share, Bound::AtLeast(90.0), " %");
        }
    }
    Ok(())
}
