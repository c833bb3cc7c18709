//! An issue's fields in the shape of Jira's own API, as far as the documentation shows them. What is
//! not set is null, as Jira has it; the description is Markdown.

use juncture_jira as jira;
use juncture_jira::{IssueFields, User};
use juncture_views::jira::wire::{Person, Priority, Status, StatusCategory, WireFields};

/// The fields of an issue, but for the description, which its ticket has been given.
pub(super) fn fields(fields: &IssueFields) -> WireFields {
    WireFields {
        summary: fields.summary.clone(),
        description: None,
        status: fields.status.as_ref().map(status),
        assignee: fields.assignee.as_ref().map(person),
        reporter: fields.reporter.as_ref().map(person),
        created: fields.created.clone(),
        updated: fields.updated.clone(),
        priority: fields.priority.as_ref().map(|priority| Priority {
            id: priority.id.clone(),
            name: priority.name.clone(),
        }),
    }
}

fn status(status: &jira::Status) -> Status {
    let category = status.status_category.as_ref();
    Status {
        id: status.id.clone(),
        name: status.name.clone(),
        status_category: category.map(|category| StatusCategory {
            id: category.id,
            key: category.key.clone(),
            color_name: category.color_name.clone(),
        }),
    }
}

fn person(user: &User) -> Person {
    Person {
        account_id: user.account_id.clone(),
        display_name: user.display_name.clone(),
    }
}
