//! Why there is no fresh token. Many callers may wait for one refresh, so its failure can be told
//! to each of them.

use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
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

    /// The answer of an endpoint whose failure sentence is `error`.
    pub(super) fn into_error(self, error: &'static str) -> Error {
        match self {
            Self::Dead => Error::NeedsReauthorization,
            Self::Gone => Error::connection_not_found(),
            Self::Failed(source) => {
                let retry_after = source.retry_after();
                source
                    .failure()
                    .into_error(error, retry_after, source.into())
            }
            Self::BackedOff(failure, left) => failure.into_error(error, Some(left), self.into()),
            Self::Overdue => TokenFailure::Timeout.into_error(error, None, self.into()),
            Self::Unstored => Error::store_unavailable(),
            Self::Store(source) => StoreError::Shared(source).into(),
            Self::Seal(source) => Error::Seal(SealError::clone(&source)),
            Self::Panicked => Error::Internal(self.into()),
        }
    }
}
