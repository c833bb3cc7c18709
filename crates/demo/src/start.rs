//! Starting the three parts of the demo, and ending them in good order.

use std::future::IntoFuture as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use futures_util::FutureExt as _;
use juncture_clock::SystemClock;
use juncture_sandbox::Sandbox;
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use url::Url;

use super::addresses::Addresses;
use super::app;
use super::backend::Backend;
use super::options::{DemoError, Options};
use juncture_server::config::{Address, Config};
use juncture_server::environment::Environment;
use juncture_server::server::{self, StartError};
use juncture_server::shutdown;

/// The name of the example app on the consent page.
const CLIENT_ID: &str = "demo-app";

/// The three parts, running.
pub(super) struct Demo {
    /// Where they listen.
    pub(super) addresses: Addresses,
    folder: TempDir,
    /// In the order in which they end: who calls goes before who is called.
    parts: [Part; 3],
}

impl Demo {
    /// Binds three addresses, then starts a part at each.
    pub(super) async fn start(options: &Options) -> Result<Self, DemoError> {
        let (app_listener, app) = listen(options.port).await?;
        let (juncture_listener, juncture) = listen(0).await?;
        let (sandbox_listener, sandbox) = listen(0).await?;
        let addresses = Addresses {
            app,
            juncture,
            sandbox,
        };
        let folder = tempfile::Builder::new()
            .prefix("juncture-demo-")
            .tempdir()
            .map_err(DemoError::Folder)?;

        let client_secret = SecretString::from(juncture_server::random::url_safe_code());
        let secret_key = SecretString::from(juncture_server::random::url_safe_code());
        let callback = callback(&addresses.juncture);
        let sandbox = Sandbox::new(juncture_sandbox::Options {
            issues: options.issues,
            client_id: CLIENT_ID.to_owned(),
            client_secret: client_secret.clone(),
            redirect_uris: vec![callback.clone()],
            ..juncture_sandbox::Options::default()
        });
        let environment: Environment = [
            ("JUNCTURE_SECRET_KEY", secret_key.expose_secret()),
            ("JUNCTURE_DATA_DIR", &folder.path().to_string_lossy()),
            ("DEFAULT_JIRA_CLIENT_ID", CLIENT_ID),
            ("DEFAULT_JIRA_CLIENT_SECRET", client_secret.expose_secret()),
            ("DEFAULT_JIRA_REDIRECT_URI", &callback),
            ("DEFAULT_JIRA_SITE_REDIRECT_URI", addresses.app.as_str()),
            ("ATLASSIAN_AUTH_URL", addresses.sandbox.as_str()),
            ("ATLASSIAN_API_URL", addresses.sandbox.as_str()),
        ]
        .into_iter()
        .collect();
        let clock = Arc::new(SystemClock);
        let server = server::open(Config::read(&environment)?, clock.clone()).await?;
        let backend = Backend::new(addresses.juncture.clone(), secret_key, clock);
        let router = app::router(backend, &addresses);

        let parts = [
            Part::start(|stop| async move {
                let stop = stop.shared();
                let serving = axum::serve(app_listener, router)
                    .with_graceful_shutdown(stop.clone())
                    .into_future();
                let ended = shutdown::cut_off(&SystemClock, stop, serving).await;
                log_end("the example app", ended);
            }),
            Part::start(|stop| server::serve(server, juncture_listener, stop)),
            Part::start(|stop| async move {
                let stop = stop.shared();
                let serving = sandbox.serve(sandbox_listener, stop.clone());
                let ended = shutdown::cut_off(&SystemClock, stop, serving).await;
                log_end("the sandbox", ended);
            }),
        ];
        Ok(Self {
            addresses,
            folder,
            parts,
        })
    }

    /// The folder of the server's database.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends the parts one after the other, and hands over the folder that they leave.
    pub(super) async fn stop(self) -> TempDir {
        for part in self.parts {
            part.stop().await;
        }
        self.folder
    }
}

/// One of the three, running until it is stopped.
struct Part {
    stopped: CancellationToken,
    task: JoinHandle<()>,
}

impl Part {
    fn start<F>(serve: impl FnOnce(WaitForCancellationFutureOwned) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stopped = CancellationToken::new();
        let task = tokio::spawn(serve(stopped.clone().cancelled_owned()));
        Self { stopped, task }
    }

    async fn stop(self) {
        self.stopped.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "a part of the demo ended early");
        }
    }
}

/// Binds a loopback port. Returns it with the URL it is reached at.
async fn listen(port: u16) -> Result<(TcpListener, Url), StartError> {
    let host = Ipv4Addr::LOCALHOST;
    let refused = |reason| StartError::Listen {
        address: Address {
            host: host.to_string(),
            port,
        },
        reason,
    };
    let listener = TcpListener::bind((host, port)).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let url = Url::parse(&format!("http://{address}")).expect("an address is a host and a port");
    Ok((listener, url))
}

fn callback(juncture: &Url) -> String {
    let callback = juncture.join("/api/frontend/oauth/authorization-callback/jira");
    callback.expect("a fixed path joins any http URL").into()
}

fn log_end(part: &'static str, ended: Option<std::io::Result<()>>) {
    if let Some(Err(error)) = ended {
        tracing::error!(part, %error, "ended");
    }
}
