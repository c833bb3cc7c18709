//! A disk that fails in the middle of refreshes, after Atlassian has answered: nobody is lost, service
//! is back as soon as the disk is, without a restart, and `/readyz` tells the truth throughout.

mod random;

use std::time::Duration;

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::json;

use crate::support::database::TestDatabase;
use crate::support::deployment::{Deployment, Replica};
use crate::support::faulty_disk::{Fault, FaultyDisk};
use crate::support::real_time::{eventually, pause, timed};

/// Strict rotation, and a reuse window that is over before the next server has started.
const LEEWAYS: [u32; 2] = [0, 10];

/// Two seconds, and what a busy machine takes.
const SOON: Duration = Duration::from_secs(6);

/// Servers of one deployment, on a SQLite file on a disk that can fail.
struct Scene {
    deployment: Deployment,
    disk: FaultyDisk,
    customers: Vec<String>,
}

impl Scene {
    /// Everybody is connected.
    async fn begin(leeway_seconds: u32, customers: usize) -> (Self, Replica) {
        let database = TestDatabase::sqlite();
        let disk = FaultyDisk::of(database.folder());
        let variables = disk.variables();
        let variables = variables.each_ref().map(|(name, value)| (*name, &**value));
        let deployment = Deployment::start_on(database, &variables, leeway_seconds).await;
        let server = deployment.serve().await;
        let customers: Vec<String> = (0..customers).map(|number| format!("c{number}")).collect();
        for customer in &customers {
            server.connect(customer).await;
        }
        let scene = Self {
            deployment,
            disk,
            customers,
        };
        (scene, server)
    }

    /// All tokens have expired, all callers wait, and Atlassian has given a new pair to each.
    async fn refresh_all(&self, server: &Replica) -> Vec<Call> {
        self.deployment.expire_tokens().await;
        let sandbox = &self.deployment.sandbox;
        sandbox.hang("/oauth/token", true).await;
        let refreshes = sandbox.refreshes().await;
        let calls = self
            .customers
            .iter()
            .map(|name| server.call(name))
            .collect();
        let all = refreshes + self.customers.len();
        eventually(async || sandbox.refreshes().await == all).await;
        calls
    }

    /// Asserts that nobody has lost anything: the next server, which has the stored tokens alone, hands
    /// out ones that work, and its refresh tokens are taken.
    async fn assert_nothing_is_lost(&self, server: Replica) {
        let sandbox = &self.deployment.sandbox;
        server.ask_to_stop().await;
        server.wait().await;
        sandbox
            .set_switches(&json!({"access_token_seconds": 3600}))
            .await;
        let heir = self.deployment.serve().await;
        for customer in &self.customers {
            assert!(
                sandbox.takes(&heir.token(customer).await).await,
                "{customer}"
            );
        }
        heir.ask_to_stop().await;
        heir.wait().await;
        self.deployment.expire_tokens().await;
        let refreshes = sandbox.refreshes().await;
        let heir = self.deployment.serve().await;
        for customer in &self.customers {
            assert!(
                sandbox.takes(&heir.token(customer).await).await,
                "{customer}"
            );
        }
        assert_eq!(sandbox.refreshes().await, refreshes + self.customers.len());
    }
}

type Call = tokio::task::JoinHandle<reqwest::Result<(u16, serde_json::Value)>>;

async fn readiness(server: &Replica) -> u16 {
    server
        .browser
        .call(Method::GET, "/readyz")
        .await
        .status()
        .as_u16()
}

/// Ten refreshes meet a fault that lasts so long. Gives how long it took afterwards until all was well.
async fn ten_refreshes(fault: Fault, lasts: Duration, leeway_seconds: u32) -> Duration {
    let (scene, server) = Scene::begin(leeway_seconds, 10).await;
    assert_eq!(readiness(&server).await, 200);
    let calls = scene.refresh_all(&server).await;
    scene.disk.fail(fault, 0);
    scene.deployment.sandbox.clear_faults().await;
    eventually(async || scene.disk.hits() > 0).await;
    if fault.lasts() {
        // A commit of a moment ago is not held against it.
        pause(Duration::from_millis(1_100)).await;
        let (mut asked, mut left) = (0, lasts);
        while !left.is_zero() {
            let (ready, took) = timed(readiness(&server)).await;
            assert_eq!(ready, 503, "it cannot write");
            assert!(took < Duration::from_secs(3), "{took:?}");
            asked += 1;
            pause(Duration::from_millis(100)).await;
            left = left.saturating_sub(took + Duration::from_millis(100));
        }
        assert!(asked > 1);
        assert!(
            calls.iter().all(|call| !call.is_finished()),
            "not stored yet"
        );
        scene.disk.mend();
    }
    let back = async {
        for (status, body) in join_all(calls)
            .await
            .into_iter()
            .map(|call| call.unwrap().unwrap())
        {
            assert_eq!(status, 200, "{body}");
        }
        eventually(async || readiness(&server).await == 200).await;
    };
    let ((), took) = timed(back).await;
    assert!(took < SOON, "{took:?}");
    server.connect("new").await;
    scene.assert_nothing_is_lost(server).await;
    took
}

/// The same for both kinds of rotation, at once.
async fn on_each_rotation(fault: Fault, lasts: Duration) -> Vec<Duration> {
    join_all(LEEWAYS.map(|leeway| ten_refreshes(fault, lasts, leeway))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_in_the_middle_of_ten_refreshes_loses_none() {
    let took = on_each_rotation(Fault::Full, Duration::from_secs(3)).await;
    println!("back after {took:.1?}");
}

/// It takes ten seconds, as the fault does that it is about.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_read_only_in_the_middle_of_ten_refreshes_loses_none() {
    let took = on_each_rotation(Fault::ReadOnly, Duration::from_secs(10)).await;
    println!("back after {took:.1?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_fails_once_in_the_middle_of_ten_refreshes_loses_none() {
    let took = on_each_rotation(Fault::BadWrite, Duration::ZERO).await;
    println!("back after {took:.1?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_that_fails_once_in_the_middle_of_ten_refreshes_loses_none() {
    let took = on_each_rotation(Fault::BadSync, Duration::ZERO).await;
    println!("back after {took:.1?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopping_process_waits_for_the_disk_and_stores_all_tokens() {
    let (scene, server) = Scene::begin(0, 10).await;
    let calls = scene.refresh_all(&server).await;
    scene.disk.fail(Fault::Full, 0);
    scene.deployment.sandbox.clear_faults().await;
    // The callers go away; what is left is the work of the process alone.
    for call in calls {
        call.abort();
    }
    let failed = "juncture_token_commit_failures_total{provider=\"jira\"} 0\n";
    eventually(async || !server.metrics().await.contains(failed)).await;
    server.ask_to_stop().await;
    pause(Duration::from_millis(500)).await;
    scene.disk.mend();
    server.wait().await;
    let heir = scene.deployment.serve().await;
    scene.assert_nothing_is_lost(heir).await;
}
