//! The one place where waiting for a database is bounded.

use std::time::Duration;

use super::error::{Result, StoreError};

/// How long a statement, a begin or a commit may take. A database that is silent for longer is
/// taken for gone, so that a request is answered with an error instead of not at all.
pub(super) const BOUND: Duration = Duration::from_secs(5);

/// The answer to a statement, if it comes within the bound.
pub(crate) async fn answer<T>(asked: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
    within(BOUND, asked).await
}

/// What was asked of a database, if it answers within `bound`.
///
/// # Errors
///
/// Its own, and [`StoreError::Timeout`].
#[expect(
    clippy::disallowed_methods,
    reason = "a database that is silent is silent in real time, whatever the clock says"
)]
pub async fn within<T, E: Into<StoreError>>(
    bound: Duration,
    asked: impl Future<Output = std::result::Result<T, E>>,
) -> Result<T> {
    match tokio::time::timeout(bound, asked).await {
        Ok(answer) => answer.map_err(E::into),
        Err(_) => Err(StoreError::Timeout),
    }
}
