//! `juncture rotate-key`.

use juncture_clock::SystemClock;
use juncture_server::config::Config;
use juncture_server::rotation;

use crate::console::say;
use crate::environment::{EnvFileArgument, start_quiet_log};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    environment: EnvFileArgument,
    /// Take the old keys out of the key file, once nothing needs them.
    #[arg(long)]
    forget_old: bool,
}

pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let environment = arguments.environment.read()?;
    start_quiet_log(&environment);
    let config = Config::read(&environment)?;
    rotation::rotate(&config, &SystemClock, arguments.forget_old, say).await?;
    Ok(())
}
