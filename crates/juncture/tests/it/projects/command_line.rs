//! `juncture key` and `juncture project`: the rules of the API, against the store beside running servers.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use crate::support::environment_of_process;
use crate::support::process::{self, Process};
use crate::support::real_time::eventually;
use crate::support::sandbox::http_client;

const VALIDITY: &str =
    "/api/backend/connection-info/check-connection-validity?external_id=a&provider=jira";

/// What a command does on the store of this folder.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    let variables = environment_of_process(folder, "http://127.0.0.1:9", 0);
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    process::run(folder, arguments, &variables)
}

#[track_caller]
fn printed(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| juncture_json::decode(line).unwrap())
        .collect()
}

#[test]
fn projects_are_made_listed_changed_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| run(folder.path(), arguments);
    let settings = r#"{"branding": {"name": "Acme"}}"#;
    let made = run(&["project", "create", "Acme", "--settings", settings]);
    let made: Value = juncture_json::decode(printed(&made)).unwrap();
    assert_eq!(made["settings"]["branding"]["name"], "Acme");
    let shown: Value = juncture_json::decode(printed(&run(&["project", "show", "Acme"]))).unwrap();
    assert_eq!(shown, made);
    let taken = refused(&run(&["project", "create", "Acme"]));
    assert!(taken.contains("another project has this name"), "{taken}");
    let unfit = r#"{"branding": {"nam": "Acme"}}"#;
    let unfit = refused(&run(&["project", "update", "Acme", "--settings", unfit]));
    assert!(unfit.contains("settings.branding.nam"), "{unfit}");
    let limits = r#"{"limits": {"requests_per_minute": 60}}"#;
    let update = [
        "project",
        "update",
        "Acme",
        "--rename",
        "Bolt",
        "--settings",
        limits,
    ];
    let changed: Value = juncture_json::decode(printed(&run(&update))).unwrap();
    assert_eq!(changed["name"], "Bolt");
    assert_eq!(changed["settings"]["limits"]["requests_per_minute"], 60);
    let listed = lines(&printed(&run(&["project", "list"])));
    let names: Vec<_> = listed
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["default", "Bolt"]);
    let unsure = refused(&run(&["project", "delete", "Bolt", "--confirm", "bolt"]));
    assert!(unsure.contains("--confirm"), "{unsure}");
    printed(&run(&["project", "delete", "Bolt", "--confirm", "Bolt"]));
    let gone = refused(&run(&["project", "show", "Bolt"]));
    assert!(gone.contains("no project is called `Bolt`"), "{gone}");
    let kept = refused(&run(&[
        "project",
        "delete",
        "default",
        "--confirm",
        "default",
    ]));
    assert!(kept.contains("is not deleted"), "{kept}");
}

/// The status of a call to a running server.
async fn status(server: &str, path: &str, key: &str) -> u16 {
    let call = http_client().get(format!("{server}{path}"));
    let answer = call.bearer_auth(key).send().await.unwrap();
    answer.status().as_u16()
}

#[tokio::test]
async fn a_key_of_the_command_line_opens_what_its_scopes_say() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_owned();
    let variables = environment_of_process(&home, "http://127.0.0.1:9", 0);
    let begun = spawn_blocking(move || {
        let variables = variables.iter();
        let variables = variables.map(|(name, value)| (name.as_str(), value.as_str()));
        Process::serve(&home, &variables.collect::<Vec<_>>())
    });
    let (server, address) = begun.await.unwrap();
    let address = format!("http://{address}");

    let home = folder.path().to_owned();
    let made = spawn_blocking(move || {
        let create = ["key", "create", "Reader", "--scope", "connections:read"];
        let made = printed(&run(&home, &create));
        let listed = lines(&printed(&run(&home, &["key", "list"])));
        (made.trim().to_owned(), listed)
    });
    let (key, listed) = made.await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["name"], "Reader");
    assert_eq!(listed[0]["scopes"], json!(["connections:read"]));
    assert_eq!(status(&address, VALIDITY, &key).await, 200);
    let token = VALIDITY.replace("check-connection-validity", "get-access-token");
    assert_eq!(status(&address, &token, &key).await, 403);

    // Deleted beside the server that knows it, which learns of it.
    let (home, id) = (folder.path().to_owned(), listed[0]["id"].clone());
    let deleted = spawn_blocking(move || {
        let nobody = uuid::Uuid::nil().to_string();
        for (arguments, said) in [
            (vec!["key", "delete", &nobody], "no such key"),
            (
                vec!["key", "--project", "nope", "list"],
                "no project is called `nope`",
            ),
            (
                vec!["key", "create", "x", "--scope", "jira:raed"],
                "scopes must be among",
            ),
        ] {
            let told = refused(&run(&home, &arguments));
            assert!(told.contains(said), "{told}");
        }
        printed(&run(&home, &["key", "delete", id.as_str().unwrap()]));
    });
    deleted.await.unwrap();
    eventually(async || status(&address, VALIDITY, &key).await == 401).await;
    spawn_blocking(move || server.stop()).await.unwrap();
}
