//! Starting: every problem is told at once and clearly, and nothing is damaged.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::process::{self, Process};

const GOOD: [(&str, &str); 5] = [
    ("JUNCTURE_SECRET_KEY", "a-secret-key"),
    ("DEFAULT_JIRA_CLIENT_ID", "client"),
    ("DEFAULT_JIRA_CLIENT_SECRET", "client-secret-value"),
    (
        "DEFAULT_JIRA_REDIRECT_URI",
        "https://juncture.example.com/api/frontend/oauth/authorization-callback/jira",
    ),
    ("PORT", "0"),
];

fn with(variables: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    GOOD.into_iter().chain(variables.iter().copied()).collect()
}

/// What `juncture serve` says when it ends with exit code 1.
fn refusal(folder: &Path, variables: &[(&str, &str)]) -> String {
    let output = process::run(folder, &["serve"], variables);
    let text = process::text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(output.stdout.is_empty());
    text
}

#[test]
fn an_empty_environment_is_told_all_that_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let text = refusal(folder.path(), &[]);
    assert!(
        text.starts_with("juncture: the configuration has 4 problems:\n"),
        "{text}"
    );
    for name in [
        "JUNCTURE_SECRET_KEY",
        "DEFAULT_JIRA_CLIENT_ID",
        "DEFAULT_JIRA_CLIENT_SECRET",
        "DEFAULT_JIRA_REDIRECT_URI",
    ] {
        assert!(
            text.contains(&format!("  {name} is not set\n    for example: {name}=")),
            "{name}: {text}"
        );
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is made"
    );
}

#[test]
fn every_wrong_value_is_named_and_none_is_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = [
        (
            "DEFAULT_JIRA_REDIRECT_URI",
            "https://example.com/WRONGVALUE",
        ),
        ("DEFAULT_JIRA_SITE_REDIRECT_URI", "WRONGVALUE"),
        ("PORT", "WRONGVALUE"),
        ("JUNCTURE_BASE_URL", "ftp://WRONGVALUE"),
        ("JUNCTURE_FRONTEND_URL", "WRONGVALUE"),
        (
            "CORS_ALLOWED_ORIGINS",
            "https://good.example.com,WRONGVALUE",
        ),
        ("TRUSTED_PROXIES", "10.0.0.0/8, WRONGVALUE"),
        ("PUBLIC_REQUESTS_PER_MINUTE", "WRONGVALUE"),
        ("DATABASE_URL", "mysql://WRONGVALUE"),
        ("JUNCTURE_ENCRYPTION_KEYS", "k1:WRONGVALUE"),
        ("ATLASSIAN_AUTH_URL", "WRONGVALUE"),
        ("ATLASSIAN_API_URL", "WRONGVALUE"),
        ("LOG_FORMAT", "WRONGVALUE"),
        ("CLOUD_MODE", "WRONGVALUE"),
        ("REDIS_URL", "http://WRONGVALUE"),
        ("REDIS_CA_FILE", "/WRONGVALUE"),
        ("UPSTASH_REDIS_REST_URL", "redis://WRONGVALUE"),
        ("UPSTASH_REDIS_REST_TOKEN", "WRONGVALUE WRONGVALUE"),
    ];
    let text = refusal(folder.path(), &with(&wrong));
    assert!(text.contains("the configuration has 18 problems"), "{text}");
    for (name, _) in wrong {
        assert!(
            text.contains(&format!("\n  {name} must ")),
            "{name}: {text}"
        );
    }
    assert!(!text.contains("WRONGVALUE"), "values may be secret: {text}");
}

#[test]
fn half_a_cache_is_told_with_the_missing_half() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("no.pem"), "SECRETWORD").unwrap();
    let broken = "-----BEGIN CERTIFICATE-----\nSECRETWORD!\n-----END CERTIFICATE-----\n";
    fs::write(folder.path().join("broken.pem"), broken).unwrap();
    let plain = ("REDIS_URL", "redis://:SECRETWORD@redis.example.com/1");
    let secure = ("REDIS_URL", "rediss://:SECRETWORD@redis.example.com");
    for (variables, problem) in [
        (
            vec![("UPSTASH_REDIS_REST_URL", "https://SECRETWORD.example.com")],
            "UPSTASH_REDIS_REST_TOKEN is not set, though UPSTASH_REDIS_REST_URL is",
        ),
        (
            vec![("UPSTASH_REDIS_REST_TOKEN", "SECRETWORD"), plain],
            "UPSTASH_REDIS_REST_URL is not set, though UPSTASH_REDIS_REST_TOKEN is",
        ),
        (
            vec![("REDIS_CA_FILE", "no.pem")],
            "REDIS_CA_FILE must be unset where REDIS_URL is",
        ),
        (
            vec![plain, ("REDIS_CA_FILE", "no.pem")],
            "REDIS_CA_FILE must be unset unless REDIS_URL begins with rediss://",
        ),
        (
            vec![secure, ("REDIS_CA_FILE", "no.pem")],
            "REDIS_CA_FILE must name a file of certificates in PEM form",
        ),
        (
            vec![secure, ("REDIS_CA_FILE", "broken.pem")],
            "REDIS_CA_FILE must name a file of certificates in PEM form",
        ),
        (
            vec![secure, ("REDIS_CA_FILE", "none.pem")],
            "REDIS_CA_FILE must name a file that can be read: No such file or directory",
        ),
        (
            vec![(
                "REDIS_URL",
                "rediss://:SECRETWORD@redis.example.com#insecure",
            )],
            "REDIS_URL must not end in #insecure",
        ),
        (
            vec![("REDIS_URL", "redis://:SECRETWORD@redis.example.com/one")],
            "REDIS_URL must be redis://[user:password@]host[:port][/database]",
        ),
    ] {
        let text = refusal(folder.path(), &with(&variables));
        assert!(text.contains("the configuration has 1 problem:"), "{text}");
        assert!(text.contains(problem), "{problem}: {text}");
        assert!(!text.contains("SECRETWORD"), "{text}");
    }
    for good in [
        plain,
        secure,
        ("REDIS_URL", "redis+unix:///run/redis.sock?db=2"),
    ] {
        let output = process::run(folder.path(), &["check-config"], &with(&[good]));
        assert_eq!(output.status.code(), Some(0), "{good:?}");
    }
}

#[test]
fn check_config_says_whether_serve_would_start() {
    let folder = tempfile::tempdir().unwrap();
    let good = process::run(folder.path(), &["check-config"], &GOOD);
    assert_eq!(
        (good.status.code(), process::text(&good.stdout)),
        (Some(0), "the configuration is good\n".to_owned())
    );
    let bad = process::run(folder.path(), &["check-config"], &[]);
    assert_eq!(bad.status.code(), Some(1));
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is made"
    );
}

#[test]
fn an_env_file_fills_in_what_the_process_does_not_set() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<_> = GOOD
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect();
    fs::write(folder.path().join(".env"), lines.concat()).unwrap();
    assert_eq!(
        process::run(folder.path(), &["check-config"], &[])
            .status
            .code(),
        Some(0)
    );
    let overridden = process::run(folder.path(), &["check-config"], &[("PORT", "none")]);
    assert!(process::text(&overridden.stderr).contains("PORT must be a port number"));

    fs::write(
        folder.path().join(".env"),
        "NAME=value\nSECRETWORD and more\n",
    )
    .unwrap();
    let text = refusal(folder.path(), &[]);
    assert!(
        text.contains("the environment file .env has a line that is not `NAME=value`"),
        "{text}"
    );
    assert!(!text.contains("SECRETWORD"), "{text}");
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
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        use sqlx::Connection as _;
        let url = format!("sqlite://{}", database.display());
        let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
            VALUES (9999, 'from the future', TRUE, x'00', 0)";
        sqlx::raw_sql(newer).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
    let before = fs::read(&database).unwrap();
    let text = refusal(folder.path(), &GOOD);
    assert!(
        text.starts_with("juncture: the database juncture-data/juncture.db was written by a newer version of Juncture (it has migration 9999"),
        "{text}"
    );
    assert_eq!(fs::read(&database).unwrap(), before);
}

#[test]
fn logs_are_json_lines_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let log = Process::serve(folder.path(), &GOOD).0.stop();
    let events: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let messages: Vec<_> = events
        .iter()
        .map(|event| event["message"].as_str().unwrap())
        .collect();
    assert_eq!(messages, ["serving", "stopping"]);
    assert_eq!(events[0]["base_url"], "https://juncture.example.com/");
}
