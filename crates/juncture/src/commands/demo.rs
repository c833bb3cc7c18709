//! `juncture demo`.

use juncture_demo as demo;
use juncture_sandbox::Options;

use crate::console::say;
use crate::environment::{environment_without_file, start_quiet_log};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Walk the whole flow without a browser, print the tickets, and exit: 0 if all is well.
    #[arg(long)]
    check: bool,
    /// How many tickets the first project holds.
    #[arg(long, default_value_t = Options::default().issues)]
    issues: usize,
    /// The port of the example app [default: a free one].
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
}

pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    start_quiet_log(&environment_without_file()?);
    let options = demo::Options {
        issues: arguments.issues,
        port: arguments.port,
    };
    if arguments.check {
        demo::check(&options, say).await?;
    } else {
        demo::run(&options, say).await?;
    }
    Ok(())
}
