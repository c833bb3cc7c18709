//! What is asked for good measure.

use std::fmt::Display;
use std::time::Duration;

use juncture_clock::Clock;

/// How long an answer waits for what it could do without.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is asked for good measure, to make an answer fuller that is good without it: if it is had,
/// and soon. Its failure is nobody's failure.
pub(super) async fn help<T, E: Display>(
    what: &'static str,
    clock: &dyn Clock,
    asked: impl Future<Output = Result<T, E>>,
) -> Option<T> {
    help_within(PATIENCE, what, clock, asked).await
}

/// The same, if it is had in so long.
pub(super) async fn help_within<T, E: Display>(
    patience: Duration,
    what: &'static str,
    clock: &dyn Clock,
    asked: impl Future<Output = Result<T, E>>,
) -> Option<T> {
    tokio::select! {
        biased;
        answer = asked => answer
            .inspect_err(|error| tracing::info!(what, %error, "an answer is given without it"))
            .ok(),
        () = clock.deadline(patience) => {
            tracing::info!(what, "an answer is given without it: it takes too long");
            None
        }
    }
}
