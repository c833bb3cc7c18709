//! The sandbox itself: its state behind one lock.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::data::{self, DataFile};
use crate::faults::Faults;
use crate::limits::Counters;
use crate::oauth::grants::Grants;
use crate::options::{Options, Switches};
use crate::requests::{Requests, Violation};
use crate::seed::draw_world;
use crate::webhooks::Webhooks;
use crate::world::World;

/// A simulated Atlassian Cloud. Clones share one world.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    options: Options,
    state: Mutex<State>,
    data: Option<DataFile>,
    /// Told when requests that hang may go on.
    release: watch::Sender<u64>,
    /// Requests on which Atlassian acts when those are let go, though nobody waits for them.
    late: Mutex<JoinSet<()>>,
    /// Told when a delivery was filed, or has come to an end.
    progress: watch::Sender<u64>,
}

/// Everything that changes while the sandbox runs.
#[derive(Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) world: World,
    pub(crate) grants: Grants,
    pub(crate) switches: Switches,
    pub(crate) faults: Faults,
    #[serde(skip)]
    pub(crate) requests: Requests,
    pub(crate) limits: Counters,
    /// Files from before there were any lack them.
    #[serde(default)]
    pub(crate) webhooks: Webhooks,
    #[serde(skip)]
    pub(crate) violations: Vec<Violation>,
}

impl State {
    /// The state of a sandbox that nobody has touched.
    fn new(options: &Options) -> Self {
        let clock = Clock::new(options.frozen_at);
        let world = draw_world(options, clock.now());
        Self {
            clock,
            world,
            grants: Grants::new(),
            switches: options.switches.clone(),
            faults: Faults::default(),
            requests: Requests::default(),
            limits: Counters::default(),
            webhooks: Webhooks::default(),
            violations: Vec::new(),
        }
    }

    /// Makes the state of a file ready; false where it refers to rows that it does not have.
    fn restore(&mut self) -> bool {
        self.webhooks.outbox.index();
        let people = self.world.people.len();
        let mut registered = self.webhooks.all();
        let is_owned = registered.all(|(_, row)| row.owner < people);
        self.world.index() && self.grants.is_whole() && is_owned
    }
}

impl Sandbox {
    /// Draws the world and registers the app.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let state = State::new(&options);
        Self::of(options, state, None)
    }

    /// A sandbox that goes on where the one before it stopped which was kept in the same file, and
    /// is itself kept there: world, clock, grants, tokens, switches and faults. Where there is no
    /// file yet, the world is drawn; where there is one, the options which the world is drawn from
    /// have no effect.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or written, or that no sandbox of this version has written.
    pub fn open(options: Options, file: PathBuf) -> std::io::Result<Self> {
        let data = DataFile::new(file);
        let state = data.load(State::restore)?;
        let state = state.unwrap_or_else(|| State::new(&options));
        let sandbox = Self::of(options, state, Some(data));
        sandbox.save()?;
        Ok(sandbox)
    }

    fn of(options: Options, state: State, data: Option<DataFile>) -> Self {
        Self(Arc::new(Inner {
            options,
            state: Mutex::new(state),
            data,
            release: watch::Sender::new(0),
            late: Mutex::default(),
            progress: watch::Sender::new(0),
        }))
    }

    /// Whether the sandbox is kept in a file.
    pub(crate) fn is_kept(&self) -> bool {
        self.0.data.is_some()
    }

    /// Saves the state of a sandbox that is kept in a file, and does nothing for another one. Every
    /// change saves itself; this is for what reads change, when [`Sandbox::serve`] was not let end.
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn save(&self) -> std::io::Result<()> {
        match &self.0.data {
            Some(file) => file.write(|| data::encode(&*self.state())),
            None => Ok(()),
        }
    }

    /// The requests so far that Atlassian's documents do not describe, as `GET /_sandbox/violations`
    /// gives them; none are looked for without [`Options::check_requests`].
    #[cfg(feature = "conformance")]
    #[must_use]
    pub fn violations(&self) -> Vec<serde_json::Value> {
        let violations = &self.state().violations;
        violations
            .iter()
            .map(|violation| serde_json::json!(violation))
            .collect()
    }

    /// The options the sandbox was made with.
    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    /// The state. Held for the making of one answer and never across an `await`.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets requests that hang go on, and returns when those are done that nobody waits for.
    pub(crate) async fn release(&self) {
        self.0.release.send_modify(|count| *count += 1);
        let mut late = std::mem::take(&mut *self.late());
        while late.join_next().await.is_some() {}
    }

    /// Does something that waits for [`Sandbox::release`] and for nobody else.
    pub(crate) fn act_later(&self, act: impl Future<Output = ()> + Send + 'static) {
        self.late().spawn(act);
    }

    fn late(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.0.late.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes those who wait for deliveries.
    pub(crate) fn tell_progress(&self) {
        self.0.progress.send_modify(|count| *count += 1);
    }

    /// A way to wait for deliveries to be filed, or to come to an end.
    pub(crate) fn progress(&self) -> watch::Receiver<u64> {
        self.0.progress.subscribe()
    }

    /// A way to wait for [`Sandbox::release`].
    pub(crate) fn released(&self) -> watch::Receiver<u64> {
        self.0.release.subscribe()
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sandbox").finish_non_exhaustive()
    }
}
