//! Faults of the disk, two hundred and more, each at a random moment of refreshes, of a random kind and
//! length.

use std::time::Duration;

use fastrand::Rng;
use futures_util::future::join_all;
use serde_json::json;

use super::{Scene, readiness};
use crate::support::database::variable;
use crate::support::faulty_disk::Fault;
use crate::support::real_time::{eventually, pause};

/// Each with a server, a database, a disk and an Atlassian of its own.
const DEPLOYMENTS: usize = 4;
const FAULTS: usize = 50;
/// So many of them some call must meet. The others lie behind the last write of their round, or in the
/// second in which the server waits before it tries a disk again; how many, is up to the machine.
const MET: usize = 25;
/// Of a machine on which hardly any is met.
const AT_MOST: usize = 1_000;
const CUSTOMERS: usize = 5;

/// `TEST_SEED` plays the same faults again; what they meet is up to the machine.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_faults_of_the_disk_at_random_moments_lose_no_connection() {
    let given = variable("TEST_SEED").map(|seed| seed.parse().unwrap());
    let seed = given.unwrap_or_else(|| fastrand::u64(..));
    println!("TEST_SEED={seed}");
    let mut rng = Rng::with_seed(seed);
    let trials = (0..DEPLOYMENTS).map(|number| trial(rng.fork(), [0, 10][number % 2]));
    for (faults, met) in join_all(trials.collect::<Vec<_>>()).await {
        println!("{met} of {faults} faults were met");
        assert!(met >= MET, "{met} of {faults} faults were met");
    }
}

/// How many faults there were, and how many of them some call met.
async fn trial(mut rng: Rng, leeway_seconds: u32) -> (usize, usize) {
    let (scene, server) = Scene::begin(leeway_seconds, CUSTOMERS).await;
    let sandbox = &scene.deployment.sandbox;
    // A token of which less than a minute is left is refreshed by whoever asks for it.
    let short = json!({"access_token_seconds": 60});
    sandbox.set_switches(&short).await;
    scene.deployment.expire_tokens().await;
    for customer in &scene.customers {
        server.token(customer).await;
    }
    let (mut faults, mut met) = (0, 0);
    while faults < FAULTS || (met < MET && faults < AT_MOST) {
        faults += 1;
        let fault = *rng.choice(&Fault::ALL).unwrap();
        scene.disk.fail(fault, rng.i32(..12));
        let calls: Vec<_> = scene
            .customers
            .iter()
            .map(|name| server.call(name))
            .collect();
        pause(Duration::from_millis(rng.u64(..120))).await;
        met += usize::from(scene.disk.hits() > 0);
        scene.disk.mend();
        for call in calls {
            let (status, body) = call.await.unwrap().unwrap();
            // Whoever has a token that works gets one; it need not be the newest.
            assert_eq!(status, 200, "{fault:?}: {body}");
            assert!(sandbox.takes(body["access_token"].as_str().unwrap()).await);
        }
    }
    eventually(async || readiness(&server).await == 200).await;
    scene.assert_nothing_is_lost(server).await;
    (faults, met)
}
