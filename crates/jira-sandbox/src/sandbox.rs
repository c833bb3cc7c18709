//! The sandbox itself: its state behind one lock, its router, and its server.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::faults::{self, Faults};
use crate::limits::Counters;
use crate::oauth::Grants;
use crate::options::{Options, Switches};
use crate::requests::{self, Requests, Violation};
use crate::seed::draw_world;
use crate::wire::{Line, Wire};
use crate::world::World;
use crate::{control, oauth, pictures, rest};

/// A simulated Atlassian Cloud. Clones share one world.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    options: Options,
    state: Mutex<State>,
    /// Told when requests that hang may go on.
    release: watch::Sender<u64>,
}

/// Everything that changes while the sandbox runs.
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) world: World,
    pub(crate) grants: Grants,
    pub(crate) switches: Switches,
    pub(crate) faults: Faults,
    pub(crate) requests: Requests,
    pub(crate) limits: Counters,
    pub(crate) violations: Vec<Violation>,
}

impl Sandbox {
    /// Draws the world and registers the app.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let clock = Clock::new(options.frozen_at);
        let world = draw_world(&options, clock.now());
        let state = State {
            clock,
            world,
            grants: Grants::new(),
            switches: options.switches.clone(),
            faults: Faults::default(),
            requests: Requests::default(),
            limits: Counters::default(),
            violations: Vec::new(),
        };
        Self(Arc::new(Inner {
            options,
            state: Mutex::new(state),
            release: watch::Sender::new(0),
        }))
    }

    /// Every host of the simulated cloud on one address, and the controls under `/_sandbox/`.
    ///
    /// A router has no connection to cut: without [`Sandbox::serve`], a cut shows as a 502 whose
    /// body fails.
    pub fn router(&self) -> Router {
        let simulated = Router::new()
            .merge(oauth::routes())
            .merge(rest::routes(self))
            .layer(from_fn_with_state(self.clone(), faults::strike))
            .layer(from_fn_with_state(self.clone(), requests::record));
        Router::new()
            .merge(simulated)
            .merge(pictures::routes())
            .merge(control::routes())
            .with_state(self.clone())
    }

    /// Serves the router until `shutdown` ends, then lets hanging requests go and finishes the
    /// answers under way.
    ///
    /// # Errors
    ///
    /// The listener's own.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let router = self.router();
        let service = router.into_make_service_with_connect_info::<Wire>();
        axum::serve(Line(listener), service)
            .with_graceful_shutdown(async move {
                shutdown.await;
                self.release();
            })
            .await
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

    /// Lets requests that hang go on.
    pub(crate) fn release(&self) {
        self.0.release.send_modify(|count| *count += 1);
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
