//! `count-issues`

use axum::Json;
use juncture_views::jira::found::Counted;
use juncture_views::schema::Id;
use serde::Deserialize;
use utoipa::ToSchema;

use super::caller::CallersJira;
use super::search::{MISSING, example_mistake};
use super::sentences::{Doing as _, invalid_jql};
use super::subject::{connection_refusals, find_site_of};
use crate::providers::jira::jql::Jql;
use crate::providers::jira::operations;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{self, JsonBody, Text, body_refusals, required};
use crate::web::openapi::refusals;

const COUNT: Call = Call {
    failed: "Failed to count Jira issues",
    denied: "Access denied to Jira issues",
    scopes: operations::count::SCOPES,
};

/// What to count.
#[derive(Deserialize, ToSchema)]
#[schema(as = JiraCountIssues)]
pub(crate) struct CountIssues {
    /// Your own id of the customer.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    external_id: Text,
    /// The query. It must restrict what is found.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "project = PROJ AND status != Done")]
    jql: Text,
}

refusals!(CountRefusals, {
    let mut errors = connection_refusals(MISSING, &["jql"]);
    errors.push(invalid_jql(&example_mistake()));
    errors.extend(body_refusals());
    errors.extend(COUNT.refusals());
    errors
});

/// Count issues with JQL
///
/// Counts the issues that a JQL query finds. Jira's count is approximate: it is made by an index that
/// lags seconds behind changes, at times minutes. A query that names what is not there is a 400
/// `invalid_jql`. Needs `read:jira-work`.
#[utoipa::path(
    post, path = "/count-issues", operation_id = "jiraCountIssues", tag = "Jira",
    security(("secret_key" = [])),
    request_body(content = CountIssues, example = json!({
        "external_id": "project123", "jql": "project = PROJ AND status != Done"
    })),
    responses(
        (status = 200, description = "About so many", body = Counted, example = json!({"count": 153})),
        CountRefusals,
    ),
)]
pub(crate) async fn count_issues(
    jira: CallersJira,
    JsonBody(body): JsonBody<CountIssues>,
) -> Result<Json<Counted>, Error> {
    let fields = [("external_id", &body.external_id), ("jql", &body.jql)];
    let [external_id, jql] = required(MISSING, fields)?;
    let external_id = extract::external_id(external_id)?;
    let jql = Jql::parse(jql).map_err(|why| invalid_jql(&why))?;
    let site = find_site_of(jira, external_id).await?;
    let counted = operations::count::count(&site, &jql).await;
    counted.doing(&COUNT).map(Json)
}
