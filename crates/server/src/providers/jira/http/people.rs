//! People: `search-users`, `get-assignable-users`, `get-current-user`.

use axum::Json;
use juncture_views::jira::finding::CurrentUserView;
use juncture_views::jira::lists::Users;
use juncture_views::schema::Id;
use serde::Deserialize;
use utoipa::IntoParams;

use super::caller::CallersJira;
use super::sentences::{Doing as _, not_found};
use super::subject::{
    ByExternalId, MISSING_EXTERNAL_ID, choose_project, connection_refusals, find_site, parse_issue,
    project_refusals, unfit_issue,
};
use crate::providers::jira::failure::Absent;
use crate::providers::jira::operations;
use crate::providers::jira::operations::users::Task;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{Query, Text, required};
use crate::web::openapi::refusals;

const FIND_USERS: Call = Call {
    failed: "Failed to search Jira users",
    denied: "Access denied to Jira users",
    scopes: operations::users::SCOPES,
};

const FETCH_USER: Call = Call {
    failed: "Failed to fetch the Jira user",
    denied: "Access denied to the Jira user",
    scopes: operations::users::SCOPES,
};

const MISSING_QUERY: &str = "Missing query";

/// How many people are given unless another number is asked for, and the greatest of these.
const USUAL: usize = 50;
const MOST: usize = 1_000;

/// Whom to look for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchUsers {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "project123")]
    external_id: Text,
    /// The beginning of a word of the name or of the address.
    #[serde(default)]
    #[param(value_type = String, required = true, example = "ada")]
    query: Text,
    /// How many at most: 1 to 1000, and 50 if it is absent.
    #[serde(default)]
    #[param(value_type = Option<u64>, minimum = 1, maximum = 1000, example = 50)]
    limit: Text,
}

refusals!(query SearchUsersRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend([Error::missing(MISSING_QUERY, &["query"]), unfit_limit()]);
    errors.extend(FIND_USERS.list_refusals());
    errors
});

/// Search people
///
/// Gives the accounts in use of which a word of the name or of the address begins so; an address that
/// its owner hides is found when it is whole. Jira looks no further than the thousandth account, and
/// finds nobody for who may not browse users. Needs `read:jira-user`.
#[utoipa::path(
    get, path = "/search-users", operation_id = "jiraSearchUsers", tag = "Jira",
    params(SearchUsers), security(("secret_key" = [])),
    responses(
        (status = 200, description = "Who was found", body = Users, example = json!({"users": [{
            "accountId": "5b10a2844c20165700ede21g", "displayName": "Ada Lovelace", "active": true,
            "accountType": "atlassian", "avatarUrl": "https://example.atlassian.net/avatar/AL-5.png"
        }]})),
        SearchUsersRefusals,
    ),
)]
pub(crate) async fn search_users(
    jira: CallersJira,
    Query(query): Query<SearchUsers>,
) -> Result<Json<Users>, Error> {
    let site = find_site(jira, &query.external_id).await?;
    let [words] = required(MISSING_QUERY, [("query", &query.query)])?;
    let found = operations::users::search(&site, words, to_limit(&query.limit)?).await;
    let users = found.doing(&FIND_USERS)?;
    Ok(Json(Users { users }))
}

/// For what somebody is looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AssignableUsers {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "project123")]
    external_id: Text,
    /// The id or key of a project, to whose new issues they may be assigned; the selected one if
    /// neither this nor an issue is named.
    #[serde(default)]
    #[param(value_type = Option<Id>, example = "10000")]
    jira_project_id: Text,
    /// The id or key of the issue that they may be assigned to, in place of a project.
    #[serde(default)]
    #[param(value_type = Option<Id>, example = "PROJ-123")]
    issue_id_or_key: Text,
    /// The beginning of a word of the name or of the address.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "ada")]
    query: Text,
    /// How many at most: 1 to 1000, and 50 if it is absent.
    #[serde(default)]
    #[param(value_type = Option<u64>, minimum = 1, maximum = 1000, example = 50)]
    limit: Text,
}

refusals!(query AssignableUsersRefusals, {
    let mut errors = project_refusals();
    errors.extend([unfit_issue(), project_and_issue(), unfit_limit()]);
    errors.extend([Absent::Project, Absent::Issue].map(not_found));
    errors.extend(FIND_USERS.list_refusals());
    errors
});

/// List people who may be assigned
///
/// Gives the accounts that may be assigned to an issue, or to new issues of a project. Needs
/// `read:jira-user`.
#[utoipa::path(
    get, path = "/get-assignable-users", operation_id = "jiraGetAssignableUsers", tag = "Jira",
    params(AssignableUsers), security(("secret_key" = [])),
    responses(
        (status = 200, description = "Who may be assigned", body = Users, example = json!({"users": [{
            "accountId": "5b10a2844c20165700ede21g", "displayName": "Ada Lovelace", "active": true,
            "accountType": "atlassian", "avatarUrl": "https://example.atlassian.net/avatar/AL-5.png"
        }]})),
        AssignableUsersRefusals,
    ),
)]
pub(crate) async fn get_assignable_users(
    jira: CallersJira,
    Query(query): Query<AssignableUsers>,
) -> Result<Json<Users>, Error> {
    let site = find_site(jira, &query.external_id).await?;
    let (most, words) = (to_limit(&query.limit)?, query.query.optional("query")?);
    let task = match query.issue_id_or_key.optional("issue_id_or_key")? {
        None => Task::Project(choose_project(&site, &query.jira_project_id)?),
        Some(_) if query.jira_project_id.optional("jira_project_id")?.is_some() => {
            return Err(project_and_issue());
        }
        Some(_) => Task::Issue(parse_issue(&query.issue_id_or_key)?),
    };
    let found = operations::users::assignable(&site, task, words, most).await;
    let users = found.doing(&FIND_USERS)?;
    Ok(Json(Users { users }))
}

refusals!(query CurrentUserRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(FETCH_USER.refusals());
    errors
});

/// Get the account behind the connection
///
/// Gives the account behind the connection: who has consented, and in whose name all is done. Needs
/// `read:jira-user`.
#[utoipa::path(
    get, path = "/get-current-user", operation_id = "jiraGetCurrentUser", tag = "Jira",
    params(ByExternalId), security(("secret_key" = [])),
    responses(
        (status = 200, description = "The account", body = CurrentUserView, example = json!({
            "accountId": "5b10a2844c20165700ede21g", "displayName": "Ada Lovelace", "active": true,
            "accountType": "atlassian", "avatarUrl": "https://example.atlassian.net/avatar/AL-5.png",
            "timeZone": "Europe/Berlin", "locale": "en_GB"
        })),
        CurrentUserRefusals,
    ),
)]
pub(crate) async fn get_current_user(
    jira: CallersJira,
    Query(query): Query<ByExternalId>,
) -> Result<Json<CurrentUserView>, Error> {
    let site = find_site(jira, &query.external_id).await?;
    let user = operations::users::current(&site).await;
    user.doing(&FETCH_USER).map(Json)
}

fn to_limit(text: &Text) -> Result<usize, Error> {
    let Some(text) = text.optional("limit")? else {
        return Ok(USUAL);
    };
    let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
    limit.ok_or_else(unfit_limit)
}

fn unfit_limit() -> Error {
    Error::invalid_field("limit", format!("must be a number from 1 to {MOST}"))
}

fn project_and_issue() -> Error {
    let reason = "must not be given beside jira_project_id";
    Error::invalid_field("issue_id_or_key", reason)
}
