//! `juncture healthcheck`.

use juncture_clock::SystemClock;
use juncture_server::config::Address;
use juncture_server::healthcheck::{self, Question};

use crate::console::say;
use crate::environment::EnvFileArgument;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Ask whether its store and its cache answer too.
    #[arg(long)]
    ready: bool,
    #[command(flatten)]
    environment: EnvFileArgument,
}

pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let environment = arguments.environment.read()?;
    let question = if arguments.ready {
        Question::IsReady
    } else {
        Question::Lives
    };
    let answer = healthcheck::ask(&Address::find(&environment)?, question, &SystemClock).await?;
    say(&answer);
    Ok(())
}
