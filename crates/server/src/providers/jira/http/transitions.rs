//! `get-transitions`, `transition-issue`

use axum::Json;
use juncture_jira::fields::{Reason, WrongField};
use juncture_jira::{Status, StatusCategory, Transition};
use juncture_views::jira::transitions::{Moved, Transitions};
use juncture_views::jira::words::{Document, FieldValues, TargetCategory};
use juncture_views::schema::Id;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::caller::CallersJira;
use super::rich_text::TextField;
use super::sentences::{Doing as _, conflict, unmoved, wrong_fields};
use super::subject::{
    ForIssue, MISSING_EXTERNAL_ID, connection_refusals, find_site, issue_refusals, parse_issue,
};
use crate::providers::jira::failure::{Conflict, Unmoved};
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::operations;
use crate::providers::jira::operations::transition::{Category, Given, Target, Wish};
use crate::providers::jira::site::JiraSite;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Query, Text, body_refusals, required};
use crate::web::openapi::refusals;

const GET_TRANSITIONS: Call = Call {
    failed: "Failed to fetch Jira transitions",
    denied: "Access denied to transition the issue",
    scopes: operations::transitions::SCOPES,
};

const TRANSITION_ISSUE: Call = Call {
    failed: "Failed to transition Jira issue",
    denied: "Access denied to transition the issue",
    scopes: operations::transition::SCOPES,
};

const INVALID_VALUES: &str = "Invalid field values provided";

/// The comment of a transition.
const COMMENT: TextField = TextField {
    markdown: "comment",
    document: "comment_adf",
};

/// Where an issue is to go: one of `transition_id`, `to_status_id`, `to_status` and `to_category`.
#[derive(Deserialize, ToSchema)]
#[schema(as = JiraTransitionWish)]
pub(crate) struct TransitionIssue {
    /// Your own id of the customer.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    external_id: Text,
    /// The issue's id or key. `issue_key` is read too.
    #[serde(default, alias = "issue_key")]
    #[schema(value_type = Id, required = true)]
    issue_id_or_key: Text,
    /// The id of the transition.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    transition_id: Text,
    /// The id of the status that it is to have.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    to_status_id: Text,
    /// The name of the status, in any case. Names are translated: an id is safer.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    to_status: Text,
    /// What the status is to mean: `new`, `indeterminate` or `done` (`todo` and `in_progress` are read
    /// too).
    #[serde(default)]
    #[schema(value_type = Option<TargetCategory>, example = "done")]
    to_category: Text,
    /// Values for the fields of the transition's screen, by id or exact name; plain ones, as in
    /// `create-ticket`.
    #[serde(default)]
    #[schema(value_type = Option<FieldValues>)]
    fields: Option<Value>,
    /// How it was resolved, by name or id, where the transition's screen asks for that.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    resolution: Text,
    /// What to say about it, in Markdown: a comment of the issue.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    comment: Text,
    /// The same in the Atlassian Document Format.
    #[serde(default)]
    #[schema(value_type = Option<Document>)]
    comment_adf: Option<Box<RawValue>>,
}

refusals!(query GetTransitionsRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(issue_refusals());
    errors.extend(GET_TRANSITIONS.refusals());
    errors
});

refusals!(TransitionIssueRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(issue_refusals());
    errors.extend([no_target(), several_targets(), no_category(), no_fields()]);
    let wrong = |reason| {
        vec![WrongField {
            id: "resolution".to_owned(),
            name: "Resolution".to_owned(),
            reason,
            allowed: Vec::new(),
            jira_says: None,
        }]
    };
    errors.push(wrong_fields(INVALID_VALUES, &wrong(Reason::UnknownValue)));
    let offered = || vec![example_step()];
    let reasons = vec!["Somebody must have the work before it starts.".to_owned()];
    errors.extend(
        [
            Unmoved::FieldsRequired(wrong(Reason::Required)),
            Unmoved::NotAvailable(offered()),
            Unmoved::Ambiguous(offered()),
            Unmoved::Refused(reasons),
            Unmoved::WithoutEffect,
        ]
        .map(unmoved),
    );
    errors.push(conflict(Conflict::IssueModified));
    errors.extend(body_refusals());
    errors.extend(TRANSITION_ISSUE.refusals());
    errors.push(TRANSITION_ISSUE.unknown_outcome());
    errors
});

/// List the transitions of an issue
///
/// The transitions that can be made from where an issue is, with the fields of their screens. Needs
/// `read:jira-work`.
#[utoipa::path(
    get, path = "/get-transitions", tag = "Jira", operation_id = "jiraGetTransitions",
    params(ForIssue), security(("secret_key" = [])),
    responses(
        (status = 200, description = "The transitions", body = Transitions,
            example = json!({"transitions": [{
                "id": "31", "name": "Close", "to": {"id": "10002", "name": "Done", "category": "done"},
                "has_screen": true, "fields": [{
                    "id": "resolution", "name": "Resolution", "type": "option", "required": true,
                    "has_default": false, "allowed_values": [{"id": "10000", "name": "Done"}],
                    "operations": ["set"]
                }]
            }]})),
        GetTransitionsRefusals,
    ),
)]
pub(crate) async fn get_transitions(
    jira: CallersJira,
    Query(query): Query<ForIssue>,
) -> Result<Json<Transitions>, Error> {
    let (site, issue) = query.find(jira).await?;
    let transitions = operations::transitions::transitions(&site, &issue).await;
    let transitions = transitions.doing(&GET_TRANSITIONS)?;
    Ok(Json(Transitions { transitions }))
}

/// Move an issue to another status
///
/// Moves an issue to another status, by one transition and never by trying several. An issue that is
/// there already is left alone (`changed: false`). Needs `write:jira-work` and `read:jira-work`.
#[utoipa::path(
    post, path = "/transition-issue", tag = "Jira", operation_id = "jiraTransitionIssue",
    security(("secret_key" = [])),
    request_body(content = TransitionIssue, example = json!({
        "external_id": "project123", "issue_id_or_key": "PROJ-123", "to_category": "done",
        "resolution": "Done", "comment": "Released with **2.4**."
    })),
    responses(
        (status = 200, description = "Moved, or there already", body = Moved, example = json!({
            "issue": {"id": "10000", "key": "PROJ-123",
                "status": {"id": "10002", "name": "Done", "category": "done"}},
            "changed": true,
            "transition": {"id": "31", "name": "Close",
                "to": {"id": "10002", "name": "Done", "category": "done"}}
        })),
        TransitionIssueRefusals,
    ),
)]
pub(crate) async fn transition_issue(
    jira: CallersJira,
    JsonBody(body): JsonBody<TransitionIssue>,
) -> Result<Json<Moved>, Error> {
    let (site, issue, wish) = body.read(jira).await?;
    let moved = operations::transition::transition(&site, &issue, &wish).await;
    Ok(Json(moved.writing(&TRANSITION_ISSUE, INVALID_VALUES)?))
}

impl TransitionIssue {
    /// The site, the issue, and what is to be done to it.
    async fn read(self, jira: CallersJira) -> Result<(JiraSite, IssueIdOrKey, Wish), Error> {
        required(MISSING_EXTERNAL_ID, [("external_id", &self.external_id)])?;
        let issue = parse_issue(&self.issue_id_or_key)?;
        let wish = Wish {
            target: self.target()?,
            given: Given {
                fields: to_fields(self.fields)?,
                resolution: self.resolution.optional("resolution")?.map(str::to_owned),
            },
            comment: COMMENT.to_document(&self.comment, self.comment_adf).await?,
        };
        Ok((find_site(jira, &self.external_id).await?, issue, wish))
    }

    fn target(&self) -> Result<Target, Error> {
        let step = self.transition_id.optional("transition_id")?;
        let id = self.to_status_id.optional("to_status_id")?;
        let name = self.to_status.optional("to_status")?;
        let category = self.to_category.optional("to_category")?;
        match (step, id, name, category) {
            (None, None, None, None) => Err(no_target()),
            (Some(id), None, None, None) => Ok(Target::Transition(id.to_owned())),
            (None, Some(id), None, None) => Ok(Target::StatusId(id.to_owned())),
            (None, None, Some(name), None) => Ok(Target::StatusName(name.to_owned())),
            (None, None, None, Some(word)) => {
                let category = Category::parse(word).ok_or_else(no_category)?;
                Ok(Target::Category(category))
            }
            _ => Err(several_targets()),
        }
    }
}

fn to_fields(fields: Option<Value>) -> Result<Map<String, Value>, Error> {
    match fields {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(fields)) => Ok(fields),
        Some(_) => Err(no_fields()),
    }
}

const TARGETS: [&str; 4] = ["transition_id", "to_status_id", "to_status", "to_category"];

fn no_target() -> Error {
    Error::missing(
        "Missing transition_id, to_status_id, to_status or to_category",
        &TARGETS,
    )
}

fn several_targets() -> Error {
    Error::Invalid {
        error: "Only one of transition_id, to_status_id, to_status and to_category can be sent"
            .into(),
        code: "invalid_parameter",
        details: json!({"fields": TARGETS}),
    }
}

fn no_category() -> Error {
    Error::invalid_field("to_category", "must be new, indeterminate or done")
}

fn no_fields() -> Error {
    Error::invalid_field(
        "fields",
        "must be an object of values by field ids or names",
    )
}

/// A step for the examples of the document.
fn example_step() -> Transition {
    let done = StatusCategory {
        id: 3,
        key: "done".to_owned(),
        name: "Done".to_owned(),
        color_name: None,
    };
    Transition {
        id: "31".to_owned(),
        name: "Close".to_owned(),
        to: Status {
            id: "10002".to_owned(),
            name: "Done".to_owned(),
            status_category: Some(done),
            description: None,
        },
        has_screen: false,
        is_global: false,
        is_looped: false,
        fields: Vec::new(),
    }
}
