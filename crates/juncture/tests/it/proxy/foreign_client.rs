//! A client of Jira that knows nothing of us gets through the proxy what it gets from Jira.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use crate::support::flow::BRUNO;
use crate::support::process::{output, text};
use crate::support::{SECRET_KEY, TestApp};

/// What the client was refused on both sides alike, and is to be.
const REFUSED: [&str; 3] = [
    "a query that is none",
    "an issue that is not there",
    "it is gone",
];

#[tokio::test]
async fn jira_js_gets_the_same_of_both() {
    let app = TestApp::on_sqlite().await;
    app.connect_as("customer-1", BRUNO, "Acme").await;
    let (address, _stop, _serving) = super::serve(&app).await;
    let token =
        "/api/backend/connection-info/get-access-token?external_id=customer-1&provider=jira";
    let token = app.get(token).await.expect(200)["access_token"].take();
    let site = app.site_id("Acme").await;
    let asked = json!({
        "direct": {"host": format!("{}/ex/jira/{site}", app.sandbox.url), "token": token},
        "proxied": {
            "host": format!("http://{address}/api/backend/proxy/jira"),
            "token": SECRET_KEY,
            "externalId": "customer-1",
        },
        "project": "SHOP",
    });
    let told = spawn_blocking(move || compare(&asked)).await.unwrap();
    assert_eq!(told["different"], json!({}), "{told:#}");
    assert_eq!(told["failed"], json!(REFUSED), "{told:#}");
    assert!(told["same"].as_array().unwrap().len() >= 24, "{told:#}");
}

fn compare(asked: &Value) -> Value {
    let folder = installed();
    let mut node = Command::new("node");
    node.args(["compare.mjs", &asked.to_string()])
        .current_dir(&folder);
    let ended = output(&mut node);
    let said = text(&ended.stdout);
    assert!(ended.status.success(), "{said}{}", text(&ended.stderr));
    juncture_json::decode(&said).unwrap()
}

/// A folder with the program and what it needs, installed once for each list of what that is.
fn installed() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign-client");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("foreign-client");
    fs::create_dir_all(&folder).unwrap();
    let read = |path: PathBuf| fs::read(path).unwrap_or_default();
    let is_installed = read(folder.join("installed")) == read(source.join("package-lock.json"));
    for file in ["package.json", "package-lock.json", ".npmrc", "compare.mjs"] {
        fs::copy(source.join(file), folder.join(file)).unwrap();
    }
    if !is_installed {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-progress"])
            .current_dir(&folder);
        let ended = output(&mut npm);
        assert!(ended.status.success(), "{}", text(&ended.stderr));
        fs::copy(folder.join("package-lock.json"), folder.join("installed")).unwrap();
    }
    folder
}
