//! The Jira endpoints that the sandbox serves: the platform's, and Jira Software's in [`agile`].
//!
//! Endpoints read rows and answer JSON through [`view`]; what they refuse, they refuse in Jira's
//! order.

mod agile;
mod allowed;
mod bulk_fetch;
mod changelogs;
mod comments;
mod fields;
mod gaps;
mod groups;
mod issues;
mod jql;
mod lists;
mod page_token;
mod payload;
mod people;
mod permissions;
mod project_rows;
mod project_types;
mod projects;
mod properties;
mod query;
mod roles;
mod search;
mod users;
mod view;
mod walk;
mod webhooks;
mod whole_lists;
mod window;
mod work_and_links;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};

use crate::gateway::{admit, method_not_allowed, no_endpoint};
use crate::limits::meter::meter;
use crate::sandbox::Sandbox;

pub(crate) use gaps::{Operation, SERVICE_DESK, unserved};
pub(crate) use view::{ISSUE_EXPANSIONS, PROJECT_EXPANSIONS};
pub(crate) use webhooks::announce;

/// Every route behind the gateway's door.
pub(crate) fn routes(sandbox: &Sandbox) -> Router<Sandbox> {
    endpoints()
        .route("/ex/{*rest}", any(no_endpoint))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(sandbox.clone(), meter))
        .layer(from_fn(gaps::mind))
        .layer(from_fn_with_state(sandbox.clone(), admit))
}

/// The endpoints, without anything around them.
fn endpoints() -> Router<Sandbox> {
    let platform =
        ["2", "3", "latest"].map(|version| platform(version).merge(webhooks::routes(version)));
    platform.into_iter().fold(agile::routes(), Router::merge)
}

/// The endpoints of one version of the platform's API; what differs is how rich text is written.
fn platform(version: &str) -> Router<Sandbox> {
    let at = |tail: &str| format!("/ex/jira/{{cloud_id}}/rest/api/{version}/{tail}");
    Router::new()
        .route(&at("search"), get(search::removed).post(search::removed))
        .route(
            &at("search/jql"),
            get(search::by_query).post(search::by_body),
        )
        .route(&at("search/approximate-count"), post(search::count))
        .route(&at("issue/bulkfetch"), post(bulk_fetch::fetch))
        .merge(issues::routes(version))
        .route(&at("changelog/bulkfetch"), post(changelogs::fetch))
        .route(&at("jql/parse"), post(jql::parse))
        .route(&at("jql/autocompletedata/suggestions"), get(jql::suggest))
        .route(
            &at("jql/autocompletedata"),
            get(jql::show).post(jql::narrow),
        )
        .route(&at("jql/match"), post(jql::match_issues))
        .route(&at("comment/list"), post(comments::list))
        .route(&at("comment/{id}/properties"), get(comments::property_keys))
        .route(
            &at("comment/{id}/properties/{key}"),
            get(comments::property)
                .put(comments::set_property)
                .delete(comments::delete_property),
        )
        .route(&at("project"), get(projects::list))
        .route(&at("project/search"), get(projects::search))
        .route(&at("project/{id_or_key}"), get(projects::show))
        .route(
            &at("project/{id_or_key}/statuses"),
            get(project_rows::statuses),
        )
        .route(
            &at("project/{id_or_key}/versions"),
            get(project_rows::versions),
        )
        .route(
            &at("project/{id_or_key}/version"),
            get(project_rows::search_versions),
        )
        .route(
            &at("project/{id_or_key}/components"),
            get(project_rows::components),
        )
        .route(
            &at("project/{id_or_key}/component"),
            get(project_rows::search_components),
        )
        .route(
            &at("version/{id}/unresolvedIssueCount"),
            get(project_rows::unresolved),
        )
        .route(&at("projectCategory"), get(lists::categories))
        .route(&at("projectCategory/{id}"), get(lists::category))
        .route(&at("component/{id}"), get(lists::component))
        .route(&at("version/{id}"), get(lists::version))
        .route(&at("field"), get(fields::list))
        .route(&at("field/search"), get(fields::search))
        .route(&at("field/{id}/context"), get(fields::contexts))
        .route(
            &at("field/{id}/context/{context}/option"),
            get(fields::options),
        )
        .route(&at("status"), get(lists::statuses))
        .route(&at("status/{id_or_name}"), get(lists::status))
        .route(&at("statuscategory"), get(lists::status_categories))
        .route(
            &at("statuscategory/{id_or_key}"),
            get(lists::status_category),
        )
        .route(&at("label"), get(whole_lists::labels))
        .route(&at("priority"), get(whole_lists::priorities))
        .route(&at("priority/search"), get(whole_lists::search_priorities))
        .route(&at("resolution"), get(whole_lists::resolutions))
        .route(
            &at("resolution/search"),
            get(whole_lists::search_resolutions),
        )
        .route(&at("issuetype"), get(whole_lists::issue_types))
        .route(
            &at("issuetype/project"),
            get(whole_lists::issue_types_of_project),
        )
        .route(
            &at("issuetype/{id}/alternatives"),
            get(whole_lists::alternatives),
        )
        .merge(project_type_routes(version))
        .route(&at("configuration"), get(whole_lists::configuration))
        .route(&at("priority/{id}"), get(lists::priority))
        .route(&at("securitylevel/{id}"), get(lists::security_level))
        .route(&at("customFieldOption/{id}"), get(lists::option))
        .route(&at("resolution/{id}"), get(lists::resolution))
        .route(&at("issuetype/{id}"), get(lists::issue_type))
        .merge(work_and_link_routes(version))
        .merge(people_routes(version))
        .merge(role_routes(version))
        .route(&at("myself"), get(people::myself))
        .route(&at("serverInfo"), get(people::server_info))
}

/// People, and what the caller may do.
fn people_routes(version: &str) -> Router<Sandbox> {
    let at = |tail: &str| format!("/ex/jira/{{cloud_id}}/rest/api/{version}/{tail}");
    Router::new()
        .route(&at("user"), get(users::show))
        .route(&at("user/bulk"), get(users::show_many))
        .route(&at("user/search"), get(users::search))
        .route(&at("user/picker"), get(users::pick))
        .route(&at("user/assignable/search"), get(users::search_assignable))
        .route(
            &at("user/assignable/multiProjectSearch"),
            get(users::search_assignable_everywhere),
        )
        .route(&at("users/search"), get(users::list))
        .route(&at("user/groups"), get(groups::of_person))
        .route(&at("group"), get(groups::show))
        .route(&at("group/bulk"), get(groups::list))
        .route(&at("group/member"), get(groups::members))
        .route(&at("groups/picker"), get(groups::pick))
        .route(&at("users"), get(users::list))
        .route(
            &at("user/permission/search"),
            get(allowed::with_permissions),
        )
        .route(&at("user/viewissue/search"), get(allowed::viewers))
        .route(&at("permissions"), get(permissions::list))
        .route(&at("permissions/project"), post(allowed::projects))
        .route(&at("mypreferences/locale"), get(people::my_locale))
        .route(&at("mypermissions"), get(permissions::mine))
        .route(&at("permissions/check"), post(permissions::check))
}

/// The roles of projects.
fn role_routes(version: &str) -> Router<Sandbox> {
    let at = |tail: &str| format!("/ex/jira/{{cloud_id}}/rest/api/{version}/{tail}");
    Router::new()
        .route(&at("role"), get(roles::list))
        .route(&at("role/{id}"), get(roles::show_of_site))
        .route(&at("project/{id_or_key}/role"), get(roles::names))
        .route(&at("project/{id_or_key}/role/{id}"), get(roles::show))
        .route(&at("project/{id_or_key}/roledetails"), get(roles::details))
}

/// The types of projects.
fn project_type_routes(version: &str) -> Router<Sandbox> {
    let at = |tail: &str| format!("/ex/jira/{{cloud_id}}/rest/api/{version}/{tail}");
    Router::new()
        .route(&at("project/type"), get(project_types::list))
        .route(
            &at("project/type/accessible"),
            get(project_types::list_accessible),
        )
        .route(&at("project/type/{key}"), get(project_types::show))
        .route(
            &at("project/type/{key}/accessible"),
            get(project_types::show_accessible),
        )
}

/// Work logged on the whole site, and the kinds of links.
fn work_and_link_routes(version: &str) -> Router<Sandbox> {
    let at = |tail: &str| format!("/ex/jira/{{cloud_id}}/rest/api/{version}/{tail}");
    Router::new()
        .route(&at("worklog/updated"), get(work_and_links::updated))
        .route(&at("worklog/deleted"), get(work_and_links::deleted))
        .route(&at("worklog/list"), post(work_and_links::worklogs))
        .route(&at("issueLinkType"), get(work_and_links::link_types))
        .route(&at("issueLinkType/{id}"), get(work_and_links::link_type))
}
