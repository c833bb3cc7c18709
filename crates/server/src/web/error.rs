//! What can go wrong in a request, and the exact answer to each case.
//!
//! Every body is `{"error": …, "code": …}` and nothing internal: causes travel in `source()` to the
//! request log (see `middleware`), never to the caller. `error` strings are the documented ones;
//! `code` is a stable slug for programs.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::failure::UpstreamFailure;
use crate::projects::scopes::Scope;
use crate::seal::SealError;
use crate::store::StoreError;

/// The header that carries the code of an error: by it an answer of ours is told from one that was passed
/// on.
pub const CODE: HeaderName = HeaderName::from_static("x-juncture-code");

/// Why a request was not answered with a result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: the caller's input. `code` is a slug; `details` says which field and why.
    #[error("{error}")]
    Invalid {
        /// The documented sentence.
        error: Cow<'static, str>,
        /// The stable slug.
        code: &'static str,
        /// Which field, and why; `null` when the sentence says it all.
        details: Value,
    },
    /// 401: no secret key, or another one.
    #[error("Invalid secret key")]
    InvalidSecretKey,
    /// 401: no public key, or none that there is.
    #[error("Invalid public key")]
    InvalidPublicKey,
    /// 401: not the key of whoever runs the server.
    #[error("Invalid admin key")]
    InvalidAdminKey,
    /// 403: the key is not allowed to do this.
    #[error("This key may not do that")]
    MissingKeyScope(Scope),
    /// 403: not so, whoever asks.
    #[error("{error}")]
    Forbidden {
        /// The sentence.
        error: &'static str,
        /// The stable slug.
        code: &'static str,
    },
    /// 404, or 401 where the documentation says so (`get-access-token`).
    #[error("Connection not found")]
    ConnectionNotFound {
        /// The status this endpoint documents for it.
        status: StatusCode,
    },
    /// 403: the grant is dead; the customer must connect again.
    #[error("Connection is invalid or expired. Please reauthorize the connection.")]
    NeedsReauthorization,
    /// 403: what the customer has chosen is no longer open to the grant, or is gone: the app was taken
    /// off the site, or the site is. The customer must connect again.
    #[error("Connection is invalid or expired. Please reauthorize the connection.")]
    SiteUnavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// 403: the provider refuses this user; connecting again would not help.
    #[error("{error}")]
    AccessDenied {
        /// `Access denied to …`.
        error: &'static str,
        /// The provider's own reasons.
        reasons: Vec<String>,
        /// The provider's permissions that this user is known to miss.
        permissions: Vec<&'static str>,
    },
    /// 403: the grant lacks a scope.
    #[error("{error}")]
    MissingScope {
        /// `Access denied to …`.
        error: &'static str,
        /// Of the scopes that the call needs, those that the grant has not; all of them where that is
        /// not known.
        scopes: Vec<&'static str>,
    },
    /// 404: the thing asked for is not there, or not visible to this user.
    #[error("{error}")]
    NotFound {
        /// The documented sentence.
        error: &'static str,
        /// The stable slug.
        code: &'static str,
    },
    /// 409: the thing is not as the request takes it to be.
    #[error("{error}")]
    Conflict {
        /// The documented sentence.
        error: &'static str,
        /// The stable slug.
        code: &'static str,
        /// How it is; `null` when the sentence says it all.
        details: Value,
    },
    /// 410: what was asked for was here, and is no more.
    #[error("{error}")]
    Gone {
        /// The documented sentence.
        error: &'static str,
        /// The stable slug.
        code: &'static str,
        /// What is here instead.
        details: Value,
    },
    /// 404: no such route.
    #[error("Not found")]
    RouteNotFound,
    /// 405: the route has other methods (the router adds `Allow`).
    #[error("Method not allowed")]
    MethodNotAllowed,
    /// 413: the body is larger than the server reads.
    #[error("Request body too large")]
    BodyTooLarge,
    /// 400, 408, 414, 431 or 505: what came is not a whole request, or none that can be read.
    #[error("{error}")]
    Unreadable {
        /// What HTTP calls it.
        status: StatusCode,
        /// The sentence.
        error: &'static str,
        /// The stable slug.
        code: &'static str,
    },
    /// 503: something that works once was opened by nobody (see `visit`), and is not used up.
    #[error("Open this address in a browser")]
    NotAVisit,
    /// 415: the body is not JSON (or, on the hosted page, not a form).
    #[error("Unsupported media type")]
    UnsupportedMediaType,
    /// 429: a stranger calls too often (see `limit`).
    #[error("Too many requests. Please try again later.")]
    TooManyRequests {
        /// How long until one will be answered.
        retry_after: Duration,
    },
    /// 429: the provider's limit outlasted our own retries.
    #[error("{error}")]
    RateLimited {
        /// The endpoint's documented failure sentence.
        error: &'static str,
        /// How long the provider asks to wait.
        retry_after: Duration,
        /// What the provider said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// 500: the provider failed, or could not be reached.
    #[error("{error}")]
    Upstream {
        /// The endpoint's documented failure sentence.
        error: &'static str,
        /// How it failed.
        failure: UpstreamFailure,
        /// What happened in detail, for the log.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// 500: the provider refuses our own client id or secret. The connection stays as it is.
    #[error("{error}")]
    ProviderMisconfigured {
        /// The endpoint's documented failure sentence.
        error: &'static str,
        /// What the operator has to do.
        source: Misconfigured,
    },
    /// 500: the store failed, or what it holds of this connection cannot be read.
    #[error("Internal server error")]
    Store(#[from] StoreError),
    /// 500: what the store holds sealed does not open.
    #[error("Internal server error")]
    Seal(#[from] SealError),
    /// 500: a fault of ours.
    #[error("Internal server error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// 400 about one field: `Invalid <field>`, with the reason in `details`.
    #[must_use]
    pub fn invalid_field(field: &str, reason: impl Into<String>) -> Self {
        Self::Invalid {
            error: format!("Invalid {field}").into(),
            code: "invalid_parameter",
            details: json!({"field": field, "reason": reason.into()}),
        }
    }

    /// 400 for required fields that are absent, with the documented sentence.
    #[must_use]
    pub fn missing(error: &'static str, fields: &[&str]) -> Self {
        Self::Invalid {
            error: error.into(),
            code: "missing_parameter",
            details: json!({"missing": fields}),
        }
    }

    /// 400 for a provider that is not registered under exactly this name.
    #[must_use]
    pub fn invalid_provider() -> Self {
        let error = "Invalid provider. Ensure that all provider names are lowercase.";
        Self::invalid(error, "invalid_provider")
    }

    /// 400 with a sentence of its own.
    #[must_use]
    pub fn invalid(error: &'static str, code: &'static str) -> Self {
        Self::Invalid {
            error: error.into(),
            code,
            details: Value::Null,
        }
    }

    /// 403 for a flow that is bound to another browser.
    #[must_use]
    pub fn other_browser() -> Self {
        Self::Forbidden {
            error: "This was begun in another browser. Please begin again in this one.",
            code: "other_browser",
        }
    }

    /// 409 with a sentence of its own.
    #[must_use]
    pub fn conflict(error: &'static str, code: &'static str) -> Self {
        Self::Conflict {
            error,
            code,
            details: Value::Null,
        }
    }

    /// What came is not a whole request, or none that can be read (RFC 9110 §15.5 and §15.6.6,
    /// RFC 6585 §5).
    #[must_use]
    pub fn unreadable(status: StatusCode) -> Self {
        let (error, code) = match status {
            StatusCode::REQUEST_TIMEOUT => ("Request body took too long", "request_timeout"),
            StatusCode::URI_TOO_LONG => ("Request URI too long", "uri_too_long"),
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
                ("Request header fields too large", "header_fields_too_large")
            }
            StatusCode::HTTP_VERSION_NOT_SUPPORTED => {
                ("HTTP version not supported", "http_version_not_supported")
            }
            _ => ("Malformed request", "malformed_request"),
        };
        Self::Unreadable {
            status,
            error,
            code,
        }
    }

    /// 404 on a backend endpoint for an external id that has no connection.
    #[must_use]
    pub fn connection_not_found() -> Self {
        Self::ConnectionNotFound {
            status: StatusCode::NOT_FOUND,
        }
    }

    /// 500 because the store does not answer.
    #[must_use]
    pub fn store_unavailable() -> Self {
        Self::Store(StoreError::unavailable())
    }

    /// 429 for a stranger who calls what is open to all too often.
    #[must_use]
    pub fn too_many_requests() -> Self {
        let retry_after = Duration::from_secs(1);
        Self::TooManyRequests { retry_after }
    }

    /// Every error that a failing provider may become, for an endpoint whose documented failure
    /// sentence is `error`.
    #[must_use]
    pub fn of_upstream(error: &'static str) -> Vec<Self> {
        let source = || Box::from("the provider failed");
        let failures = [
            UpstreamFailure::Unavailable,
            UpstreamFailure::Timeout,
            UpstreamFailure::BadResponse,
        ];
        let upstream = failures.map(|failure| Self::Upstream {
            error,
            failure,
            source: source(),
        });
        let limited = Self::RateLimited {
            error,
            retry_after: Duration::from_secs(30),
            source: source(),
        };
        let misconfigured = Self::ProviderMisconfigured {
            error,
            source: Misconfigured,
        };
        [limited]
            .into_iter()
            .chain(upstream)
            .chain([misconfigured])
            .collect()
    }

    /// Every error that a list may become beside [`of_upstream`](Self::of_upstream): it is read to
    /// its end or not at all.
    #[must_use]
    pub fn of_list(error: &'static str) -> Vec<Self> {
        let failures = [
            UpstreamFailure::EndlessList("goes on and on"),
            UpstreamFailure::ListTooLong("has more pages than can be read"),
        ];
        let upstream = failures.map(|failure| Self::Upstream {
            error,
            failure,
            source: Box::from("the list was given up"),
        });
        upstream.into()
    }

    /// The HTTP status of this error.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Invalid { .. } => StatusCode::BAD_REQUEST,
            Self::InvalidSecretKey | Self::InvalidPublicKey | Self::InvalidAdminKey => {
                StatusCode::UNAUTHORIZED
            }
            Self::ConnectionNotFound { status } | Self::Unreadable { status, .. } => *status,
            Self::NeedsReauthorization
            | Self::SiteUnavailable(_)
            | Self::AccessDenied { .. }
            | Self::Forbidden { .. }
            | Self::MissingKeyScope(_)
            | Self::MissingScope { .. } => StatusCode::FORBIDDEN,
            Self::NotFound { .. } | Self::RouteNotFound => StatusCode::NOT_FOUND,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Gone { .. } => StatusCode::GONE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            // No success, or a browser would show the answer when somebody does go there.
            Self::NotAVisit => StatusCode::SERVICE_UNAVAILABLE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests { .. } | Self::RateLimited { .. } => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::Upstream { .. }
            | Self::ProviderMisconfigured { .. }
            | Self::Store(_)
            | Self::Seal(_)
            | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable slug of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { code, .. }
            | Self::NotFound { code, .. }
            | Self::Unreadable { code, .. }
            | Self::Forbidden { code, .. }
            | Self::Conflict { code, .. }
            | Self::Gone { code, .. } => code,
            Self::InvalidSecretKey => "invalid_secret_key",
            Self::InvalidPublicKey => "invalid_public_key",
            Self::InvalidAdminKey => "invalid_admin_key",
            Self::MissingKeyScope(_) => "missing_key_scope",
            Self::ConnectionNotFound { .. } => "connection_not_found",
            Self::NeedsReauthorization => "needs_reauthorization",
            Self::SiteUnavailable(_) => "site_unavailable",
            Self::AccessDenied { .. } => "access_denied",
            Self::MissingScope { .. } => "missing_scope",
            Self::RouteNotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NotAVisit => "not_a_visit",
            Self::BodyTooLarge => "body_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::RateLimited { .. } => "upstream_rate_limited",
            Self::Upstream { failure, .. } => match failure {
                UpstreamFailure::Unavailable => "upstream_unavailable",
                UpstreamFailure::Timeout => "upstream_timeout",
                UpstreamFailure::BadResponse | UpstreamFailure::EndlessList(_) => {
                    "upstream_bad_response"
                }
                UpstreamFailure::ListTooLong(_) => "upstream_list_too_long",
                UpstreamFailure::OutcomeUnknown => "outcome_unknown",
            },
            Self::ProviderMisconfigured { .. } => "provider_misconfigured",
            Self::Store(error) if error.is_unreadable() => "stored_value_unreadable",
            Self::Store(_) => "store_unavailable",
            Self::Seal(_) => "sealed_value_unreadable",
            Self::Internal(_) => "internal_error",
        }
    }

    fn details(&self) -> Value {
        match self {
            Self::Invalid { details, .. }
            | Self::Conflict { details, .. }
            | Self::Gone { details, .. } => details.clone(),
            Self::AccessDenied {
                reasons,
                permissions,
                ..
            } => {
                let told = [
                    ("reasons", json!(reasons)),
                    ("permissions", json!(permissions)),
                ];
                let told = told.into_iter().filter(|(_, list)| *list != json!([]));
                let told: serde_json::Map<String, Value> =
                    told.map(|(name, list)| (name.to_owned(), list)).collect();
                if told.is_empty() {
                    return Value::Null;
                }
                told.into()
            }
            Self::MissingScope { scopes, .. } => json!({"scopes": scopes}),
            Self::MissingKeyScope(scope) => json!({"scope": scope.as_str()}),
            Self::Upstream {
                failure: UpstreamFailure::EndlessList(fault) | UpstreamFailure::ListTooLong(fault),
                ..
            } => json!({"list": fault}),
            _ => Value::Null,
        }
    }

    /// Whether a change was asked for of which nobody knows whether it was made.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(
            self,
            Self::Upstream {
                failure: UpstreamFailure::OutcomeUnknown,
                ..
            }
        )
    }

    /// The JSON body of this error.
    #[must_use]
    pub fn body(&self) -> Value {
        let mut body = json!({"error": self.to_string(), "code": self.code()});
        if matches!(self, Self::NeedsReauthorization | Self::SiteUnavailable(_)) {
            body["needs_reauthorization"] = true.into();
        }
        let details = self.details();
        if !details.is_null() {
            body["details"] = details;
        }
        body
    }

    /// `Retry-After` in whole seconds, rounded up, for a rate limit.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests { retry_after } | Self::RateLimited { retry_after, .. } => {
                let rounded_up = u64::from(retry_after.subsec_nanos() > 0);
                Some((retry_after.as_secs() + rounded_up).max(1))
            }
            _ => None,
        }
    }

    /// Puts on a response what belongs to this error beside the body: its headers, and itself as
    /// the cause for the request log.
    pub(crate) fn accompany(self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(CODE, HeaderValue::from_static(self.code()));
        if let Some(seconds) = self.retry_after_seconds() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self, Self::InvalidSecretKey | Self::InvalidAdminKey) {
            // RFC 9110 §11.6.1: a 401 names the scheme that would help.
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Cause(Arc::new(self)));
        response
    }
}

/// The provider refuses our own client id or secret.
#[derive(Debug, thiserror::Error)]
#[error("the provider refuses our client id or secret; check them in its developer console")]
pub struct Misconfigured;

/// The error of a response, for the request log.
#[derive(Clone)]
pub struct Cause(pub Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let response = (self.status(), Json(self.body())).into_response();
        self.accompany(response)
    }
}
