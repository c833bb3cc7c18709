//! `juncture tick`, and what it does: each job that is due, once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use juncture_server::jobs::{Ended, Job, Ticker};
use juncture_server::store::StoreError;

use crate::support::TestApp;
use crate::support::deployment::Deployment;
use crate::support::rows::{break_connections, count_in, mend_connections};

/// A job that counts its rounds, and what each of them comes to.
fn counting(
    name: &'static str,
    every: Duration,
    round: fn(usize) -> Result<(), StoreError>,
) -> (Job, Arc<AtomicUsize>) {
    let rounds = Arc::new(AtomicUsize::new(0));
    let count = rounds.clone();
    let job = Job::new(name, every, move || {
        let number = count.fetch_add(1, Ordering::Relaxed);
        async move { round(number) }
    });
    (job, rounds)
}

#[tokio::test]
async fn each_job_that_is_due_is_done_once() {
    let app = TestApp::start().await;
    let (minute, hour) = (Duration::from_mins(1), Duration::from_hours(1));
    let (often, oftens) = counting("often", minute, |_| Ok(()));
    let (seldom, seldoms) = counting("seldom", hour, |_| Ok(()));
    let (fails, failures) = counting("fails", hour, |number| match number {
        0 => Err(StoreError::unavailable()),
        _ => Ok(()),
    });
    let (panics, breakdowns) = counting("panics", hour, |number| {
        assert!(number > 0, "put into it");
        Ok(())
    });
    let ticker = Ticker::new(app.supervisor(), vec![often, panics, fails, seldom]);
    let tick = async || {
        let done = ticker.tick().await;
        done.into_iter()
            .map(|done| (done.job, done.ended))
            .collect::<Vec<_>>()
    };
    let rounds =
        || [&oftens, &seldoms, &failures, &breakdowns].map(|count| count.load(Ordering::Relaxed));

    let first = tick().await;
    assert_eq!(rounds(), [1, 1, 1, 1]);
    assert!(matches!(
        &first[..],
        [
            ("often", Ended::Done),
            ("panics", Ended::BrokeDown(reason)),
            ("fails", Ended::Failed(_)),
            ("seldom", Ended::Done),
        ] if reason == "put into it"
    ));
    // What has failed is due at once, and what went well is not; of two who ask at once one is enough.
    let (one, other) = futures_util::future::join(tick(), tick()).await;
    assert_eq!((one.len(), other.len()), (2, 0));
    assert_eq!(rounds(), [1, 1, 2, 2]);
    assert!(tick().await.is_empty());
    app.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(tick().await.len(), 1);
    app.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(tick().await.len(), 4);
    assert_eq!(rounds(), [3, 2, 3, 3]);
}

#[tokio::test]
async fn how_the_rounds_go_is_counted() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let ticker = Ticker::new(app.supervisor(), app.app.jobs());
    let metric = async |name: &str| {
        let counted = app.visit("/metrics").await.text();
        let line = counted.lines().find_map(|line| line.strip_prefix(name));
        line.map(|line| line.trim().to_owned())
    };
    let success = "juncture_job_last_success_timestamp_seconds{job=\"resume\"}";
    let failures = "juncture_job_failures_total{job=\"resume\"}";
    let rounds = "juncture_job_duration_seconds_count{job=\"resume\"}";
    assert_eq!(metric(failures).await.as_deref(), Some("0"));
    let begun = app.clock_now().as_second().to_string();
    assert_eq!(metric(success).await, Some(begun));
    app.clock.advance(SignedDuration::from_mins(1));
    let first = app.clock_now().as_second().to_string();
    assert!(ticker.tick().await.iter().all(|done| done.ended.is_well()));
    assert_eq!(metric(success).await, Some(first.clone()));

    break_connections(&app).await;
    app.clock.advance(SignedDuration::from_mins(10));
    let done = ticker.tick().await;
    let failed = done.iter().filter(|done| !done.ended.is_well());
    assert!(failed.count() > 1, "{done:?}");
    assert_eq!(metric(success).await, Some(first));
    assert_eq!(metric(failures).await.as_deref(), Some("1"));

    mend_connections(&app).await;
    assert!(ticker.tick().await.iter().all(|done| done.ended.is_well()));
    let last = app.clock_now().as_second().to_string();
    assert_eq!(metric(success).await, Some(last));
    assert_eq!(metric(failures).await.as_deref(), Some("1"));
    assert_eq!(metric(rounds).await.as_deref(), Some("3"));
}

#[tokio::test]
async fn a_tick_does_beside_servers_and_without_them_what_they_do() {
    let deployment = Deployment::start(600).await;
    let server = deployment.serve().await;
    server.connect("a").await;
    let states = "SELECT COUNT(*) FROM used_state";
    // A refresh token that will soon die of disuse, and a state that has expired.
    let make_old = async || {
        deployment
            .change("UPDATE connection SET refreshed_at = refreshed_at - 7689600000")
            .await;
        deployment
            .change("UPDATE used_state SET expires_at = expires_at - 86400000")
            .await;
    };
    assert_eq!(count_in(&deployment.store, states).await, 1);
    let before = deployment.sandbox.refreshes().await;
    make_old().await;
    let (code, said) = deployment.tick().await;
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.lines().all(|line| line.contains(": done in ")),
        "{said}"
    );
    for name in ["idle", "sweep"] {
        assert_eq!(
            said.lines().filter(|line| line.starts_with(name)).count(),
            1,
            "{said}"
        );
    }
    // Whoever came first has done it, once.
    assert_eq!(deployment.sandbox.refreshes().await, before + 1);
    assert_eq!(count_in(&deployment.store, states).await, 0);

    server.ask_to_stop().await;
    server.wait().await;
    make_old().await;
    for _ in 0..2 {
        assert_eq!(deployment.tick().await.0, Some(0));
        assert_eq!(deployment.sandbox.refreshes().await, before + 2);
    }
    // One job fails, and the others are done.
    make_old().await;
    deployment
        .change("ALTER TABLE used_state RENAME TO used_state_away")
        .await;
    let (code, said) = deployment.tick().await;
    assert_eq!(code, Some(1), "{said}");
    let failed: Vec<_> = said
        .lines()
        .filter(|line| !line.contains(": done in "))
        .collect();
    assert!(
        failed.len() == 1 && failed[0].starts_with("sweep: failed after "),
        "{said}"
    );
    assert_eq!(deployment.sandbox.refreshes().await, before + 3);
    // Nor is it well where there is no store.
    deployment
        .change("ALTER TABLE connection RENAME TO connection_away")
        .await;
    assert_eq!(deployment.tick().await.0, Some(1));
}

/// docs/RELIABILITY.md has a row for each job.
#[tokio::test]
async fn the_table_of_jobs_is_what_is_done() {
    let app = TestApp::start().await;
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/RELIABILITY.md");
    let page = std::fs::read_to_string(page).unwrap();
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let name = cells.next()?.strip_suffix('`')?;
        let every = cells.next()?.strip_prefix("every ")?;
        Some(format!("{name} {every}"))
    });
    let jobs = app.app.jobs();
    let known = jobs
        .iter()
        .map(|job| format!("{} {:?}", job.name, job.every));
    let (mut rows, mut known): (Vec<_>, Vec<_>) = (rows.collect(), known.collect());
    rows.sort();
    known.sort();
    assert_eq!(rows, known);
}
