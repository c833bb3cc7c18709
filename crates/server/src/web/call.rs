//! What an endpoint says of its failures: the sentences, and which answer a failure becomes.

use crate::failure::{Failure, UpstreamFailure};
use crate::web::error::{Error, Misconfigured};

/// What an endpoint asks of a provider, for the case that it fails.
#[derive(Debug)]
pub(crate) struct Call {
    /// The documented sentence of a failure: `Failed to fetch …`.
    pub(crate) failed: &'static str,
    /// What to say when the provider refuses this user: `Access denied to …`.
    pub(crate) denied: &'static str,
    /// The scopes that the call needs.
    pub(crate) scopes: &'static [&'static str],
}

impl Call {
    /// A call that no provider can deny, such as for a token.
    pub(crate) const fn undeniable(failed: &'static str) -> Self {
        Self {
            failed,
            denied: failed,
            scopes: &[],
        }
    }

    /// What a failure means to our caller.
    pub(crate) fn error(&self, failure: Failure) -> Error {
        let (error, denied) = (self.failed, self.denied);
        match failure {
            Failure::ConnectionNotFound => Error::connection_not_found(),
            Failure::NeedsReauthorization => Error::NeedsReauthorization,
            Failure::ChoiceUnavailable(cause) => Error::SiteUnavailable(cause),
            Failure::AccessDenied {
                reasons,
                permissions,
            } => Error::AccessDenied {
                error: denied,
                reasons,
                permissions,
            },
            Failure::MissingScope { scopes } => Error::MissingScope {
                error: denied,
                scopes,
            },
            Failure::RateLimited {
                retry_after,
                source,
            } => Error::RateLimited {
                error,
                retry_after,
                source,
            },
            Failure::Upstream { failure, source } => Error::Upstream {
                error,
                failure,
                source,
            },
            Failure::ProviderMisconfigured => Error::ProviderMisconfigured {
                error,
                source: Misconfigured,
            },
            Failure::Store(error) => error.into(),
            Failure::Seal(error) => error.into(),
            Failure::Internal(cause) => Error::Internal(cause),
        }
    }

    /// The answer where a change was asked for, and nobody knows whether it was made.
    pub(crate) fn unknown_outcome(&self) -> Error {
        Error::Upstream {
            error: self.failed,
            failure: UpstreamFailure::OutcomeUnknown,
            source: "no answer came".into(),
        }
    }

    /// Every answer that a failing list may become.
    pub(crate) fn list_refusals(&self) -> Vec<Error> {
        let mut errors = self.refusals();
        errors.extend(Error::of_list(self.failed));
        errors
    }

    /// Every answer that a failing call may become.
    pub(crate) fn refusals(&self) -> Vec<Error> {
        let mut errors = vec![
            Error::NeedsReauthorization,
            Error::AccessDenied {
                error: self.denied,
                reasons: vec!["You do not have permission to view this.".to_owned()],
                permissions: Vec::new(),
            },
            Error::MissingScope {
                error: self.denied,
                scopes: self.scopes.to_vec(),
            },
            Error::SiteUnavailable(Box::from("the gateway does not know the site")),
        ];
        errors.extend(Error::of_upstream(self.failed));
        errors
    }
}
