//! Turns at the few connections of a pool. A queue that moves is no outage, however long it is; one
//! that does not is, and then nobody waits in it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::bound::within;
use super::error::{Result, StoreError};

/// How long a transaction waits for its turn while others have theirs.
const QUEUE: Duration = Duration::from_secs(20);

/// Who may use a connection.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    places: Arc<Semaphore>,
    /// Grows with every transaction that had its turn and got no connection.
    failures: watch::Sender<u64>,
}

/// The use of a connection, until it drops.
#[derive(Debug)]
pub(super) struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Turns {
    pub(super) fn new(connections: u32) -> Self {
        let places = usize::try_from(connections).unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(places)),
            failures: watch::Sender::new(0),
        }
    }

    /// Waits for a turn, unless those who have theirs get no connection.
    pub(super) async fn take(&self) -> Result<Turn> {
        let mut failures = self.failures.subscribe();
        let wait = async {
            tokio::select! {
                permit = self.places.clone().acquire_owned() => {
                    let permit = permit.expect("nobody closes the semaphore");
                    Ok(Turn { _permit: permit })
                }
                _ = failures.changed() => Err(StoreError::Timeout),
            }
        };
        within(QUEUE, wait).await
    }

    /// Tells everybody who waits that there is no connection to be had.
    pub(super) fn fail(&self) {
        self.failures.send_modify(|failures| *failures += 1);
    }
}
