//! `juncture key`: the API keys of a project of the store, by the rules of the admin API.

use jiff::Timestamp;
use juncture_server::projects::{NewKey, Project, Projects};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use super::stored::{self, Stored};
use crate::console::{say, tell};
use crate::environment::EnvFileArgument;

/// How many are read at once.
const PAGE: u16 = 200;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    environment: EnvFileArgument,
    /// The project.
    #[arg(long, global = true, value_name = "NAME", default_value = "default")]
    project: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Make a key, and print it: it is stored as a digest, and never told again.
    Create {
        /// What people call it.
        name: String,
        /// A public key, which names the project of calls from browsers, instead of a secret one.
        #[arg(long)]
        public: bool,
        /// What it may do, such as `jira:read`; may be given more than once. Without it: everything.
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<String>,
        /// When it ends, such as `2027-01-31T00:00:00Z`. Without it: never.
        #[arg(long, value_name = "TIME")]
        expires_at: Option<Timestamp>,
    },
    /// Print what is known of all keys, a line of JSON each, without the secret ones themselves.
    List,
    /// Delete a key; every server refuses it within five seconds.
    Delete {
        /// Its id, as `list` prints it.
        id: Uuid,
    },
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let stored = Stored::open(&arguments.environment).await?;
    let projects = &stored.projects;
    let done = match stored::project(projects, &arguments.project).await {
        Ok(project) => carry_out(projects, &project, arguments.command).await,
        Err(error) => Err(error),
    };
    stored.close().await;
    done
}

async fn carry_out(projects: &Projects, project: &Project, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Create {
            name,
            public,
            scopes,
            expires_at,
        } => {
            let kind = if public { "public" } else { "secret" };
            let new = NewKey {
                kind: kind.to_owned(),
                name,
                scopes,
                expires_at,
            };
            let (about, key) = projects.create_key(project.id, &new).await?;
            tell(&format!("made the {kind} key {}; this is it:", about.id));
            say(key.expose_secret());
            Ok(())
        }
        Command::List => {
            let mut after = None;
            loop {
                let page = projects.keys(project.id, after, PAGE).await?;
                let is_last = page.len() < usize::from(PAGE);
                for key in page {
                    after = Some(key.id);
                    say(&serde_json::to_string(&key.view())?);
                }
                if is_last {
                    return Ok(());
                }
            }
        }
        Command::Delete { id } => {
            projects.delete_key(project.id, id).await?;
            tell("deleted; servers refuse it within five seconds");
            Ok(())
        }
    }
}
