//! One of the servers on the same store: the whole of it, on a runtime of its own, so that a crash
//! ends all that is under way in it and nothing else.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use juncture_server::app::App;
use juncture_server::config::Config;
use juncture_server::router::router;
use juncture_server::server;
use juncture_server::upkeep::{self, Changes};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::clock::ProcessClock;
use crate::support::browser::Browser;
use crate::support::environment_of_process;

/// A server that is up.
pub(super) struct Process {
    /// None only while it goes down.
    runtime: Option<Runtime>,
    app: App,
    pub(super) browser: Browser,
    changes: Arc<Mutex<Changes>>,
    chores: Vec<JoinHandle<()>>,
}

/// Work that a server does of its own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Chore {
    /// Finishes what was interrupted.
    Resume,
    /// Refreshes what is in use and expires soon.
    RefreshAhead,
    /// Refreshes what would die of disuse.
    RefreshIdle,
    /// Sees what others have changed.
    Follow,
}

/// Where Atlassian is: the gate for refreshes, the sandbox for all else.
#[derive(Clone, Copy)]
pub(super) struct Atlassian<'a> {
    pub(super) door: &'a str,
    pub(super) url: &'a str,
}

impl Process {
    pub(super) async fn start(
        folder: &Path,
        at: Atlassian<'_>,
        clock: ProcessClock,
        http: reqwest::Client,
    ) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut variables = environment_of_process(folder, at.url, address.port());
        variables.push(("ATLASSIAN_AUTH_URL".to_owned(), at.door.to_owned()));
        // Its clock stands still for whole schedules.
        variables.push(("PUBLIC_REQUESTS_PER_MINUTE".to_owned(), "0".to_owned()));
        let variables = variables.iter().map(|(name, value)| (&**name, &**value));
        let config = Config::read(&variables.collect()).unwrap();
        let listener = listener.into_std().unwrap();
        let serving = runtime.spawn(async move {
            let app = server::open(config, Arc::new(clock)).await.unwrap();
            let router: Router = router(&app);
            let listener = TcpListener::from_std(listener).unwrap();
            tokio::spawn(async move { axum::serve(listener, router).await });
            // The first thing that the server itself does.
            let mut changes = Changes::default();
            changes.follow(&app.tokens).await.unwrap();
            (app, changes)
        });
        let (app, changes) = serving.await.unwrap();
        Self {
            app,
            runtime: Some(runtime),
            browser: Browser {
                server: format!("http://{address}"),
                atlassian: at.url.to_owned(),
                http,
            },
            changes: Arc::new(Mutex::new(changes)),
            chores: Vec::new(),
        }
    }

    /// Forgets the tokens of every connection: they are of no account any more.
    pub(super) fn forget(&self) {
        for held in self.app.tokens.held.iter() {
            self.app.tokens.held.forget(held.id);
        }
    }

    /// Begins a chore.
    pub(super) fn begin(&mut self, chore: Chore) {
        let (app, changes) = (self.app.clone(), self.changes.clone());
        let work = async move {
            // As in the server itself, what fails is tried again another time.
            let _done = match chore {
                Chore::Resume => upkeep::resume(&app.tokens).await,
                Chore::RefreshAhead => {
                    upkeep::refresh_ahead(&app.tokens);
                    Ok(())
                }
                Chore::RefreshIdle => upkeep::refresh_idle(&app.tokens).await,
                Chore::Follow => changes.lock().await.follow(&app.tokens).await,
            };
        };
        let runtime = self.runtime.as_ref().expect("it is up");
        self.chores.push(runtime.spawn(work));
    }

    /// How many refreshes and chores are under way.
    pub(super) fn busy(&self) -> usize {
        let chores = self.chores.iter().filter(|chore| !chore.is_finished());
        self.app.tasks.len() + chores.count()
    }

    /// The version of the tokens that it holds of a connection.
    pub(super) fn held_version(&self, connection: Uuid) -> Option<i64> {
        self.app
            .tokens
            .held
            .get(connection)
            .map(|held| held.token.version)
    }

    /// Whether a refresh is under way.
    pub(super) fn is_refreshing(&self) -> bool {
        !self.app.tasks.is_empty()
    }

    /// Ends it, and all that is under way in it.
    pub(super) fn crash(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
