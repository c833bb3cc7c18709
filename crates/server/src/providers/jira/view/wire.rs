//! An issue's fields in the shape of Jira's own API, as far as the documentation shows them. What is
//! not set is null, as Jira has it; the description is Markdown.

use juncture_jira::{IssueFields, User, adf};
use serde::Serialize;
use utoipa::ToSchema;

/// The fields.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JiraIssueFields)]
pub(crate) struct WireFields {
    summary: Option<String>,
    description: Option<String>,
    status: Option<Status>,
    assignee: Option<Person>,
    reporter: Option<Person>,
    created: Option<String>,
    updated: Option<String>,
    priority: Option<Priority>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraStatusWithCategory)]
struct Status {
    id: String,
    name: String,
    status_category: Option<StatusCategory>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraStatusCategory)]
struct StatusCategory {
    id: u64,
    key: String,
    color_name: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraPersonReference)]
struct Person {
    account_id: String,
    display_name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JiraPriorityReference)]
struct Priority {
    id: String,
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
