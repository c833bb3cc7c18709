//! The end of the process: stop taking requests, finish what is under way, close the store.

use std::time::Duration;

use juncture_clock::Clock;
use tokio::signal::unix::{SignalKind, signal};

use crate::accept::LAST_MOMENT;
use crate::app::App;
use crate::upkeep;

/// How long requests and tasks under way may still take. Longer than the longest refresh, whose
/// new tokens must not be lost.
const GRACE: Duration = Duration::from_secs(30);

/// Listens, from this call on, for the wish that the process end (SIGTERM; SIGINT, SIGQUIT or the
/// end of it from a terminal, SIGHUP); resolves when it comes.
pub fn requested() -> impl Future<Output = ()> + Send + 'static {
    let listen = |kind| signal(kind).expect("the runtime can listen for signals");
    let mut terminate = listen(SignalKind::terminate());
    let mut interrupt = listen(SignalKind::interrupt());
    let mut quit = listen(SignalKind::quit());
    let mut hang_up = listen(SignalKind::hangup());
    async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = quit.recv() => {}
            _ = hang_up.recv() => {}
        }
        tracing::info!("stopping");
    }
}

/// Waits for `serving` to end after `stop` has resolved, but no longer than the grace.
pub async fn within_grace(
    app: &App,
    serving: impl Future<Output = ()>,
    stop: impl Future<Output = ()>,
) {
    let overdue = async {
        stop.await;
        app.clock.deadline(GRACE).await;
    };
    tokio::select! {
        () = serving => {}
        () = overdue => tracing::warn!("requests were still under way at the end of the grace"),
    }
}

/// Serves what loses nothing when it is cut off: until `stop` resolves, and a moment longer for what
/// is under way. None if that was not enough.
pub async fn cut_off<T>(
    clock: &dyn Clock,
    stop: impl Future<Output = ()>,
    serving: impl Future<Output = T>,
) -> Option<T> {
    let overdue = async {
        stop.await;
        clock.deadline(LAST_MOMENT).await;
    };
    tokio::select! {
        ended = serving => Some(ended),
        () = overdue => None,
    }
}

/// Writes what is collected in memory and written now and then.
async fn write_the_rest(app: &App) {
    let uses = app.projects.note_uses().await;
    let calls = upkeep::write(&app.tokens).await;
    for lost in [uses, calls].into_iter().filter_map(Result::err) {
        tracing::warn!(error = %lost, "what keys and connections did of late is not written");
    }
}

/// Waits for tasks that outlive their requests, then closes the store.
pub async fn finish(app: &App) {
    app.tasks.close();
    tokio::select! {
        () = app.tasks.wait() => {}
        () = app.clock.deadline(GRACE) => tracing::warn!("tasks were still under way at the end of the grace"),
    }
    write_the_rest(app).await;
    app.store.close().await;
}
