//! `juncture project`: the projects of the store, by the rules of the admin API.

use anyhow::Context as _;
use juncture_server::projects::{Project, Projects};
use serde_json::{Value, json};

use super::stored::{self, Stored};
use crate::console::{say, tell};
use crate::environment::EnvFileArgument;

/// How many are read at once.
const PAGE: u16 = 200;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    environment: EnvFileArgument,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Make a project, and print it.
    Create {
        /// What people call it; no two projects have the same name.
        name: String,
        /// Its settings, as JSON: what `settings` of the admin API takes.
        #[arg(long, value_name = "JSON", value_parser = settings)]
        settings: Option<Value>,
    },
    /// Print all projects, a line of JSON each.
    List,
    /// Print one project with its settings.
    Show {
        /// Its name.
        name: String,
    },
    /// Change a project, and print it.
    Update {
        /// Its name.
        name: String,
        /// Another name.
        #[arg(long)]
        rename: Option<String>,
        /// What of the settings is to be replaced, as JSON; `null` resets.
        #[arg(long, value_name = "JSON", value_parser = settings)]
        settings: Option<Value>,
    },
    /// Delete a project with its keys, OAuth apps and connections, for good.
    Delete {
        /// Its name.
        name: String,
        /// The name once more: there is no way back.
        #[arg(long, value_name = "NAME")]
        confirm: String,
    },
}

fn settings(text: &str) -> Result<Value, String> {
    juncture_json::decode(text).map_err(|refused| refused.to_string())
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let stored = Stored::open(&arguments.environment).await?;
    let done = carry_out(&stored.projects, arguments.command).await;
    stored.close().await;
    done
}

async fn carry_out(projects: &Projects, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Create { name, settings } => {
            let settings = settings.unwrap_or_else(|| json!({}));
            print(&projects.create(&name, &settings).await?)
        }
        Command::List => {
            let mut after = None;
            loop {
                let page = projects.list(after, PAGE).await?;
                for project in &page {
                    say(&serde_json::to_string(&project.view())?);
                }
                match page.last().filter(|_| page.len() == usize::from(PAGE)) {
                    Some(last) => after = Some(last.id.uuid()),
                    None => return Ok(()),
                }
            }
        }
        Command::Show { name } => print(&stored::project(projects, &name).await?),
        Command::Update {
            name,
            rename,
            settings,
        } => {
            let project = stored::project(projects, &name).await?;
            let (rename, settings) = (rename.as_deref(), settings.as_ref());
            print(&projects.update(project.id, rename, settings).await?)
        }
        Command::Delete { name, confirm } => {
            anyhow::ensure!(confirm == name, "--confirm must be the name of the project");
            let project = stored::project(projects, &name).await?;
            projects.delete(project.id).await?;
            tell(&format!("deleted {name}; servers forget it within seconds"));
            Ok(())
        }
    }
}

fn print(project: &Project) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(&project.view());
    say(&text.context("a project is plain data")?);
    Ok(())
}
