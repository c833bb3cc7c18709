//! A typed client for Jira Cloud, for callers who hold an OAuth 2.0 (3LO) access token.
//!
//! ```no_run
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use juncture_jira::{Client, Error, NewIssue, SystemClock, adf, secrecy::SecretString};
//!
//! # async fn example(http: reqwest::Client, token: SecretString) -> Result<(), Error> {
//! // `http` brings the connect timeout, the redirect rule and the proxy; see `Client::new`.
//! let api = "https://api.atlassian.com".parse().expect("a constant URL");
//! let client = Client::new(http, api, Arc::new(SystemClock));
//!
//! let sites = client.accessible_resources(&token).await?;
//! let site = client.site(&sites[0].id, &token);
//! let issues = site
//!     .all_issues(r#"project = "ED" ORDER BY created DESC"#, &["summary", "description"])
//!     .await?;
//! for issue in issues {
//!     let summary = issue.fields.summary.unwrap_or_default();
//!     let description = issue.fields.description.as_deref().map(adf::to_markdown);
//!     tracing::info!(issue.key, summary, description);
//! }
//!
//! let issue = NewIssue {
//!     project: "ED".to_owned(),
//!     summary: "It breaks".to_owned(),
//!     issue_type_id: "10001".to_owned(),
//!     description: Some(adf::from_markdown("It **breaks** when you open `a.txt`.").into()),
//!     ..NewIssue::default()
//! };
//! match site.create_issue(&issue).await {
//!     Ok(created) => tracing::info!(created.key),
//!     Err(error) if error.is_outcome_unknown() => tracing::warn!("it may exist"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The rules it keeps
//!
//! - **Lists are whole.** A list ends where Jira says it ends; a short page is not an end, and a
//!   failed page is an error, not an end. Pages that can be read at the same time are
//!   ([`Site::boards`]), and a long list of issues is fetched by its ids in a few round trips
//!   ([`Site::all_issues`]); what comes is checked against what Jira says there is.
//! - **Lists end.** Where Jira does not end a list, it is an error ([`Error::list_fault`]), and never
//!   what has come so far. One list, in however many calls, may take 56 calls and 20 s of Jira's
//!   time; if it is known how long it should be, four calls a page and 600 in all; and
//!   [150 s](Policy::list_overall) and [128 MiB](Policy::list_bytes) in any case. Pages that bring
//!   nothing new end it sooner.
//! - **Reads are tried again** after a 429, a 500 (once), 502, 503, 504, a timeout, a refused
//!   connection or a cut body, as the [`Policy`] says. `Retry-After` is a minimum. A wait that
//!   the overall deadline cannot hold is not begun: the call fails at once and tells when to come
//!   back ([`Error::retry_after`]).
//! - **Writes are sent once.** Jira knows no idempotency keys, so a write is tried again only after
//!   a 429 or when no connection came about, be it a POST, a PUT or a DELETE. When it was sent and
//!   no answer tells what became of it, the error says so ([`Error::is_outcome_unknown`]).
//! - **One 429 slows everybody.** All calls to one site through one [`Client`] and its clones
//!   share a bound on calls in flight and the instant before which Jira wants no call. Calls without
//!   a site share them with those of the same token. A quota that is used up fails calls at once
//!   with the time of its reset; near its end long lists are read the cheaper and slower way. The
//!   limit on writes to one issue keeps nobody else waiting.
//! - **English.** Jira words its errors in the language of the token's owner unless told
//!   otherwise, so every call says so. Even so, decide by ids and keys, never by wording.
//! - **A value cannot leave its place.** Ids and keys are percent-encoded into the path; what
//!   would change the path (`..`, an empty id) is refused before any request.
//! - **No answer takes the memory.** One is read up to 64 MiB, and few of that size at a time; none
//!   becomes a tree, and no list in it is longer than Jira makes them. What is foreign in an issue,
//!   such as its description, stays text; see [`IssueFields`].
//! - **Nothing secret is told.** Neither errors nor logs hold a token, a body or a query string;
//!   page tokens, which may carry the JQL, are in the last two.
//!
//! # Fields
//!
//! [`fields`] reads and writes the values of any field, built in or custom, as plain ones, and says
//! what is wrong with a set of them before Jira is asked.
//!
//! # Calls of others
//!
//! [`Site::forward`] passes on any call as it is, with this site's pace.
//!
//! # What it does not do
//!
//! It does not fetch or refresh tokens ([`oauth`] only judges the token host's refusals), keeps
//! nothing between calls but the pace and how long lists were, caches nothing, and does not quote JQL, of which [`jql`] reads
//! no more than safety needs.

pub mod adf;
mod api;
mod body;
mod call;
mod client;
mod error;
pub mod fields;
mod forward;
mod items;
pub mod jql;
mod limit;
mod listing;
pub mod oauth;
mod policy;
mod remembered;
mod scopes;
mod send;
mod watch;

pub use api::{
    AllowedValue, Assignable, AvatarUrls, Board, BoardLocation, BulkIssues, Change, Changed,
    Comment, Component, CreatedIssue, Field, FieldMeta, FieldSchema, FieldScope, History, Issue,
    IssueChanges, IssueError, IssueFields, IssuePage, IssueType, MOST_CREATED_AT_ONCE, NewComment,
    NewIssue, ParsedJql, Place, Priority, Project, ProjectCategory, ProjectId, ProjectReference,
    Resolution, Resource, Sprint, Standing, Status, StatusCategory, Step, TimeTracking, Transition,
    TypeStatuses, User, Validation, Version, Visibility, WithSprints, readable,
};
pub use client::{Client, Site};
pub use error::Error;
pub use forward::{ForwardError, blames_token};
pub use juncture_clock::{Clock, SystemClock};
pub use policy::Policy;
pub use secrecy;
pub use watch::{Told, Watch};
