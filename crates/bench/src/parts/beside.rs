//! Token reads beside endless lists of 5,000 tickets.

use std::sync::Arc;

use tokio::task::JoinHandle;

use super::reads::TOKEN;
use crate::bench::Bench;
use crate::console::{columns, heading, row};
use crate::load::Rounds;
use crate::process::Process;
use crate::upstream::Mode;
use crate::verdicts::Bound;
use crate::world::World;

/// How many lists are read at once, each again and again.
const LISTS: usize = 2;

pub(crate) async fn run(bench: &mut Bench) -> anyhow::Result<()> {
    heading(
        "A list beside the hot path",
        "`get-access-token` alone, and while two clients read 5,000 tickets without end; server, Jira and who asks on all cores.",
    );
    let world = Arc::new(World::start().await);
    let setup = bench.setup("beside").calling(&world.url);
    bench.fill(&setup, 1).await?;
    let server = Arc::new(setup.start(None));
    world.connect(&server).await;
    world.upstream.set(Mode::Recorded);
    for _ in 0..3 {
        world
            .read(&server, &World::tickets(&world.projects[2]))
            .await;
    }
    let generator = bench.generator(None);
    let target = TOKEN.target(1);
    generator.warm(&server, &target);
    columns(&["connections", "", "requests a second", "p50, ms", "p99, ms"]);
    for connections in [16, 64] {
        let (mut alone, mut beside) = (Rounds::default(), Rounds::default());
        for _ in 0..bench.rounds() {
            let ask = || generator.run(&server, &target, connections, bench.seconds());
            alone.push(ask());
            let lists = Lists::begin(&world, &server);
            beside.push(ask());
            lists.end().await;
        }
        for (name, rounds) in [("alone", &alone), ("beside the lists", &beside)] {
            row([
                connections.to_string(),
                name.to_owned(),
                rounds.rate.show(0),
                rounds.p50.show(2),
                rounds.p99.show(2),
            ]);
        }
        let demand =
            format!("token read, {connections} connections: p99 beside two lists, of alone");
        let ratio = beside.p99.median() / alone.p99.median();
        bench.verdicts.add(demand, ratio, Bound::AtMost(2.0), "×");
    }
    Ok(())
}

/// Lists that are read again and again.
pub(crate) struct Lists(Vec<JoinHandle<()>>);

impl Lists {
    /// Begins to read them.
    pub(crate) fn begin(world: &Arc<World>, server: &Arc<Process>) -> Self {
        let lists = (0..LISTS).map(|_| {
            let (world, server) = (world.clone(), server.clone());
            tokio::spawn(async move {
                let path = World::tickets(&world.projects[2]);
                loop {
                    world.read(&server, &path).await;
                }
            })
        });
        Self(lists.collect())
    }

    /// Ends it, wherever they stand. One that has failed fails the run.
    pub(crate) async fn end(self) {
        for list in self.0 {
            list.abort();
            let ended = list.await.expect_err("a list is read without end");
            assert!(ended.is_cancelled(), "{ended}");
        }
    }
}
