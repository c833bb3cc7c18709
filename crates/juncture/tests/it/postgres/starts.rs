//! Starts on PostgreSQL: what refuses one is told in one sentence without the password, and many at
//! once are as good as one.

use std::time::Duration;

use super::KEYS;
use crate::support::postgres::{PASSWORD, PrivatePostgres};
use crate::support::process::{self, Process};
use crate::support::{environment_of_process, free_port};

/// The variables of a server with this database; nobody's sandbox.
fn variables(url: &str) -> Vec<(String, String)> {
    let folder = std::path::Path::new("/nowhere");
    let mut variables = environment_of_process(folder, "http://127.0.0.1:9", free_port());
    variables.push(("DATABASE_URL".to_owned(), url.to_owned()));
    variables.push(("JUNCTURE_ENCRYPTION_KEYS".to_owned(), KEYS.to_owned()));
    variables
}

/// What `juncture serve` says when it ends with exit code 1.
fn refusal(variables: &[(String, String)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = process::run(folder.path(), &["serve"], &pairs(variables));
    let text = process::text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(!text.contains(PASSWORD), "{text}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    text
}

fn pairs(variables: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = variables.iter();
    pairs
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[test]
fn without_keys_the_start_is_refused_with_a_fresh_one_that_would_do() {
    let server = PrivatePostgres::start();
    let mut variables = variables(&server.url("postgres"));
    variables.retain(|(name, _)| name != "JUNCTURE_ENCRYPTION_KEYS");
    let text = refusal(&variables);
    assert!(
        text.contains("\n  JUNCTURE_ENCRYPTION_KEYS is not set: what PostgreSQL stores is sealed"),
        "{text}"
    );
    let example = |text: &str| {
        let line = text.lines().find(|line| line.contains("for example"));
        line.unwrap().rsplit("KEYS=").next().unwrap().to_owned()
    };
    let key = example(&text);
    assert_ne!(
        key,
        example(&refusal(&variables)),
        "nobody runs on a printed key"
    );
    variables.push(("JUNCTURE_ENCRYPTION_KEYS".to_owned(), key));
    let folder = tempfile::tempdir().unwrap();
    let log = Process::serve(folder.path(), &pairs(&variables)).0.stop();
    let name = format!("postgres://127.0.0.1:{}/postgres", server.port);
    assert!(log.contains(&format!("\"database\":\"{name}\"")), "{log}");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "no key file"
    );
}

/// What a start ends with; the log may have said before that it waits, and for what.
fn sentence(text: &str) -> &str {
    let mut lines = text.lines().rev();
    let sentence = lines.next().unwrap();
    assert!(
        lines.all(|line| line.contains("the start waits to reach the database")),
        "{text}"
    );
    sentence
}

#[test]
fn a_server_that_cannot_be_used_is_one_sentence() {
    let server = PrivatePostgres::start();
    let port = server.port;
    let away = free_port();
    for (url, reason) in [
        (
            format!("postgres://juncture:{PASSWORD}@127.0.0.1:{away}/postgres"),
            format!("127.0.0.1:{away}/postgres: Connection refused (os error 111)"),
        ),
        (
            format!("postgres://juncture:{PASSWORD}x@127.0.0.1:{port}/postgres"),
            format!("127.0.0.1:{port}/postgres: password authentication failed for user \"juncture\""),
        ),
        (
            server.url("absent"),
            format!("127.0.0.1:{port}/absent: database \"absent\" does not exist"),
        ),
        (
            format!("postgres://juncture:{PASSWORD}@name.invalid/postgres"),
            "name.invalid:5432/postgres: failed to lookup address information: Name or service not known".to_owned(),
        ),
    ] {
        assert_eq!(
            sentence(&refusal(&variables(&url))),
            format!("juncture: cannot open the database postgres://{reason}")
        );
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the bound is real time")]
fn a_server_that_keeps_silent_is_told_within_seconds() {
    let server = PrivatePostgres::start();
    server.pause();
    let began = std::time::Instant::now();
    let text = refusal(&variables(&server.url("postgres")));
    assert!(began.elapsed() < Duration::from_secs(10));
    let port = server.port;
    assert_eq!(
        sentence(&text),
        format!(
            "juncture: cannot open the database postgres://127.0.0.1:{port}/postgres: it does not answer in time"
        )
    );
}

#[tokio::test]
async fn a_database_from_a_newer_version_is_refused() {
    let server = PrivatePostgres::start();
    let variables = variables(&server.url("postgres"));
    let folder = tempfile::tempdir().unwrap();
    Process::serve(folder.path(), &pairs(&variables)).0.stop();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
        VALUES (9999, 'from the future', TRUE, '', 0)";
    server.execute("postgres", newer).await;
    let port = server.port;
    assert_eq!(
        refusal(&variables),
        format!(
            "juncture: the database postgres://127.0.0.1:{port}/postgres was written by a newer version of Juncture (it has migration 9999, which this one does not know); start that version, or restore a backup from before the upgrade\n"
        )
    );
}

#[tokio::test]
async fn tables_of_somebody_else_are_left_alone() {
    let server = PrivatePostgres::start();
    let theirs =
        "CREATE TABLE connection (theirs TEXT); INSERT INTO connection VALUES ('still here')";
    server.execute("postgres", theirs).await;
    let said = refusal(&variables(&server.url("postgres")));
    assert_foreign(&server, &said);
    let tables = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(
        server.number("postgres", tables).await,
        1,
        "nothing is half done"
    );

    // A schema of our own is named in the URL, as PostgreSQL says it and as Prisma does.
    let schemas = "CREATE SCHEMA ours; CREATE SCHEMA prismas";
    server.execute("postgres", schemas).await;
    for (parameter, count) in [
        (
            "options[search_path]=ours",
            "SELECT COUNT(*) FROM ours.connection",
        ),
        ("schema=prismas", "SELECT COUNT(*) FROM prismas.connection"),
    ] {
        let url = format!("{}?{parameter}", server.url("postgres"));
        let folder = tempfile::tempdir().unwrap();
        Process::serve(folder.path(), &pairs(&variables(&url)))
            .0
            .stop();
        assert_eq!(server.number("postgres", count).await, 0, "{parameter}");
    }
    assert_eq!(
        server
            .number("postgres", "SELECT COUNT(*) FROM public.connection")
            .await,
        1
    );
}

/// Asserts that a start has refused tables that no released version made, and said what to do.
#[track_caller]
fn assert_foreign(server: &PrivatePostgres, said: &str) {
    let port = server.port;
    let what = format!(
        "juncture: the database postgres://127.0.0.1:{port}/postgres has tables that this version of Juncture did not make"
    );
    assert!(said.starts_with(&what), "{said}");
    assert!(said.contains("name another one in DATABASE_URL"), "{said}");
}

#[tokio::test]
async fn tables_of_before_the_first_release_are_refused() {
    let server = PrivatePostgres::start();
    let variables = variables(&server.url("postgres"));
    let folder = tempfile::tempdir().unwrap();
    Process::serve(folder.path(), &pairs(&variables)).0.stop();
    for sql in [
        "UPDATE _sqlx_migrations SET checksum = '' WHERE version = 1",
        "DELETE FROM _sqlx_migrations",
    ] {
        server.execute("postgres", sql).await;
        assert_foreign(&server, &refusal(&variables));
    }
}

#[tokio::test]
async fn an_original_deployment_in_the_same_database_is_left_alone() {
    let server = PrivatePostgres::start();
    let original = "CREATE SCHEMA \"juncture-core\"; \
        CREATE TABLE \"juncture-core\".connection (connection_id UUID PRIMARY KEY, refresh_token TEXT); \
        INSERT INTO \"juncture-core\".connection VALUES (gen_random_uuid(), 'token')";
    server.execute("postgres", original).await;
    let folder = tempfile::tempdir().unwrap();
    let variables = variables(&server.url("postgres"));
    Process::serve(folder.path(), &pairs(&variables)).0.stop();
    let theirs = "SELECT COUNT(*) FROM \"juncture-core\".connection WHERE refresh_token = 'token'";
    assert_eq!(server.number("postgres", theirs).await, 1);
    assert_eq!(
        server
            .number("postgres", "SELECT COUNT(*) FROM public.connection")
            .await,
        0
    );
}

#[tokio::test]
async fn a_start_behind_another_that_prepares_the_database_says_so_and_ends_when_asked() {
    let server = PrivatePostgres::start();
    let mut other = server.connect("postgres").await;
    // The lock of `store::migrations`.
    sqlx::raw_sql("SELECT pg_advisory_lock(7670264892033721957)")
        .execute(&mut other)
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let variables = variables(&server.url("postgres"));
    let command = process::command(folder.path(), &["serve"], &pairs(&variables));
    let (waiting, line) = Process::start(command, |line| {
        line.contains("the start waits").then(|| line.to_owned())
    });
    assert!(line.contains("another process that prepares it"), "{line}");
    waiting.stop();
}
