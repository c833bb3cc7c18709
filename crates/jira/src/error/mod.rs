//! What can go wrong between a caller and Jira, told by predicates.
//!
//! One opaque type: a caller asks what it needs to know and is not broken by a new cause.

mod of_write;
mod origin;
mod words;

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::call::Endpoint;
use crate::scopes;
use juncture_outbound::pace::Limit;
use origin::Origin;
pub(crate) use words::{Element, Words};

/// Why a call to Jira gave no result.
///
/// Its `Display` is one sentence of the call's documented path and the reason; it holds no token,
/// no argument and nothing of a body. Jira's own words are in [`messages`](Error::messages) and
/// [`field_errors`](Error::field_errors), the technical cause is in
/// [`source`](std::error::Error::source). Cheap to clone, for whoever waited for the same call.
#[derive(Clone)]
pub struct Error(Arc<Failure>);

struct Failure {
    endpoint: Endpoint,
    kind: Kind,
    retry_after: Option<Duration>,
    trace_id: Option<String>,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

/// Where a call ended.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Here, before any request: the reason.
    Input(&'static str),
    /// Here, before any request: Jira has asked for a pause that is too long to wait.
    Closed,
    /// On the way there: nothing was sent.
    Unreachable,
    /// On the way there or back.
    Lost,
    /// On the way, after this long.
    TimedOut { after: Duration, is_sent: bool },
    /// In the middle of the body.
    Cut(StatusCode),
    /// At a success whose body is no answer.
    Garbage(StatusCode, Garbage),
    /// At a list that does not end: what it does instead.
    Endless(&'static str),
    /// At a list of which Jira has more than one list may take: what of.
    TooLong(&'static str),
    /// At Jira or its gateway.
    Refused {
        status: StatusCode,
        origin: Origin,
        words: Words,
        /// The limit that a 429 says is reached.
        limit: Option<Limit>,
    },
}

impl Kind {
    pub(crate) fn refused(
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        limit: Option<Limit>,
    ) -> Self {
        Self::Refused {
            status,
            origin: Origin::of(headers, body),
            words: Words::read(body),
            limit,
        }
    }
}

/// What a body is that is no answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Garbage {
    Empty,
    Page,
    Endless,
    OtherShape,
}

impl Garbage {
    /// What `body` is, of which no answer could be made.
    pub(crate) fn of(body: &[u8]) -> Self {
        match body.trim_ascii_start().first() {
            None => Self::Empty,
            Some(b'<') => Self::Page,
            Some(_) => Self::OtherShape,
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "the answer is empty",
            Self::Page => "the answer is a page, not data",
            Self::Endless => "the answer is endless",
            Self::OtherShape => "the answer has another shape than documented",
        }
    }
}

impl Error {
    pub(crate) fn new(endpoint: Endpoint, kind: Kind) -> Self {
        Self(Arc::new(Failure {
            endpoint,
            kind,
            retry_after: None,
            trace_id: None,
            cause: None,
        }))
    }

    /// What the error is made of, while it is made.
    fn failure(&mut self) -> &mut Failure {
        Arc::get_mut(&mut self.0).expect("an error is shared when it is whole")
    }

    pub(crate) fn because(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.failure().cause = Some(cause.into());
        self
    }

    pub(crate) fn retry_in(mut self, wait: Duration) -> Self {
        self.failure().retry_after = Some(wait);
        self
    }

    pub(crate) fn traced(mut self, trace_id: Option<String>) -> Self {
        self.failure().trace_id = trace_id;
        self
    }

    /// The limit that Jira says is reached, if that is why it refused.
    pub(crate) fn limit(&self) -> Option<Limit> {
        match self.0.kind {
            Kind::Refused { limit, .. } => limit,
            _ => None,
        }
    }

    /// Whether the call was a write.
    pub(crate) fn is_of_write(&self) -> bool {
        self.0.endpoint.is_write
    }

    /// Whether Jira cannot have seen the call, or refused it for coming too soon.
    pub(crate) fn is_before_acting(&self) -> bool {
        let is_unsent = matches!(
            self.0.kind,
            Kind::Unreachable | Kind::TimedOut { is_sent: false, .. }
        );
        is_unsent || self.has_status(429)
    }

    pub(crate) fn is_cut(&self) -> bool {
        matches!(self.0.kind, Kind::Cut(_))
    }

    /// Jira did not accept the access token (401): it is expired, revoked or garbled. A missing
    /// scope is [another matter](Error::is_missing_scope) although Jira answers 401 there too.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(401) && !self.is_missing_scope()
    }

    /// The token lacks a scope that the call needs. Jira does not say which one, and a refreshed
    /// token lacks it as well. The gateway answers the same for a site that the grant does not
    /// include.
    #[must_use]
    pub fn is_missing_scope(&self) -> bool {
        self.has_status(401)
            && (self.messages().iter()).any(|words| words.contains("scope does not match"))
    }

    /// The scopes that the call needs, all of them, by Atlassian's documents. What a token
    /// [misses](Error::is_missing_scope) is among them, unless it is the site.
    #[must_use]
    pub fn scopes(&self) -> &'static [&'static str] {
        scopes::of(&self.0.endpoint)
    }

    /// The token's owner may not do this (403).
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.has_status(403) && !self.is_site_unavailable()
    }

    /// It does not exist, or the token's owner may not see it (404, in Jira's own words). A 404 in
    /// anybody else's words says nothing of the kind.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.has_status(404) && self.is_from(Origin::Jira)
    }

    /// The way to the site is closed to this grant: the gateway does not know the site (404), or
    /// says that the app is not installed there (403).
    #[must_use]
    pub fn is_site_unavailable(&self) -> bool {
        let is_gateways = self.is_from(Origin::Gateway);
        (self.has_status(404) && (is_gateways || self.is_from(Origin::Page)))
            || (self.has_status(403) && is_gateways)
    }

    /// Somebody else changed it at the same time (409).
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.has_status(409)
    }

    /// The request is wrong: Jira says so in words (400 or 422), or an argument was refused
    /// here, before any request ([`status`](Error::status) is then `None`).
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        match &self.0.kind {
            Kind::Input(_) => true,
            Kind::Refused { status, words, .. } => {
                matches!(status.as_u16(), 400 | 422) && !words.is_empty()
            }
            _ => false,
        }
    }

    /// Atlassian has removed this endpoint (410, or a 404 that knows no such path).
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.has_status(410) || (self.has_status(404) && self.is_from(Origin::Router))
    }

    /// Jira wants fewer calls (429), or wanted so recently enough that no call was made.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(429) || matches!(self.0.kind, Kind::Closed)
    }

    /// No whole answer came in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::TimedOut { .. })
    }

    /// The call was a write, and Jira may or may not have carried it out: it was sent, and then
    /// no whole answer came, none that can be read, or a 5xx. Such a write is not tried again
    /// here; look first.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.is_of_write()
            && match &self.0.kind {
                Kind::Lost | Kind::Cut(_) | Kind::Garbage(..) => true,
                Kind::TimedOut { is_sent, .. } => *is_sent,
                Kind::Refused { status, .. } => status.is_server_error(),
                Kind::Input(_)
                | Kind::Closed
                | Kind::Unreachable
                | Kind::Endless(_)
                | Kind::TooLong(_) => false,
            }
    }

    /// Jira or the way to it is broken: a 5xx, a refused or lost connection, a cut body.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match &self.0.kind {
            Kind::Unreachable | Kind::Lost | Kind::Cut(_) => true,
            Kind::Refused { status, .. } => status.is_server_error(),
            _ => false,
        }
    }

    /// The answer is none that Jira documents: a page instead of data, an empty success, data of
    /// another shape, a status without a meaning here, or a list that
    /// [does not end](Error::list_fault).
    #[must_use]
    pub fn is_bad_response(&self) -> bool {
        match &self.0.kind {
            Kind::Garbage(..) | Kind::Endless(_) => true,
            Kind::Refused { status, origin, .. } => {
                let is_foreseen = match status.as_u16() {
                    401 | 403 | 409 | 410 | 429 => true,
                    404 => *origin != Origin::Unknown,
                    _ => self.is_full(),
                };
                !is_foreseen && !status.is_server_error() && !self.is_invalid()
            }
            _ => false,
        }
    }

    /// The list has more pages, items or text than one list may take
    /// ([`list_fault`](Error::list_fault) says which). Nothing is wrong but its length.
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        matches!(self.0.kind, Kind::TooLong(_))
    }

    /// Why a list was given up though each of its pages was an answer: it does not end, or it is
    /// [too long](Error::is_too_long). A fixed sentence, without anything of the list.
    #[must_use]
    pub fn list_fault(&self) -> Option<&'static str> {
        match self.0.kind {
            Kind::Endless(fault) | Kind::TooLong(fault) => Some(fault),
            _ => None,
        }
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self.0.kind {
            Kind::Cut(status) | Kind::Garbage(status, _) | Kind::Refused { status, .. } => {
                Some(status)
            }
            Kind::Input(_)
            | Kind::Closed
            | Kind::Unreachable
            | Kind::Lost
            | Kind::Endless(_)
            | Kind::TooLong(_)
            | Kind::TimedOut { .. } => None,
        }
    }

    /// How long Jira asks to be left alone, counted from when the error came to be.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What Jira says about the request as a whole, in Jira's words.
    #[must_use]
    pub fn messages(&self) -> &[String] {
        match &self.0.kind {
            Kind::Refused { words, .. } => &words.messages,
            _ => &[],
        }
    }

    /// What Jira says about single fields, by field id, in Jira's words.
    #[must_use]
    pub fn field_errors(&self) -> &BTreeMap<String, String> {
        static NONE: BTreeMap<String, String> = BTreeMap::new();
        match &self.0.kind {
            Kind::Refused { words, .. } => &words.field_errors,
            _ => &NONE,
        }
    }

    /// The id by which Atlassian's support finds the answer again (`atl-traceid`).
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.0.trace_id.as_deref()
    }

    /// The part of the sentence behind the call.
    pub(crate) fn reason(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| match &self.0.kind {
            Kind::Input(reason) => f.write_str(reason),
            Kind::Closed => f.write_str("Jira asked to be left alone for a while"),
            Kind::Unreachable => f.write_str("no answer: the connection failed"),
            Kind::Lost => f.write_str("no answer: the connection was lost"),
            Kind::TimedOut { after, .. } => write!(f, "no whole answer within {after:?}"),
            Kind::Cut(_) => f.write_str("the answer broke off"),
            Kind::Garbage(_, garbage) => f.write_str(garbage.sentence()),
            Kind::Endless(fault) | Kind::TooLong(fault) => f.write_str(fault),
            Kind::Refused { .. } if self.is_missing_scope() => {
                f.write_str("the token lacks a scope (401)")
            }
            Kind::Refused { status, .. } => write!(f, "{status}"),
        })
    }

    fn has_status(&self, wanted: u16) -> bool {
        matches!(self.0.kind, Kind::Refused { status, .. } if status == wanted)
    }

    fn is_from(&self, wanted: Origin) -> bool {
        matches!(self.0.kind, Kind::Refused { origin, .. } if origin == wanted)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.endpoint, self.reason())
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure {
            endpoint,
            kind,
            retry_after,
            trace_id,
            cause,
        } = &*self.0;
        f.debug_struct("Error")
            .field("call", &format_args!("{endpoint}"))
            .field("kind", kind)
            .field("retry_after", retry_after)
            .field("trace_id", trace_id)
            .field("cause", cause)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let cause = self.0.cause.as_deref()?;
        Some(cause)
    }
}
