//! `kill -9` at every moment of a refresh. Nobody asks for the token afterwards: a process that
//! starts, or one that lives on, finishes what was begun.
//!
//! A killed process leaves its lease behind, and it stands for 15 seconds of real time. So all
//! moments of one test pass at once, each with servers, a database and an Atlassian of its own.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;

use crate::support::deployment::{Deployment, Replica};
use crate::support::real_time::{PATIENCE, eventually, within};

const STRICT: u32 = 0;
const LENIENT: u32 = 600;

/// How far a refresh had come when its process was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// It was begun, and Atlassian had not acted.
    BeforeTheCall,
    /// Atlassian had rotated the tokens, and not answered.
    AfterActing,
    /// The answer was there, and the store had not taken it.
    BeforeTheCommit,
    /// The store had the new tokens, and the caller did not.
    AfterTheCommit,
}

/// Who finishes what a killed process has begun.
#[derive(Debug, Clone, Copy)]
enum Heir {
    /// A process that starts afterwards.
    Restarted,
    /// Another one, which was there all along.
    Replica,
}

use Moment::{AfterActing, AfterTheCommit, BeforeTheCall, BeforeTheCommit};

const EVERY_MOMENT: [Moment; 4] = [BeforeTheCall, AfterActing, BeforeTheCommit, AfterTheCommit];

/// A deployment where the process that refreshed `a` was killed.
struct Scene {
    moment: Moment,
    deployment: Deployment,
    heir: Replica,
    /// Of the tokens that were to be replaced.
    version: i64,
}

/// Kills at each of these moments with each kind of heir.
async fn play_all(moments: &[Moment], leeway_seconds: u32) -> Vec<Scene> {
    let scenes = moments.iter().flat_map(|&moment| {
        [Heir::Restarted, Heir::Replica].map(|heir| Scene::play(moment, heir, leeway_seconds))
    });
    join_all(scenes).await
}

impl Scene {
    async fn play(moment: Moment, heir: Heir, leeway_seconds: u32) -> Self {
        let deployment = Deployment::start(leeway_seconds).await;
        let server = deployment.serve_expired().await;
        let replica = match heir {
            Heir::Restarted => None,
            Heir::Replica => Some(deployment.serve().await),
        };
        let version = deployment.token_version("a").await;
        kill(server, &deployment, moment).await;
        let heir = match replica {
            Some(replica) => replica,
            None => deployment.serve().await,
        };
        Self {
            moment,
            deployment,
            heir,
            version,
        }
    }

    /// Asserts that the tokens are replaced, once, though nobody asks, and that they are good.
    async fn heals_unasked(&self) {
        let version = self.version + 1;
        let versions = async || self.deployment.token_version("a").await;
        eventually(async || versions().await >= version).await;
        let refreshes = if self.moment == AfterTheCommit { 1 } else { 2 };
        assert_eq!(self.deployment.sandbox.refreshes().await, refreshes);
        self.deployment.assert_whole(&self.heir, "a").await;
        assert_eq!(versions().await, version + 1, "that of the last assertion");
    }

    /// Asserts that the loss is found though nobody asks, is told, and ends by connecting again.
    async fn tells_what_is_lost(&self) {
        let validity =
            "/api/backend/connection-info/check-connection-validity?external_id=a&provider=jira";
        let is_lost = async || self.heir.browser.get(validity).await["is_invalid"] == true;
        eventually(is_lost).await;
        let (status, body) = self.heir.browser.ask_for_token("a").await.unwrap();
        assert_eq!(
            (status.as_u16(), &body["needs_reauthorization"]),
            (403, &json!(true))
        );
        assert_eq!(self.deployment.sandbox.refreshes().await, 2);
        self.heir.connect("a").await;
        self.deployment.assert_whole(&self.heir, "a").await;
    }
}

/// Kills a server that refreshes `a`, at this moment.
async fn kill(server: Replica, deployment: &Deployment, moment: Moment) {
    let sandbox = &deployment.sandbox;
    let version = deployment.token_version("a").await;
    if moment != AfterTheCommit {
        sandbox
            .hang_once("/oauth/token", moment != BeforeTheCall)
            .await;
    }
    let call = server.call("a");
    eventually(async || sandbox.refreshes().await == 1).await;
    match moment {
        BeforeTheCall | AfterActing => server.kill(),
        BeforeTheCommit => {
            let held = deployment.hold_connections().await;
            sandbox.clear_faults().await;
            // It has the new tokens once it has failed to store them.
            let failed = "juncture_token_commit_failures_total{provider=\"jira\"} 1";
            eventually(async || server.metrics().await.contains(failed)).await;
            server.kill();
            drop(held);
        }
        AfterTheCommit => {
            let committed = async {
                while deployment.token_version("a").await == version {
                    tokio::task::yield_now().await;
                }
            };
            within(PATIENCE, Box::pin(committed)).await;
            server.kill();
        }
    }
    match call.await.unwrap() {
        // The answer was faster than the kill: then it has the committed token.
        Ok((200, _)) => assert_eq!(moment, AfterTheCommit),
        Ok(answer) => panic!("{answer:?}"),
        Err(_) => {}
    }
    let is_committed = deployment.token_version("a").await != version;
    assert_eq!(is_committed, moment == AfterTheCommit);
}

#[tokio::test]
async fn with_leeway_a_kill_at_any_moment_costs_nothing() {
    for scene in play_all(&EVERY_MOMENT, LENIENT).await {
        scene.heals_unasked().await;
    }
}

#[tokio::test]
async fn under_strict_rotation_a_kill_costs_only_the_tokens_that_died_with_it_and_that_is_told() {
    for scene in play_all(&EVERY_MOMENT, STRICT).await {
        match scene.moment {
            BeforeTheCall | AfterTheCommit => scene.heals_unasked().await,
            AfterActing | BeforeTheCommit => scene.tells_what_is_lost().await,
        }
    }
}

#[tokio::test]
async fn who_asks_after_a_kill_is_served_when_the_lease_has_run_out() {
    let scenes = play_all(&[AfterActing], LENIENT).await;
    let calls = scenes
        .iter()
        .flat_map(|scene| (0..50).map(|_| scene.heir.token("a")));
    let tokens: BTreeSet<String> = join_all(calls).await.into_iter().collect();
    assert_eq!(tokens.len(), scenes.len(), "one for all callers of each");
    for scene in scenes {
        assert_eq!(scene.deployment.sandbox.refreshes().await, 2);
        scene.deployment.assert_whole(&scene.heir, "a").await;
    }
}
