//! The entries that replicas share: sealed before they leave the process, asked for with a bound,
//! and gone without where they do not come.

use std::fmt::{self, Display};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use juncture_clock::Clock;

use super::Key;
use super::bypass::{Bypass, Bypassed, Passage};
use super::entry::Entry;
use super::remote::{Remote, RemoteError};
use crate::random;
use crate::seal::{Place, Sealed, Sealer};

/// How long a request waits for an answer: several round trips across a continent, and far less
/// than the call to Jira that a cached value saves.
const WAIT: Duration = Duration::from_millis(250);

/// How long a probe waits, connecting included. Kubernetes gives up a readiness check after 1 s by
/// default, and ours has more to ask than the cache.
const PROBE_WAIT: Duration = Duration::from_millis(750);

/// Larger values stay in this process: they would not arrive within [`WAIT`], and Upstash refuses
/// requests above 1 MB, which would look as if it did not answer.
const LARGEST_BYTES: usize = 512 * 1024;

/// Long enough to be read back, short enough to leave nothing behind.
const PROBE: Key<()> = Key::new("probe", SignedDuration::from_secs(10));

/// What a probe puts in: always the same, since several may be under way.
const ALIVE: &[u8] = b"alive";

/// Whether an entry is small enough to leave the process.
pub(super) fn is_shareable(entry: &Entry) -> bool {
    entry.value.len() <= LARGEST_BYTES
}

/// A cache outside this process.
pub(super) struct Shared {
    remote: Remote,
    sealer: Arc<Sealer>,
    bypass: Bypass,
    /// Where this process, and no other, writes to see whether the cache answers.
    probe: String,
    has_told_of_foreign_values: AtomicBool,
}

impl Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.remote.fmt(f)
    }
}

impl Shared {
    pub(super) fn new(remote: Remote, sealer: Arc<Sealer>, clock: Arc<dyn Clock>) -> Self {
        Self {
            remote,
            sealer,
            bypass: Bypass::new(clock),
            probe: PROBE.of(random::url_safe_code()),
            has_told_of_foreign_values: AtomicBool::new(false),
        }
    }

    /// The entry called `name`. A value that does not open is absent.
    pub(super) async fn get(self: &Arc<Self>, name: &str) -> Result<Option<Entry>, Bypassed> {
        self.pass()?;
        let sealed = self.within(WAIT, self.remote.get(name)).await?;
        Ok(sealed.and_then(|sealed| self.open(name, sealed)))
    }

    /// Shares `entry` for `lifetime`, if that can be done.
    pub(super) async fn set(self: &Arc<Self>, name: &str, entry: &Entry, lifetime: SignedDuration) {
        if !is_shareable(entry) || self.pass().is_err() {
            return;
        }
        let sealed = self.sealer.seal(&Place::cached(name), &entry.to_bytes());
        let written = self.remote.set(name, sealed.as_bytes(), lifetime);
        // A failure has begun the bypass; there is nothing else to do about it.
        drop(self.within(WAIT, written).await);
    }

    /// Whether a value that is put in comes out again. What is found here ends the bypass or begins it.
    pub(super) async fn answers(&self) -> bool {
        let asked = async {
            let name = &self.probe;
            self.remote.set(name, ALIVE, PROBE.lifetime()).await?;
            match self.remote.get(name).await? {
                Some(found) if found == ALIVE => Ok(()),
                _ => Err(RemoteError::Forgetful),
            }
        };
        let does_answer = self.within(PROBE_WAIT, asked).await.is_ok();
        if does_answer {
            self.bypass.end();
        }
        does_answer
    }

    /// Whether a request may ask. A probe that is due runs beside the request, which does not wait for it.
    fn pass(self: &Arc<Self>) -> Result<(), Bypassed> {
        match self.bypass.passage() {
            Passage::Free => Ok(()),
            Passage::Barred => Err(Bypassed),
            Passage::BarredProbeDue => {
                let shared = self.clone();
                tokio::spawn(async move { shared.answers().await });
                Err(Bypassed)
            }
        }
    }

    /// The one place where the cache is waited for.
    async fn within<T>(
        &self,
        limit: Duration,
        asked: impl Future<Output = Result<T, RemoteError>>,
    ) -> Result<T, Bypassed> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the bound of a socket's answer is real time, whatever a hand-set clock says"
        )]
        let answered = tokio::time::timeout(limit, asked).await;
        let failure = match answered {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(failure)) => failure,
            Err(_elapsed) => RemoteError::Late(limit),
        };
        self.remote.hang_up();
        self.bypass.begin(&failure);
        Err(Bypassed)
    }

    fn open(&self, name: &str, sealed: Vec<u8>) -> Option<Entry> {
        let sealed = Sealed::from_bytes(sealed);
        let opened = self.sealer.open(&Place::cached(name), &sealed);
        // Why it does not open is not told: the reason may quote what a stranger wrote.
        if opened.is_err()
            && !self
                .has_told_of_foreign_values
                .swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                "the shared cache holds values that this server has not sealed, or not with its \
                 keys; they count as absent, and this is told once"
            );
        }
        Entry::from_bytes(&opened.ok()?)
    }
}
