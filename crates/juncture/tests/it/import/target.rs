//! A deployment of ours that an original arrives in.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use juncture_clock::SystemClock;
use juncture_import as import;
use juncture_server::app::App;
use juncture_server::config::Config;
use juncture_server::project::ProjectId;
use juncture_server::server;
use juncture_server::store::settings::PostgresConfig;
use serde_json::Value;

use super::original::Original;
use super::rows::{Rest, Row, rows_of, sealed_of};
use crate::support::database::TestDatabase;
use crate::support::{TestApp, environment, environment_of_process, process};

/// Nothing listens there: an import calls nobody.
const NO_ATLASSIAN: &str = "http://127.0.0.1:9";

/// Where the original arrives.
pub(crate) struct Target {
    database: Arc<TestDatabase>,
}

/// What a run said, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    /// What stands on standard output.
    pub(crate) report: String,
    /// What stands on standard error.
    pub(crate) progress: String,
    /// The lines of the report file.
    pub(crate) lines: Vec<Value>,
}

impl Target {
    pub(crate) fn of(database: TestDatabase) -> Self {
        let database = Arc::new(database);
        Self { database }
    }

    /// The database of the original, which has our tables in another schema.
    pub(crate) fn in_the_same(original: &Original) -> Self {
        let database = original.database();
        Self { database }
    }

    fn report(&self) -> PathBuf {
        self.database.folder().join("report.jsonl")
    }

    /// `juncture import`, not yet run.
    pub(crate) fn import(&self, from: &str, arguments: &[&str]) -> Command {
        let mut import = self.import_without_report(from);
        import.arg("--report").arg(self.report()).args(arguments);
        import
    }

    pub(crate) fn import_without_report(&self, from: &str) -> Command {
        let folder = self.database.folder();
        let mut command = process::command(folder, &["import", "--from", from], &[]);
        command
            .envs(environment_of_process(folder, NO_ATLASSIAN, 0))
            .env("JUNCTURE_DATA_DIR", folder)
            .envs(self.database.variables());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, from: &str, arguments: &[&str]) -> Run {
        self.end(&process::output(&mut self.import(from, arguments)))
    }

    /// What came of a run that has ended.
    pub(crate) fn end(&self, output: &Output) -> Run {
        Run {
            code: output.status.code().unwrap(),
            report: process::text(&output.stdout),
            progress: process::text(&output.stderr),
            lines: read_lines(&self.report()),
        }
    }

    /// The store and its keys, opened as a server opens them.
    pub(crate) async fn open(&self) -> App {
        let database = &self.database;
        let environment = environment(database.folder(), NO_ATLASSIAN, &database.variables());
        let config = Config::read(&environment).unwrap();
        server::open(config, Arc::new(SystemClock)).await.unwrap()
    }

    /// What has arrived.
    pub(crate) async fn rows(&self) -> Vec<Row> {
        self.whole_rows()
            .await
            .into_iter()
            .map(|(row, _)| row)
            .collect()
    }

    /// Every sealed value and every version, as they stand in the store.
    pub(crate) async fn sealed(&self) -> Vec<(Vec<u8>, Vec<u8>, i64)> {
        let app = self.open().await;
        let sealed = sealed_of(&app).await;
        app.store.close().await;
        sealed
    }

    pub(crate) async fn whole_rows(&self) -> Vec<(Row, Rest)> {
        let app = self.open().await;
        let rows = rows_of(&app).await;
        app.store.close().await;
        rows
    }
}

/// The same within a server that runs.
pub(crate) async fn import_into(app: &TestApp, original: &Original, renew_unused: bool) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.jsonl");
    let options = import::Options {
        from: PostgresConfig::parse(original.url(), 1).unwrap(),
        renew_unused,
        report: Some(report.clone()),
    };
    let (said, told) = (RefCell::default(), RefCell::default());
    let add = |text: &RefCell<String>, line: &str| text.borrow_mut().extend([line, "\n"]);
    let say = |line: &str| add(&said, line);
    let tell = |line: &str| add(&told, line);
    let target = import::Target {
        project: ProjectId::DEFAULT,
        store: app.app.store.clone(),
        sealer: app.app.sealer.clone(),
        clock: app.app.clock.clone(),
    };
    let is_all_here = import::run(&target, &options, say, tell).await.unwrap();
    Run {
        code: if is_all_here { 0 } else { 3 },
        report: said.into_inner(),
        progress: told.into_inner(),
        lines: read_lines(&report),
    }
}

fn read_lines(report: &Path) -> Vec<Value> {
    let lines = std::fs::read_to_string(report).unwrap_or_default();
    let line = |line| juncture_json::decode(line).unwrap();
    lines.lines().map(line).collect()
}

impl Run {
    /// What stands on standard error, without the log, to which a busy machine adds its slow statements.
    pub(crate) fn progress_lines(&self) -> Vec<&str> {
        let is_of_log = |line: &&str| line.contains(" WARN ");
        self.progress
            .lines()
            .filter(|line| !is_of_log(line))
            .collect()
    }

    /// The number that the report gives for what begins so.
    #[track_caller]
    pub(crate) fn count(&self, what: &str) -> usize {
        let find = |line: &str| {
            let (count, counted) = line.trim_start().split_once("  ")?;
            counted.starts_with(what).then(|| count.parse().ok())?
        };
        let found = self.report.lines().find_map(find);
        found.unwrap_or_else(|| panic!("no count of {what}: {}", self.report))
    }

    /// Asserts how many were taken, left as they are, and not taken.
    #[track_caller]
    pub(crate) fn assert(&self, taken: usize, here: usize, refused: usize) {
        let counts = ["taken", "here already", "not taken"].map(|what| self.count(what));
        let code = if refused == 0 { 0 } else { 3 };
        assert_eq!(
            (counts, self.code),
            ([taken, here, refused], code),
            "{self:?}"
        );
    }
}
