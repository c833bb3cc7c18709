//! Why what was asked for was not done, without a word of HTTP: whoever stands at a door says the
//! sentence.

use std::time::Duration;

use crate::seal::SealError;
use crate::store::StoreError;

/// What is behind a failure, for the log.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A failure that means the same whatever was to be done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no such connection, or no more.
    #[error("the connection is gone")]
    ConnectionNotFound,
    /// The grant is dead; the customer must connect again.
    #[error("the grant is dead")]
    NeedsReauthorization,
    /// What the customer has chosen is no longer open to the grant, or is gone. The customer must
    /// connect again.
    #[error("what the customer chose is not open to the grant")]
    ChoiceUnavailable(#[source] Cause),
    /// The provider refuses this user; connecting again would not help.
    #[error("the provider refuses this user")]
    AccessDenied {
        /// The provider's own reasons.
        reasons: Vec<String>,
        /// The provider's permissions that this user is known to miss.
        permissions: Vec<&'static str>,
    },
    /// The grant lacks a scope.
    #[error("the grant lacks a scope")]
    MissingScope {
        /// Of the scopes that the call needs, those that the grant has not; all of them where that is
        /// not known.
        scopes: Vec<&'static str>,
    },
    /// The provider's limit outlasted our own retries.
    #[error("the provider wants to be left alone")]
    RateLimited {
        /// How long the provider asks to wait.
        retry_after: Duration,
        /// What the provider said.
        #[source]
        source: Cause,
    },
    /// The provider failed, or could not be reached.
    #[error("the provider failed")]
    Upstream {
        /// How it failed.
        failure: UpstreamFailure,
        /// What happened in detail.
        #[source]
        source: Cause,
    },
    /// The provider refuses our own client id or secret. The connection stays as it is.
    #[error("the provider refuses our client id or secret")]
    ProviderMisconfigured,
    /// The store failed, or what it holds of this connection cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the store holds sealed does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A fault of ours.
    #[error("something of ours broke down")]
    Internal(#[source] Cause),
}

/// How an upstream call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpstreamFailure {
    /// 5xx, or no connection.
    Unavailable,
    /// No answer in time.
    Timeout,
    /// An answer that is not what the provider documents.
    BadResponse,
    /// A list that does not end, each of whose pages was an answer: what it does instead.
    EndlessList(&'static str),
    /// A list that is longer than one request may read: what it has too much of.
    ListTooLong(&'static str),
    /// A change was asked for, and nobody knows whether it was made.
    OutcomeUnknown,
}
