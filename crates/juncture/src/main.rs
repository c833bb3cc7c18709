//! The command line: `juncture serve`, `demo`, `sandbox` and the rest.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use futures_util::FutureExt as _;
use juncture::config::{Address, Config};
use juncture::environment::{EnvFile, Environment};
use juncture::healthcheck::{self, Question};
use juncture::store::settings::PostgresConfig;
use juncture::telemetry::LogConfig;
use juncture::{demo, import, rotation, server, shutdown, telemetry};
use juncture_clock::SystemClock;
use juncture_sandbox::{Options, Sandbox};
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;

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
    Demo(DemoArguments),
    /// Run the simulated Jira alone, for `serve` to connect to.
    Sandbox(SandboxArguments),
    /// Check the configuration and exit: 0 if `serve` would take it.
    CheckConfig(EnvFileArgument),
    /// Ask the server that the same environment configures whether it lives: 0 if it does.
    Healthcheck(HealthcheckArguments),
    /// Seal everything stored with the newest key; servers go on meanwhile, and it can be run again.
    ///
    /// With keys in `JUNCTURE_ENCRYPTION_KEYS`: add the new one last and restart every server, put it
    /// first and restart every server, run this, take the old one out and restart every server.
    ///
    /// With a key file: run this; it makes a new key in the file, which servers follow. Later run it
    /// with --forget-old.
    RotateKey(RotateKeyArguments),
    /// Take over the connections of an original deployment; its database is only read.
    ///
    /// Writes into the database that `serve` uses, by the same configuration. A run that was killed
    /// goes on when it is run again; connections that are here already are left as they are. Stop the
    /// original server before the last run. docs/IMPORT.md tells all steps.
    ///
    /// Exits with 0 if all that the original has is here, with 3 if some of it was not taken.
    Import(ImportArguments),
    /// Print the reference of every variable, as docs/CONFIG.md has it.
    ConfigReference,
    /// Print the OpenAPI document, as openapi.json has it.
    Openapi,
}

#[derive(clap::Args)]
struct EnvFileArgument {
    /// A file of NAME=value lines; what the process sets itself wins [default: .env, if it is there].
    #[arg(long)]
    env_file: Option<PathBuf>,
}

impl EnvFileArgument {
    /// The variables of this process and of that file.
    fn read(&self) -> anyhow::Result<Environment> {
        let usual = Path::new(".env");
        let file = self.env_file.as_deref();
        let file = file.map_or(EnvFile::Usual(usual), EnvFile::Named);
        Ok(Environment::of_process(file)?)
    }
}

#[derive(clap::Args)]
struct RotateKeyArguments {
    #[command(flatten)]
    environment: EnvFileArgument,
    /// Take the old keys out of the key file, once nothing needs them.
    #[arg(long)]
    forget_old: bool,
}

#[derive(clap::Args)]
struct HealthcheckArguments {
    /// Ask whether its store and its cache answer too.
    #[arg(long)]
    ready: bool,
    #[command(flatten)]
    environment: EnvFileArgument,
}

#[derive(clap::Args)]
struct ImportArguments {
    #[command(flatten)]
    environment: EnvFileArgument,
    /// The original's database, `postgres://user@host/database`. Others on this machine can see it, so
    /// leave the password to PGPASSWORD or ~/.pgpass.
    #[arg(long, value_name = "URL")]
    from: String,
    /// Where the original has refreshed a connection since an earlier run took it, and this server
    /// never has, take its newer token.
    #[arg(long)]
    renew_unused: bool,
    /// Write the connections that are not taken to this file too, as lines of JSON.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

#[derive(clap::Args)]
struct DemoArguments {
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

#[derive(clap::Args)]
struct SandboxArguments {
    /// The address to bind.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to bind; 0 takes a free one.
    #[arg(long, default_value_t = 9000)]
    port: u16,
    /// How many issues the first project of the first site holds.
    #[arg(long, default_value_t = Options::default().issues)]
    issues: usize,
    /// How many projects the first site has.
    #[arg(long, default_value_t = Options::default().projects)]
    projects: usize,
    /// The number from which the world is drawn: same number, same world.
    #[arg(long, default_value_t = Options::default().seed)]
    seed: u64,
    /// The client id of the one registered app.
    #[arg(long, default_value_t = Options::default().client_id)]
    client_id: String,
    /// Its client secret.
    #[arg(long, default_value_t = Options::default().client_secret.expose_secret().to_owned())]
    client_secret: String,
    /// A registered callback URL; may be given several times [default: any http URL on the loopback].
    #[arg(long = "redirect-uri")]
    redirect_uris: Vec<String>,
    /// A file that keeps the simulated world, its grants and tokens from one run to the next. Where
    /// it is there already, the world in it goes on, whatever --issues, --projects and --seed say.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Print what Atlassian documents and the sandbox does not simulate, and exit.
    #[arg(long)]
    gaps: bool,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// The import came to its end, but not all that the original has is here. 2 is a wrong command line.
const NOT_ALL_TAKEN: u8 = 3;

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
        Command::Serve(file) => serve(&file.read()?).await?,
        Command::Demo(arguments) => run_demo(&arguments).await?,
        Command::Sandbox(arguments) => run_sandbox(arguments).await?,
        Command::CheckConfig(file) => {
            let config = Config::read(&file.read()?)?;
            for warning in &config.warnings {
                tell(&format!("warning: {warning}"));
            }
            say("the configuration is good");
        }
        Command::Healthcheck(arguments) => check_health(&arguments).await?,
        Command::RotateKey(arguments) => rotate_key(&arguments).await?,
        Command::Import(arguments) => return run_import(arguments).await,
        Command::ConfigReference => say(juncture::environment::variables::to_markdown().trim_end()),
        Command::Openapi => say(juncture::router::document().trim_end()),
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(environment: &Environment) -> anyhow::Result<()> {
    telemetry::start(&LogConfig::read(environment));
    let config = Config::read(environment)?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let mut stop = Box::pin(shutdown::requested());
    // The address first: a second server by mistake must not touch the first one's files.
    let listener = server::listen(&config).await?;
    let app = tokio::select! {
        opened = server::open(config, Arc::new(SystemClock)) => opened?,
        () = &mut stop => return Ok(()),
    };
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        address = %listener.local_addr()?,
        base_url = %app.config.base_url,
        database = %app.config.database,
        cache = %app.cache,
        "serving"
    );
    server::serve(app, listener, stop).await;
    Ok(())
}

async fn rotate_key(arguments: &RotateKeyArguments) -> anyhow::Result<()> {
    let environment = arguments.environment.read()?;
    start_quiet_log(&environment);
    let config = Config::read(&environment)?;
    rotation::rotate(&config, &SystemClock, arguments.forget_old, say).await?;
    Ok(())
}

async fn check_health(arguments: &HealthcheckArguments) -> anyhow::Result<()> {
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

async fn run_import(arguments: ImportArguments) -> anyhow::Result<ExitCode> {
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

async fn run_demo(arguments: &DemoArguments) -> anyhow::Result<()> {
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

async fn run_sandbox(arguments: SandboxArguments) -> anyhow::Result<()> {
    if arguments.gaps {
        say(juncture_sandbox::gaps().await.trim_end());
        return Ok(());
    }
    start_quiet_log(&environment_without_file()?);
    let stop = shutdown::requested();
    let SandboxArguments { host, port, .. } = arguments;
    let listener = TcpListener::bind((host, port))
        .await
        .with_context(|| format!("cannot listen on {host}:{port}"))?;
    let introduction = introduction(listener.local_addr()?, &arguments);
    let options = Options {
        seed: arguments.seed,
        projects: arguments.projects,
        issues: arguments.issues,
        client_id: arguments.client_id,
        client_secret: arguments.client_secret.into(),
        redirect_uris: arguments.redirect_uris,
        ..Options::default()
    };
    let sandbox = match arguments.data {
        None => Sandbox::new(options),
        Some(file) => Sandbox::open(options, file.clone())
            .with_context(|| format!("cannot keep the sandbox in {}", file.display()))?,
    };
    say(&introduction);
    let stop = stop.shared();
    let serving = sandbox.clone().serve(listener, stop.clone());
    let ended = shutdown::cut_off(&SystemClock, stop, serving).await;
    // Also where the last answers had to be cut off.
    sandbox.save()?;
    Ok(ended.unwrap_or(Ok(()))?)
}

/// Where the sandbox is, and the lines with which `juncture serve` uses it.
fn introduction(address: SocketAddr, arguments: &SandboxArguments) -> String {
    let callback = arguments.redirect_uris.first().map_or(
        "http://127.0.0.1:8000/api/frontend/oauth/authorization-callback/jira",
        String::as_str,
    );
    format!(
        "# A simulated Jira listens on http://{address}\n\
         # Its people, projects, faults and clock: http://{address}/_sandbox/\n\
         #\n\
         # `juncture serve` uses it with these lines in its environment or its .env file:\n\
         ATLASSIAN_AUTH_URL=http://{address}\n\
         ATLASSIAN_API_URL=http://{address}\n\
         DEFAULT_JIRA_CLIENT_ID={client_id}\n\
         DEFAULT_JIRA_CLIENT_SECRET={client_secret}\n\
         DEFAULT_JIRA_REDIRECT_URI={callback}\n\
         JUNCTURE_SECRET_KEY=local-secret-key",
        client_id = arguments.client_id,
        client_secret = arguments.client_secret,
    )
}

/// The log of the commands whose console is for people: warnings, unless `RUST_LOG` says otherwise.
fn start_quiet_log(environment: &Environment) {
    let mut log = LogConfig::read(environment);
    log.filter.get_or_insert_with(|| "warn".to_owned());
    telemetry::start(&log);
}

/// The environment of the demo and the sandbox: no `.env` file, which belongs to `serve`.
fn environment_without_file() -> anyhow::Result<Environment> {
    Ok(Environment::of_process(EnvFile::None)?)
}

/// Prints for as long as somebody reads: a closed pipe (`| head`) is no failure.
fn say(line: &str) {
    let _closed = writeln!(std::io::stdout(), "{line}");
}

/// Likewise, beside what a command is asked to print.
fn tell(line: &str) {
    let _closed = writeln!(std::io::stderr(), "{line}");
}

/// One sentence with its causes.
#[expect(
    clippy::print_stderr,
    reason = "this is the console of the command line"
)]
fn complain(error: &anyhow::Error) {
    eprintln!("juncture: {error:#}");
}
