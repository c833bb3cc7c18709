//! The choice of a site, for pages of the caller's own.

use axum::Json;
use axum::extract::State;
use juncture_views::jira::sites::{SiteView, Sites};
use juncture_views::schema::Id;
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::connections::finalize::{self, ChoiceError, Entered, Picked};
use crate::connections::session::Browser;
use crate::provider::{Choice, Choices, Part, Provider};
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
        Error::other_browser(),
        none_allowed(),
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
    browser: Browser,
    Query(query): Query<FetchSites>,
) -> Result<Json<Sites>, Error> {
    let [code] = required(MISSING_CODE, [("connection_code", &query.connection_code)])?;
    let tokens = &jira.tokens;
    let entered = enter(tokens, visitor, code, &browser).await?;
    let choices = finalize::choices(tokens, provider(tokens)?, &entered).await;
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
    /// The id or key of a project of the site, which is selected. Needed where the connect session says so.
    #[serde(default)]
    #[schema(value_type = Option<Id>, nullable = false)]
    jira_project_id: Text,
}

refusals!(CreateConnectionRefusals, {
    let mut errors = vec![
        Error::other_browser(),
        none_allowed(),
        no_project(),
        foreign_project(),
        not_selected(&[]),
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

fn none_allowed() -> Error {
    Error::Forbidden {
        error: "The account opens none of the sites that may be connected",
        code: "no_allowed_site",
    }
}

fn no_project() -> Error {
    Error::Forbidden {
        error: "The account can open no project of the site",
        code: "no_project",
    }
}

/// The answer where one of these must be selected.
fn not_selected(projects: &[Part]) -> Error {
    let show = |project: &Part| {
        let Part { id, key, name } = project;
        json!({"id": id, "key": key, "name": name})
    };
    let projects: Vec<_> = projects.iter().map(show).collect();
    Error::Invalid {
        error: "Missing jira_project_id".into(),
        code: "missing_parameter",
        details: json!({"missing": ["jira_project_id"], "projects": projects}),
    }
}

fn foreign_project() -> Error {
    Error::invalid_field("jira_project_id", "must be one of the projects of the site")
}

/// What is said where there is no site to choose, or the choice became no connection.
pub(crate) fn error(error: ChoiceError) -> Error {
    match error {
        ChoiceError::UnknownCode => unknown_code(),
        ChoiceError::NotOffered | ChoiceError::NotChosen(_) | ChoiceError::Waiting(_) => {
            foreign_site()
        }
        ChoiceError::OtherBrowser => Error::other_browser(),
        ChoiceError::NoneAllowed => none_allowed(),
        ChoiceError::NoPartSelected(_, projects) if projects.is_empty() => no_project(),
        ChoiceError::NoPartSelected(_, projects) => not_selected(&projects),
        ChoiceError::PartNotOffered => foreign_project(),
        ChoiceError::Failed(failure) => FETCH_SITES.error(failure),
    }
}

/// Makes sure that a code is of the project whose page has it, for which another one is as good as none, and of
/// no other browser.
async fn enter<'c>(
    tokens: &Tokens,
    visitor: Visitor,
    code: &'c str,
    browser: &Browser,
) -> Result<Entered<'c>, Error> {
    let entered = finalize::enter(tokens, provider(tokens)?, code, browser).await;
    let entered = entered.map_err(error)?;
    if entered
        .project
        .is_some_and(|project| project != visitor.project)
    {
        return Err(unknown_code());
    }
    Ok(entered)
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
    browser: Browser,
    JsonBody(body): JsonBody<CreateConnection>,
) -> Result<Json<Done>, Error> {
    let fields = [
        ("connection_code", &body.connection_code),
        ("site_id", &body.site_id),
    ];
    let [code, site_id] = required(MISSING_CODE_OR_SITE, fields)?;
    let tokens = &jira.tokens;
    let entered = enter(tokens, visitor, code, &browser).await?;
    let picked = Picked {
        choice: Some(site_id),
        part: body.jira_project_id.optional("jira_project_id")?,
    };
    let connected = finalize::connect(tokens, provider(tokens)?, &entered, picked).await;
    connected.map_err(error)?;
    Ok(Json(DONE))
}
