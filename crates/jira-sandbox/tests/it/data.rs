//! A sandbox that is kept in a file, and opened again.

use std::fs;
use std::path::{Path, PathBuf};

use juncture_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::support::{Cloud, still, tokens};

const SCOPES: &str = "read:jira-work write:jira-work offline_access";

async fn open(file: &Path) -> Cloud {
    let options = Options {
        issues: 30,
        ..still()
    };
    Cloud::of(Sandbox::open(options, file.to_owned()).unwrap()).await
}

fn fresh() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    (folder, file)
}

#[tokio::test]
async fn everything_goes_on_after_a_restart_without_warning() {
    let (_folder, file) = fresh();
    let cloud = open(&file).await;
    let tokens_before = cloud.connect("Bruno", "Acme", SCOPES).await;
    let token = &tokens_before.access;
    let search = json!({"jql": "project = SHOP ORDER BY key", "maxResults": 10});
    let page = cloud
        .post(&cloud.api("Acme", "search/jql"), token, &search)
        .await
        .json();
    let edit = json!({"fields": {"summary": "Kept", "labels": ["kept"]}}).to_string();
    let path = cloud.api("Acme", "issue/SHOP-1");
    assert_eq!(cloud.call("PUT", &path, token, &edit).await.status, 204);
    let comment = json!({"body": {"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "Kept, too"}]}]}});
    let comments = cloud.api("Acme", "issue/SHOP-1/comment");
    assert_eq!(cloud.post(&comments, token, &comment).await.status, 201);
    let transitions = cloud.api("Acme", "issue/SHOP-1/transitions");
    let step = json!({"transition": {"id": "31"}});
    cloud.post(&transitions, token, &step).await;
    let around = async |cloud: &Cloud| {
        let mut all = Vec::new();
        for tail in ["comment", "changelog", "transitions"] {
            let path = cloud.api("Acme", &format!("issue/SHOP-1/{tail}"));
            all.push(cloud.get(&path, token).await.json());
        }
        all
    };
    let around_before = around(&cloud).await;
    let changes = json!({"site_id": cloud.site("Acme"), "project": "SHOP", "add": 1,
        "move": [{"issue": "SHOP-2", "to": "OPS"}], "delete": ["SHOP-3"]});
    let changed = cloud.control("issues", changes).await;
    cloud
        .control("switches", json!({"semantic_jql_errors": "loud"}))
        .await;
    cloud
        .control("quota", json!({"remaining_points": 100}))
        .await;
    cloud.advance(600).await;
    let rule =
        json!({"path": "/me", "times": "forever", "fault": {"kind": "status", "status": 503}});
    cloud.control("faults", rule).await;
    let controls = ["world", "clock", "switches", "faults", "quota", "issued"];
    let told = async |cloud: &Cloud| {
        let mut all = Vec::new();
        for name in controls {
            all.push(cloud.get(&format!("/_sandbox/{name}"), "").await.json());
        }
        all
    };
    let before = told(&cloud).await;

    // The old one is not ended, as if it were killed; the new one is told of another world.
    let options = Options {
        seed: 99,
        projects: 2,
        ..Options::default()
    };
    let after = Cloud::of(Sandbox::open(options, file).unwrap()).await;
    assert_eq!(told(&after).await, before);
    assert_eq!(around(&after).await, around_before);
    let kept = after.get(&path, token).await.json();
    assert_eq!(kept["fields"]["summary"], "Kept");
    assert_eq!(kept["fields"]["labels"], json!(["kept"]));
    let moved = after
        .get(&after.api("Acme", "issue/SHOP-2"), token)
        .await
        .json();
    assert_eq!(moved["key"], changed["moved"][0]);
    assert_eq!(
        after
            .get(&after.api("Acme", "issue/SHOP-3"), token)
            .await
            .status,
        404
    );
    let added = after.api(
        "Acme",
        &format!("issue/{}", changed["added"][0].as_str().unwrap()),
    );
    assert_eq!(after.get(&added, token).await.status, 200);
    let mut next = search.clone();
    next["nextPageToken"] = page["nextPageToken"].clone();
    let next = after
        .post(&after.api("Acme", "search/jql"), token, &next)
        .await;
    assert_eq!(next.status, 200, "{}", next.text);
    let refreshed = after.refresh(&tokens_before.refresh).await;
    assert_eq!(refreshed.status, 200);
    assert_eq!(
        after.get(&path, &tokens(&refreshed).access).await.status,
        200
    );
    // The leeway goes on, too.
    after.advance(601).await;
    assert_eq!(after.refresh(&tokens_before.refresh).await.status, 403);
}

#[tokio::test]
async fn a_file_that_no_sandbox_wrote_is_refused_and_left_alone() {
    let (_folder, file) = fresh();
    open(&file).await;
    let whole = fs::read_to_string(&file).unwrap();
    let mut stranger: Value = juncture_json::decode(&whole).unwrap();
    stranger["state"]["world"]["sites"][0]["members"] = json!([99]);
    let mut newer: Value = juncture_json::decode(&whole).unwrap();
    newer["sandbox_version"] = 99.into();
    for (text, why) in [
        (String::new(), "EOF"),
        ("{}".to_owned(), "missing field `sandbox_version`"),
        (whole[..whole.len() / 2].to_owned(), "EOF"),
        (newer.to_string(), "its version is 99, and not 2"),
        (
            stranger.to_string(),
            "it refers to rows that it does not have",
        ),
    ] {
        fs::write(&file, &text).unwrap();
        let error = Sandbox::open(Options::default(), file.clone()).unwrap_err();
        let sentence = error.to_string();
        assert!(
            sentence.contains("is not a file that this sandbox has written"),
            "{sentence}"
        );
        assert!(sentence.contains(why), "{sentence}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}

#[tokio::test]
async fn a_state_that_cannot_be_saved_is_not_answered_as_if_it_were() {
    let (folder, file) = fresh();
    let cloud = open(&file).await;
    folder.close().unwrap();
    let reply = cloud
        .post("/_sandbox/clock", "", &json!({"advance_seconds": 1}))
        .await;
    assert_eq!(reply.status, 500);
    assert!(
        reply
            .text
            .starts_with("The sandbox could not save its state"),
        "{}",
        reply.text
    );
    assert_eq!(cloud.get("/_sandbox/clock", "").await.status, 200);
    let nowhere = Sandbox::open(Options::default(), file);
    assert!(
        nowhere.is_err(),
        "a file that cannot be written is told at the start"
    );
}

#[tokio::test]
async fn the_end_saves_what_reads_changed() {
    let (_folder, file) = fresh();
    let sandbox = Sandbox::open(still(), file.clone()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(sandbox.clone().serve(listener, async {
        stopped.await.unwrap();
    }));
    let cloud = Cloud::of(sandbox).await;
    let rule = json!({"path": "/me", "fault": {"kind": "status", "status": 503}});
    cloud.control("faults", rule).await;
    assert_eq!(cloud.get("/me", "").await.status, 503);
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    let after = open(&file).await;
    let faults = after.get("/_sandbox/faults", "").await.json();
    assert_eq!(faults, json!({"faults": []}), "the rule was used up");
}

#[tokio::test]
async fn properties_are_kept_as_long_as_their_issue() {
    let (_folder, file) = fresh();
    let cloud = open(&file).await;
    let token = &cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let tail = |key: &str| format!("issue/{key}/properties/mark");
    for key in ["SHOP-1", "SHOP-2"] {
        let path = cloud.api("Acme", &tail(key));
        let set = cloud.call("PUT", &path, token, "\"a mark\"").await;
        assert_eq!(set.status, 201);
    }
    let after = open(&file).await;
    let kept = after.get(&after.api("Acme", &tail("SHOP-1")), token).await;
    assert_eq!(kept.json()["value"], "a mark");
    let marks = || fs::read_to_string(&file).unwrap().matches("a mark").count();
    let before = marks();
    let path = after.api("Acme", "issue/SHOP-1?deleteSubtasks=true");
    assert_eq!(after.call("DELETE", &path, token, "").await.status, 204);
    assert_eq!((before, marks()), (2, 1));
}

#[tokio::test]
async fn a_file_from_before_there_were_properties_opens() {
    let (_folder, file) = fresh();
    open(&file).await;
    let whole = fs::read_to_string(&file).unwrap();
    let mut older: Value = juncture_json::decode(&whole).unwrap();
    for site in older["state"]["world"]["sites"].as_array_mut().unwrap() {
        assert!(site.as_object_mut().unwrap().remove("properties").is_some());
    }
    fs::write(&file, older.to_string()).unwrap();
    let cloud = open(&file).await;
    let token = &cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "issue/SHOP-1/properties");
    let keys = cloud.get(&path, token).await;
    assert_eq!(keys.answer(), (200, json!({"keys": []})));
}

#[tokio::test]
async fn custom_fields_and_permissions_are_kept() {
    let (_folder, file) = fresh();
    let cloud = open(&file).await;
    let token = &cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "issue/SHOP-1");
    let region = json!({"value": "Asia", "child": {"value": "Korea"}});
    let edit = json!({"fields": {"customfield_10112": region}}).to_string();
    assert_eq!(cloud.call("PUT", &path, token, &edit).await.status, 204);
    let site = cloud.site("Acme");
    let made = json!({"site_id": site, "name": "Colour", "kind": "select", "options": ["Red"]});
    let made = cloud.control("fields", made).await;
    let denied =
        json!({"site_id": site, "account_id": cloud.person("Bruno"), "deny": ["ADD_COMMENTS"]});
    cloud.control("permissions", denied).await;

    let after = open(&file).await;
    let kept = after.get(&path, token).await.json();
    let region = &kept["fields"]["customfield_10112"];
    assert_eq!(
        (&region["value"], &region["child"]["value"]),
        (&json!("Asia"), &json!("Korea"))
    );
    assert!(
        kept["fields"]
            .get(made["field"].as_str().unwrap())
            .is_some()
    );
    let asked = "mypermissions?permissions=ADD_COMMENTS&projectKey=SHOP";
    let told = after.get(&after.api("Acme", asked), token).await.json();
    assert_eq!(told["permissions"]["ADD_COMMENTS"]["havePermission"], false);
}
