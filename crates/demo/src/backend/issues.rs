//! What the back end asks and does about single tickets.

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{Backend, EXTERNAL_ID};
use crate::calls::Request;
use crate::trouble::Trouble;

#[derive(Deserialize)]
struct IssueTypes {
    issue_types: Vec<IssueType>,
}

#[derive(Deserialize)]
pub(crate) struct IssueType {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Whether its tickets are parts of others.
    pub(crate) subtask: bool,
}

#[derive(Deserialize)]
struct Fields {
    fields: Vec<Field>,
}

/// A field that a ticket can be given, or a move asks for.
#[derive(Deserialize)]
pub(crate) struct Field {
    pub(crate) id: String,
    pub(crate) name: String,
    /// One of Juncture's words: `text`, `number`, `option`, …
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) required: bool,
    pub(crate) has_default: bool,
    #[serde(default)]
    pub(crate) allowed_values: Option<Vec<Value>>,
}

/// A value that a field may have.
#[derive(Debug, Deserialize)]
pub(crate) struct Value {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) disabled: bool,
}

/// A ticket to be.
pub(crate) struct NewTicket<'a> {
    pub(crate) issue_type_id: &'a str,
    pub(crate) summary: &'a str,
    /// In Markdown.
    pub(crate) description: &'a str,
    /// Values of other fields, by id.
    pub(crate) fields: Map<String, Json>,
}

#[derive(Deserialize)]
struct Created {
    ticket: Reference,
}

#[derive(Deserialize)]
struct Reference {
    key: String,
}

#[derive(Deserialize)]
struct Details {
    issue: Issue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Issue {
    pub(crate) key: String,
    pub(crate) summary: Option<String>,
    /// In Markdown.
    pub(crate) description: Option<String>,
    pub(crate) status: Option<Status>,
    pub(crate) issue_type: Option<Named>,
    pub(crate) assignee: Option<Person>,
    pub(crate) resolution: Option<Named>,
    pub(crate) labels: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Status {
    pub(crate) name: String,
    category: Option<String>,
}

impl Status {
    /// What it means, which is the same in every language.
    pub(crate) fn category(&self) -> &str {
        self.category.as_deref().unwrap_or("undefined")
    }
}

#[derive(Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    pub(crate) display_name: String,
}

#[derive(Deserialize)]
struct Comments {
    comments: Vec<Comment>,
}

#[derive(Deserialize)]
pub(crate) struct Comment {
    /// In Markdown.
    pub(crate) body: Option<String>,
    pub(crate) author: Option<Person>,
    pub(crate) created: Option<String>,
}

#[derive(Deserialize)]
struct Transitions {
    transitions: Vec<Transition>,
}

/// A step that the workflow offers.
#[derive(Deserialize)]
pub(crate) struct Transition {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) to: Status,
    /// What its screen has.
    pub(crate) fields: Vec<Field>,
}

impl Backend {
    /// The types that a ticket of the picked project can have.
    pub(crate) async fn get_issue_types(&self) -> Result<Vec<IssueType>, Trouble> {
        let query = [("external_id", EXTERNAL_ID)];
        let request = Request::get("/api/backend/jira/get-issue-types", &query);
        let found: IssueTypes = self.call(&request).await?;
        Ok(found.issue_types)
    }

    /// The fields that a new ticket of this type can be given.
    pub(crate) async fn get_create_fields(
        &self,
        issue_type_id: &str,
    ) -> Result<Vec<Field>, Trouble> {
        let query = [
            ("external_id", EXTERNAL_ID),
            ("issue_type_id", issue_type_id),
        ];
        let request = Request::get("/api/backend/jira/get-create-fields", &query);
        let found: Fields = self.call(&request).await?;
        Ok(found.fields)
    }

    /// Creates a ticket, once for its key. Returns the ticket's key in Jira.
    pub(crate) async fn create_ticket(
        &self,
        mut ticket: NewTicket<'_>,
        idempotency_key: &str,
    ) -> Result<String, Trouble> {
        let body = [
            ("external_id", EXTERNAL_ID),
            ("issue_type_id", ticket.issue_type_id),
            ("summary", ticket.summary),
            ("description", ticket.description),
        ];
        let labels = ticket.fields.shift_remove("labels");
        let request = Request::post("/api/backend/jira/create-ticket", &body)
            .with_some("labels", labels)
            .with_some("fields", some(ticket.fields))
            .once(idempotency_key);
        let created: Created = self.call_once(request).await?;
        Ok(created.ticket.key)
    }

    /// A ticket, whole.
    pub(crate) async fn get_issue(&self, key: &str) -> Result<Issue, Trouble> {
        let found: Details = self.ask("/api/backend/jira/get-issue-details", key).await?;
        Ok(found.issue)
    }

    /// The comments of a ticket, oldest first.
    pub(crate) async fn get_comments(&self, key: &str) -> Result<Vec<Comment>, Trouble> {
        let found: Comments = self.ask("/api/backend/jira/get-comments", key).await?;
        Ok(found.comments)
    }

    /// The steps that the workflow offers from where a ticket is.
    pub(crate) async fn get_transitions(&self, key: &str) -> Result<Vec<Transition>, Trouble> {
        let found: Transitions = self.ask("/api/backend/jira/get-transitions", key).await?;
        Ok(found.transitions)
    }

    /// Comments on a ticket, in Markdown, once for its key.
    pub(crate) async fn add_comment(
        &self,
        key: &str,
        body: &str,
        idempotency_key: &str,
    ) -> Result<(), Trouble> {
        let body = [
            ("external_id", EXTERNAL_ID),
            ("issue_id_or_key", key),
            ("body", body),
        ];
        let request = Request::post("/api/backend/jira/add-comment", &body).once(idempotency_key);
        self.call_once::<Json>(request).await.map(drop)
    }

    /// Moves a ticket by one step, with what the step's screen asks for.
    pub(crate) async fn transition_issue(
        &self,
        key: &str,
        transition_id: &str,
        mut fields: Map<String, Json>,
    ) -> Result<(), Trouble> {
        let body = [
            ("external_id", EXTERNAL_ID),
            ("issue_id_or_key", key),
            ("transition_id", transition_id),
        ];
        let resolution = fields.shift_remove("resolution");
        let request = Request::post("/api/backend/jira/transition-issue", &body)
            .with_some("resolution", resolution)
            .with_some("fields", some(fields));
        self.call::<Json>(&request).await.map(drop)
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        path: &'static str,
        issue: &str,
    ) -> Result<T, Trouble> {
        let query = [("external_id", EXTERNAL_ID), ("issue_id_or_key", issue)];
        self.call(&Request::get(path, &query)).await
    }
}

/// The fields, if there are any.
fn some(fields: Map<String, Json>) -> Option<Json> {
    (!fields.is_empty()).then_some(Json::Object(fields))
}
