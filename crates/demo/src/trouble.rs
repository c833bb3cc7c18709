//! Why the example app could not do what its visitor asked, as a readable page says it.

use axum::http::StatusCode;
use serde::Deserialize;

/// What a call to Juncture came to, other than its answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// Juncture refused, and said why.
    #[error("{}", refusal.error)]
    Refused {
        /// The status of the answer.
        status: StatusCode,
        /// Its body.
        refusal: Refusal,
    },
    /// No answer came.
    #[error("Juncture does not answer: {0}")]
    NoAnswer(#[from] reqwest::Error),
    /// The answer is not what the documentation says.
    #[error("Juncture's answer cannot be read: {0}")]
    Unreadable(#[from] juncture_json::Error),
    /// The visitor's own request.
    #[error("{1}")]
    Visitor(StatusCode, &'static str),
    /// A page of the example app is broken.
    #[error("this page could not be made: {0}")]
    Page(#[from] askama::Error),
}

/// The body of every refusal of Juncture.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    /// A sentence for people.
    pub(super) error: String,
    /// A slug for programs.
    pub(super) code: String,
    /// Whether the customer must connect again.
    #[serde(default)]
    pub(super) needs_reauthorization: bool,
}

impl Trouble {
    /// The status of the page that tells of it: what Juncture refuses is no fault of the browser's,
    /// except where the visitor can do something about it.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Refused { status, .. } if status.is_client_error() => *status,
            Self::Visitor(status, _) => *status,
            Self::Page(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Refused { .. } | Self::NoAnswer(_) | Self::Unreadable(_) => {
                StatusCode::BAD_GATEWAY
            }
        }
    }

    /// The refusal's slug, where Juncture refused.
    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { refusal, .. } => Some(&refusal.code),
            _ => None,
        }
    }

    /// Whether connecting (again) is what helps.
    pub(super) fn is_cured_by_connecting(&self) -> bool {
        match self {
            Self::Refused { refusal, .. } => {
                refusal.needs_reauthorization || refusal.code == "connection_not_found"
            }
            _ => false,
        }
    }
}
