//! Memory: at rest, for a large list, under load, and after all of it.

use std::sync::Arc;
use std::time::Duration;

use super::beside::Lists;
use super::reads::{TOKEN, VALIDITY, reference_to};
use crate::bench::Bench;
use crate::console::{columns, heading, row};
use crate::process::{Process, pause};
use crate::upstream::Mode;
use crate::verdicts::Bound;
use crate::world::World;

/// How many connections the store has; all of them are asked for.
const CONNECTIONS: usize = 10_000;

/// How long a server is left alone before it counts as at rest: tokio ends a thread for work that blocks when it has
/// had none for ten seconds.
const REST: Duration = Duration::from_secs(12);

pub(crate) async fn run(bench: &mut Bench) -> anyhow::Result<()> {
    heading(
        "Memory",
        "Resident set (`VmRSS`; peak: `VmHWM`) of a server on a SQLite file with 10,000 connections.",
    );
    let world = Arc::new(World::start().await);
    let setup = bench.setup("memory").calling(&world.url);
    bench.fill(&setup, u64::try_from(CONNECTIONS)?).await?;
    {
        // Connects, and has the answers recorded.
        let server = setup.start(None);
        world.connect(&server).await;
        world.upstream.set(Mode::Recorded);
        read_large(&world, &server, 3).await;
    }
    let server = Arc::new(setup.start(None));
    columns(&["", "MB"]);
    let idle = at_rest("at rest after the start", &server);
    bench
        .verdicts
        .add("memory at rest", idle, Bound::AtMost(16.0), " MB");
    let peak = peak(
        "peak of the first list of 5,000 tickets",
        &server,
        read_large(&world, &server, 1),
    )
    .await;
    bench.verdicts.add(
        "peak of 5,000 tickets beyond rest",
        peak - idle,
        Bound::AtMost(30.0),
        " MB",
    );
    self::peak("peak of five more", &server, read_large(&world, &server, 5)).await;
    at_rest("at rest after them", &server);
    let generator = bench.generator(None);
    let load = async {
        for read in [TOKEN, VALIDITY] {
            generator.warm(&server, &read.target(CONNECTIONS));
            generator.run(&server, &read.target(CONNECTIONS), 64, bench.seconds());
        }
    };
    self::peak(
        "peak of reads of 10,000 customers over 64 connections",
        &server,
        load,
    )
    .await;
    at_rest("at rest after them", &server);
    let both = async {
        let lists = Lists::begin(&world, &server);
        generator.run(&server, &TOKEN.target(CONNECTIONS), 64, 2 * bench.seconds());
        lists.end().await;
    };
    self::peak("peak of both at once", &server, both).await;
    let after = at_rest("at rest after all of it", &server);
    bench
        .verdicts
        .add("memory after all loads", after, Bound::AtMost(50.0), " MB");
    for (name, customers) in [
        ("bare axum", 1),
        ("bare axum, with all answers", CONNECTIONS),
    ] {
        let reference = reference_to(bench, name, &server, customers).await;
        at_rest(&format!("{name}, at rest"), &reference.process);
        let target = TOKEN.target(customers);
        generator.run(&reference.process, &target, 64, bench.seconds());
        at_rest(&format!("{name}, after a load"), &reference.process);
    }
    Ok(())
}

async fn read_large(world: &World, server: &Process, times: usize) {
    for _ in 0..times {
        world
            .read(server, &World::tickets(&world.projects[2]))
            .await;
    }
}

fn at_rest(when: &str, server: &Process) -> f64 {
    pause(REST);
    let memory = server.memory();
    row([when.to_owned(), format!("{memory:.1}")]);
    memory
}

async fn peak(of: &str, server: &Process, work: impl Future<Output = ()>) -> f64 {
    server.begin_peak();
    work.await;
    let peak = server.peak();
    row([of.to_owned(), format!("{peak:.1}")]);
    peak
}
