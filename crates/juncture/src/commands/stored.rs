//! What the store has, for commands that change it beside running servers.

use std::sync::Arc;

use anyhow::Context as _;
use juncture_clock::SystemClock;
use juncture_server::app::App;
use juncture_server::config::Config;
use juncture_server::projects::{Problem, Project, Projects};
use juncture_server::server;

use crate::environment::{EnvFileArgument, start_quiet_log};

/// The store of the server that the same environment configures, opened.
pub(crate) struct Stored {
    pub(crate) projects: Projects,
    app: App,
}

impl Stored {
    pub(crate) async fn open(environment: &EnvFileArgument) -> anyhow::Result<Self> {
        let environment = environment.read()?;
        start_quiet_log(&environment);
        let app = server::open(Config::read(&environment)?, Arc::new(SystemClock)).await?;
        let projects = app.projects.clone();
        Ok(Self { projects, app })
    }

    pub(crate) async fn close(self) {
        self.app.store.close().await;
    }
}

/// The project with this name.
pub(crate) async fn project(projects: &Projects, name: &str) -> anyhow::Result<Project> {
    match projects.find_by_name(name).await {
        Err(Problem::NoProject) => {
            Err(Problem::NoProject).with_context(|| format!("no project is called `{name}`"))
        }
        found => Ok(found?),
    }
}
