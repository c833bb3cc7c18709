//! `get-project`

use axum::Json;
use juncture_views::jira::finding::WholeProjectView;

use super::caller::CallersJira;
use super::sentences::{Doing as _, not_found};
use super::subject::{ForProject, project_refusals};
use crate::providers::jira::failure::Absent;
use crate::providers::jira::operations;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::Query;
use crate::web::openapi::refusals;

const FETCH_PROJECT: Call = Call {
    failed: "Failed to fetch Jira project",
    denied: "Access denied to Jira project",
    scopes: operations::project::SCOPES,
};

refusals!(query GetProjectRefusals, {
    let mut errors = project_refusals();
    errors.push(not_found(Absent::Project));
    errors.extend(FETCH_PROJECT.refusals());
    errors
});

/// Get a project
///
/// Gives one project, with the types that its issues may be of. Needs `read:jira-work`.
#[utoipa::path(
    get, path = "/get-project", operation_id = "jiraGetProject", tag = "Jira",
    params(ForProject), security(("secret_key" = [])),
    responses(
        (status = 200, description = "The project", body = WholeProjectView, example = json!({
            "id": "10000", "key": "PROJ", "name": "Example Project", "lead": {"displayName": "John Doe"},
            "projectTypeKey": "software", "projectCategory": null, "isPrivate": false, "archived": false,
            "avatarUrl": "https://example.atlassian.net/rest/api/3/universal_avatar/view/type/project/avatar/10400",
            "description": "What we sell", "style": "classic", "simplified": false,
            "issueTypes": [{"id": "10001", "name": "Story", "subtask": false, "hierarchyLevel": 0}]
        })),
        GetProjectRefusals,
    ),
)]
pub(crate) async fn get_project(
    jira: CallersJira,
    Query(query): Query<ForProject>,
) -> Result<Json<WholeProjectView>, Error> {
    let (site, project) = query.find(jira).await?;
    let project = operations::project::project(&site, &project).await;
    project.doing(&FETCH_PROJECT).map(Json)
}
