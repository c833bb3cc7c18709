//! What the commands read of their environment.

use std::path::{Path, PathBuf};

use juncture_server::environment::{EnvFile, Environment};
use juncture_server::telemetry::{self, LogConfig};

#[derive(clap::Args)]
pub(crate) struct EnvFileArgument {
    /// A file of NAME=value lines; what the process sets itself wins [default: .env, if it is there].
    #[arg(long)]
    env_file: Option<PathBuf>,
}

impl EnvFileArgument {
    /// The variables of this process and of that file.
    pub(crate) fn read(&self) -> anyhow::Result<Environment> {
        let usual = Path::new(".env");
        let file = self.env_file.as_deref();
        let file = file.map_or(EnvFile::Usual(usual), EnvFile::Named);
        Ok(Environment::of_process(file)?)
    }
}

/// The log of the commands whose console is for people: warnings, unless `RUST_LOG` says otherwise.
pub(crate) fn start_quiet_log(environment: &Environment) {
    start_log(environment, "warn");
}

/// The log of a command that itself says what is wrong: nothing, unless `RUST_LOG` says otherwise.
pub(crate) fn start_silent_log(environment: &Environment) {
    start_log(environment, "off");
}

fn start_log(environment: &Environment, usual: &str) {
    let mut log = LogConfig::read(environment);
    log.filter.get_or_insert_with(|| usual.to_owned());
    telemetry::start(&log);
}

/// The environment of the demo and the sandbox: no `.env` file, which belongs to `serve`.
pub(crate) fn environment_without_file() -> anyhow::Result<Environment> {
    Ok(Environment::of_process(EnvFile::None)?)
}
