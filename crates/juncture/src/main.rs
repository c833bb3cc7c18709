//! The command line: `juncture serve`, `demo`, `sandbox` and the rest.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use juncture::config::{Config, Environment, LogConfig};
use juncture::{server, shutdown, telemetry};
use juncture_jira::SystemClock;

/// An integration server: connects your product to your customers' Jira.
#[derive(Parser)]
#[command(name = "juncture", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server; configured by environment variables and a .env file.
    Serve(EnvFile),
    /// Check the configuration and exit: 0 if `serve` would take it.
    CheckConfig(EnvFile),
    /// Print the reference of every variable, as docs/CONFIG.md has it.
    ConfigReference,
}

#[derive(clap::Args)]
struct EnvFile {
    /// A file of NAME=value lines; what the process sets itself wins.
    #[arg(long, default_value = ".env")]
    env_file: PathBuf,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(EnvFile { env_file }) => serve(&Environment::of_process(&env_file)?).await,
        Command::CheckConfig(EnvFile { env_file }) => {
            Config::read(&Environment::of_process(&env_file)?)?;
            say("the configuration is good");
            Ok(())
        }
        Command::ConfigReference => {
            say(juncture::config::variables::to_markdown().trim_end());
            Ok(())
        }
    }
}

async fn serve(environment: &Environment) -> anyhow::Result<()> {
    telemetry::start(&LogConfig::read(environment));
    let config = Config::read(environment)?;
    let stop = shutdown::requested();
    // The address first: a second server by mistake must not touch the first one's files.
    let listener = server::listen(&config).await?;
    let app = server::open(config, Arc::new(SystemClock)).await?;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        address = %listener.local_addr()?,
        base_url = %app.config.base_url,
        database = %app.config.database.display(),
        cache = "memory",
        "serving"
    );
    server::serve(app, listener, stop).await;
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "this is the console of the command line"
)]
fn say(line: &str) {
    println!("{line}");
}

/// One sentence with its causes.
#[expect(
    clippy::print_stderr,
    reason = "this is the console of the command line"
)]
fn complain(error: &anyhow::Error) {
    eprintln!("juncture: {error:#}");
}
