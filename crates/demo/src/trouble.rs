//! Why the example app could not do what its visitor asked, as a readable page says it.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::backend;

/// What a call to Juncture came to, other than its answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// Juncture refused, and said why.
    #[error("{}", refusal.error)]
    Refused {
        /// The status of the answer.
        status: StatusCode,
        /// Its body.
        refusal: Box<Refusal>,
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
    /// More about it; what, goes by the code.
    #[serde(default)]
    details: Value,
}

/// What is wrong with a field, as `details.fields` tells it.
#[derive(Debug, Deserialize)]
pub(super) struct WrongField {
    /// Its id.
    pub(super) id: String,
    /// What people call it.
    pub(super) name: String,
    /// A slug for programs.
    reason: String,
    /// What it may have instead.
    #[serde(default)]
    allowed: Vec<backend::Value>,
    /// Jira's own words.
    message: Option<String>,
}

impl WrongField {
    /// A sentence for people, about a field that they know by this name.
    pub(super) fn sentence(&self, name: &str) -> String {
        if let Some(message) = &self.message {
            return format!("{name}: {message}");
        }
        let fault = match self.reason.as_str() {
            "required" => "is needed",
            "wrong_type" => "cannot be this kind of value",
            "too_long" => "is too long",
            "several_lines" => "must be one line",
            "not_a_date" => "must be a day, such as 2026-11-30",
            "not_a_url" => "must be an address, such as https://example.com",
            "not_a_label" => "must not have spaces",
            "unknown_value" => "cannot have this value",
            other => return format!("{name}: {other}"),
        };
        // Where a value is needed the form has a list of them already.
        if self.allowed.is_empty() || self.reason == "required" {
            return format!("{name} {fault}.");
        }
        let names = self.allowed.iter().map(|value| value.name.as_str());
        let names: Vec<&str> = names.collect();
        format!("{name} {fault}; it may be {}.", names.join(", "))
    }
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

    /// What is wrong with single fields, if that is what Juncture says.
    pub(super) fn wrong_fields(&self) -> Vec<WrongField> {
        let Self::Refused { refusal, .. } = self else {
            return Vec::new();
        };
        let elements = |name: &str| refusal.details[name].as_array().into_iter().flatten();
        let missing = elements("missing").filter_map(Value::as_str);
        let missing = missing.map(|name| WrongField {
            id: name.to_owned(),
            name: name.to_owned(),
            reason: "required".to_owned(),
            allowed: Vec::new(),
            message: None,
        });
        let wrong = elements("fields").filter_map(|field| WrongField::deserialize(field).ok());
        missing.chain(wrong).collect()
    }

    /// Whether what was asked for may have been done all the same.
    pub(super) fn is_outcome_unknown(&self) -> bool {
        matches!(self, Self::NoAnswer(_)) || self.code() == Some("outcome_unknown")
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{StatusCode, Trouble};

    fn sentences(details: &serde_json::Value) -> Vec<String> {
        let body = json!({"error": "No", "code": "invalid_fields", "details": details});
        let refusal = juncture_json::decode(body.to_string()).unwrap();
        let status = StatusCode::BAD_REQUEST;
        let wrong = Trouble::Refused { status, refusal }.wrong_fields();
        wrong
            .iter()
            .map(|wrong| wrong.sentence(&wrong.name))
            .collect()
    }

    #[test]
    fn what_is_wrong_with_fields_is_told_by_their_names() {
        let allowed = json!([{"id": "1", "name": "Minor"}, {"id": "2", "name": "Major"}]);
        let fields = json!({"fields": [
            {"id": "a", "name": "Severity", "reason": "unknown_value", "allowed": allowed},
            {"id": "b", "name": "Channel", "reason": "required", "allowed": allowed},
            {"id": "c", "name": "Go-live", "reason": "refused", "message": "Not on Fridays."},
        ]});
        let expected = [
            "Severity cannot have this value; it may be Minor, Major.",
            "Channel is needed.",
            "Go-live: Not on Fridays.",
        ];
        assert_eq!(sentences(&fields), expected);
        let missing = json!({"missing": ["summary"]});
        assert_eq!(sentences(&missing), ["summary is needed."]);
    }

    #[test]
    fn other_details_are_not_taken_for_fields() {
        let none: [&str; 0] = [];
        assert_eq!(sentences(&json!({"fields": ["transition_id"]})), none);
        assert_eq!(sentences(&json!(null)), none);
    }
}
