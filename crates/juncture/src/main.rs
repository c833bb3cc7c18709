//! The command line: `juncture serve`, `demo`, `sandbox` and the rest.

mod commands;
mod console;
mod environment;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser, Subcommand};
use juncture_server::config::Config;
use juncture_server::telemetry;

use commands::{
    demo, doctor, healthcheck, import, key, listen, llms, manual, project, rotate_key, sandbox,
    serve, tick,
};
use console::{complain, say, tell};
use environment::EnvFileArgument;

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
    Serve(EnvFileArgument),
    /// Try everything at once: the server, a simulated Jira and an example app, in one process.
    Demo(demo::Arguments),
    /// Run the simulated Jira alone, for `serve` to connect to.
    Sandbox(sandbox::Arguments),
    /// Check the configuration and exit: 0 if `serve` would take it.
    CheckConfig(EnvFileArgument),
    /// Ask the server that the same environment configures whether it lives: 0 if it does.
    Healthcheck(healthcheck::Arguments),
    /// Look at all that the server needs, and say what is wrong and what to do: the database, the
    /// keys, the cache, Atlassian's two hosts, the callback address, the clock.
    ///
    /// It changes nothing. Exits with 0 if nothing is wrong, with 1 otherwise.
    Doctor(doctor::Arguments),
    /// Seal everything stored with the newest key; servers go on meanwhile, and it can be run again.
    ///
    /// With keys in `JUNCTURE_ENCRYPTION_KEYS`: add the new one last and restart every server, put it
    /// first and restart every server, run this, take the old one out and restart every server.
    ///
    /// With a key file: run this; it makes a new key in the file, which servers follow. Later run it
    /// with --forget-old.
    RotateKey(rotate_key::Arguments),
    /// Do once what servers do again and again without being asked, and exit: 0 if all went well, 1 otherwise.
    ///
    /// For schedulers, and where no server runs all the time: refreshes that were interrupted are finished, tokens
    /// that would die of disuse are replaced, and what has expired is deleted. Servers may run beside it, and
    /// others of it: what must be done once is done once.
    Tick(EnvFileArgument),
    /// Post the events of a running server to an address of your own as they happen, signed as deliveries are.
    ///
    /// For a laptop, without a tunnel: it reads the feed, which needs no address that others can reach. The key of
    /// the server stands in `JUNCTURE_SECRET_KEY`, here or in a .env file; one that may read events is enough. An
    /// event that is not taken is posted thrice, then the next; while nobody listens there, all wait.
    Listen(listen::Arguments),
    /// Take over the connections of an original deployment; its database is only read.
    ///
    /// Writes into the database that `serve` uses, by the same configuration. A run that was killed
    /// goes on when it is run again; connections that are here already are left as they are. Stop the
    /// original server before the last run. docs/IMPORT.md tells all steps.
    ///
    /// Exits with 0 if all that the original has is here, with 3 if some of it was not taken.
    Import(import::Arguments),
    /// Make, list and delete the API keys of a project; servers need no restart.
    ///
    /// A plain deployment has one project, `default`: its keys may do less than `JUNCTURE_SECRET_KEY`.
    Key(key::Arguments),
    /// Make, list, show, change and delete projects; servers need no restart.
    Project(project::Arguments),
    /// Print the reference of every variable, as docs/CONFIG.md has it.
    ConfigReference,
    /// Print the OpenAPI document, as openapi.json has it.
    Openapi,
    /// Print what a language model should know of the project, as llms.txt has it.
    Llms,
    /// Print completions of this command line for a shell.
    ///
    /// Bash: `juncture completions bash > ~/.local/share/bash-completion/completions/juncture`;
    /// Fish: `juncture completions fish > ~/.config/fish/completions/juncture.fish`;
    /// Zsh: the same into `_juncture` in a folder of `$fpath`.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page of the program, or of one of its commands: `juncture man serve | man -l -`.
    Man {
        /// The command; all of them stand on the page of the program.
        command: Option<String>,
    },
}

fn main() -> ExitCode {
    let ended = run(Arguments::parse().command);
    telemetry::finish();
    match ended {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// Runs a command to its end, and waits for nothing that it left behind, such as the look-up of a
/// name.
fn run(command: Command) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let ended = runtime.block_on(carry_out(command));
    runtime.shutdown_background();
    ended
}

async fn carry_out(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(file) => serve::run(&file.read()?).await?,
        Command::Demo(arguments) => demo::run(&arguments).await?,
        Command::Sandbox(arguments) => sandbox::run(arguments).await?,
        Command::CheckConfig(file) => {
            let config = Config::read(&file.read()?)?;
            for warning in &config.warnings {
                tell(&format!("warning: {warning}"));
            }
            say("the configuration is good");
        }
        Command::Doctor(arguments) => return doctor::run(&arguments).await,
        Command::Healthcheck(arguments) => healthcheck::run(&arguments).await?,
        Command::RotateKey(arguments) => rotate_key::run(&arguments).await?,
        Command::Tick(file) => return tick::run(&file).await,
        Command::Listen(arguments) => listen::run(arguments).await?,
        Command::Import(arguments) => return import::run(arguments).await,
        Command::Key(arguments) => key::run(arguments).await?,
        Command::Project(arguments) => project::run(arguments).await?,
        Command::ConfigReference => {
            say(juncture_server::environment::variables::to_markdown().trim_end());
        }
        Command::Openapi => say(juncture_server::router::document().trim_end()),
        Command::Llms => say(llms::text()?.trim_end()),
        Command::Completions { shell } => {
            say(manual::completions(Arguments::command(), shell)?.trim_end());
        }
        Command::Man { command } => {
            say(manual::page(Arguments::command(), command.as_deref())?.trim_end());
        }
    }
    Ok(ExitCode::SUCCESS)
}
