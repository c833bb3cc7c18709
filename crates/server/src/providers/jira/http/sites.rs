//! The choice of a site, for pages of the caller's own.

use axum::Json;
use axum::extract::State;
use juncture_views::jira::sites::{SiteView, Sites};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::connections::finalize::{self, ChoiceError};
use crate::provider::{Choice, Choices, Provider};
use crate::providers::jira::{Jira, NAME, operations};
use crate::tokens::Tokens;
use crate::web::call::Call;
use crate::web::caller::Visitor;
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Query, Text, body_refusals, required};
use crate::web::openapi::{DONE, Done, refusals};
use crate::web::refusals::of_ours;

const FETCH_SITES: Call = Call {
    failed: "Failed to fetch Jira sites",
    denied: "Access denied to Jira sites",
    scopes: operations::sites::SCOPES,
};

/// Which grant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FetchSites {
    /// The code in the path of the finalise page; good for 15 minutes.
    #[serde(default)]
    #[param(value_type = String, required = true, example = "mXcZ7Q…")]
    connection_code: Text,
}

fn shown(choice: Choice) -> SiteView {
    SiteView {
        site_id: choice.id,
        site_name: choice.name,
        site_url: choice.url,
        avatar_url: choice.avatar_url,
    }
}

const MISSING_CODE: &str = "Missing connection_code";
const MISSING_CODE_OR_SITE: &str = "Missing connection_code or site_id";

refusals!(query FetchSitesRefusals, {
    let mut errors = vec![
        Error::missing(MISSING_CODE, &["connection_code"]),
        unknown_code(),
        Error::invalid_provider(),
        Error::too_many_requests(),
        Error::InvalidPublicKey,
    ];
    errors.extend(FETCH_SITES.refusals());
    errors.extend(of_ours());
    errors
});

/// List the sites of a grant
///
/// Gives the Jira sites of the grant behind a connection code.
#[utoipa::path(
    get, path = "/finalize-connection/jira/fetch-available-sites", operation_id = "jiraFetchAvailableSites", tag = "Connect",
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
    State(jira): State<Jira>,
    visitor: Visitor,
    Query(query): Query<FetchSites>,
) -> Result<Json<Sites>, Error> {
    let [code] = required(MISSING_CODE, [("connection_code", &query.connection_code)])?;
    let tokens = &jira.tokens;
    check_project(tokens, visitor, code).await?;
    let choices = finalize::choices(tokens, provider(tokens)?, code).await;
    let sites = match choices.map_err(error)? {
        Choices::Many(sites) => sites,
        Choices::One(site) => vec![site],
        Choices::None | Choices::Waiting(_) => Vec::new(),
    };
    Ok(Json(Sites {
        sites: sites.into_iter().map(shown).collect(),
    }))
}

/// The choice of a site.
#[derive(Deserialize, ToSchema)]
#[schema(as = JiraSiteChoice)]
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
        unknown_code(),
        foreign_site(),
        Error::invalid_provider(),
        Error::too_many_requests(),
        Error::InvalidPublicKey,
    ];
    errors.extend(body_refusals());
    errors.extend(FETCH_SITES.refusals());
    errors.extend(of_ours());
    errors
});

/// The answer to a site that is not one of the grant's.
fn foreign_site() -> Error {
    Error::invalid_field("site_id", "must be one of the sites of this authorization")
}

/// The answer to a code that was never given, has been used, or has expired.
fn unknown_code() -> Error {
    Error::invalid(
        "Connection ID not found: session is either expired or does not exist",
        "connection_code_not_found",
    )
}

/// What is said where there is no site to choose, or the choice became no connection.
pub(crate) fn error(error: ChoiceError) -> Error {
    match error {
        ChoiceError::UnknownCode => unknown_code(),
        ChoiceError::NotOffered | ChoiceError::NotChosen(_) | ChoiceError::Waiting(_) => {
            foreign_site()
        }
        ChoiceError::Failed(failure) => FETCH_SITES.error(failure),
    }
}

/// Makes sure that a code is of the project whose page has it; of another one it is as good as none.
async fn check_project(tokens: &Tokens, visitor: Visitor, code: &str) -> Result<(), Error> {
    let project = finalize::project_of(tokens, provider(tokens)?, code).await?;
    if project.is_some_and(|project| project != visitor.project) {
        return Err(unknown_code());
    }
    Ok(())
}

fn provider(tokens: &Tokens) -> Result<&dyn Provider, Error> {
    let provider = tokens.providers.get(NAME.as_str());
    provider.ok_or_else(Error::invalid_provider)
}

/// Make the connection with a site
///
/// Makes the connection with one of the grant's sites. Connecting again with the same external id
/// renews the connection.
#[utoipa::path(
    post, path = "/finalize-connection/jira/create-connection", operation_id = "jiraCreateConnection", tag = "Connect",
    request_body(content = CreateConnection, example = json!({
        "connection_code": "mXcZ7Q…", "site_id": "1324a887-45db-1bf4-1e99-ef0ff456d421"
    })),
    responses((status = 200, description = "Connected", body = Done, example = json!({"success": true})), CreateConnectionRefusals),
)]
pub(crate) async fn create_connection(
    State(jira): State<Jira>,
    visitor: Visitor,
    JsonBody(body): JsonBody<CreateConnection>,
) -> Result<Json<Done>, Error> {
    let fields = [
        ("connection_code", &body.connection_code),
        ("site_id", &body.site_id),
    ];
    let [code, site_id] = required(MISSING_CODE_OR_SITE, fields)?;
    let tokens = &jira.tokens;
    check_project(tokens, visitor, code).await?;
    let connected = finalize::connect(tokens, provider(tokens)?, code, Some(site_id)).await;
    connected.map_err(error)?;
    Ok(Json(DONE))
}
