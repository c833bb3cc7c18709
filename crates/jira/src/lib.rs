//! A typed client for Jira Cloud, for callers who hold an OAuth 2.0 (3LO) access token.
//!
//! ```no_run
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use futures_util::TryStreamExt;
//! use juncture_jira::{Client, Error, SystemClock, adf, secrecy::SecretString};
//!
//! # async fn example(http: reqwest::Client, token: SecretString) -> Result<(), Error> {
//! // `http` brings the connect timeout, the redirect rule and the proxy; see `Client::new`.
//! let api = "https://api.atlassian.com".parse().expect("a constant URL");
//! let client = Client::new(http, api, Arc::new(SystemClock));
//!
//! let sites = client.accessible_resources(&token).await?;
//! let site = client.site(&sites[0].id, &token);
//! let issues = site
//!     .search(r#"project = "ED" ORDER BY created DESC"#, &["summary", "description"])
//!     .try_concat() // every page
//!     .await?;
//! for issue in issues {
//!     let summary = issue.fields.summary.unwrap_or_default();
//!     let description = issue.fields.description.as_deref().map(adf::to_markdown);
//!     tracing::info!(issue.key, summary, description);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The rules it keeps
//!
//! - **Lists are whole.** A list is a [`Stream`](futures_util::Stream) of pages that ends where
//!   Jira says it ends; a short page is not an end, and a failed page is an error, not an end.
//! - **Reads are tried again** after a 429, a 500 (once), 502, 503, 504, a timeout, a refused
//!   connection or a cut body, as the [`Policy`] says. `Retry-After` is a minimum. A wait that
//!   the overall deadline cannot hold is not begun: the call fails at once and tells when to come
//!   back ([`Error::retry_after`]). Every call here is a read.
//! - **One 429 slows everybody.** All calls to one site through one [`Client`] and its clones
//!   share a bound on calls in flight and the instant before which Jira wants no call.
//! - **English.** Jira words its errors in the language of the token's owner unless told
//!   otherwise, so every call says so. Even so, decide by ids and keys, never by wording.
//! - **A value cannot leave its place.** Ids and keys are percent-encoded into the path; what
//!   would change the path (`..`, an empty id) is refused before any request.
//! - **Nothing secret is told.** Neither errors nor logs hold a token, a body or a query string.
//!
//! # What it does not do
//!
//! It does not fetch or refresh tokens ([`oauth`] only judges the token host's refusals), keeps
//! nothing between calls but the pace, caches nothing, and does not check or quote JQL.

pub mod adf;
mod api;
mod call;
mod client;
mod clock;
mod error;
mod limit;
pub mod oauth;
mod pace;
mod policy;
mod send;

pub use api::{
    AvatarUrls, Board, BoardLocation, BulkIssues, Change, Component, CreatedIssue, Field,
    FieldSchema, Issue, IssueChanges, IssueError, IssueFields, IssueType, NewIssue, Priority,
    Project, ProjectCategory, ProjectReference, Resolution, Resource, Sprint, Status,
    StatusCategory, TimeTracking, User, Version,
};
pub use client::{Client, Site};
pub use clock::{Clock, SystemClock};
pub use error::Error;
pub use policy::Policy;
pub use secrecy;
