//! How the servers that are measured are set up: as docs/DEPLOYMENT.md does, and nothing tuned.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cores::on_core;
use crate::fill::Filler;
use crate::load::SECRET_KEY;
use crate::process::{Process, free_port};

/// The first path that is asked for: what a load balancer asks.
pub(crate) const HEALTH: &str = "/healthz";

/// Where the store of a server is.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// A file.
    Sqlite(PathBuf),
    /// A database of a server.
    Postgres(String),
}

impl Database {
    fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(url) => url.clone(),
        }
    }
}

/// A `juncture serve` that can be started.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    program: PathBuf,
    /// Its own.
    folder: PathBuf,
    pub(crate) database: Database,
    redis: Option<String>,
    keys: String,
    /// `LOG_FORMAT`, if it is set.
    log_format: Option<&'static str>,
    /// Where Jira is; nowhere, for what needs none.
    upstream: String,
    /// Whether events may be sent to the loopback.
    sends_to_loopback: bool,
}

impl Setup {
    /// One on a SQLite file in a new folder, with nobody to call.
    pub(crate) fn new(program: &Path, folder: PathBuf, filler: &Filler) -> Self {
        std::fs::create_dir_all(&folder).expect("the folder of the bench takes folders");
        Self {
            program: program.to_owned(),
            database: Database::Sqlite(folder.join("juncture.db")),
            folder,
            redis: None,
            keys: filler.keys(),
            log_format: None,
            // Nobody listens on the port of `discard`.
            upstream: "http://127.0.0.1:9".to_owned(),
            sends_to_loopback: false,
        }
    }

    /// The same on PostgreSQL and Redis.
    pub(crate) fn on_servers(self, database: String, redis: String) -> Self {
        Self {
            database: Database::Postgres(database),
            redis: Some(redis),
            ..self
        }
    }

    /// The same with a Jira to call.
    pub(crate) fn calling(self, upstream: &str) -> Self {
        let upstream = upstream.to_owned();
        Self { upstream, ..self }
    }

    /// The same with its log as the image has it.
    pub(crate) fn logging_json(self) -> Self {
        let log_format = Some("json");
        Self { log_format, ..self }
    }

    /// The same with endpoints for events on this machine.
    pub(crate) fn sending_to_loopback(self) -> Self {
        let sends_to_loopback = true;
        Self {
            sends_to_loopback,
            ..self
        }
    }

    /// Starts it, and waits for its first answer.
    pub(crate) fn start(&self, core: Option<usize>) -> Process {
        let port = free_port();
        let mut command = on_core(core, &self.program);
        command.arg("serve").current_dir(&self.folder).env_clear();
        let callback =
            format!("http://127.0.0.1:{port}/api/frontend/oauth/authorization-callback/jira");
        command.envs([
            ("HOST", "127.0.0.1"),
            ("PORT", &port.to_string()),
            ("JUNCTURE_SECRET_KEY", SECRET_KEY),
            ("JUNCTURE_ENCRYPTION_KEYS", &self.keys),
            ("DATABASE_URL", &self.database.url()),
            ("DEFAULT_JIRA_CLIENT_ID", "sandbox-client"),
            ("DEFAULT_JIRA_CLIENT_SECRET", "sandbox-secret"),
            ("DEFAULT_JIRA_REDIRECT_URI", &callback),
            ("ATLASSIAN_AUTH_URL", &self.upstream),
            ("ATLASSIAN_API_URL", &self.upstream),
        ]);
        command.envs(tunables());
        command.envs(self.log_format.map(|format| ("LOG_FORMAT", format)));
        if self.sends_to_loopback {
            command.env("JUNCTURE_EVENTS_ALLOWED_NETWORKS", "127.0.0.1");
        }
        if let Some(redis) = &self.redis {
            command.env("REDIS_URL", redis);
        }
        Process::start(command, port, HEALTH, self.folder.join("serve.log"))
    }
}

/// What the image tells the C library.
fn tunables() -> Option<(&'static str, &'static str)> {
    const IMAGE: &str = include_str!("../../../Dockerfile");
    let mut variables = IMAGE.lines().filter_map(|line| line.trim().split_once('='));
    variables.find(|(name, _)| *name == "GLIBC_TUNABLES")
}

/// A path, and what the reference answers there.
pub(crate) struct Answer {
    pub(crate) path: &'static str,
    pub(crate) content_type: String,
    pub(crate) bodies: Bodies,
}

/// Bodies of answers.
pub(crate) enum Bodies {
    /// The same one for each request.
    One(Vec<u8>),
    /// Each for a query.
    ByQuery(Vec<(String, Vec<u8>)>),
}

impl Answer {
    /// A path, and a query if one is needed, that is answered.
    fn target(&self) -> String {
        match &self.bodies {
            Bodies::ByQuery(bodies) => {
                let (query, _) = bodies.first().expect("there is one");
                format!("{}?{query}", self.path)
            }
            Bodies::One(_) => self.path.to_owned(),
        }
    }
}

impl Bodies {
    /// Writes them as the reference reads them.
    fn write(&self, path: &Path) -> std::io::Result<()> {
        match self {
            Self::One(body) => std::fs::write(path, body),
            Self::ByQuery(bodies) => {
                std::fs::create_dir_all(path)?;
                let mut each = bodies.iter();
                each.try_for_each(|(query, body)| std::fs::write(path.join(query), body))
            }
        }
    }
}

/// Starts the reference server with these answers, and waits for its first one.
pub(crate) fn start_reference(
    program: &Path,
    folder: &Path,
    core: Option<usize>,
    answers: &[Answer],
) -> Process {
    std::fs::create_dir_all(folder).expect("the folder of the bench takes folders");
    let port = free_port();
    let mut command: Command = on_core(core, program);
    command.env_clear().arg(port.to_string());
    for (number, answer) in answers.iter().enumerate() {
        let file = folder.join(format!("answer-{number}"));
        let written = answer.bodies.write(&file);
        written.expect("the folder of the bench takes files");
        command.args([answer.path, &answer.content_type]).arg(file);
    }
    let first = answers.first().expect("it answers something").target();
    Process::start(command, port, &first, folder.join("reference.log"))
}
