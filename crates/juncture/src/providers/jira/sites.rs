//! The choice of a site: Atlassian's grants show a user's other sites too, so the customer says
//! which one this connection is for.

use axum::Json;
use axum::extract::State;
use juncture_jira::Client;
use juncture_jira::oauth::is_jira_scope;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::NAME;
use super::connection::Call;
use crate::app::App;
use crate::connections::finalize;
use crate::error::Error;
use crate::extract::{JsonBody, Query, Text, required};
use crate::providers::Choice;

const FETCH_SITES: Call = Call {
    failed: "Failed to fetch Jira sites",
    denied: "Access denied to Jira sites",
    scopes: &["read:jira-work"],
};

/// The Jira sites of a grant: each once, though Atlassian lists a site once for each product.
pub(super) async fn list(client: &Client, token: &SecretString) -> Result<Vec<Choice>, Error> {
    let resources = client
        .accessible_resources(token)
        .await
        .map_err(|error| FETCH_SITES.error(error))?;
    let mut sites: Vec<Choice> = Vec::new();
    for resource in resources {
        let is_jira = resource.scopes.iter().any(|scope| is_jira_scope(scope));
        if is_jira && sites.iter().all(|site| site.id != resource.id) {
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

/// The parameters of `fetch-available-sites`.
#[derive(Deserialize)]
pub(super) struct FetchSites {
    #[serde(default)]
    connection_code: Text,
}

/// The answer of `fetch-available-sites`.
#[derive(Serialize)]
pub(super) struct Sites {
    sites: Vec<SiteView>,
}

#[derive(Serialize)]
struct SiteView {
    site_id: String,
    site_name: String,
    site_url: Option<String>,
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

/// `GET fetch-available-sites`
pub(super) async fn fetch_available_sites(
    State(app): State<App>,
    Query(query): Query<FetchSites>,
) -> Result<Json<Sites>, Error> {
    let [code] = required(
        "Missing connection_code",
        [("connection_code", &query.connection_code)],
    )?;
    let provider = app.providers.get(NAME.as_str())?;
    let choices = finalize::choices(&app, provider, code).await?;
    Ok(Json(Sites {
        sites: choices.into_iter().map(SiteView::from).collect(),
    }))
}

/// The body of `create-connection`.
#[derive(Deserialize)]
pub(super) struct CreateConnection {
    #[serde(default)]
    connection_code: Text,
    #[serde(default)]
    site_id: Text,
}

/// `POST create-connection`
pub(super) async fn create_connection(
    State(app): State<App>,
    JsonBody(body): JsonBody<CreateConnection>,
) -> Result<Json<Value>, Error> {
    let fields = [
        ("connection_code", &body.connection_code),
        ("site_id", &body.site_id),
    ];
    let [code, site_id] = required("Missing connection_code or site_id", fields)?;
    let provider = app.providers.get(NAME.as_str())?;
    finalize::connect(&app, provider, code, site_id).await?;
    Ok(Json(json!({"success": true})))
}
