//! Why there is no fresh token. Many callers may wait for one refresh, so its failure can be told
//! to each of them.

use std::sync::Arc;
use std::time::Duration;

use super::apps::AppError;
use crate::failure::Failure;
use crate::oauth::{TokenError, TokenFailure};
use crate::seal::SealError;
use crate::store::StoreError;

/// A refresh that gave no token.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum RefreshError {
    /// Only connecting again can help.
    #[error("the grant is dead")]
    Dead,
    /// The connection has been deleted.
    #[error("the connection is gone")]
    Gone,
    /// The token endpoint failed.
    #[error("the token endpoint failed")]
    Failed(#[source] Arc<TokenError>),
    /// The token endpoint failed a moment ago, and is left alone for as long.
    #[error("the token endpoint failed a moment ago; the next try is due in {} s", .1.as_secs())]
    BackedOff(TokenFailure, Duration),
    /// There is no OAuth app to refresh with any more.
    #[error("the OAuth app that gave the grant is no longer configured")]
    NoApp,
    /// Another process refreshes, and has not come to an end in time; or this one has not.
    #[error("a refresh is under way and takes long")]
    Overdue,
    /// There are new tokens, which nobody may have before the store has them.
    #[error("the new tokens are not stored yet")]
    Unstored,
    /// The store.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// A token does not open.
    #[error(transparent)]
    Seal(Arc<SealError>),
    /// A fault of ours.
    #[error("the refresh broke down")]
    Panicked,
}

impl From<StoreError> for RefreshError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl From<AppError> for RefreshError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Store(error) => error.into(),
            AppError::Seal(error) => error.into(),
            AppError::Gone => Self::NoApp,
        }
    }
}

impl From<SealError> for RefreshError {
    fn from(error: SealError) -> Self {
        Self::Seal(Arc::new(error))
    }
}

impl RefreshError {
    /// Whether the stored token, while it works, may be used in spite of this.
    pub(super) fn spares_the_stored_token(&self) -> bool {
        !matches!(self, Self::Dead | Self::Gone)
    }
}

impl From<RefreshError> for Failure {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Dead => Self::NeedsReauthorization,
            RefreshError::Gone => Self::ConnectionNotFound,
            RefreshError::NoApp => Self::ProviderMisconfigured,
            RefreshError::Failed(source) => {
                let retry_after = source.retry_after();
                source.failure().into_failure(retry_after, source.into())
            }
            RefreshError::BackedOff(failure, left) => {
                failure.into_failure(Some(left), error.into())
            }
            RefreshError::Overdue => TokenFailure::Timeout.into_failure(None, error.into()),
            RefreshError::Unstored => Self::Store(StoreError::unavailable()),
            RefreshError::Store(source) => Self::Store(StoreError::Shared(source)),
            RefreshError::Seal(source) => Self::Seal(SealError::clone(&source)),
            RefreshError::Panicked => Self::Internal(error.into()),
        }
    }
}
