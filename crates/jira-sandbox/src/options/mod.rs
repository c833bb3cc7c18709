//! What a sandbox is made of; [`switches`] has the unsettled behaviours.
//!
//! Not here: faults, which come and go while the sandbox runs (see [`crate`]'s tour).

mod issues;
mod switches;
mod webhooks;
mod writing;

use jiff::Timestamp;
use secrecy::SecretString;

pub use issues::{
    BulkfetchChangelogCreated, CommentInternalProperty, CommentTouchesIssue, JqlEpochMillis,
    RequiredFieldError, Shown, TransitionDenied, TransitionInvalidText,
};
pub use switches::{
    AgileIssueLists, ForbiddenEdit, LatestVersion, Limits, RefusedClient, RefusedCode,
    RefusedRefresh, RevokedGrant, SemanticJqlErrors, SoftwareIssueLists, SoftwareRichText,
    Switches, TextLimitError, UnknownBoard, UnknownBoardProject,
};
pub use webhooks::{
    WebhookAfterRevocation, WebhookChangelogId, WebhookDeleteStatus, WebhookExpiration,
    WebhookExpired, WebhookFanout, WebhookJwtClaims, WebhookJwtRetry, WebhookListScope,
    WebhookMatchAll, WebhookRefusal, WebhookSelfLinks, WebhookSent, WebhookSoftwareEvents,
    WebhookSwitches, WebhookTrace, WebhookUnknownEvent, WebhookUrlQuery, WebhookUrlScope,
};
pub use writing::{
    CreatemetaShape, ErrorPlace, NotifyUsersDenied, ParentClear, PrioritySearchScope, TeamOnSubtask,
};

/// The size, the app registration and the clock of a sandbox.
#[derive(Debug, Clone)]
pub struct Options {
    /// The number from which the whole world is drawn: same seed, same ids, keys and texts.
    pub seed: u64,
    /// How many projects the first site has.
    pub projects: usize,
    /// How many issues the first project of the first site has, exactly.
    pub issues: usize,
    /// How many boards are about the first project of the first site, exactly: a scrum board, a
    /// kanban board, a board of a person, one that Jira cannot show, and scrum boards of teams.
    pub boards: usize,
    /// How many sprints were made on the first of these boards, exactly: two to come, one running,
    /// and closed ones.
    pub sprints: usize,
    /// The client id of the registered OAuth app.
    pub client_id: String,
    /// The client secret of the registered OAuth app.
    pub client_secret: SecretString,
    /// Other apps that are registered, as of other owners: client id and secret of each.
    pub other_apps: Vec<(String, SecretString)>,
    /// The registered callback URLs, compared exactly. Empty: any `http` URL on the loopback.
    pub redirect_uris: Vec<String>,
    /// The instant at which the clock stands. `None`: real time. Either moves by
    /// `POST /_sandbox/clock`, and never otherwise.
    pub frozen_at: Option<Timestamp>,
    /// The hosts, beside the loopback, to which webhooks are sent, by plain HTTP. Others may register
    /// and are never called.
    pub webhook_hosts: Vec<String>,
    /// Whether requests to the gateway are held against Atlassian's OpenAPI documents. What is not
    /// described there is answered all the same, and listed at `GET /_sandbox/violations`.
    #[cfg(feature = "conformance")]
    pub check_requests: bool,
    /// The unsettled behaviours, as they are at the start.
    pub switches: Switches,
}

impl Options {
    /// The secret of a registered app.
    pub(crate) fn secret_of(&self, client_id: &str) -> Option<&SecretString> {
        if client_id == self.client_id {
            return Some(&self.client_secret);
        }
        let mut others = self.other_apps.iter();
        let other = others.find(|(known, _)| known == client_id);
        other.map(|(_, secret)| secret)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            projects: 6,
            issues: 240,
            boards: 3,
            sprints: 6,
            client_id: "sandbox-client".to_owned(),
            client_secret: SecretString::from("sandbox-secret"),
            other_apps: Vec::new(),
            redirect_uris: Vec::new(),
            frozen_at: None,
            webhook_hosts: Vec::new(),
            #[cfg(feature = "conformance")]
            check_requests: false,
            switches: Switches::default(),
        }
    }
}
