//! The Jira endpoints that the sandbox serves: the platform's (REST v3), and Jira Software's in
//! [`agile`].
//!
//! Endpoints read rows and answer JSON through [`view`]; what they refuse, they refuse in Jira's
//! order.

mod agile;
mod bulk_fetch;
mod fields;
mod issues;
mod lists;
mod page_token;
mod payload;
mod people;
mod projects;
mod query;
mod search;
mod view;
mod walk;
mod window;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};

use crate::gateway::{admit, method_not_allowed, no_endpoint};
use crate::limits::meter;
use crate::sandbox::Sandbox;

/// Every route behind the gateway's door.
pub(crate) fn routes(sandbox: &Sandbox) -> Router<Sandbox> {
    let v2 = |tail: &str| format!("/ex/jira/{{cloud_id}}/rest/api/2/{tail}");
    let v3 = |tail: &str| format!("/ex/jira/{{cloud_id}}/rest/api/3/{tail}");
    let removed = get(search::removed).post(search::removed);
    Router::new()
        .route(&v2("search"), removed.clone())
        .route(&v3("search"), removed)
        .route(
            &v3("search/jql"),
            get(search::by_query).post(search::by_body),
        )
        .route(&v3("search/approximate-count"), post(search::count))
        .route(&v3("issue/bulkfetch"), post(bulk_fetch::fetch))
        .merge(issues::routes())
        .route(&v3("project/search"), get(projects::search))
        .route(&v3("project/{id_or_key}"), get(projects::show))
        .route(&v3("projectCategory/{id}"), get(lists::category))
        .route(&v3("component/{id}"), get(lists::component))
        .route(&v3("version/{id}"), get(lists::version))
        .route(&v3("field"), get(fields::list))
        .route(&v3("status"), get(lists::statuses))
        .route(&v3("status/{id_or_name}"), get(lists::status))
        .route(
            &v3("statuscategory/{id_or_key}"),
            get(lists::status_category),
        )
        .route(&v3("priority/search"), get(lists::search_priorities))
        .route(&v3("priority/{id}"), get(lists::priority))
        .route(&v3("issuetype/{id}"), get(lists::issue_type))
        .route(&v3("user"), get(people::show))
        .route(
            &v3("user/assignable/search"),
            get(people::search_assignable),
        )
        .route(&v3("myself"), get(people::myself))
        .route(&v3("serverInfo"), get(people::server_info))
        .merge(agile::routes())
        .route("/ex/{*rest}", any(no_endpoint))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(sandbox.clone(), meter))
        .layer(from_fn_with_state(sandbox.clone(), admit))
}
