//! A new issue, made once.

use juncture_jira::{CreatedIssue, Error as JiraError, Issue, IssueFields, NewIssue, Site};

use crate::foreign;
use crate::providers::jira::failure::{Absent, CallError, OperationError, Refusal};
use crate::providers::jira::help::help;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::created::NewTicket;
use crate::providers::jira::view::{TicketView, described};

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["write:jira-work"];

/// Creates an issue, and gives it back: whole if that can be had soon, else as far as it is known.
pub(crate) async fn create(
    site: &JiraSite,
    wanted: &NewIssue,
) -> Result<NewTicket, OperationError> {
    let created = site.ask(SCOPES, {
        let wanted = wanted.clone();
        async move |site| create_once(site, &wanted).await
    });
    let created = created.await.map_err(|error| match error {
        CallError::Told(error) if error.is_not_found() || blames_project_or_type(&error) => {
            OperationError::Absent(Absent::ProjectOrIssueType)
        }
        CallError::Told(error) => OperationError::Refused(Refusal::from(&error)),
        CallError::Failed(failure) => failure.into(),
    })?;
    Ok(read_back(site, wanted, created).await)
}

/// Jira refuses a project or a type that it does not know, or does not show, with a 400 that names
/// the field; or, for such a project, with one that blames another field.
async fn create_once(site: Site<'_>, wanted: &NewIssue) -> Result<CreatedIssue, JiraError> {
    let created = site.create_issue(wanted).await;
    if created.as_ref().is_err_and(JiraError::is_invalid)
        && let Err(error) = site.project(&wanted.project).await
        // It tells that it is the project; anything else tells nothing, and Jira's reasons stand.
        && error.is_not_found()
    {
        return Err(error);
    }
    created
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
        async move |site: Site<'_>| site.issue(&id, &TicketView::FIELDS).await
    });
    let clock = &*site.jira().tokens.clock;
    if let Some(issue) = help("the new ticket", clock, read).await {
        let bytes = described(std::slice::from_ref(&issue));
        return NewTicket {
            ticket: foreign::convert(bytes, || TicketView::from(issue)).await,
            partial: false,
        };
    }
    let description = wanted.description.as_ref();
    let fields = IssueFields {
        summary: Some(wanted.summary.clone()),
        description: description.map(|document| document.as_json().to_owned()),
        ..IssueFields::default()
    };
    NewTicket {
        ticket: Issue { id, key, fields }.into(),
        partial: true,
    }
}
