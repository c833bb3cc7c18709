//! Token reads with keys of the store: whether it has one or many, and one is in use or many are.

use std::path::PathBuf;

use super::reads::{Subject, TOKEN, by_turns, head, print};
use crate::bench::Bench;
use crate::console::heading;
use crate::keys::{Keys, fill};
use crate::setup::Database;
use crate::verdicts::Bound;

/// How many keys stores have, and how many of them are in use; the first is what the others are compared with.
const STORES: [(u64, usize, &str); 3] = [
    (1, 1, "1 key in the store"),
    (100_000, 1, "100,000 keys in the store, 1 in use"),
    (100_000, 10_000, "100,000 keys in the store, 10,000 in use"),
];

/// Over how many connections is asked at once.
const CONNECTIONS: usize = 64;

pub(crate) async fn run(bench: &mut Bench) -> anyhow::Result<()> {
    heading(
        "Keys",
        "Reads of one customer's token on a SQLite file, with keys of the store that take turns.",
    );
    let mut subjects = Vec::new();
    for (number, (keys, in_use, name)) in STORES.into_iter().enumerate() {
        let folder = format!("keys-{number}");
        let setup = bench.setup(&folder);
        bench.fill(&setup, 1).await?;
        let Database::Sqlite(file) = &setup.database else {
            unreachable!("it was set up on a file");
        };
        fill(file, keys).await?;
        let folder: PathBuf = bench.folder(&folder);
        subjects.push(Subject {
            name: name.to_owned(),
            process: setup.start(bench.cores.server),
            connections: 1,
            keys: Some(Keys::write(&folder, in_use)),
        });
    }
    let generator = bench.generator(bench.cores.load);
    let all: Vec<&Subject> = subjects.iter().collect();
    for subject in &all {
        generator.warm(&subject.process, &subject.target(TOKEN));
    }
    head();
    let rounds = by_turns(bench, &generator, &all, TOKEN, CONNECTIONS);
    print(TOKEN, CONNECTIONS, &all, &rounds);
    for (subject, others) in all.iter().zip(&rounds).skip(1) {
        let demand = format!("{}: requests a second of one key's", subject.name);
        let share = others.rate.by(&rounds[0].rate).median() * 100.0;
        bench
            .verdicts
            .add(demand, share, Bound::AtLeast(95.0), " %");
    }
    Ok(())
}
