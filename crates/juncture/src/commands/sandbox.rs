//! `juncture sandbox`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use anyhow::Context as _;
use futures_util::FutureExt as _;
use juncture_clock::SystemClock;
use juncture_sandbox::{Options, Sandbox};
use juncture_server::shutdown;
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;

use crate::console::say;
use crate::environment::{environment_without_file, start_quiet_log};

#[derive(clap::Args)]
pub(crate) struct Arguments {
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

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    if arguments.gaps {
        say(juncture_sandbox::gaps().await.trim_end());
        return Ok(());
    }
    start_quiet_log(&environment_without_file()?);
    let stop = shutdown::requested();
    let Arguments { host, port, .. } = arguments;
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
fn introduction(address: SocketAddr, arguments: &Arguments) -> String {
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
