//! `juncture tick`.

use std::process::ExitCode;
use std::sync::Arc;

use juncture_clock::SystemClock;
use juncture_server::config::Config;
use juncture_server::jobs::{Done, Ended};
use juncture_server::{server, shutdown};

use crate::console::{say, tell};
use crate::environment::{EnvFileArgument, start_quiet_log};

/// Says a line for each job. The exit code is 1 if one of them failed, or if the process was asked to end before.
pub(crate) async fn run(environment: &EnvFileArgument) -> anyhow::Result<ExitCode> {
    let environment = environment.read()?;
    start_quiet_log(&environment);
    let stop = shutdown::requested();
    let app = server::open(Config::read(&environment)?, Arc::new(SystemClock)).await?;
    let Some(done) = server::tick(app, stop).await else {
        tell("ended before all was done; what was begun is finished, or will be taken up");
        return Ok(ExitCode::FAILURE);
    };
    for round in &done {
        say(&told(round));
    }
    let is_well = done.iter().all(|round| round.ended.is_well());
    Ok(if is_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn told(Done { job, ended, took }: &Done) -> String {
    let took = took.as_millis();
    match ended {
        Ended::Done => format!("{job}: done in {took} ms"),
        Ended::Failed(error) => format!("{job}: failed after {took} ms: {error}"),
        Ended::BrokeDown(reason) => format!("{job}: broke down after {took} ms: {reason}"),
    }
}
