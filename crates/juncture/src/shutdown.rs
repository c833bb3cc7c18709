//! The end of the process: stop taking requests, finish what is under way, close the store.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;

/// How long requests and tasks under way may still take. Longer than the longest refresh, whose
/// new tokens must not be lost.
const GRACE: Duration = Duration::from_secs(30);

/// Resolves when the process is asked to end (SIGTERM, or SIGINT from a terminal).
pub async fn requested() {
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened for");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signals can be listened for");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
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

/// Waits for tasks that outlive their requests, then closes the store.
pub async fn finish(app: &App) {
    app.tasks.close();
    tokio::select! {
        () = app.tasks.wait() => {}
        () = app.clock.deadline(GRACE) => tracing::warn!("tasks were still under way at the end of the grace"),
    }
    app.store.close().await;
}
