//! A simulated Atlassian Cloud, for people who build against the real one.
//!
//! One address plays `auth.atlassian.com` and `api.atlassian.com`: a consent page, the token
//! endpoint with rotating refresh tokens, the list of sites, and Jira's REST API behind the OAuth
//! gateway. It models what these hosts *do*, oddities included, so that a client that works here
//! is ready for them. It shares no type with any client. [`Sandbox::new`] stores nothing: a restart
//! forgets every grant and token, and draws the same world again. [`Sandbox::open`] keeps all of it
//! in a file.
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
//!   descriptions of every common node. Boards of every kind: scrum, kanban, team-managed with and
//!   without sprints, a person's board across projects, and one that Jira cannot show. Dmitri only
//!   reads, Chiara edits and may not delete. Custom fields of every kind, some of the same name, with
//!   disabled options, contexts and required ones. The seed decides all of it; dates hang on the day of
//!   the start, so that the active sprints are running.
//! - **OAuth.** `/authorize` (a form that a headless client can POST), `/error`, `/oauth/token`,
//!   `/oauth/token/accessible-resources`, `/me`. One grant per account: a later consent replaces
//!   the scopes and adds its site. A reused refresh token is answered within the leeway, and kills
//!   its family outside of it; the access tokens of a dead family live out their hour.
//! - **Gateway.** `/ex/jira/{cloudId}/rest/…`: unknown sites, bad tokens, missing scopes,
//!   unknown paths and methods are refused in the shape that each layer has. Sentences and names
//!   are in the language of the person's profile, unless forced.
//! - **Jira.** `rest/api/3`: projects with their statuses, versions and components, `search/jql` (GET
//!   and POST), `search/approximate-count`, `issue/bulkfetch`, `issue/{idOrKey}` with the lists that
//!   hang on it, fields of every kind with their contexts and options, labels, priorities,
//!   resolutions, issue types and statuses, people and what the caller may do, `configuration`,
//!   `serverInfo`, whatever `self` links lead to, and 410 for the removed `search`. `rest/api/2` and
//!   `rest/api/latest` are the same with wiki markup in place of documents. JQL is read, checked and
//!   run for real: system fields, custom fields by number and name, text search, functions, and `WAS`
//!   and `CHANGED` over what issues were before.
//!
//! - **Writes.** Issues are created, also many at once, edited, assigned, transitioned and deleted
//!   (`issue`, `issue/bulk`, `issue/{idOrKey}`, `…/assignee`, `…/transitions`), and `createmeta` and `editmeta` say with
//!   which fields. A write says everything that is wrong with it and then changes all or nothing.
//!   Comments are written for everybody, for a role or a group, and as replies. Issues and comments
//!   carry entity properties.
//!   Each write is an entry of the issue's changelog and of the site's journal. Work logged, votes and watchers are there, and
//!   empty.
//! - **Jira Software.** `rest/agile/1.0`: `board`, `board/{id}`, its `configuration` and its
//!   sprints, `sprint/{id}`, each with its granular scopes. The issues of boards, backlogs and
//!   sprints come by page token under `rest/software/1.0`, and by offset from the deprecated lists
//!   under `rest/agile/1.0`.
//! - **Webhooks.** Apps register, list, refresh and delete them (`webhook`), and hear of issues,
//!   comments, properties, sprints and versions: signed requests with retries, to this machine alone.
//!   Loss, doubles, delays, disorder and forgeries come on demand.
//! - **Rate limits.** Every answer shows its bucket. With `"limits":"enforced"` buckets, the writes
//!   of one issue and the points of an hour run out, on the sandbox's clock.
//!
//! Search is stale by a switch only, and then about new issues alone. No two edits ever cross; a
//! fault gives the 409.
//!
//! # What is not simulated
//!
//! Nothing of it is answered as if it were not there. An operation that Atlassian documents, a
//! parameter or an expansion is 501, and JQL is 400, each with a sentence that names it; [`gaps()`]
//! has the whole list, and is `docs/SANDBOX-GAPS.md`.
//!
//! # Switches
//!
//! Where the evidence about Atlassian disagrees, [`Switches`] has both answers. They are set in
//! [`Options::switches`] and changed by `POST /_sandbox/switches`. Two more set how long tokens last:
//! `access_token_seconds` for an access token, `leeway_seconds` for a refresh token after its use.
//!
//! # Faults and other controls
//!
//! `GET /_sandbox/` explains them in a browser. All speak JSON and need no token.
//!
//! | call | effect |
//! | --- | --- |
//! | `GET /_sandbox/world` | sites, users and projects with their ids |
//! | `POST /_sandbox/issues` | `{"site_id","project","add":3,"move":[{"issue":"KEY-3","to":"OPS"}],"touch":["KEY-2"],"delete":["KEY-1"]}` behind the API's back |
//! | `POST /_sandbox/sprints` | `{"site_id","create":{"board":1,"name":"Next"},"rename":[{"id":1,"name":"…"}],"start":[1],"close":[1],"delete":[1]}` |
//! | `POST /_sandbox/versions` | `{"site_id","project":"SHOP","create":"3.0","rename":[{"name":"3.0","to":"3.1"}],"release":[],"unrelease":[],"move":[],"delete":[]}`, by names |
//! | `GET /_sandbox/journal` | `?site_id=…&since=0&limit=1000&account_id=…`: every change in order, or those that a person may see |
//! | `POST /_sandbox/fields` | `{"site_id","name":"Colour","kind":"select","projects":["SHOP"],"options":["Red"],"required":true}`: a new custom field; with `"field":"customfield_10101"` an old one changes |
//! | `POST /_sandbox/permissions` | `{"site_id","account_id","project":"SHOP","allow":[],"deny":["ADD_COMMENTS"]}`; without `project` on the whole site |
//! | `POST /_sandbox/settings` | `{"site_id","time_tracking":false}`: the site no longer estimates and logs time |
//! | `GET`, `POST`, `DELETE /_sandbox/faults` | rules for requests that go wrong |
//! | `GET`, `POST /_sandbox/clock` | `{"advance_seconds":3600}` |
//! | `GET`, `POST /_sandbox/switches` | the unsettled behaviours |
//! | `GET`, `DELETE /_sandbox/webhooks` | registrations and deliveries, in a browser at `/_sandbox/webhooks/page`; the controls under it are in `docs/SANDBOX.md` |
//! | `GET`, `POST /_sandbox/quota` | `{"remaining_points":100}`: what is left of the app's points this hour |
//! | `POST /_sandbox/revoke` | `{"account_id"}`: the person removes the app |
//! | `POST /_sandbox/tokens/expire` | `{"account_id"}` or `{}`: access tokens end their hour |
//! | `POST /_sandbox/tokens/inspect` | `{"refresh_token"}`: whether it would be accepted now, and why; not used by it |
//! | `GET /_sandbox/issued` | every code and token ever given out |
//! | `GET`, `DELETE /_sandbox/requests` | the requests that came in, in order |
//! | `GET`, `DELETE /_sandbox/violations` | those of them that Atlassian's documents do not describe |
//!
//! A fault rule is `{"path", "match", "method", "times", "act", "fault"}`. `path` matches exactly,
//! or as a beginning with `"match":"prefix"`; a segment `*` is any one. `times` is a number
//! (default 1) or `"forever"`. With `"act":true` the request takes effect before the fault hides
//! its answer, with `"act":"late"` when the faults are deleted, whether or not anybody still waits,
//! and with `"act":2` as far as the first two issues of an `issue/bulk`. Faults are
//! `{"kind":"latency","milliseconds":50}`,
//! `{"kind":"slow_body","milliseconds":50,"pieces":10}`,
//! `{"kind":"status","status":429,"headers":{},"body":"…","retry_after":{"seconds":2}}` (or
//! `{"date_in":2}`, or none),
//! `{"kind":"cut"}`, `{"kind":"cut_body"}`, `{"kind":"hang"}` (until the faults are deleted), and
//! `{"kind":"garbage","body":"html"}` (or `"empty"`, or `"truncated"`).
//!
//! # Holding a client against Atlassian's documents
//!
//! With the feature `conformance`, `Options::check_requests` holds every request to the gateway
//! against Atlassian's OpenAPI documents: path, method, parameters and body. What they do not
//! describe is answered as ever, and listed. A client's tests ask for the list at their end.
//!
//! # Adding an endpoint
//!
//! 1. Rows in `world/rows.rs`, if it needs new ones, and where they come from in `seed/`.
//! 2. A handler in `rest/`: `caller.must_hold(scope)?` first, then what Jira refuses in Jira's
//!    order, each sentence in `gateway/sentence/` in both languages, then JSON by `rest/view/`, and
//!    the points that the answer costs.
//! 3. Its route in `rest/mod.rs`, under the path that `openapi/operations.txt` has for it, and what it
//!    leaves out: `caller.must_simulate`, `parameters.must_lack`. Every `self` link it emits must
//!    lead somewhere. `juncture sandbox --gaps > docs/SANDBOX-GAPS.md`.
//! 4. Its operation in `openapi/platform.json` or `software.json` and a sample in
//!    `tests/it/conformance/samples.rs`; where the document is wrong about Jira's answers, a
//!    deviation with its reason, and about requests, a bug in `conformance/documents.rs`.

mod clock;
#[cfg(feature = "conformance")]
mod conformance;
mod control;
mod data;
mod duration;
mod faults;
mod gaps;
mod gateway;
mod jql;
mod limits;
mod oauth;
mod options;
mod pictures;
mod requests;
mod rest;
mod router;
mod sandbox;
mod seed;
mod webhooks;
mod wiki;
mod wire;
mod world;

pub use gaps::gaps;
pub use options::{
    AgileIssueLists, BulkfetchChangelogCreated, CommentInternalProperty, CommentTouchesIssue,
    CreatemetaShape, ErrorPlace, ForbiddenEdit, JqlEpochMillis, LatestVersion, Limits,
    NotifyUsersDenied, Options, ParentClear, PrioritySearchScope, RefusedClient, RefusedCode,
    RefusedRefresh, RequiredFieldError, RevokedGrant, SemanticJqlErrors, Shown, SoftwareIssueLists,
    SoftwareRichText, Switches, TeamOnSubtask, TextLimitError, TransitionDenied,
    TransitionInvalidText, UnknownBoard, UnknownBoardProject, WebhookAfterRevocation,
    WebhookChangelogId, WebhookDeleteStatus, WebhookExpiration, WebhookExpired, WebhookFanout,
    WebhookJwtClaims, WebhookJwtRetry, WebhookListScope, WebhookMatchAll, WebhookRefusal,
    WebhookSelfLinks, WebhookSent, WebhookSoftwareEvents, WebhookSwitches, WebhookTrace,
    WebhookUnknownEvent, WebhookUrlQuery, WebhookUrlScope,
};
pub use sandbox::Sandbox;
