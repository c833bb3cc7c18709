//! A new issue, made once.

use juncture_jira::adf::Document;
use juncture_jira::fields::{FieldValues, Reason, WrongField};
use juncture_jira::{CreatedIssue, Error as JiraError, Issue, IssueFields, NewIssue, Site};
use juncture_views::jira::created::NewTicket;
use juncture_views::jira::tickets::TicketView;

use serde::Serialize;

use super::given::{self, Given, Learned, Target};
use crate::foreign;
use crate::providers::jira::failure::{Absent, CallError, OperationError, Refusal};
use crate::providers::jira::help::help;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;
use crate::providers::jira::view::tickets::{TICKET_FIELDS, described};

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["write:jira-work"];

/// A ticket that is wanted.
#[derive(Clone, Serialize)]
pub(crate) struct Wanted {
    /// Its project, its type, and the fields that have a place of their own.
    pub(crate) issue: NewIssue,
    /// All other fields.
    pub(crate) given: Given,
}

impl Wanted {
    /// What its values are given to.
    pub(super) fn target(&self) -> Target {
        let NewIssue {
            project,
            issue_type_id,
            priority_id,
            assignee_account_id,
            description,
            ..
        } = &self.issue;
        let mut by_other_ways = vec!["project", "issuetype", "summary"];
        by_other_ways.extend(priority_id.is_some().then_some("priority"));
        by_other_ways.extend(assignee_account_id.is_some().then_some("assignee"));
        by_other_ways.extend(description.is_some().then_some("description"));
        Target::New {
            project: project.clone(),
            issue_type: issue_type_id.clone(),
            by_other_ways,
        }
    }
}

/// Creates an issue, and gives it back: whole if that can be had soon, else as far as it is known.
pub(crate) async fn create(site: &JiraSite, wanted: Wanted) -> Result<NewTicket, OperationError> {
    let target = wanted.target();
    let mut learned = Learned::default();
    let checked = Box::pin(given::ready(site, &target, &wanted.given, &mut learned)).await?;
    let mut issue = wanted.issue;
    issue.extra = checked.fields;
    // By whichever way it is given, the description has one place.
    if let Some(value) = issue.extra.remove("description") {
        issue.description = (value.get() != "null").then(|| Document::from(value));
    }
    let created = site.ask(SCOPES, {
        let issue = issue.clone();
        async move |site: Site<'_>| site.create_issue(&issue).await
    });
    match created.await {
        Ok(created) => Ok(read_back(site, &issue, created).await),
        Err(error) => {
            let refused = refused(site, &target, &wanted.given, &mut learned, error);
            Err(Box::pin(refused).await)
        }
    }
}

/// Why a ticket was not created.
pub(super) async fn refused(
    site: &JiraSite,
    target: &Target,
    given: &Given,
    learned: &mut Learned,
    error: CallError,
) -> OperationError {
    let error = match error {
        // Jira refuses a project or a type that it does not know, or does not show, with a 400 that
        // names the field; or, for such a project, with one that blames another field.
        CallError::Told(told) if told.is_invalid() && learned.is_hidden(site, target).await => {
            return OperationError::Absent(Absent::ProjectOrIssueType);
        }
        CallError::Told(told) if is_of_permissions(&told) => {
            Box::pin(given::denied(site, target, CallError::Told(told))).await
        }
        error => error,
    };
    match error {
        CallError::Failed(failure) => failure.into(),
        CallError::Told(error) if error.is_not_found() || blames_project_or_type(&error) => {
            OperationError::Absent(Absent::ProjectOrIssueType)
        }
        CallError::Told(error) => {
            Box::pin(given::refused(site, target, given, learned, &error)).await
        }
    }
}

/// Whether Jira may have refused it because of who asks: it does so by blaming the project, or fields
/// that cannot be set, or nothing.
fn is_of_permissions(error: &JiraError) -> bool {
    let blamed = Refusal::from(error).fields;
    let may_be =
        |field: &WrongField| matches!(field.reason, Reason::NotSettable) || field.id == "project";
    error.is_invalid() && blamed.iter().all(may_be)
}

/// By the names of the fields, which no language changes.
fn blames_project_or_type(error: &JiraError) -> bool {
    let fields = error.field_errors();
    fields.contains_key("project") || fields.contains_key("issuetype")
}

/// The new ticket as Jira has it; or, since it is there in any case, as far as we know it.
async fn read_back(
    site: &JiraSite,
    wanted: &NewIssue,
    CreatedIssue { id, key, .. }: CreatedIssue,
) -> NewTicket {
    let read = site.ask(SCOPES, {
        let id = id.clone();
        async move |site: Site<'_>| site.issue(&id, &TICKET_FIELDS).await
    });
    let clock = &*site.jira().tokens.clock;
    if let Some(issue) = help("the new ticket", clock, read).await {
        let bytes = described(std::slice::from_ref(&issue));
        return NewTicket {
            ticket: foreign::convert(bytes, || TicketView::of(issue)).await,
            partial: false,
        };
    }
    known(wanted, id, key)
}

/// A new ticket that cannot be read back soon.
pub(super) fn known(wanted: &NewIssue, id: String, key: String) -> NewTicket {
    let description = wanted.description.as_ref();
    let issue = Issue {
        id,
        key,
        fields: IssueFields {
            summary: Some(wanted.summary.clone()),
            description: description.map(|document| document.as_json().to_owned()),
            ..IssueFields::default()
        },
        properties: FieldValues::new(),
    };
    NewTicket {
        ticket: TicketView::of(issue),
        partial: true,
    }
}
