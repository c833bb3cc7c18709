//! `juncture doctor`.

use std::process::ExitCode;
use std::sync::Arc;

use juncture_clock::SystemClock;
use juncture_server::config::Config;
use juncture_server::connection::ExternalId;
use juncture_server::doctor::{self, Named, State};
use juncture_server::project::DEFAULT_NAME;

use crate::console::say;
use crate::environment::{EnvFileArgument, start_silent_log};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    environment: EnvFileArgument,
    /// Look at the connection of this external id too: its grant, its site and its scopes.
    #[arg(long, value_name = "EXTERNAL_ID", value_parser = ExternalId::parse)]
    connection: Option<ExternalId>,
    /// The project whose customer that is.
    #[arg(long, value_name = "NAME", default_value = DEFAULT_NAME, requires = "connection")]
    project: String,
}

/// Says a line for each thing that was looked at. The exit code is 1 if one of them is wrong.
pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let environment = arguments.environment.read()?;
    start_silent_log(&environment);
    let config = Config::read(&environment)?;
    let customer = arguments.connection.clone().map(|external_id| Named {
        project: arguments.project.clone(),
        external_id,
    });
    let findings = doctor::examine(config, Arc::new(SystemClock), customer.as_ref()).await;
    for finding in &findings {
        say(&finding.to_string());
    }
    let count = |state| findings.iter().filter(|seen| seen.state == state).count();
    let (wrong, doubtful) = (count(State::Bad), count(State::Doubtful));
    say(&format!("\n{wrong} wrong, {doubtful} in doubt"));
    Ok(if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
