//! The files that people deploy with stay in step with what the server reads and does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use juncture_server::cache::settings::CacheConfig;
use juncture_server::config::Config;
use juncture_server::environment::Environment;
use juncture_server::environment::variables::VARIABLES;
use juncture_server::jobs::Ticker;
use juncture_server::webhooks::sign::SigningSecret;
use saphyr::{LoadableYamlNode as _, Yaml};
use secrecy::ExposeSecret as _;

use crate::support::{TestApp, process};

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn known() -> BTreeSet<&'static str> {
    VARIABLES.iter().map(|variable| variable.name).collect()
}

/// A line that sets a variable.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    is_variable(name).then_some((name, value))
}

fn is_variable(word: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    word.len() > 3 && word.bytes().all(is_letter)
}

/// The assignments of `.env.example`, filled in; with `all`, those that are commented out too.
fn example(all: bool) -> Vec<(String, String)> {
    let text = read(".env.example");
    let lines = text
        .lines()
        .filter_map(|line| match line.strip_prefix('#') {
            Some(comment) if all => assignment(comment),
            _ => assignment(line),
        });
    // Its placeholders stop the start, as `configuration::placeholders_*` shows.
    let fill_in = |value: &str| value.replace("replace-me", "a-real-one");
    lines
        .map(|(name, value)| (name.to_owned(), fill_in(value)))
        .collect()
}

fn write_example(path: &Path, all: bool) {
    let mut lines = example(all);
    for (name, value) in &mut lines {
        if name == "JUNCTURE_ENCRYPTION_KEYS" {
            // Its line shows how to make one instead of one that people would run on.
            *value = juncture_server::seal::generate();
        }
        if name == "JUNCTURE_EVENTS_ENDPOINT_SECRET" {
            (SigningSecret::random().to_text().expose_secret()).clone_into(value);
        }
    }
    let lines: Vec<_> = lines
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect();
    fs::write(path, lines.concat()).unwrap();
}

#[test]
fn the_example_of_an_environment_file_has_every_variable_once() {
    let example = example(true);
    let names: BTreeSet<&str> = example.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), example.len(), "twice: {example:?}");
    assert_eq!(names, known());
    let scopes = example
        .iter()
        .find(|(name, _)| name == "DEFAULT_JIRA_SCOPES");
    let scopes: Vec<&str> = scopes.unwrap().1.split(',').collect();
    let default = juncture_jira::oauth::DEFAULT_SCOPES;
    assert_eq!(scopes, default, "it says that this is the default");
}

#[test]
fn the_example_of_an_environment_file_is_a_good_one_when_filled_in_and_with_every_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("example.env");
    for all in [false, true] {
        write_example(&file, all);
        let arguments = ["check-config", "--env-file", file.to_str().unwrap()];
        let output = process::run(folder.path(), &arguments, &[]);
        let complaint = process::text(&output.stderr);
        assert_eq!((output.status.code(), complaint.as_str()), (Some(0), ""));
    }
}

/// The instructions of the last stage of the Dockerfile, continued lines made one.
fn instructions() -> Vec<(String, String)> {
    let text = read("Dockerfile").replace("\\\n", " ");
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'));
    let pairs: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(' '))
        .map(|(instruction, rest)| (instruction.to_owned(), rest.trim().to_owned()))
        .collect();
    let last = pairs.iter().rposition(|(name, _)| name == "FROM").unwrap();
    pairs[last..].to_vec()
}

#[track_caller]
fn instruction(name: &str) -> String {
    let found: Vec<_> = instructions()
        .into_iter()
        .filter(|(instruction, _)| instruction == name)
        .collect();
    assert_eq!(found.len(), 1, "one {name}");
    found[0].1.clone()
}

/// What the C library reads of the environment.
const TUNABLES: &str = "GLIBC_TUNABLES";

/// The variables that the image sets for the server.
fn of_image() -> BTreeMap<String, String> {
    let mut variables = all_of_image();
    variables.remove(TUNABLES);
    variables
}

fn all_of_image() -> BTreeMap<String, String> {
    let pairs = instruction("ENV");
    let pairs = pairs
        .split_whitespace()
        .map(|pair| assignment(pair).unwrap());
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn the_image_sets_what_the_server_reads_and_runs_what_it_has() {
    let variables = of_image();
    for name in variables.keys() {
        assert!(known().contains(name.as_str()), "{name}");
    }
    assert_eq!(instruction("EXPOSE"), variables["PORT"]);
    assert_eq!(instruction("VOLUME"), variables["JUNCTURE_DATA_DIR"]);
    let user = instruction("USER");
    let ids: Vec<u32> = user.split(':').map(|id| id.parse().unwrap()).collect();
    assert!(ids.len() == 2 && !ids.contains(&0), "{user}");
    let with_data = format!(
        "--from=build --chown={user} /data {}",
        variables["JUNCTURE_DATA_DIR"]
    );
    assert!(instructions().contains(&("COPY".to_owned(), with_data)));
    let environment = variables.into_iter().chain(example(false)).collect();
    Config::read(&environment).unwrap();

    // Its commands are ones that the binary takes.
    let program: Vec<String> = juncture_json::decode(instruction("ENTRYPOINT")).unwrap();
    let check = instruction("HEALTHCHECK");
    let check = check.split_once("CMD ").unwrap().1;
    let check: Vec<String> = juncture_json::decode(check).unwrap();
    assert_eq!(check[..1], program[..]);
    let serve: Vec<String> = juncture_json::decode(instruction("CMD")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&check[1..], &serve[..]] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = process::run(folder.path(), &[&arguments[..], &["--help"]].concat(), &[]);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn the_image_is_built_by_the_oldest_compiler_that_will_do() {
    let manifest = read("Cargo.toml");
    let version = manifest.split_once("rust-version = \"").unwrap().1;
    let version = version.split_once('"').unwrap().0;
    let from = format!("FROM rust:{version}-");
    assert!(read("Dockerfile").contains(&from), "{from}");
}

#[test]
fn the_image_and_the_page_ship_what_is_built_to_be_shipped() {
    assert!(read("Cargo.toml").contains("\n[profile.dist]\n"));
    assert!(read("scripts/dist").contains("--profile dist --locked --package juncture"));
    for file in ["Dockerfile", "docs/DEPLOYMENT.md"] {
        let text = read(file);
        let built = text.contains("scripts/dist");
        assert!(built && text.contains("target/dist/juncture"), "{file}");
        let tunables = format!("{TUNABLES}={}", all_of_image()[TUNABLES]);
        assert!(text.contains(&tunables), "{file}");
        for other in ["--release", "target/release"] {
            assert!(!text.contains(other), "{file} has {other}");
        }
    }
}

#[test]
fn compose_gives_the_server_a_good_configuration() {
    let text = read("compose.yaml").replace(
        "${POSTGRES_PASSWORD:?see the head of compose.yaml}",
        "c0ffee",
    );
    assert!(!text.contains("${"), "nothing else is filled in");
    let documents = Yaml::load_from_str(&text).unwrap();
    let services = &documents[0]["services"];
    let server = &services["juncture"];
    let environment: BTreeMap<String, String> = server["environment"]
        .as_mapping()
        .unwrap()
        .iter()
        .map(|(name, value)| {
            let value = value
                .as_str()
                .unwrap_or_else(|| panic!("{name:?} is no text"));
            (name.as_str().unwrap().to_owned(), value.to_owned())
        })
        .collect();
    for name in environment.keys() {
        assert!(known().contains(name.as_str()), "{name}");
    }
    assert_eq!(server["env_file"].as_str(), Some(".env"));

    // What the server sees: the image's variables, then those of `.env`, then those of the service.
    let key = juncture_server::seal::generate();
    let variables: Environment = of_image()
        .into_iter()
        .chain(example(false))
        .chain([("JUNCTURE_ENCRYPTION_KEYS".to_owned(), key)])
        .chain(environment)
        .collect();
    let config = Config::read(&variables).unwrap();
    assert_eq!(
        config.database.to_string(),
        "postgres://postgres:5432/juncture"
    );
    let CacheConfig::Redis(redis) = &config.cache else {
        panic!("no Redis: {:?}", config.cache)
    };
    assert_eq!(redis.server.addr().to_string(), "redis:6379");
    let published = server["ports"][0].as_str().unwrap();
    assert!(published.ends_with(&format!(":{}", config.address.port)));
    assert_eq!(config.address.host, "0.0.0.0");

    // It waits for services that tell when they are ready.
    for name in ["postgres", "redis"] {
        let condition = server["depends_on"][name]["condition"].as_str();
        assert_eq!(condition, Some("service_healthy"), "{name}");
        assert!(
            services[name]["healthcheck"]["test"].is_sequence(),
            "{name}"
        );
    }
}

/// What stands in backticks on a page.
fn quoted(page: &str) -> Vec<String> {
    let parts = page.split('`').skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

#[test]
fn the_page_on_deployment_names_variables_that_there_are() {
    let quoted = quoted(&read("docs/DEPLOYMENT.md"));
    let names = quoted.iter().map(|word| word.split('=').next().unwrap());
    let names: BTreeSet<&str> = names
        .filter(|name| is_variable(name) && name.contains('_'))
        .collect();
    assert!(names.len() > 8, "the search finds them: {names:?}");
    for name in names {
        assert!(known().contains(name), "{name}");
    }
}

#[tokio::test]
async fn the_alerts_watch_counts_that_are_there_before_their_first_event() {
    let app = TestApp::start().await;
    app.visit("/healthz").await;
    // What goes on in a running server.
    Ticker::new(app.supervisor(), app.app.jobs()).tick().await;
    let metrics = app.visit("/metrics").await.text();
    let page = read("docs/DEPLOYMENT.md");
    let rules = page
        .split_once("```yaml")
        .unwrap()
        .1
        .split_once("```")
        .unwrap()
        .0;
    let is_part = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    let names: BTreeSet<&str> = rules
        .split(|letter| !is_part(letter))
        .filter(|word| word.starts_with("juncture_"))
        .collect();
    assert!(names.len() >= 4, "the search finds them: {names:?}");
    for name in names {
        assert!(
            metrics.contains(&format!("\n{name}{{")),
            "{name}: {metrics}"
        );
    }
    let outcomes: Vec<&str> = rules
        .split("outcome=")
        .skip(1)
        .flat_map(|rest| rest.split('"').nth(1).unwrap().split('|'))
        .collect();
    assert!(outcomes.len() >= 6, "the search finds them: {outcomes:?}");
    for outcome in outcomes {
        let count = format!(
            "\njuncture_token_refreshes_total{{provider=\"jira\",outcome=\"{outcome}\"}} 0\n"
        );
        assert!(metrics.contains(&count), "{outcome}: {metrics}");
    }
    let failures = "\njuncture_token_commit_failures_total{provider=\"jira\"} 0\n";
    assert!(metrics.contains(failures), "{metrics}");
}

#[test]
fn cargo_run_runs_the_server_and_nothing_else() {
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--offline",
    ]);
    let output = process::output(cargo.current_dir(root()));
    assert!(output.status.success(), "{output:?}");
    let workspace: serde_json::Value = juncture_json::decode(output.stdout).unwrap();
    let defaults = workspace["workspace_default_members"].as_array().unwrap();
    let packages = workspace["packages"].as_array().unwrap().iter();
    let programs: Vec<_> = packages
        .filter(|package| defaults.contains(&package["id"]))
        .flat_map(|package| package["targets"].as_array().unwrap())
        .filter(|target| target["kind"][0] == "bin")
        .map(|target| &target["name"])
        .collect();
    assert_eq!(programs, ["juncture"]);
}
