//! An issue's fields in the shape of Jira's own API, as far as the documentation shows them. What is
//! not set is null, as Jira has it; the description is Markdown.

use juncture_jira::{IssueFields, User, adf};
use serde::Serialize;
use utoipa::ToSchema;

use super::words::StatusCategoryKey;

/// The fields.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JiraIssueFields)]
pub(crate) struct WireFields {
    /// The title.
    #[schema(required)]
    summary: Option<String>,
    /// The description, as Markdown; null if there is none.
    #[schema(required)]
    description: Option<String>,
    /// Its status.
    #[schema(required)]
    status: Option<Status>,
    /// Who works on it; null for nobody.
    #[schema(required)]
    assignee: Option<Person>,
    /// Who reported it; null for nobody.
    #[schema(required)]
    reporter: Option<Person>,
    /// When it was created, as Jira writes it.
    #[schema(required)]
    created: Option<String>,
    /// When it was last changed, as Jira writes it.
    #[schema(required)]
    updated: Option<String>,
    /// Its priority; null if it has none.
    #[schema(required)]
    priority: Option<Priority>,
}

/// A status, with what it means.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraStatusWithCategory)]
struct Status {
    /// Jira's id of it.
    id: String,
    /// What people call it; it may be translated.
    name: String,
    /// What it means; null if Jira does not tell.
    #[schema(required)]
    status_category: Option<StatusCategory>,
}

/// What a status means.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraStatusCategory)]
struct StatusCategory {
    /// Jira's id of it.
    id: u64,
    /// The same in every language and on every site.
    #[schema(value_type = StatusCategoryKey)]
    key: String,
    /// The name of its colour, such as `blue-gray`; null if Jira does not tell.
    #[schema(required)]
    color_name: Option<String>,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraPersonReference)]
struct Person {
    /// The id of the account, the same on every site.
    account_id: String,
    /// The name to show.
    display_name: String,
}

/// A priority.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JiraPriorityReference)]
struct Priority {
    /// Jira's id of it.
    id: String,
    /// What people call it.
    name: String,
}

impl WireFields {
    /// The fields of an issue.
    pub(crate) fn of(fields: &IssueFields) -> Self {
        Self {
            summary: fields.summary.clone(),
            description: fields.description.as_deref().map(adf::to_markdown),
            status: fields.status.as_ref().map(|status| Status {
                id: status.id.clone(),
                name: status.name.clone(),
                status_category: status
                    .status_category
                    .as_ref()
                    .map(|category| StatusCategory {
                        id: category.id,
                        key: category.key.clone(),
                        color_name: category.color_name.clone(),
                    }),
            }),
            assignee: fields.assignee.as_ref().map(Person::of),
            reporter: fields.reporter.as_ref().map(Person::of),
            created: fields.created.clone(),
            updated: fields.updated.clone(),
            priority: fields.priority.as_ref().map(|priority| Priority {
                id: priority.id.clone(),
                name: priority.name.clone(),
            }),
        }
    }
}

impl Person {
    fn of(user: &User) -> Self {
        Self {
            account_id: user.account_id.clone(),
            display_name: user.display_name.clone(),
        }
    }
}
