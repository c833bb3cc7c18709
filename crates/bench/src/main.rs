//! The bench: the shipped binary under load, as processes, beside a bare server that answers the same
//! bytes in the same rounds.
//!
//! `scripts/bench` builds and runs it; docs/PERFORMANCE.md tells the method and keeps the tables.
//! Nothing here is an assertion about time: what is demanded and missed is said, and is no failure.

mod bench;
mod console;
mod cores;
mod events;
mod figures;
mod fill;
mod http;
mod keys;
mod load;
mod machine;
mod parts;
mod process;
mod setup;
mod upstream;
mod verdicts;
mod world;

use clap::Parser as _;

use bench::{Arguments, Bench, Part};
use parts::{
    beside, deliveries, feed, hot, keys as keys_part, lists, memory, points, size, start, stores,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut bench = Bench::new(Arguments::parse())?;
    machine::describe(&bench.cores);
    for part in bench.parts() {
        match part {
            Part::Size => size::run(&bench),
            Part::Start => start::run(&mut bench),
            Part::Hot => hot::run(&mut bench).await?,
            Part::Stores => stores::run(&mut bench).await?,
            Part::Keys => keys_part::run(&mut bench).await?,
            Part::Lists => lists::run(&mut bench).await,
            Part::Points => points::run(&mut bench).await,
            Part::Feed => feed::run(&mut bench).await?,
            Part::Deliveries => deliveries::run(&mut bench).await?,
            Part::Memory => memory::run(&mut bench).await?,
            Part::Beside => beside::run(&mut bench).await?,
        }
    }
    bench.verdicts.print();
    Ok(())
}
