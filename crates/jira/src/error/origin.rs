//! Who speaks in a refusal: Jira itself, the gateway before it, or somebody on the way.
//!
//! Only Jira knows what there is. A 404 of anybody else tells nothing about an issue or a project.

use reqwest::header::{HeaderMap, HeaderName};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The header by which the gateway says why it failed.
const FAILURE_CATEGORY: HeaderName = HeaderName::from_static("x-failure-category");

/// Who wrote a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Jira: `errorMessages`, `errors`, or both.
    Jira,
    /// Jira's router, which knows no such path: problem details (RFC 9457 §3).
    Router,
    /// Atlassian's gateway, which leads nowhere with this grant: `code` and `message`, or the
    /// answer of its framework with `timestamp` and `path`.
    Gateway,
    /// A page instead of data: something on the way.
    Page,
    /// Nobody that can be told.
    Unknown,
}

impl Origin {
    pub(crate) fn of(headers: &HeaderMap, body: &[u8]) -> Self {
        #[derive(Default, Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        struct Shape {
            error_messages: Option<IgnoredAny>,
            errors: Option<IgnoredAny>,
            title: Option<IgnoredAny>,
            detail: Option<IgnoredAny>,
            code: Option<IgnoredAny>,
            message: Option<IgnoredAny>,
            timestamp: Option<IgnoredAny>,
            path: Option<IgnoredAny>,
        }

        let shape: Shape = juncture_json::decode_parts(body).unwrap_or_default();
        let is_gateways = (shape.code.is_some() && shape.message.is_some())
            || (shape.timestamp.is_some() && shape.path.is_some());
        if shape.error_messages.is_some() || shape.errors.is_some() {
            Self::Jira
        } else if shape.title.is_some() && shape.detail.is_some() {
            Self::Router
        } else if is_gateways || headers.contains_key(FAILURE_CATEGORY) {
            Self::Gateway
        } else if body.trim_ascii_start().starts_with(b"<") {
            Self::Page
        } else {
            Self::Unknown
        }
    }
}
