//! Which of Atlassian's unsettled behaviours a sandbox shows.

use serde::{Deserialize, Serialize};

use super::issues::{
    BulkfetchChangelogCreated, CommentInternalProperty, CommentTouchesIssue, JqlEpochMillis,
    RequiredFieldError, Shown, TransitionDenied, TransitionInvalidText,
};
use super::webhooks::WebhookSwitches;
use super::writing::{
    CreatemetaShape, ErrorPlace, NotifyUsersDenied, ParentClear, PrioritySearchScope, TeamOnSubtask,
};

/// Behaviours on which the evidence about Atlassian Cloud disagrees or which differ by app.
///
/// `POST /_sandbox/switches` changes any of them while the sandbox runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each set by its own name"
)]
pub struct Switches {
    /// Whether a JQL query which names something unknown finds nothing or is refused.
    pub semantic_jql_errors: SemanticJqlErrors,
    /// Whether a date in JQL may be a number of milliseconds.
    pub jql_epoch_millis: JqlEpochMillis,
    /// For how many seconds of the sandbox's clock a new issue is not found, unless
    /// `reconcileIssues` names it. What changes in an issue that is found is found at once.
    pub search_lag_seconds: u32,
    /// Whether search pages may be shorter than asked although more issues follow.
    pub short_pages: bool,
    /// How the token endpoint refuses a dead refresh token.
    pub refused_refresh: RefusedRefresh,
    /// How the token endpoint refuses a spent, expired or unknown code.
    pub refused_code: RefusedCode,
    /// How the token endpoint refuses a wrong client id or secret.
    pub refused_client: RefusedClient,
    /// For how many seconds a used refresh token may be used again. 0: never, as of a strict app.
    pub leeway_seconds: u32,
    /// For how many seconds an access token works. Atlassian's is an hour; less lets a test see many
    /// refreshes in little time.
    pub access_token_seconds: u32,
    /// Whether a family of refresh tokens dies 365 days after consent, however busy it was.
    pub absolute_expiry: bool,
    /// Whether a token works only for the site chosen at its own consent.
    pub site_restricted_grants: bool,
    /// How the gateway refuses an access token whose owner took the grant back.
    pub revoked_grant: RevokedGrant,
    /// Which version of the platform's API `rest/api/latest` is.
    pub latest_version: LatestVersion,
    /// How Jira Software writes descriptions in its issue lists.
    pub software_rich_text: SoftwareRichText,
    /// How a description is refused that is too long.
    pub text_limit_error: TextLimitError,
    /// How the list of boards refuses a project that nobody knows.
    pub unknown_board_project: UnknownBoardProject,
    /// In which shape an unknown board is refused.
    pub unknown_board: UnknownBoard,
    /// Whether pages of sprints say how many there are.
    pub sprint_totals: bool,
    /// What became of the issue lists under `rest/agile/1.0`.
    pub agile_issue_lists: AgileIssueLists,
    /// Whether the issue lists under `rest/software/1.0` are there yet.
    pub software_issue_lists: SoftwareIssueLists,
    /// How an edit is refused to a person without the permission.
    pub forbidden_edit: ForbiddenEdit,
    /// Whether an edit is refused in a field that is not on the screen.
    pub edit_checks_screens: bool,
    /// What becomes of an edit that wants nobody told, by one who may not want that.
    pub notify_users_denied: NotifyUsersDenied,
    /// The shape of metadata for creating.
    pub createmeta_shape: CreatemetaShape,
    /// Whether metadata has the children of cascading options.
    pub cascading_children_in_meta: bool,
    /// Where it is said that a sprint is no number.
    pub sprint_field_error_place: ErrorPlace,
    /// Where it is said that a required field is empty.
    pub required_field_error: RequiredFieldError,
    /// What becomes of the team of a subtask.
    pub team_on_subtask: TeamOnSubtask,
    /// How a parent is taken away.
    pub parent_clear: ParentClear,
    /// Who may list priorities page by page.
    pub priority_search_scope: PrioritySearchScope,
    /// Whether rate limits show, and whether they hold.
    pub limits: Limits,
    /// Whether `X-RateLimit-Reset` leaves out the seconds, as Atlassian sometimes does.
    pub reset_without_seconds: bool,
    /// Whether a reply names the comment to which it is one.
    pub comment_parent_id_in_reads: Shown,
    /// What the property `sd.public.comment` does.
    pub comment_internal_property: CommentInternalProperty,
    /// Whether comments show their properties.
    pub comment_properties_in_list: Shown,
    /// Which changes of comments move the time of their issue.
    pub comment_touches_issue: CommentTouchesIssue,
    /// Whether an edit that does not speak of a comment's readers opens it to everybody, as Jira
    /// Server did.
    pub comment_edit_drops_visibility: bool,
    /// How many comments an issue may have.
    pub comments_per_issue: u32,
    /// How "Bulk fetch changelogs" writes times.
    pub bulkfetch_changelog_created: BulkfetchChangelogCreated,
    /// How a transition is refused to a person without the permission.
    pub transition_denied: TransitionDenied,
    /// What is said of a transition that does not begin where the issue stands.
    pub transition_invalid_text: TransitionInvalidText,
    /// Whether a transition that could be done answers as if it were, and changes nothing.
    pub transition_silent_noop: bool,
    /// Whether a caller that forces a language reads names in it, too, and not only sentences.
    pub forced_language_covers_names: bool,
    /// What is not known about webhooks.
    pub webhooks: WebhookSwitches,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            semantic_jql_errors: SemanticJqlErrors::Silent,
            jql_epoch_millis: JqlEpochMillis::SilentEmpty,
            search_lag_seconds: 0,
            short_pages: false,
            refused_refresh: RefusedRefresh::InvalidGrant,
            refused_code: RefusedCode::InvalidRequest,
            refused_client: RefusedClient::AccessDenied,
            leeway_seconds: 600,
            access_token_seconds: 3_600,
            absolute_expiry: true,
            site_restricted_grants: false,
            revoked_grant: RevokedGrant::Unauthorized,
            latest_version: LatestVersion::Two,
            software_rich_text: SoftwareRichText::Document,
            text_limit_error: TextLimitError::FieldText,
            unknown_board_project: UnknownBoardProject::BadRequest,
            unknown_board: UnknownBoard::Message,
            sprint_totals: true,
            agile_issue_lists: AgileIssueLists::Served,
            software_issue_lists: SoftwareIssueLists::Served,
            forbidden_edit: ForbiddenEdit::Forbidden,
            edit_checks_screens: false,
            notify_users_denied: NotifyUsersDenied::Refused400,
            createmeta_shape: CreatemetaShape::Fields,
            cascading_children_in_meta: true,
            sprint_field_error_place: ErrorPlace::Errors,
            required_field_error: RequiredFieldError::ErrorsField,
            team_on_subtask: TeamOnSubtask::Refused,
            parent_clear: ParentClear::ByStyle,
            priority_search_scope: PrioritySearchScope::ReadOk,
            limits: Limits::Headers,
            reset_without_seconds: false,
            comment_parent_id_in_reads: Shown::Absent,
            comment_internal_property: CommentInternalProperty::Honoured,
            comment_properties_in_list: Shown::Absent,
            comment_touches_issue: CommentTouchesIssue::AddOnly,
            comment_edit_drops_visibility: false,
            comments_per_issue: 5_000,
            bulkfetch_changelog_created: BulkfetchChangelogCreated::Ms,
            transition_denied: TransitionDenied::EmptyThen400,
            transition_invalid_text: TransitionInvalidText::IdNotValid,
            transition_silent_noop: false,
            forced_language_covers_names: true,
            webhooks: WebhookSwitches::default(),
        }
    }
}

/// What a JQL query does that names an unknown field, value, key, function or date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SemanticJqlErrors {
    /// 200 with no issues.
    Silent,
    /// 400 with a sentence for each mistake.
    Loud,
}

/// The refusals of a dead refresh token, both with status 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedRefresh {
    /// `invalid_grant`, as Atlassian's page "OAuth 2.0 (3LO) apps" says.
    InvalidGrant,
    /// `unauthorized_client`, as seen in the wild.
    UnauthorizedClient,
}

/// The refusals of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedCode {
    /// 400 `invalid_request`, as seen in 2026.
    InvalidRequest,
    /// 403 `invalid_grant`, as seen in earlier years.
    InvalidGrant,
}

/// The refusals of a wrong client id or client secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedClient {
    /// 401 `access_denied`.
    AccessDenied,
    /// 400 `invalid_client`.
    InvalidClient400,
    /// 401 `invalid_client`.
    InvalidClient401,
}

/// The refusals of an access token whose grant is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokedGrant {
    /// 401, as of a token that was never issued.
    Unauthorized,
    /// 403 `The app is not installed on this instance`.
    NotInstalled,
}

/// What `rest/api/latest` stands for. Clients that use it send wiki markup and not documents, so
/// version 2 is the likelier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LatestVersion {
    /// `rest/api/2`.
    #[serde(rename = "2")]
    Two,
    /// `rest/api/3`.
    #[serde(rename = "3")]
    Three,
}

/// The forms of descriptions under `rest/agile/1.0` and `rest/software/1.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoftwareRichText {
    /// Documents, as in version 3 of the platform's API.
    Document,
    /// Wiki markup, as in version 2, to which these lists link.
    Wiki,
}

/// The refusals of a text that is too long, under the name of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextLimitError {
    /// A sentence.
    FieldText,
    /// `CONTENT_LIMIT_EXCEEDED`.
    Code,
}

/// The refusals of a list of boards about an unknown project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownBoardProject {
    /// 400.
    BadRequest,
    /// 404.
    NotFound,
}

/// The shapes in which an unknown board is refused, both with status 404.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownBoard {
    /// The sentence is among `errorMessages`.
    Message,
    /// The sentence is under `errors.rapidViewId`.
    Field,
}

/// What the deprecated issue lists under `rest/agile/1.0` do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgileIssueLists {
    /// They answer, as they did until the autumn of 2026.
    Served,
    /// 410, as removed APIs of Jira answer.
    Gone,
    /// 404, as if they had never been.
    Missing,
}

/// What the issue lists under `rest/software/1.0` do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoftwareIssueLists {
    /// They answer.
    Served,
    /// 404, as on a site where they are not rolled out.
    Missing,
}

/// The refusals of an edit by a person without the permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForbiddenEdit {
    /// 403 with one sentence.
    Forbidden,
    /// 400 with an error for each field.
    BadRequest,
}

/// What the rate limits do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limits {
    /// No answer speaks of them.
    Off,
    /// Every answer shows a bucket that is full but for the request itself; nothing is refused.
    Headers,
    /// Buckets, writes of one issue and points are counted on the sandbox's clock, and refused with
    /// 429 when used up.
    Enforced,
}
