//! What is said of flows that lead to nothing.

use serde_json::json;

use crate::connections::consent::ConsentError;
use crate::connections::session::OpenError;
use crate::web::call::Call;
use crate::web::error::Error;

pub(super) const EXCHANGE: Call = Call::undeniable("Failed to exchange the authorization code");

/// What is said of a return that led to nothing.
pub(super) fn consent_error(error: ConsentError) -> Error {
    match error {
        ConsentError::Incomplete => no_code_or_state(),
        ConsentError::Foreign => invalid_state(),
        ConsentError::Expired => expired_state(),
        ConsentError::OtherBrowser => Error::other_browser(),
        ConsentError::Refused(error) => consent_refused(&error),
        ConsentError::Waiting(sentence) => not_ready(sentence),
        ConsentError::CodeRefused => refused_code(),
        ConsentError::NoApp => no_oauth_app(),
        ConsentError::Failed(failure) => EXCHANGE.error(failure),
    }
}

pub(super) fn no_code_or_state() -> Error {
    Error::invalid("Missing code or state", "missing_parameter")
}

/// The code where somebody must do something at the provider first, as on the page of choices.
pub(super) const NOT_READY: &str = "provider_not_ready";

pub(super) fn not_ready(sentence: String) -> Error {
    Error::Invalid {
        error: sentence.into(),
        code: NOT_READY,
        details: serde_json::Value::Null,
    }
}

pub(super) fn invalid_state() -> Error {
    Error::invalid("Invalid state parameter", "invalid_state")
}

pub(super) fn expired_state() -> Error {
    let error = "The authorization has expired. Please try again.";
    Error::invalid(error, "state_expired")
}

pub(super) fn no_oauth_app() -> Error {
    let error = "The project has no OAuth app at this provider";
    Error::conflict(error, "no_oauth_app")
}

pub(super) fn refused_code() -> Error {
    let error = "The authorization code is invalid or expired. Please try again.";
    Error::invalid(error, "invalid_code")
}

/// The provider's own words for what went wrong at its consent page (RFC 6749 §4.1.2.1).
pub(super) fn consent_refused(error: &str) -> Error {
    match error {
        "access_denied" => Error::invalid(
            "Access was not granted. You can try again.",
            "access_denied",
        ),
        _ => Error::Invalid {
            error: "The provider could not complete the authorization. Please try again.".into(),
            code: "authorization_failed",
            details: json!({"provider_error": error.chars().take(100).collect::<String>()}),
        },
    }
}

/// What is said of a token of a connect session that begins no flow.
pub(super) fn open_error(error: OpenError) -> Error {
    match error {
        OpenError::Unknown => unknown_session(),
        OpenError::Used(_) => used_session(),
        OpenError::Expired(_) => expired_session(),
        OpenError::NoConsent(error) => consent_error(error),
    }
}

pub(super) fn unknown_session() -> Error {
    of_session("There is no such link to connect", "session_not_found")
}

pub(super) fn used_session() -> Error {
    let error = "This link to connect has been used: it works once";
    of_session(error, "session_used")
}

pub(super) fn expired_session() -> Error {
    of_session("This link to connect has expired", "session_expired")
}

fn of_session(error: &'static str, code: &'static str) -> Error {
    Error::Invalid {
        error: error.into(),
        code,
        details: json!({"field": "session_token"}),
    }
}

/// The answer to a bare external id where flows begin by connect sessions alone.
pub(super) fn session_required() -> Error {
    Error::Forbidden {
        error: "This project connects by connect sessions alone",
        code: "connect_session_required",
    }
}
