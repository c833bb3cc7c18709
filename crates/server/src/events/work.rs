//! What is done for events without anybody asking: others' are looked for, and old ones forgotten.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use juncture_clock::Clock;

use super::{feed, retention};
use crate::jobs::Job;
use crate::settled::Settled;
use crate::store::Store;

/// How often events of other processes are looked for while somebody waits for some, more or less.
const FOLLOW: Duration = Duration::from_millis(800);

/// How often events are looked for that are too old.
const SWEEP: Duration = Duration::from_mins(5);

/// All of it, as jobs; events are kept for `lifetime`.
#[must_use]
pub fn jobs(
    store: &Store,
    clock: &Arc<dyn Clock>,
    settled: &Arc<Settled>,
    lifetime: SignedDuration,
) -> Vec<Job> {
    let followed = store.clone();
    let (swept, clock, settled) = (store.clone(), clock.clone(), settled.clone());
    vec![
        Job::new("feed", FOLLOW, move || {
            let store = followed.clone();
            async move { feed::follow(&store).await }
        }),
        Job::new("events", SWEEP, move || {
            let (store, now) = (swept.clone(), settled.earliest(&*clock));
            async move { retention::sweep(&store, lifetime, now).await }
        }),
    ]
}
