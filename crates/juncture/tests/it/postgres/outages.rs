//! A server that is away: nobody waits for long, everybody is told, and all is well when it is back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::http::Method;
use futures_util::future::join_all;
use jiff::Timestamp;
use juncture_server::store::{Store, StoreError, Tx, connections, used_states};
use serde_json::{Value, json};

use super::{KEYS, app};
use crate::support::browser::Browser;
use crate::support::postgres::PrivatePostgres;
use crate::support::process::Process;
use crate::support::real_time::{PATIENCE, pause, timed, within};
use crate::support::rows::connection_id;
use crate::support::{TestApp, environment_of_process, free_port};

/// As many as the pool has by default.
const CONNECTIONS: usize = 10;

/// The bound of a statement, and what a busy machine takes.
const SOON: Duration = Duration::from_secs(8);

fn unavailable() -> Value {
    json!({"error": "Internal server error", "code": "store_unavailable"})
}

/// Transactions on every connection that the pool may have.
async fn use_all_connections(app: &TestApp) -> Vec<Tx> {
    let begun = (0..CONNECTIONS).map(|_| app.app.store.begin_write());
    join_all(begun)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect()
}

#[tokio::test]
async fn a_frozen_server_hangs_no_request_and_serves_again_when_it_thaws() {
    let server = PrivatePostgres::start();
    let app = app(&server.url("postgres")).await;
    app.connect("a").await;
    let validity = app.validity("a").await;
    drop(use_all_connections(&app).await);
    // What was written a moment ago would still speak for the server.
    pause(Duration::from_millis(1_100)).await;
    server.pause();
    let path =
        "/api/backend/connection-info/get-connection-credentials?external_id=a&provider=jira";
    let calls = join_all((0..2 * CONNECTIONS).map(|_| timed(app.get(path))));
    let ((ready, took), answers) = tokio::join!(timed(app.get("/readyz")), calls);
    assert_eq!(ready.expect(503)["checks"]["store"], "unavailable");
    assert!(took < Duration::from_secs(4), "{took:?}");
    for (answer, took) in answers {
        answer.assert(500, &unavailable());
        assert!(took < SOON, "{took:?}");
    }
    server.resume();
    assert_eq!(app.validity("a").await, validity);
    app.get("/readyz").await.expect(200);
}

#[tokio::test]
async fn transactions_under_way_when_a_server_freezes_give_up_and_leave_their_places() {
    let server = PrivatePostgres::start();
    let app = app(&server.url("postgres")).await;
    let transactions = use_all_connections(&app).await;
    server.pause();
    let claims = transactions.into_iter().map(async |mut tx| {
        let claim = used_states::claim(&mut tx, b"state", Timestamp::UNIX_EPOCH);
        let (claimed, took) = timed(claim).await;
        assert!(matches!(claimed, Err(StoreError::Timeout)), "{claimed:?}");
        assert!(took < SOON, "{took:?}");
    });
    join_all(claims).await;
    server.resume();
    drop(use_all_connections(&app).await);
}

#[tokio::test]
async fn after_a_restart_nobody_is_given_a_broken_connection() {
    let mut server = PrivatePostgres::start();
    let app = app(&server.url("postgres")).await;
    app.connect("a").await;
    for end in [PrivatePostgres::stop, PrivatePostgres::kill] {
        drop(use_all_connections(&app).await);
        end(&mut server);
        server.begin();
        let ask = || app.connection_info("get-connection-credentials", "a");
        for answer in join_all((0..2 * CONNECTIONS).map(|_| ask())).await {
            answer.expect(200);
        }
    }
}

/// What a replica leaves behind that is frozen, or whose machine is gone, in a transaction.
#[tokio::test]
async fn the_locks_of_a_process_that_stopped_are_free_within_seconds() {
    let server = PrivatePostgres::start();
    let app = app(&server.url("postgres")).await;
    app.connect("a").await;
    let other = Store::open(&app.app.config.database).await.unwrap();
    let id = connection_id(&app, "a").await.unwrap();
    let mut stopped = other.begin_write().await.unwrap();
    connections::discard(&mut stopped, id).await.unwrap();
    let select = json!({"external_id": "a", "jira_project_id": "10000"});
    let path = "/api/backend/jira/select-project";
    let (first, took) = timed(app.post(path, &select)).await;
    first.assert(500, &unavailable());
    assert!(took < SOON, "{took:?}");
    let again = async {
        loop {
            let answer = app.post(path, &select).await;
            if answer.status == 200 {
                return answer;
            }
        }
    };
    let (second, took) = timed(within(PATIENCE, again)).await;
    second.assert(200, &json!({"success": true}));
    assert!(took < Duration::from_secs(15), "{took:?}");
    drop(stopped);
}

/// One answer, and when it came.
struct Seen {
    at: Instant,
    status: u16,
    code: Value,
}

/// Asks for what only the store knows (nobody is connected), again and again, until told to stop.
#[expect(clippy::disallowed_methods, reason = "the bound is real time")]
async fn ask(browser: Arc<Browser>, is_over: Arc<AtomicBool>) -> Vec<Seen> {
    let path = "/api/backend/connection-info/check-connection-validity?external_id=a&provider=jira";
    let mut seen = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let answer = browser.call(Method::GET, path).await;
        let status = answer.status().as_u16();
        let body: Value = juncture_json::decode(answer.bytes().await.unwrap()).unwrap();
        let (at, code) = (Instant::now(), body["code"].clone());
        seen.push(Seen { at, status, code });
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "the bound is real time")]
async fn errors_end_within_two_seconds_of_the_return_of_a_server() {
    let mut server = PrivatePostgres::start();
    let folder = tempfile::tempdir().unwrap();
    let mut variables = environment_of_process(folder.path(), "http://127.0.0.1:9", free_port());
    variables.push(("DATABASE_URL".to_owned(), server.url("postgres")));
    variables.push(("JUNCTURE_ENCRYPTION_KEYS".to_owned(), KEYS.to_owned()));
    let pairs: Vec<_> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (process, address) = Process::serve(folder.path(), &pairs);
    let browser = Arc::new(Browser::new(&format!("http://{address}"), ""));
    for end in [PrivatePostgres::kill, PrivatePostgres::stop] {
        let is_over = Arc::new(AtomicBool::new(false));
        let load = (0..16).map(|_| tokio::spawn(ask(browser.clone(), is_over.clone())));
        let load: Vec<_> = load.collect();
        pause(Duration::from_millis(500)).await;
        end(&mut server);
        // Longer than a request waits for a connection.
        pause(Duration::from_secs(4)).await;
        server.begin();
        let returned = Instant::now();
        pause(Duration::from_secs(4)).await;
        is_over.store(true, Ordering::Relaxed);
        let seen: Vec<Seen> = join_all(load)
            .await
            .into_iter()
            .flat_map(Result::unwrap)
            .collect();
        let (good, bad): (Vec<_>, Vec<_>) = seen.iter().partition(|seen| seen.status == 200);
        assert!(!bad.is_empty(), "the outage was felt");
        for seen in &bad {
            assert_eq!(
                (seen.status, &seen.code),
                (500, &json!("store_unavailable"))
            );
        }
        let last = bad.iter().map(|seen| seen.at).max().unwrap();
        let lasted = last.saturating_duration_since(returned);
        let after = good.iter().filter(|seen| seen.at > returned).count();
        println!(
            "{} good, {} bad, {after} good after the return, errors for {lasted:?}",
            good.len(),
            bad.len()
        );
        assert!(lasted < Duration::from_secs(2), "{lasted:?}");
        assert!(after > 100, "{after}");
    }
    process.stop();
}
