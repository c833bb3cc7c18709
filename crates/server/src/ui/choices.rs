//! What is said where a customer cannot choose, in the words of each provider.

use crate::connections::finalize::ChoiceError;
use crate::provider::{Provider, ProviderName};
use crate::providers::jira::{self, http::sites};
use crate::web::error::Error;

type Say = fn(ChoiceError) -> Error;

/// Who says it, for each provider.
const SENTENCES: [(ProviderName, Say); 1] = [(jira::NAME, sites::error)];

/// Why there is nothing to choose from, or the choice became no connection.
pub(super) fn error(provider: &dyn Provider, error: ChoiceError) -> Error {
    let mut sentences = SENTENCES.iter();
    match sentences.find(|(name, _)| *name == provider.name()) {
        Some((_, say)) => say(error),
        None => Error::Internal(error.into()),
    }
}
