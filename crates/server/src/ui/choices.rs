//! What is said where a customer cannot choose, in the words of each provider.

use crate::connections::finalize::ChoiceError;
use crate::provider::{Provider, ProviderName};
use crate::providers::jira::{self, http::sites};
use crate::web::call::Call;
use crate::web::error::Error;

type Say = fn(ChoiceError) -> Error;

/// Who says it in words of its own.
const SENTENCES: [(ProviderName, Say); 1] = [(jira::NAME, sites::error)];

/// What others ask of their provider.
const FETCH_CHOICES: Call = Call::undeniable("Failed to fetch what can be connected");

/// Why there is nothing to choose from, or the choice became no connection.
pub(super) fn error(provider: &dyn Provider, error: ChoiceError) -> Error {
    let mut sentences = SENTENCES.iter();
    match sentences.find(|(name, _)| *name == provider.name()) {
        Some((_, say)) => say(error),
        None => of_any_provider(error),
    }
}

fn of_any_provider(error: ChoiceError) -> Error {
    match error {
        ChoiceError::UnknownCode => Error::invalid(
            "Connection ID not found: session is either expired or does not exist",
            "connection_code_not_found",
        ),
        ChoiceError::NotOffered | ChoiceError::NotChosen(_) => {
            Error::invalid_field("choice", "must be one of those of this authorization")
        }
        ChoiceError::OtherBrowser => Error::other_browser(),
        ChoiceError::NoneAllowed => Error::Forbidden {
            error: "The account opens none of what may be connected",
            code: "none_allowed",
        },
        ChoiceError::NoPartSelected(..) | ChoiceError::PartNotOffered => {
            Error::invalid_field("part", "must be one of those of the choice")
        }
        ChoiceError::Waiting(what) => Error::Invalid {
            error: what.into(),
            code: "provider_not_ready",
            details: serde_json::Value::Null,
        },
        ChoiceError::Failed(failure) => FETCH_CHOICES.error(failure),
    }
}
