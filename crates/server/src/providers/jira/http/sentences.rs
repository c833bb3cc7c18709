//! What is said of operations that were not carried out: one place for the sentences that several
//! endpoints share.

use juncture_jira::Transition;
use juncture_jira::fields::WrongField;
use juncture_views::jira::transitions::OfferedView;
use serde_json::{Value, json};

use super::lost::{media_would_be_lost, not_editable};
use crate::providers::jira::failure::{
    Absent, Conflict, InvalidJql, NoProject, OperationError, Refusal, UnknownField, Unmoved,
};
use crate::providers::jira::operations::search::MOST;
use crate::providers::jira::view::Of as _;
use crate::web::call::Call;
use crate::web::error::Error;

/// An outcome, told in the words of an endpoint.
pub(super) trait Doing<T> {
    /// The outcome as the answer of the endpoint that has made this call.
    fn doing(self, call: &Call) -> Result<T, Error>;

    /// The same, of a write: `refused` is said where Jira does not take the values.
    fn writing(self, call: &Call, refused: &'static str) -> Result<T, Error>;
}

impl<T, E: Into<OperationError>> Doing<T> for Result<T, E> {
    fn doing(self, call: &Call) -> Result<T, Error> {
        self.writing(call, call.failed)
    }

    fn writing(self, call: &Call, refused: &'static str) -> Result<T, Error> {
        self.map_err(|error| match error.into() {
            OperationError::Failed(failure) => call.error(failure),
            OperationError::Absent(absent) => not_found(absent),
            OperationError::Conflict(what) => conflict(what),
            OperationError::Refused(refusal) => refused_values(refused, &refusal),
            OperationError::WrongFields(wrong) => wrong_fields(refused, &wrong),
            OperationError::InvalidJql(why) => invalid_jql(&why),
            OperationError::TooManyResults(total) => too_many_results(total),
            OperationError::InvalidCursor => invalid_cursor(),
            OperationError::UnknownFields(unknown) => unknown_fields(&unknown),
            OperationError::LosesMedia(lost) => media_would_be_lost(&lost),
            OperationError::Unmoved(why) => unmoved(why),
        })
    }
}

/// The answer where this is not there, or not shown to this user.
pub(super) fn not_found(absent: Absent) -> Error {
    let (error, code) = match absent {
        Absent::Project => ("Project not found", "project_not_found"),
        Absent::ProjectOrIssueType => (
            "Project or issue type not found",
            "project_or_issue_type_not_found",
        ),
        Absent::Issue => ("Issue not found", "issue_not_found"),
        Absent::Sprint => ("Sprint not found", "sprint_not_found"),
        Absent::Boards => ("No agile boards found for this project", "no_boards"),
        Absent::Comment => ("Comment not found", "comment_not_found"),
    };
    Error::NotFound { error, code }
}

/// The answer where something is not as the request takes it to be.
pub(super) fn conflict(what: Conflict) -> Error {
    let (error, code) = match what {
        Conflict::ProjectArchived => ("Project is archived", "project_archived"),
        Conflict::IssueModified => ("Issue has been modified since last read", "issue_modified"),
        Conflict::NotEditable(text) => return not_editable(&text),
        Conflict::IssueFull => (
            "The issue has as many comments as it may have",
            "issue_full",
        ),
        Conflict::NotInternal => (
            "Only in service projects can a comment be internal",
            "comment_not_internal",
        ),
        Conflict::InternalForGood => (
            "Whether a comment is internal cannot be changed; delete it and add another",
            "internal_not_changeable",
        ),
    };
    Error::conflict(error, code)
}

/// Steps, and where they lead.
fn steps(steps: &[Transition]) -> Vec<OfferedView> {
    steps.iter().map(OfferedView::of).collect()
}

/// The answer where an issue does not go where it was to go.
pub(super) fn unmoved(why: Unmoved) -> Error {
    let (error, code, details) = match why {
        Unmoved::NotAvailable(offered) => (
            "No transition leads there from where the issue is",
            "transition_not_available",
            json!({"available": steps(&offered)}),
        ),
        Unmoved::Ambiguous(offered) => (
            "Several transitions may be meant; name one by transition_id",
            "transition_ambiguous",
            json!({"available": steps(&offered)}),
        ),
        Unmoved::FieldsRequired(wrong) => {
            return Error::Invalid {
                error: "The transition requires fields".into(),
                code: "transition_fields_required",
                details: json!({"fields": told(&wrong)}),
            };
        }
        Unmoved::Refused(reasons) => (
            "The workflow refuses the transition",
            "transition_refused",
            json!({"reasons": reasons}),
        ),
        Unmoved::WithoutEffect => (
            "Jira accepted the transition, and the issue has not moved",
            "transition_without_effect",
            Value::Null,
        ),
    };
    Error::Conflict {
        error,
        code,
        details,
    }
}

/// 400 because Jira does not take the values, with its reasons, and those of each field.
pub(super) fn refused_values(error: &'static str, refusal: &Refusal) -> Error {
    let mut details = json!({});
    if !refusal.reasons.is_empty() {
        details["reasons"] = json!(refusal.reasons);
    }
    if !refusal.fields.is_empty() {
        details["fields"] = told(&refusal.fields);
    }
    invalid_values(error, details)
}

/// 400 for fields that cannot be given these values: every one of them, with what could be given.
pub(super) fn wrong_fields(error: &'static str, wrong: &[WrongField]) -> Error {
    invalid_values(error, json!({"fields": told(wrong)}))
}

/// Each field with what is wrong with it, the values that it may have, and Jira's own words if it was
/// Jira that refused.
fn told(wrong: &[WrongField]) -> Value {
    let told = wrong.iter().map(|field| {
        let mut told = json!({
            "id": field.id, "name": field.name, "reason": field.reason.word(),
        });
        if !field.allowed.is_empty() {
            told["allowed"] = json!(field.allowed);
        }
        if let Some(sentence) = &field.jira_says {
            told["message"] = json!(sentence);
        }
        told
    });
    told.collect()
}

/// 400 for values that cannot be, in this server's words or in Jira's.
pub(super) fn invalid_values(error: &'static str, details: Value) -> Error {
    Error::Invalid {
        error: error.into(),
        code: "invalid_fields",
        details,
    }
}

/// 400 for a query that cannot be asked, with the reasons and, where it is known, the place.
pub(super) fn invalid_jql(why: &InvalidJql) -> Error {
    let mut details = json!({"reasons": why.reasons});
    if let Some((line, character)) = why.position {
        details["position"] = json!({"line": line, "character": character});
    }
    Error::Invalid {
        error: "Invalid JQL".into(),
        code: "invalid_jql",
        details,
    }
}

/// 400 because a search finds more than one answer may hold.
pub(super) fn too_many_results(total: Option<u64>) -> Error {
    let mut details = json!({
        "most": MOST, "reason": "restrict the query, or ask for pages with limit",
    });
    if let Some(total) = total {
        details["total"] = json!(total);
    }
    Error::Invalid {
        error: "Too many results for one answer".into(),
        code: "too_many_results",
        details,
    }
}

/// 400 for a cursor that is of no use here.
pub(super) fn invalid_cursor() -> Error {
    Error::Invalid {
        error: "Invalid cursor".into(),
        code: "invalid_cursor",
        details: json!({
            "field": "cursor",
            "reason": "must be a next_cursor of the same connection, jql and fields, from the last seven days",
        }),
    }
}

/// 400 for fields that are not there, or of which there are several, with those that may be meant; told as
/// [wrong ones](wrong_fields) are.
pub(super) fn unknown_fields(fields: &[UnknownField]) -> Error {
    let told = fields.iter().map(|field| {
        let (name, reason) = (&field.name, field.reason.word());
        let mut told = json!({"id": name, "name": name, "reason": reason});
        let candidates = field.candidates.iter().map(|field| {
            let mut candidate = json!({"id": field.id, "name": field.name});
            if let Some(project_id) = &field.project_id {
                candidate["project_id"] = json!(project_id);
            }
            candidate
        });
        let candidates: Vec<Value> = candidates.collect();
        if !candidates.is_empty() {
            told["allowed"] = candidates.into();
        }
        told
    });
    let told: Vec<Value> = told.collect();
    invalid_values("Invalid fields", json!({"fields": told}))
}

/// The answer where it is not clear which project is meant.
pub(super) fn no_project(why: NoProject) -> Error {
    match why {
        NoProject::Selected => {
            let error = "No project selected and no project ID provided";
            Error::invalid(error, "no_project_selected")
        }
        NoProject::Unfit => {
            let reason = "must be a project id (digits) or a project key (such as PROJ)";
            Error::invalid_field("jira_project_id", reason)
        }
        NoProject::Unknown(error) => error.into(),
    }
}
