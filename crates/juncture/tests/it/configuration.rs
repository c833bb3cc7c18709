//! The configuration: every problem is told at once and clearly, none quotes a value, and what is
//! likely to be a mistake is warned about.

use std::fs;

use crate::start::{GOOD, refusal, with};
use crate::support::process::{self, Process};
use crate::support::sandbox::http_client;

#[test]
fn an_empty_environment_is_told_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let text = refusal(folder.path(), &[]);
    assert!(
        text.starts_with("juncture: the configuration has 1 problem:\n"),
        "{text}"
    );
    let missing = "  JUNCTURE_SECRET_KEY is not set\n    for example: JUNCTURE_SECRET_KEY=";
    assert!(text.contains(missing), "{text}");
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is made"
    );
}

#[test]
fn half_an_oauth_app_is_told_with_the_missing_half_and_none_at_all_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let app = |name: &&(&str, &str)| name.0.starts_with("DEFAULT_JIRA_");
    let of_app: Vec<_> = GOOD.iter().filter(app).copied().collect();
    let others: Vec<_> = GOOD.iter().filter(|name| !app(name)).copied().collect();
    assert_eq!(of_app.len(), 3);
    for (given, _) in &of_app {
        let half = others
            .iter()
            .chain(of_app.iter().filter(|(name, _)| name == given));
        let text = refusal(folder.path(), &half.copied().collect::<Vec<_>>());
        assert!(text.contains("the configuration has 2 problems"), "{text}");
        for (name, _) in of_app.iter().filter(|(name, _)| name != given) {
            let problem = format!("  {name} is not set, though {given} is\n");
            assert!(text.contains(&problem), "{problem}: {text}");
        }
    }
    let output = process::run(folder.path(), &["check-config"], &others);
    assert_eq!(output.status.code(), Some(0));
    let told = process::text(&output.stderr) + &process::text(&output.stdout);
    assert!(told.contains("no provider is configured"), "{told}");
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
        "NAME=value\nOTHER='two\nlines'\n# it's a comment\nSECRETWORD and more\nLAST=1\n",
    )
    .unwrap();
    let text = refusal(folder.path(), &[]);
    assert!(
        text.contains("line 5 of the environment file .env is not `NAME=value`"),
        "{text}"
    );
    assert!(!text.contains("SECRETWORD"), "{text}");
    fs::write(folder.path().join(".env"), "A=1\nB=\"open\nSECRETWORD=2\n").unwrap();
    let text = refusal(folder.path(), &[]);
    assert!(text.contains("line 2 of"), "{text}");

    let named = ["check-config", "--env-file", "none.env"];
    let output = process::run(folder.path(), &named, &GOOD);
    let text = process::text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("cannot read the environment file none.env: No such file"),
        "{text}"
    );
}

#[test]
fn a_dollar_in_an_env_file_is_a_dollar() {
    let folder = tempfile::tempdir().unwrap();
    // Cut or expanded, each of these would be another key.
    for (written, meant) in [
        ("abcd$efgh-1234-5678", "abcd$efgh-1234-5678"),
        ("$HOME/1234567890", "$HOME/1234567890"),
        ("a$$b$1-2345678901234", "a$$b$1-2345678901234"),
        ("a${HOME}b-1234567890", "a${HOME}b-1234567890"),
        ("\"in$double-quotes\"", "in$double-quotes"),
        ("'in$single-quotes'", "in$single-quotes"),
        (r#""escaped\$1234567890""#, "escaped$1234567890"),
        (r"'escaped\$1234567890'", r"escaped\$1234567890"),
        (r"escaped\\$HOME-1234567", r"escaped\$HOME-1234567"),
    ] {
        let lines: Vec<_> = GOOD[1..]
            .iter()
            .map(|(name, value)| format!("{name}={value}\n"))
            .collect();
        let lines = lines.concat();
        let file = format!("\u{feff}JUNCTURE_SECRET_KEY={written}\n{lines}");
        fs::write(folder.path().join(".env"), file).unwrap();
        let environment = [("HOME", "x"), ("efgh", "x"), ("b", "x")];
        let (_server, address) = Process::serve(folder.path(), &environment);
        let url = format!("http://{address}/api/backend/connection-info/get-access-token");
        let statuses = [meant, "another-key-that-is-long"].map(|key| status_of(&url, key));
        assert_eq!(statuses, [400, 401], "{written}");
    }
}

/// What a call with this key and no parameters is answered.
fn status_of(url: &str, key: &str) -> u16 {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let http = http_client();
        let answer = http.get(url).bearer_auth(key).send().await.unwrap();
        answer.status().as_u16()
    })
}

#[test]
fn placeholders_and_short_keys_stop_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let example = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.env.example"));
    fs::write(folder.path().join(".env"), example.unwrap()).unwrap();
    let text = refusal(folder.path(), &[]);
    assert!(text.contains("the configuration has 3 problems:"), "{text}");
    for name in [
        "JUNCTURE_SECRET_KEY",
        "DEFAULT_JIRA_CLIENT_ID",
        "DEFAULT_JIRA_CLIENT_SECRET",
    ] {
        assert!(
            text.contains(&format!("{name} is still a placeholder")),
            "{text}"
        );
    }
    fs::remove_file(folder.path().join(".env")).unwrap();
    for (key, reason) in [
        ("a", "must be at least 16 characters long"),
        ("fifteen-letters", "must be at least 16 characters long"),
        (
            "<create your own secret key and provide it here>",
            "is still a placeholder",
        ),
        ("${JUNCTURE_KEY_OF_THE_VAULT}", "is still a placeholder"),
        ("your_secret_key_of_juncture", "is still a placeholder"),
        ("ChangeMe-ChangeMe-ChangeMe", "is still a placeholder"),
        ("xxxxxxxxxxxxxxxxxxxxxxxx", "is still a placeholder"),
    ] {
        let text = refusal(folder.path(), &with(&[("JUNCTURE_SECRET_KEY", key)]));
        assert!(
            text.contains(&format!("JUNCTURE_SECRET_KEY {reason}")),
            "{key}: {text}"
        );
        assert!(key.len() < 2 || !text.contains(key), "{text}");
    }
}

#[test]
fn origins_that_no_browser_has_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for origin in [
        "*",
        "null",
        "https://*.example.com",
        "https://app.example.com/path",
        "https://app.example.com?x",
        "https://app.example.com#x",
        "https://user@app.example.com",
        "app.example.com",
    ] {
        let origins = format!("https://good.example.com,{origin}");
        let variables = [&GOOD[..], &[("CORS_ALLOWED_ORIGINS", origins.as_str())]].concat();
        let text = refusal(folder.path(), &variables);
        assert!(
            text.contains("CORS_ALLOWED_ORIGINS must be"),
            "{origin}: {text}"
        );
    }
    let good = (
        "CORS_ALLOWED_ORIGINS",
        "https://APP.example.com:443/, http://localhost:3000",
    );
    let output = process::run(folder.path(), &["check-config"], &with(&[good]));
    assert_eq!(output.status.code(), Some(0));
}

/// The warnings of `check-config`, which takes this configuration.
fn warnings(variables: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let variables = [&GOOD[..], variables].concat();
    let output = process::run(folder.path(), &["check-config"], &variables);
    let text = process::text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let lines = text
        .lines()
        .map(|line| line.strip_prefix("warning: ").unwrap().to_owned());
    lines.collect()
}

#[test]
fn what_is_likely_to_be_a_mistake_is_warned_about() {
    assert!(warnings(&[]).is_empty());
    // Somebody else's, and what Kubernetes sets.
    let others = [
        ("PATH", "/bin"),
        ("DATABASE_HOST", "x"),
        ("REDIS_HOST", "x"),
        ("HOSTS", "x"),
        ("JUNCTURE_SERVICE_HOST", "10.0.0.1"),
        ("JUNCTURE_PORT_8000_TCP", "tcp://10.0.0.1:8000"),
        ("JUNCTURE_EMPTY", ""),
    ];
    assert!(warnings(&others).is_empty());
    for (variable, warning) in [
        (
            ("JUNCTURE_COLOUR", "SECRETWORD"),
            "JUNCTURE_COLOUR is not read: there is no such variable",
        ),
        (
            ("DATABSE_URL", "SECRETWORD"),
            "DATABSE_URL is not read; DATABASE_URL is, and looks like it",
        ),
        (
            ("CORS_ALLOWED_ORIGIN", "SECRETWORD"),
            "CORS_ALLOWED_ORIGIN is not read; CORS_ALLOWED_ORIGINS is, and looks like it",
        ),
        (
            ("JUNCTURE_BASEURL", "SECRETWORD"),
            "JUNCTURE_BASEURL is not read; JUNCTURE_BASE_URL is, and looks like it",
        ),
        (
            ("DEFAULT_JIRA_SCOPE", "SECRETWORD"),
            "DEFAULT_JIRA_SCOPE is not read; DEFAULT_JIRA_SCOPES is, and looks like it",
        ),
        (
            ("ATLASSIAN_API_URL", "http://SECRETWORD.example.com"),
            "ATLASSIAN_API_URL is http:// to another machine: tokens and codes go there for anybody on the way to read",
        ),
        (
            ("JUNCTURE_FRONTEND_URL", "https://SECRETWORD.example.com"),
            "JUNCTURE_FRONTEND_URL is of another origin than JUNCTURE_BASE_URL, and CORS_ALLOWED_ORIGINS does not name it: scripts there cannot call /api/frontend/*",
        ),
    ] {
        assert_eq!(warnings(&[variable]), [warning]);
    }
    for quiet in [
        vec![("ATLASSIAN_API_URL", "http://127.0.0.1:9000")],
        vec![("ATLASSIAN_AUTH_URL", "http://localhost:9000")],
        vec![
            ("JUNCTURE_FRONTEND_URL", "https://front.example.com/sub"),
            ("CORS_ALLOWED_ORIGINS", "https://front.example.com"),
        ],
    ] {
        assert!(warnings(&quiet).is_empty(), "{quiet:?}");
    }
    // The server tells them too.
    let folder = tempfile::tempdir().unwrap();
    let log = Process::serve(folder.path(), &with(&[("JUNCTURE_COLOUR", "x")]))
        .0
        .stop();
    assert!(log.contains("JUNCTURE_COLOUR is not read"), "{log}");
}
