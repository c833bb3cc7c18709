//! What is done for deliveries without anybody asking.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use metrics::gauge;

use super::manage::Webhooks;
use super::schedule::LONGEST_PAUSE;
use super::{LEASE, replay};
use crate::jobs::Job;
use crate::metrics::Metrics;
use crate::settled::Settled;
use crate::store::refreshes::CLOCKS_APART;
use crate::store::{self, Store, event_attempts, event_endpoints, event_failures, event_lanes};
use crate::timeline::first_at;

/// How often is looked for what is due, at the least: what other processes record, and what was to wait.
const DELIVER: Duration = Duration::from_secs(1);

/// How often what was asked for again is looked for.
const REPLAY: Duration = Duration::from_secs(1);

/// How often what is no longer wanted is taken away, and what waits is counted.
const TIDY: Duration = Duration::from_mins(1);

/// How long attempts are kept.
const ATTEMPTS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 7);

/// How many rows are deleted in one transaction.
const AT_ONCE: i64 = 2_000;

/// All of it, as jobs. Deliveries that were given up are kept as long as events.
#[must_use]
pub fn jobs(
    webhooks: &Webhooks,
    metrics: &Arc<Metrics>,
    settled: &Arc<Settled>,
    events_kept: SignedDuration,
) -> Vec<Job> {
    let recorded = webhooks.store.recorded().any();
    let (delivering, replaying, tidying) = (webhooks.clone(), webhooks.clone(), webhooks.clone());
    let (metrics, settled) = (metrics.clone(), settled.clone());
    vec![
        Job::new("deliver", DELIVER, move || {
            let deliverer = delivering.deliverer.clone();
            async move { deliverer.start_due().await }
        })
        .woken_by(recorded),
        Job::new("replay", REPLAY, move || {
            let webhooks = replaying.clone();
            async move {
                if replay::go_on(&webhooks.store, webhooks.clock.now()).await? {
                    webhooks.deliverer.start_due().await?;
                }
                Ok(())
            }
        }),
        Job::new("deliveries", TIDY, move || {
            let (webhooks, metrics) = (tidying.clone(), metrics.clone());
            let earliest = settled.earliest(&*webhooks.clock);
            async move {
                mend(&webhooks.store, webhooks.clock.now()).await?;
                purge(&webhooks.store).await?;
                sweep(&webhooks.store, events_kept, earliest).await?;
                count(&webhooks.store, &metrics).await
            }
        }),
    ]
}

/// Brings back what a clock that was ahead has put off.
async fn mend(store: &Store, now: Timestamp) -> store::Result<()> {
    let mut tx = store.begin_write().await?;
    let (lease, pause) = (LEASE + CLOCKS_APART, LONGEST_PAUSE + CLOCKS_APART);
    event_lanes::mend_of_any_project(&mut tx, lease, pause, now).await?;
    event_endpoints::mend_of_any_project(&mut tx, pause, now).await?;
    tx.commit().await
}

/// Takes away what waits at endpoints that are deleted.
pub async fn purge(store: &Store) -> store::Result<()> {
    let mut tx = store.begin_read().await?;
    let deleted = event_endpoints::deleted_of_any_project(&mut tx).await?;
    drop(tx);
    for endpoint in deleted {
        loop {
            let mut tx = store.begin_write().await?;
            let is_gone = event_endpoints::purge_some(&mut tx, endpoint, AT_ONCE).await?;
            tx.commit().await?;
            if is_gone {
                break;
            }
        }
    }
    Ok(())
}

/// Forgets attempts and failures that are too old by `now`, which is the earliest that it may be.
async fn sweep(store: &Store, events_kept: SignedDuration, now: Timestamp) -> store::Result<()> {
    let attempts = first_at(now - ATTEMPTS_KEPT);
    let failures = now.checked_sub(events_kept).unwrap_or(Timestamp::MIN);
    loop {
        let mut tx = store.begin_write().await?;
        let swept = event_attempts::sweep_of_any_project(&mut tx, attempts, AT_ONCE).await?;
        let old = event_failures::sweep_of_any_project(&mut tx, failures, AT_ONCE).await?;
        tx.commit().await?;
        if swept.max(old) < AT_ONCE.unsigned_abs() {
            return Ok(());
        }
    }
}

/// Counts what waits, and the endpoints by state.
async fn count(store: &Store, metrics: &Metrics) -> store::Result<()> {
    let mut tx = store.begin_read().await?;
    let waiting = event_lanes::count_of_any_project(&mut tx).await?;
    let endpoints = event_endpoints::count_of_any_project(&mut tx).await?;
    drop(tx);
    let number = |count: i64| f64::from(u32::try_from(count.max(0)).unwrap_or(u32::MAX));
    metrics.record(|| {
        gauge!("juncture_event_deliveries_waiting").set(number(waiting));
        for state in [event_endpoints::ACTIVE, event_endpoints::PAUSED] {
            let of_state = endpoints.iter().find(|(known, _)| known == state);
            let of_state = of_state.map_or(0, |(_, count)| *count);
            gauge!("juncture_event_endpoints", "state" => state).set(number(of_state));
        }
    });
    Ok(())
}
