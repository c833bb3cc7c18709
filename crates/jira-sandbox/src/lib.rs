//! A simulated Atlassian Cloud, for people who build against the real one.
//!
//! One address plays `auth.atlassian.com` and `api.atlassian.com`: a consent page, the token
//! endpoint with rotating refresh tokens, the list of sites, and Jira's REST API behind the OAuth
//! gateway. It models what these hosts *do*, oddities included, so that a client that works here
//! is ready for them. It shares no type with any client. It stores nothing: a restart forgets
//! every grant and token, and draws the same world again.
//!
//! ```no_run
//! # async fn run() -> std::io::Result<()> {
//! use juncture_sandbox::{Options, Sandbox};
//!
//! let options = Options { issues: 1_237, ..Options::default() };
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8081").await?;
//! Sandbox::new(options).serve(listener, std::future::pending()).await
//! # }
//! ```
//!
//! From a shell: `juncture sandbox --issues 1237`, and open the address it prints.
//!
//! # What is simulated
//!
//! - **World.** Three sites (Acme, Globex, Initech) and seven people: Ada is in every site and has
//!   Acme listed twice, for Jira and for Confluence; Bruno is in one; Frida has none; 한지우 reads
//!   Jira in Korean. Projects that are team-managed, private, archived, renamed, without a visible
//!   lead, or called like a reserved word. A year of issues with ties in their creation times and
//!   descriptions of every common node. The seed decides all of it; dates hang on the day of the
//!   start, so that the active sprints are running.
//! - **OAuth.** `/authorize` (a form that a headless client can POST), `/error`, `/oauth/token`,
//!   `/oauth/token/accessible-resources`, `/me`. One grant per account: a later consent replaces
//!   the scopes and adds its site. A reused refresh token is answered within the leeway, and kills
//!   its family outside of it; the access tokens of a dead family live out their hour.
//! - **Gateway.** `/ex/jira/{cloudId}/rest/api/3/…`: unknown sites, bad tokens, missing scopes,
//!   unknown paths and methods are refused in the shape that each layer has. Sentences and names
//!   are in the language of the person's profile, unless forced.
//! - **Jira.** `project/search`, `project/{idOrKey}`, `search/jql` (GET and POST),
//!   `search/approximate-count`, `issue/bulkfetch`, `issue/{idOrKey}`, `field`, `status`,
//!   `priority/search`, `myself`, `serverInfo`, whatever `self` links lead to, and 410 for the
//!   removed `search`. JQL is read, checked and run for real: `project`, `sprint`, `status`,
//!   `statusCategory`, `assignee`, `reporter`, `issuetype`, `priority`, `labels`, `component`,
//!   `fixVersion`, `parent`, `created`, `updated`, `key`, `id`, `summary ~`.
//!
//! Search is never stale here, and rate limits are not kept by themselves; a fault stands in for
//! them.
//!
//! # Switches
//!
//! Where the evidence about Atlassian disagrees, [`Switches`] has both answers. They are set in
//! [`Options::switches`] and changed by `POST /_sandbox/switches`.
//!
//! # Faults and other controls
//!
//! `GET /_sandbox/` explains them in a browser. All speak JSON and need no token.
//!
//! | call | effect |
//! | --- | --- |
//! | `GET /_sandbox/world` | sites, users and projects with their ids |
//! | `POST /_sandbox/issues` | `{"site_id","project","add":3,"delete":["KEY-1"]}` behind the API's back |
//! | `GET`, `POST`, `DELETE /_sandbox/faults` | rules for requests that go wrong |
//! | `GET`, `POST /_sandbox/clock` | `{"advance_seconds":3600}` |
//! | `GET`, `POST /_sandbox/switches` | the unsettled behaviours |
//! | `POST /_sandbox/revoke` | `{"account_id"}`: the person removes the app |
//! | `POST /_sandbox/tokens/expire` | `{"account_id"}` or `{}`: access tokens end their hour |
//! | `GET /_sandbox/issued` | every code and token ever given out |
//! | `GET`, `DELETE /_sandbox/requests` | the requests that came in, in order |
//!
//! A fault rule is `{"path", "match", "method", "times", "act", "fault"}`. `path` matches exactly,
//! or as a beginning with `"match":"prefix"`; a segment `*` is any one. `times` is a number
//! (default 1) or `"forever"`. With `"act":true` the request takes effect before the fault hides
//! its answer. Faults are
//! `{"kind":"latency","milliseconds":50}`,
//! `{"kind":"slow_body","milliseconds":50,"pieces":10}`,
//! `{"kind":"status","status":429,"headers":{},"body":"…","retry_after":{"seconds":2}}` (or
//! `{"date_in":2}`, or none),
//! `{"kind":"cut"}`, `{"kind":"cut_body"}`, `{"kind":"hang"}` (until the faults are deleted), and
//! `{"kind":"garbage","body":"html"}` (or `"empty"`, or `"truncated"`).
//!
//! # Adding an endpoint
//!
//! 1. Rows in `world/rows.rs`, if it needs new ones, and where they come from in `seed/`.
//! 2. A handler in `rest/`: `caller.must_hold(scope)?` first, then what Jira refuses in Jira's
//!    order, each sentence in `gateway/sentence.rs` in both languages, then JSON by `rest/view/`.
//! 3. Its route in `rest/mod.rs`. Every `self` link it emits must lead somewhere.
//! 4. Its operation in `tests/openapi/platform.json` and a sample in `tests/it/conformance.rs`;
//!    where the document is wrong about Jira, a deviation with its reason.

mod clock;
#[cfg(feature = "conformance")]
mod conformance;
mod control;
mod faults;
mod gateway;
mod jql;
mod limits;
mod oauth;
mod options;
mod pictures;
mod requests;
mod rest;
mod sandbox;
mod seed;
mod wire;
mod world;

pub use options::{
    AgileIssueLists, ForbiddenEdit, Limits, Options, RefusedClient, RefusedCode, RefusedRefresh,
    SemanticJqlErrors, SoftwareIssueLists, Switches, UnknownBoard, UnknownBoardProject,
};
pub use sandbox::Sandbox;
