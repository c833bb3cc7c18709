//! Every kind of write, and a disk that fails at every call that it makes: nothing is half done, and
//! what failed can be done again.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::process::Command;

use axum::http::{Method, StatusCode, header};
use futures_util::FutureExt as _;
use serde_json::{Value, json};
use url::{Position, Url};

use crate::import::original::Original;
use crate::import::rows::assert_same;
use crate::import::target::Target;
use crate::rotation;
use crate::support::SECRET_KEY;
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::deployment::{Deployment, Replica};
use crate::support::faulty_disk::{Fault, FaultyDisk};
use crate::support::flow::{ADA, find};
use crate::support::process;
use crate::support::real_time::eventually;
use crate::support::rows::{change, count_in};

/// One that lasts, so that what SQLite does afterwards fails too, and the one that comes last.
const FAULTS: [Fault; 2] = [Fault::Full, Fault::BadSync];

fn pairs<'a>(variables: &'a [(&'static str, String); 3]) -> [(&'static str, &'a str); 3] {
    variables.each_ref().map(|(name, value)| (*name, &**value))
}

async fn begin() -> (Deployment, FaultyDisk, Replica) {
    let database = TestDatabase::sqlite();
    let disk = FaultyDisk::of(database.folder());
    // Each call of the disk is one flow or more of the same stranger.
    let unlimited = ("PUBLIC_REQUESTS_PER_MINUTE", "0");
    let variables = disk.variables();
    let variables = [&pairs(&variables)[..], &[unlimited]].concat();
    let deployment = Deployment::start_on(database, &variables, 600).await;
    let server = deployment.serve().await;
    (deployment, disk, server)
}

/// Does `work` on a disk that fails at its first call, then at its second one, and so on, until there is
/// no such call; each time `judge` sees what came of it, on a disk that is well.
async fn at_every_call<T>(
    disk: &FaultyDisk,
    work: impl AsyncFn(&str) -> T,
    judge: impl AsyncFn(&str, T),
) {
    for fault in FAULTS {
        for skip in 0.. {
            let name = format!("{fault:?}-{skip}");
            disk.fail(fault, skip);
            let outcome = work(&name).await;
            let is_met = disk.hits() > 0;
            disk.mend();
            judge(&name, outcome).await;
            if !is_met {
                assert!(skip > 0, "{fault:?} was never met");
                break;
            }
        }
    }
}

/// How far a customer came.
enum Way {
    NotBack,
    /// The page on which to choose, and the site.
    NotConnected(Url, String),
    Connected,
}

/// A customer's browser, which goes on for as long as it is let.
async fn connect(browser: &Browser, external_id: &str) -> Way {
    let send = async |request: reqwest::RequestBuilder| request.send().await.unwrap();
    let location = |answer: &reqwest::Response| -> Url {
        let location = answer.headers()[header::LOCATION].to_str().unwrap();
        location.parse().unwrap()
    };
    let here = |url: &Url| format!("{}{}", browser.server, &url[Position::BeforePath..]);
    let world = format!("{}/_sandbox/world", browser.atlassian);
    let world = send(browser.http.get(world)).await;
    let world: Value = juncture_json::decode(world.bytes().await.unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let site = text(&find(&world["sites"], "name", "Acme")["id"]);
    let flow = json!({"provider": "jira", "external_id": external_id});
    let initiate = format!("{}/api/frontend/oauth/initiate-oauth-flow", browser.server);
    let begun = send(browser.http.post(initiate).json(&flow)).await;
    let begun: Value = juncture_json::decode(begun.bytes().await.unwrap()).unwrap();
    let uri: Url = text(&begun["authorization_uri"]).parse().unwrap();
    let mut form: BTreeMap<String, String> = uri.query_pairs().into_owned().collect();
    let account = text(&find(&world["users"], "name", ADA)["account_id"]);
    form.insert("account_id".to_owned(), account);
    form.insert("site_id".to_owned(), site.clone());
    form.insert("decision".to_owned(), "allow".to_owned());
    let authorize = format!("{}/authorize", browser.atlassian);
    let callback = location(&send(browser.http.post(authorize).form(&form)).await);
    let back = send(browser.http.get(here(&callback))).await;
    if back.status() != StatusCode::FOUND {
        assert_eq!(back.status(), StatusCode::INTERNAL_SERVER_ERROR);
        return Way::NotBack;
    }
    let page = location(&back);
    match choose(browser, &page, &site).await {
        StatusCode::OK => Way::Connected,
        StatusCode::INTERNAL_SERVER_ERROR => Way::NotConnected(page, site),
        other => panic!("{other}"),
    }
}

async fn choose(browser: &Browser, page: &Url, site: &str) -> StatusCode {
    let page = format!("{}{}", browser.server, &page[Position::BeforePath..]);
    let choice = browser.http.post(page).form(&[("choice", site)]);
    choice.send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_who_connects_is_connected_wholly_or_not_at_all() {
    let (_deployment, disk, server) = begin().await;
    let browser = &server.browser;
    let judge = async |name: &str, way: Way| {
        let is_known = browser.ask_for_token(name).await.unwrap().0 == StatusCode::OK;
        match way {
            Way::NotBack => {
                assert!(!is_known, "{name}");
                let again = connect(browser, name).await;
                assert!(matches!(again, Way::Connected), "{name}");
            }
            // The same code works: nothing has used it up.
            Way::NotConnected(page, site) => {
                assert!(!is_known, "{name}");
                assert_eq!(
                    choose(browser, &page, &site).await,
                    StatusCode::OK,
                    "{name}"
                );
            }
            Way::Connected => {}
        }
        server.token(name).await;
    };
    at_every_call(&disk, async |name| connect(browser, name).await, judge).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_is_done_wholly_or_not_at_all() {
    let (_deployment, disk, server) = begin().await;
    let browser = &server.browser;
    server.connect("first").await;
    let delete = async |external_id: &str| {
        let path = "/api/backend/connection-info/delete-connection?provider=jira&external_id=";
        let path = format!("{path}{external_id}");
        browser.call(Method::DELETE, &path).await.status()
    };
    // Who is deleted must have been connected, on a disk that is well.
    let connected = std::cell::RefCell::new("first".to_owned());
    let work = async |_: &str| {
        let external_id = connected.borrow().clone();
        delete(&external_id).await
    };
    let judge = async |name: &str, status: StatusCode| {
        let external_id = connected.borrow().clone();
        if status != StatusCode::OK {
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{name}");
            server.token(&external_id).await;
            assert_eq!(delete(&external_id).await, StatusCode::OK, "{name}");
        }
        let (gone, _) = browser.ask_for_token(&external_id).await.unwrap();
        assert_eq!(gone, StatusCode::UNAUTHORIZED, "{name}");
        server.connect(name).await;
        name.clone_into(&mut connected.borrow_mut());
    };
    at_every_call(&disk, work, judge).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_with_an_idempotency_key_is_made_once() {
    let (deployment, disk, server) = begin().await;
    let sandbox = &deployment.sandbox;
    server.browser.connect("a", ADA, "Acme").await;
    let issue_type = issue_type(&deployment, &server).await;
    let create = async |key: &str| {
        let ticket = json!({
            "external_id": "a", "jira_project_id": "SHOP", "summary": key, "issue_type_id": issue_type,
        });
        let url = format!("{}/api/backend/jira/create-ticket", server.browser.server);
        let request = server.browser.http.post(url).bearer_auth(SECRET_KEY);
        let request = request.header("Idempotency-Key", key).json(&ticket);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        (
            status,
            juncture_json::decode::<Value>(answer.bytes().await.unwrap()).unwrap(),
        )
    };
    let made = async |key: &str| {
        let posts = sandbox.requests_to("/rest/api/3/issue").await;
        let is_it = |request: &&Value| request["body"].as_str().unwrap().contains(key);
        posts.iter().filter(is_it).count()
    };
    let judge = async |key: &str, (status, body): (StatusCode, Value)| {
        if status == StatusCode::CREATED {
            assert_eq!(made(key).await, 1, "{key}");
        } else {
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{key}: {body}");
            assert_eq!(made(key).await, 0, "{key}");
        }
        // Until the answer could be kept, the key says that it is in use; then it gives that answer.
        eventually(async || {
            let (again, same) = create(key).await;
            if again == StatusCode::CONFLICT {
                assert_eq!(same["code"], "idempotency_key_in_use");
                return false;
            }
            assert_eq!(again, StatusCode::CREATED, "{key}: {same}");
            assert!(status != StatusCode::CREATED || same == body, "{key}");
            true
        })
        .await;
        assert_eq!(made(key).await, 1, "{key}");
    };
    at_every_call(&disk, async |key| create(key).await, judge).await;
}

/// The id of a type of issue, as Jira tells it.
async fn issue_type(deployment: &Deployment, server: &Replica) -> String {
    let token = server.token("a").await;
    let world = deployment.sandbox.world().await;
    let site = find(&world["sites"], "name", "Acme")["id"]
        .as_str()
        .unwrap();
    let path = "rest/api/3/issue/createmeta/SHOP/issuetypes";
    let url = format!("{}/ex/jira/{site}/{path}", deployment.sandbox.url);
    let answer = deployment.sandbox.http.get(url).bearer_auth(token);
    let types = answer.send().await.unwrap();
    let types: Value = juncture_json::decode(types.bytes().await.unwrap()).unwrap();
    let found = find(&types["issueTypes"], "name", "Task");
    found["id"].as_str().unwrap().to_owned()
}

/// A start makes sure of its tables and its key, and sweeps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_on_a_failing_disk_leaves_the_next_one_whole() {
    let (deployment, disk, server) = begin().await;
    server.connect("a").await;
    server.ask_to_stop().await;
    server.wait().await;
    let expired =
        "INSERT INTO used_state (state_hash, expires_at) VALUES (x'01', 0) ON CONFLICT DO NOTHING";
    let left = "SELECT COUNT(*) FROM used_state WHERE expires_at = 0";
    let work = async |_: &str| {
        let mut tx = deployment.store.begin_write().await.unwrap();
        change(&mut tx, expired).await;
        tx.commit().await.unwrap();
        // One that is refused ends, which the start takes for a failure of the test.
        let started = AssertUnwindSafe(deployment.serve()).catch_unwind().await;
        if started.is_ok() {
            eventually(async || disk.hits() > 0 || count_in(&deployment.store, left).await == 0)
                .await;
        }
        started.ok()
    };
    let judge = async |_: &str, started: Option<Replica>| {
        if let Some(server) = started {
            server.token("a").await;
            server.kill();
        }
        let next = deployment.serve().await;
        next.token("a").await;
        eventually(async || count_in(&deployment.store, left).await == 0).await;
        next.kill();
    };
    at_every_call(&disk, work, judge).await;
}

fn run(command: &mut Command, disk: &FaultyDisk) -> bool {
    let output = process::output(command.envs(disk.variables()));
    output.status.success()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_on_a_failing_disk_leaves_everything_openable_and_goes_on() {
    let deployment = rotation::deployment::Deployment::with_key_file().await;
    deployment.fill(&deployment.sealer(), 5).await;
    let disk = FaultyDisk::of(deployment.key_file().parent().unwrap());
    let before = deployment.contents(&deployment.sealer()).await;
    let mut failures = 0;
    for skip in (0..).step_by(2) {
        disk.fail(Fault::Full, skip);
        let is_done = run(&mut deployment.rotation(&[], &[]), &disk);
        let is_met = disk.hits() > 0;
        disk.mend();
        assert_eq!(
            deployment.contents(&deployment.sealer()).await,
            before,
            "{skip}"
        );
        failures += usize::from(!is_done);
        if !is_met {
            break;
        }
        deployment.rotate(&[], &[]);
        assert_eq!(deployment.key_ids().len(), 2);
        deployment.age_key_file(std::time::Duration::from_hours(1));
        disk.fail(Fault::BadSync, skip % 5);
        run(&mut deployment.rotation(&["--forget-old"], &[]), &disk);
        disk.mend();
        assert_eq!(
            deployment.contents(&deployment.sealer()).await,
            before,
            "{skip}"
        );
        if deployment.key_ids().len() == 2 {
            deployment.age_key_file(std::time::Duration::from_hours(1));
            deployment.rotate(&["--forget-old"], &[]);
        }
    }
    assert!(failures > 3, "{failures} failures");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_on_a_failing_disk_takes_a_page_wholly_or_not_at_all() {
    const ROWS: usize = 300;
    let original = Original::with(ROWS).await;
    let there = original.rows().await;
    let mut failures = 0;
    for power in 0.. {
        let database = TestDatabase::sqlite();
        let disk = FaultyDisk::of(database.folder());
        let target = Target::of(database);
        // The tables and the key are there.
        assert_same(&target.rows().await, &[]);
        disk.fail(Fault::Full, 1 << power);
        let is_done = run(&mut target.import(original.url(), &[]), &disk);
        let is_met = disk.hits() > 0;
        disk.mend();
        let taken = if is_done { ROWS } else { 0 };
        assert_same(&target.rows().await, &there[..taken]);
        target
            .run(original.url(), &[])
            .assert(ROWS - taken, taken, 0);
        assert_same(&target.rows().await, &there);
        failures += usize::from(!is_done);
        if !is_met {
            break;
        }
    }
    assert!(failures > 3, "{failures} failures");
}

/// Another process that writes for longer than anybody waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_another_process_has_locked_fails_what_comes_and_nothing_later() {
    let (deployment, _disk, server) = begin().await;
    server.connect("a").await;
    deployment.expire_tokens().await;
    let held = deployment.hold_connections().await;
    let (way, call) = tokio::join!(connect(&server.browser, "b"), server.call("a"));
    assert!(matches!(way, Way::NotBack));
    let (status, body) = call.unwrap().unwrap();
    assert_eq!((status, &body["code"]), (500, &json!("store_unavailable")));
    let ready = server.browser.call(Method::GET, "/readyz").await;
    assert_eq!(ready.status(), 503);
    drop(held);
    assert!(matches!(
        connect(&server.browser, "b").await,
        Way::Connected
    ));
    deployment.assert_whole(&server, "a").await;
    eventually(async || server.browser.call(Method::GET, "/readyz").await.status() == 200).await;
}
