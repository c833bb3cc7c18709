//! `juncture import`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use juncture_clock::SystemClock;
use juncture_import as import;
use juncture_server::config::Config;
use juncture_server::project::{DEFAULT_NAME, ProjectId};
use juncture_server::server;
use juncture_server::store::settings::PostgresConfig;
use juncture_server::store::{Store, projects};

use crate::console::{say, tell};
use crate::environment::{EnvFileArgument, start_quiet_log};

/// The import came to its end, but not all that the original has is here. 2 is a wrong command line.
const NOT_ALL_TAKEN: u8 = 3;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    environment: EnvFileArgument,
    /// The original's database, `postgres://user@host/database`. Others on this machine can see it, so
    /// leave the password to PGPASSWORD or ~/.pgpass.
    #[arg(long, value_name = "URL")]
    from: String,
    /// The project whose connections they will be.
    #[arg(long, value_name = "NAME", default_value = DEFAULT_NAME)]
    project: String,
    /// Where the original has refreshed a connection since an earlier run took it, and this server
    /// never has, take its newer token.
    #[arg(long)]
    renew_unused: bool,
    /// Write the connections that are not taken to this file too, as lines of JSON.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let environment = arguments.environment.read()?;
    start_quiet_log(&environment);
    let options = import::Options {
        from: PostgresConfig::parse(&arguments.from, 1)
            .map_err(|problem| anyhow::anyhow!("--from {problem}"))?,
        renew_unused: arguments.renew_unused,
        report: arguments.report,
    };
    let app = server::open(Config::read(&environment)?, Arc::new(SystemClock)).await?;
    let target = import::Target {
        project: project(&app.store, &arguments.project).await?,
        store: app.store.clone(),
        sealer: app.sealer.clone(),
        clock: app.clock.clone(),
    };
    let is_all_here = import::run(&target, &options, say, tell).await?;
    app.store.close().await;
    Ok(if is_all_here {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(NOT_ALL_TAKEN)
    })
}

/// The project with this name, which must be there.
async fn project(store: &Store, name: &str) -> anyhow::Result<ProjectId> {
    let mut tx = store.begin_read().await?;
    let project = projects::find_by_name(&mut tx, name).await?;
    let project = project.map(|project| ProjectId::of(project.project_id));
    project.ok_or_else(|| {
        anyhow::anyhow!(
            "--project: there is no project {name:?}; make it first, or leave --project out for the project {DEFAULT_NAME:?}"
        )
    })
}
