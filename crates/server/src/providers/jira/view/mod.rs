//! Our API's shapes of Jira's things. Each is made from the wire type, once, here.

mod boards;
mod changelog;
pub(super) mod comments;
pub(super) mod edited;
mod finding;
pub(super) mod issue;
pub(super) mod sprint_tickets;
pub(super) mod sprints;
pub(super) mod tickets;
pub(super) mod transitions;
mod wire;
pub(super) mod written;

use juncture_jira::{Project, User};
use juncture_views::jira::projects::{Category, Lead, ProjectView};

/// Makes a shape of ours from a thing of Jira's. It is `From`, which two types of other crates cannot have.
pub(crate) trait Of<T> {
    /// The shape of this.
    fn of(thing: T) -> Self;
}

impl Of<Project> for ProjectView {
    fn of(project: Project) -> Self {
        Self {
            avatar_url: project.avatar_urls.largest().map(str::to_owned),
            lead: project
                .lead
                .and_then(name_of)
                .map(|display_name| Lead { display_name }),
            project_category: project.project_category.map(|category| Category {
                id: category.id,
                name: category.name,
                description: category.description.filter(|text| !text.is_empty()),
            }),
            id: project.id,
            key: project.key,
            name: project.name,
            project_type_key: project.project_type_key,
            is_private: project.is_private,
            archived: project.archived,
        }
    }
}

/// The name of a person, where Jira tells one.
fn name_of(user: User) -> Option<String> {
    Some(user.display_name).filter(|name| !name.is_empty())
}
