//! `search-issues`

use juncture_views::jira::found::Found;
use juncture_views::schema::Id;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::caller::CallersJira;
use super::list::List;
use super::sentences::{Doing as _, invalid_cursor, invalid_jql, too_many_results};
use super::subject::{connection_refusals, find_site_of};
use super::wanted::{to_wanted, wanted_refusals};
use crate::providers::jira::failure::InvalidJql;
use crate::providers::jira::jql::Jql;
use crate::providers::jira::operations;
use crate::providers::jira::operations::search::{MOST_ON_A_PAGE, Search};
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::written::Written;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{self, JsonBody, Text, body_refusals, required};
use crate::web::openapi::refusals;

const SEARCH: Call = Call {
    failed: "Failed to search Jira issues",
    denied: "Access denied to Jira issues",
    scopes: operations::search::SCOPES,
};

pub(super) const MISSING: &str = "Missing required fields: external_id or jql";

/// How many issues a page holds where a cursor says that there are pages.
const USUAL_ON_A_PAGE: usize = 50;

/// What to look for.
#[derive(Deserialize, ToSchema)]
#[schema(as = JiraSearchIssues)]
pub(crate) struct SearchIssues {
    /// Your own id of the customer.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    external_id: Text,
    /// The query. It must restrict what is found, and not only order it.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "project = PROJ AND status != Done ORDER BY created DESC")]
    jql: Text,
    /// Ids or exact names of fields, or `all` for every field but comments, work logs and attachments.
    /// Their plain values stand under `customFields`, by id.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    fields: Option<Value>,
    /// From 1 to 200: how many issues a page holds at most. Without it all issues come at once, up to
    /// 10,000.
    #[serde(default)]
    #[schema(value_type = Option<u64>, minimum = 1, maximum = 200)]
    limit: Text,
    /// The `next_cursor` of the page before, for the same query and fields. It works for seven days.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    cursor: Text,
}

refusals!(SearchRefusals, {
    let mut errors = connection_refusals(MISSING, &["jql"]);
    errors.push(unfit_limit());
    errors.extend(wanted_refusals());
    errors.extend([
        invalid_jql(&example_mistake()),
        too_many_results(Some(12_345)),
        invalid_cursor(),
    ]);
    errors.extend(body_refusals());
    errors.extend(SEARCH.list_refusals());
    errors
});

/// Search issues with JQL
///
/// Gives the issues that a JQL query finds, in its order, each once: all of them, or with `limit` a page.
/// `total` is exact where all issues are here, and Jira's approximate count of the first page otherwise.
/// A query that names what is not there is a 400 `invalid_jql`, though Jira finds nothing by it and says
/// nothing. Needs `read:jira-work`.
#[utoipa::path(
    post, path = "/search-issues", operation_id = "jiraSearchIssues", tag = "Jira",
    security(("secret_key" = [])),
    request_body(content = SearchIssues, example = json!({
        "external_id": "project123", "jql": "project = PROJ AND status != Done ORDER BY created DESC",
        "fields": ["Story Points", "duedate"], "limit": 50
    })),
    responses(
        (status = 200, description = "The issues", body = Found, example = json!({
            "issues": [{
                "id": "10000", "key": "PROJ-1", "summary": "Example Ticket", "description": "Steps:\n\n1. Sign in",
                "status": "To Do", "statusCategory": "new", "issueType": "Bug", "assignee": "John Doe",
                "reporter": "Jane Smith", "priority": "Medium",
                "created": "2026-01-01T00:00:00.000+0000", "updated": "2026-01-01T00:00:00.000+0000",
                "customFields": {"customfield_10016": 3, "duedate": "2026-01-31"}
            }],
            "total": 153, "next_cursor": "AQ1rMSAQSx2c",
            "customFieldNames": {"customfield_10016": "Story Points", "duedate": "Due date"}
        })),
        SearchRefusals,
    ),
)]
pub(crate) async fn search_issues(
    jira: CallersJira,
    JsonBody(body): JsonBody<SearchIssues>,
) -> Result<List, Error> {
    let (site, search, limit) = body.read(jira).await?;
    let cursor = body.cursor.optional("cursor")?;
    let found = match limit {
        Some(limit) => {
            let page = operations::search::page(&site, &search, limit, cursor);
            page.await.map(|page| Written::whole(&page))
        }
        None => operations::search::whole(&site, &search).await,
    };
    found.doing(&SEARCH).map(List)
}

impl SearchIssues {
    /// The site, what to look for, and how many issues a page holds, if there are pages.
    async fn read(&self, jira: CallersJira) -> Result<(JiraSite, Search, Option<usize>), Error> {
        let fields = [("external_id", &self.external_id), ("jql", &self.jql)];
        let [external_id, jql] = required(MISSING, fields)?;
        let external_id = extract::external_id(external_id)?;
        let search = Search {
            jql: Jql::parse(jql).map_err(|why| invalid_jql(&why))?,
            wanted: to_wanted(self.fields.as_ref())?,
        };
        let has_cursor = self.cursor.optional("cursor")?.is_some();
        let limit = self.limit.optional("limit")?.map(to_limit).transpose()?;
        let limit = limit.or(has_cursor.then_some(USUAL_ON_A_PAGE));
        let site = find_site_of(jira, external_id).await?;
        Ok((site, search, limit))
    }
}

/// What Jira says of a query, for the documentation.
pub(super) fn example_mistake() -> InvalidJql {
    let reason = "Error in the JQL Query: Expecting either 'OR' or 'AND' but got 'status'. (line 1, character 15)";
    InvalidJql::told(&[reason.to_owned()])
}

fn to_limit(text: &str) -> Result<usize, Error> {
    let limit = text.parse().ok();
    let limit = limit.filter(|limit| (1..=MOST_ON_A_PAGE).contains(limit));
    limit.ok_or_else(unfit_limit)
}

fn unfit_limit() -> Error {
    Error::invalid_field(
        "limit",
        format!("must be a number from 1 to {MOST_ON_A_PAGE}"),
    )
}
