//! Starting and ending: what is in the way is told in one sentence, and nothing is damaged.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::process::{self, Process};

pub(crate) const GOOD: [(&str, &str); 5] = [
    ("JUNCTURE_SECRET_KEY", "a-secret-key-that-is-long"),
    ("DEFAULT_JIRA_CLIENT_ID", "client"),
    ("DEFAULT_JIRA_CLIENT_SECRET", "client-secret-value"),
    (
        "DEFAULT_JIRA_REDIRECT_URI",
        "https://juncture.example.com/api/frontend/oauth/authorization-callback/jira",
    ),
    ("PORT", "0"),
];

pub(crate) fn with(
    variables: &[(&'static str, &'static str)],
) -> Vec<(&'static str, &'static str)> {
    GOOD.into_iter().chain(variables.iter().copied()).collect()
}

/// What `juncture serve` says when it ends with exit code 1.
pub(crate) fn refusal(folder: &Path, variables: &[(&str, &str)]) -> String {
    let output = process::run(folder, &["serve"], variables);
    let text = process::text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(output.stdout.is_empty());
    text
}

#[test]
fn a_port_in_use_is_one_sentence_and_touches_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let text = refusal(
        folder.path(),
        &[&GOOD[..], &[("PORT", port.as_str())]].concat(),
    );
    assert_eq!(
        text,
        format!(
            "juncture: cannot listen on 127.0.0.1:{port}: Address already in use (os error 98)\n"
        )
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_cannot_be_made_is_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("occupied"), "a file").unwrap();
    let text = refusal(
        folder.path(),
        &with(&[("JUNCTURE_DATA_DIR", "occupied/data")]),
    );
    assert_eq!(
        text,
        "juncture: cannot create the folder occupied/data for the database: Not a directory (os error 20)\n"
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("occupied")).unwrap(),
        "a file"
    );
}

#[test]
fn a_file_that_is_no_database_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let content =
        "this is somebody's letter, not a database; it must still be here afterwards".repeat(50);
    fs::write(folder.path().join("letter.db"), &content).unwrap();
    let text = refusal(
        folder.path(),
        &with(&[("DATABASE_URL", "sqlite://letter.db")]),
    );
    assert_eq!(
        text,
        "juncture: cannot open the database letter.db: file is not a database\n"
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("letter.db")).unwrap(),
        content
    );
}

#[test]
fn a_broken_key_file_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("juncture-data");
    fs::create_dir(&data).unwrap();
    for broken in ["", "k1:tooshort", "SECRETWORD", "k1:AAAA:AAAA\nmore"] {
        fs::write(data.join("juncture.key"), broken).unwrap();
        fs::set_permissions(data.join("juncture.key"), Permissions::from_mode(0o600)).unwrap();
        let text = refusal(folder.path(), &GOOD);
        assert!(
            text.starts_with(
                "juncture: the key file juncture-data/juncture.key is broken: it must hold lines"
            ),
            "{text}"
        );
        assert_eq!(text.lines().count(), 1);
        assert!(!text.contains("SECRETWORD"));
        assert_eq!(
            fs::read_to_string(data.join("juncture.key")).unwrap(),
            broken
        );
    }
}

#[test]
fn the_first_start_makes_a_key_file_for_its_owner_alone_and_the_next_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    Process::serve(folder.path(), &GOOD).0.stop();
    let path = folder.path().join("juncture-data/juncture.key");
    let key = fs::read_to_string(&path).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    Process::serve(folder.path(), &GOOD).0.stop();
    assert_eq!(fs::read_to_string(&path).unwrap(), key);
}

#[test]
fn a_database_from_a_newer_version_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    Process::serve(folder.path(), &GOOD).0.stop();
    let database = folder.path().join("juncture-data/juncture.db");
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
        VALUES (9999, 'from the future', TRUE, x'00', 0)";
    change_database(&database, newer);
    let before = fs::read(&database).unwrap();
    let text = refusal(folder.path(), &GOOD);
    assert!(
        text.starts_with("juncture: the database juncture-data/juncture.db was written by a newer version of Juncture (it has migration 9999"),
        "{text}"
    );
    assert_eq!(fs::read(&database).unwrap(), before);
}

/// A SQLite file after these statements.
fn change_database(file: &Path, sql: &'static str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        use sqlx::Connection as _;
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
        let options = options.create_if_missing(true);
        let connected = sqlx::SqliteConnection::connect_with(&options).await;
        let mut connection = connected.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

#[test]
fn tables_that_no_released_version_made_are_refused_and_kept() {
    // Those of before the first release, and those of another program.
    let before = "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1";
    for (has_ours, sql) in [
        (true, before),
        (false, "CREATE TABLE connection (theirs TEXT)"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("juncture-data/juncture.db");
        if has_ours {
            Process::serve(folder.path(), &GOOD).0.stop();
        } else {
            fs::create_dir(file.parent().unwrap()).unwrap();
        }
        change_database(&file, sql);
        let kept = fs::read(&file).unwrap();
        let text = refusal(folder.path(), &GOOD);
        let (what, todo) = (
            "juncture: the database juncture-data/juncture.db has tables that this version of Juncture did not make",
            "move it away or name another one in DATABASE_URL",
        );
        assert!(text.starts_with(what) && text.contains(todo), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        // Of another program's file the journal may be another one by then.
        assert!(!has_ours || fs::read(&file).unwrap() == kept);
    }
}

#[test]
fn logs_are_json_lines_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let log = Process::serve(folder.path(), &GOOD).0.stop();
    let events: Vec<serde_json::Value> = log
        .lines()
        .map(|line| juncture_json::decode(line).unwrap())
        .collect();
    let messages: Vec<_> = events
        .iter()
        .map(|event| event["message"].as_str().unwrap())
        .collect();
    assert_eq!(messages, ["serving", "stopping"]);
    assert_eq!(events[0]["base_url"], "https://juncture.example.com/");
}

#[test]
fn a_start_that_waits_says_for_what_and_ends_when_it_is_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    // It takes connections and never says a word.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "postgres://juncture@{}/juncture",
        silent.local_addr().unwrap()
    );
    let keys = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let variables = [
        &GOOD[..],
        &[
            ("DATABASE_URL", url.as_str()),
            ("JUNCTURE_ENCRYPTION_KEYS", keys),
        ],
    ]
    .concat();
    let command = process::command(folder.path(), &["serve"], &variables);
    let (server, line) = Process::start(command, |line| {
        line.contains("the start waits").then(|| line.to_owned())
    });
    assert!(line.contains("to reach the database"), "{line}");
    let address = silent.local_addr().unwrap().to_string();
    assert!(line.contains(&address), "{line}");
    // By itself it would give up as a failure, not end in good order.
    server.stop();
}

#[test]
fn every_usual_signal_ends_the_server_in_good_order() {
    let folder = tempfile::tempdir().unwrap();
    for signal in ["-TERM", "-INT", "-HUP", "-QUIT"] {
        let (server, _) = Process::serve(folder.path(), &GOOD);
        server.signal(signal);
        let log = server.wait();
        assert!(log.contains("stopping"), "{signal}: {log}");
    }
}

#[test]
fn the_sandbox_ends_though_somebody_has_sent_half_a_request() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let command = process::command(folder.path(), &["sandbox", "--port", "0"], &[]);
    let (sandbox, address) = Process::start(command, |line| {
        Some(line.strip_prefix("ATLASSIAN_API_URL=http://")?.to_owned())
    });
    let mut half = std::net::TcpStream::connect(address).unwrap();
    half.write_all(b"GET / HT").unwrap();
    sandbox.stop();
}
