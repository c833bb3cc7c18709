//! Why something about a project was not done.

use crate::seal::SealError;
use crate::store::StoreError;

/// Why something about a project was not done.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// There is no such project.
    #[error("there is no such project")]
    NoProject,
    /// The project has no such key.
    #[error("the project has no such key")]
    NoKey,
    /// The project has no OAuth app at this provider.
    #[error("the project has no OAuth app at this provider")]
    NoApp,
    /// Another project has this name.
    #[error("another project has this name")]
    NameTaken,
    /// It is the project of the environment, which keeps its name for as long as there is a server.
    #[error("the project `default` keeps its name, and is not deleted")]
    IsDefault,
    /// What was given is not fit.
    #[error("{field} {reason}")]
    Invalid {
        /// The field, by its path: `settings.branding.accent_colour`.
        field: String,
        /// What is wrong with it; goes on with the sentence that the field begins.
        reason: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the store holds sealed does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl Problem {
    pub(super) fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            reason: reason.into(),
        }
    }
}
