//! The choice of a site: Atlassian's grants show a user's other sites too, so the customer says
//! which one this connection is for.

use std::collections::HashSet;

use axum::Json;
use axum::extract::State;
use juncture_jira::Client;
use juncture_jira::oauth::is_jira_scope;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::connections::finalize;
use crate::error::Error;
use crate::extract::{JsonBody, Query, Text, body_refusals, required};
use crate::openapi::{DONE, Done, refusals};
use crate::providers::Choice;
use crate::providers::jira::NAME;
use crate::providers::jira::site::Call;

const FETCH_SITES: Call = Call {
    failed: "Failed to fetch Jira sites",
    denied: "Access denied to Jira sites",
    scopes: &["read:jira-work"],
};

/// The Jira sites of a grant: each once, though Atlassian lists a site once for each product.
pub(crate) async fn list(client: &Client, token: &SecretString) -> Result<Vec<Choice>, Error> {
    let resources = client
        .accessible_resources(token)
        .await
        .map_err(|error| FETCH_SITES.error(error))?;
    let mut sites: Vec<Choice> = Vec::new();
    let mut known = HashSet::new();
    for resource in resources {
        let is_jira = resource.scopes.iter().any(|scope| is_jira_scope(scope));
        if is_jira && known.insert(resource.id.clone()) {
            sites.push(Choice {
                id: resource.id,
                name: resource.name,
                url: Some(resource.url),
                avatar_url: resource.avatar_url,
            });
        }
    }
    // Atlassian's order is unspecified.
    sites.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    Ok(sites)
}

/// Which grant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FetchSites {
    /// The code in the path of the finalise page; good for 15 minutes.
    #[serde(default)]
    #[param(value_type = String, required = true, example = "mXcZ7Q…")]
    connection_code: Text,
}

/// The sites of a grant.
#[derive(Serialize, ToSchema)]
pub(crate) struct Sites {
    /// Each site once, by name.
    sites: Vec<SiteView>,
}

/// A Jira site.
#[derive(Serialize, ToSchema)]
#[schema(as = Site)]
struct SiteView {
    /// Atlassian's id of it (the cloud id).
    site_id: String,
    /// What people call it.
    site_name: String,
    /// Where people open it.
    site_url: Option<String>,
    /// Its picture.
    avatar_url: Option<String>,
}

impl From<Choice> for SiteView {
    fn from(choice: Choice) -> Self {
        Self {
            site_id: choice.id,
            site_name: choice.name,
            site_url: choice.url,
            avatar_url: choice.avatar_url,
        }
    }
}

const MISSING_CODE: &str = "Missing connection_code";
const MISSING_CODE_OR_SITE: &str = "Missing connection_code or site_id";

refusals!(FetchSitesRefusals, {
    let mut errors = vec![
        Error::missing(MISSING_CODE, &["connection_code"]),
        finalize::unknown_code(),
        Error::too_many_requests(),
    ];
    errors.extend(FETCH_SITES.refusals());
    errors
});

/// Gives the Jira sites of the grant behind a connection code.
#[utoipa::path(
    get, path = "/finalize-connection/jira/fetch-available-sites", tag = "Connect",
    params(FetchSites),
    responses(
        (status = 200, description = "The sites", body = Sites, example = json!({"sites": [{
            "site_id": "1324a887-45db-1bf4-1e99-ef0ff456d421",
            "site_name": "Acme",
            "site_url": "https://acme.atlassian.net",
            "avatar_url": "https://site-admin-avatar-cdn.prod.public.atl-paas.net/avatars/240/koala.png"
        }]})),
        FetchSitesRefusals,
    ),
)]
pub(crate) async fn fetch_available_sites(
    State(app): State<App>,
    Query(query): Query<FetchSites>,
) -> Result<Json<Sites>, Error> {
    let [code] = required(MISSING_CODE, [("connection_code", &query.connection_code)])?;
    let provider = app.providers.get(NAME.as_str())?;
    let choices = finalize::choices(&app, provider, code).await?;
    Ok(Json(Sites {
        sites: choices.into_iter().map(SiteView::from).collect(),
    }))
}

/// The choice of a site.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateConnection {
    /// The code in the path of the finalise page; it makes one connection.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "mXcZ7Q…")]
    connection_code: Text,
    /// One of the sites of this very grant.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "1324a887-45db-1bf4-1e99-ef0ff456d421")]
    site_id: Text,
}

refusals!(CreateConnectionRefusals, {
    let mut errors = vec![
        Error::missing(MISSING_CODE_OR_SITE, &["site_id"]),
        finalize::unknown_code(),
        foreign_site(),
        Error::too_many_requests(),
    ];
    errors.extend(body_refusals());
    errors.extend(FETCH_SITES.refusals());
    errors
});

/// The answer to a site that is not one of the grant's.
pub(crate) fn foreign_site() -> Error {
    Error::invalid_field("site_id", "must be one of the sites of this authorization")
}

/// Makes the connection with one of the grant's sites. Connecting again with the same external id
/// renews the connection.
#[utoipa::path(
    post, path = "/finalize-connection/jira/create-connection", tag = "Connect",
    request_body(content = CreateConnection, example = json!({
        "connection_code": "mXcZ7Q…", "site_id": "1324a887-45db-1bf4-1e99-ef0ff456d421"
    })),
    responses((status = 200, description = "Connected", body = Done, example = json!({"success": true})), CreateConnectionRefusals),
)]
pub(crate) async fn create_connection(
    State(app): State<App>,
    JsonBody(body): JsonBody<CreateConnection>,
) -> Result<Json<Done>, Error> {
    let fields = [
        ("connection_code", &body.connection_code),
        ("site_id", &body.site_id),
    ];
    let [code, site_id] = required(MISSING_CODE_OR_SITE, fields)?;
    let provider = app.providers.get(NAME.as_str())?;
    finalize::connect(&app, provider, code, site_id).await?;
    Ok(Json(DONE))
}
