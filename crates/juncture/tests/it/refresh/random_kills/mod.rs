//! `kill -9` at random moments under load, again and again: no connection is lost, and no answer is
//! a wrong one.

mod report;
mod trial;

use fastrand::Rng;
use futures_util::future::join_all;

use self::report::Report;
use self::trial::Trial;
use crate::support::database::variable;

/// Each has a database and an Atlassian of its own, and one server process at a time: what waits in
/// one of them does not hold up the others.
const DEPLOYMENTS: usize = 4;

/// `TEST_SEED` plays the same kills and calls again; what they meet is up to the machine.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_kills_at_random_moments_under_load_lose_no_connection() {
    let given = variable("TEST_SEED").map(|seed| seed.parse().unwrap());
    let seed = given.unwrap_or_else(|| fastrand::u64(..));
    println!("TEST_SEED={seed}");
    let mut rng = Rng::with_seed(seed);
    let rngs: Vec<Rng> = (0..DEPLOYMENTS).map(|_| rng.fork()).collect();
    let mut report = Report::default();
    for of_one in join_all(rngs.into_iter().map(Trial::run)).await {
        report.add(of_one);
    }
    println!("{report}");
    assert_eq!(report.starts.len(), 200);
    assert!(!report.interrupted.is_empty(), "no kill hit a refresh");
}
