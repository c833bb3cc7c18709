//! `get-issue-details`

use axum::Json;
use juncture_views::jira::issue::Details;

use super::caller::CallersJira;
use super::sentences::Doing as _;
use super::subject::{ForIssue, MISSING_EXTERNAL_ID, connection_refusals, issue_refusals};
use crate::providers::jira::operations;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::Query;
use crate::web::openapi::refusals;

const FETCH_ISSUE: Call = Call {
    failed: "Failed to fetch Jira issue",
    denied: "Access denied to Jira issue",
    scopes: operations::details::SCOPES,
};

refusals!(query GetIssueRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(issue_refusals());
    errors.extend(FETCH_ISSUE.refusals());
    errors
});

/// Get an issue
///
/// Gives one issue, whole. Also answers at `get-issue`. Needs `read:jira-work`.
#[utoipa::path(
    get, path = "/get-issue-details", operation_id = "jiraGetIssueDetails", tag = "Jira",
    params(ForIssue), security(("secret_key" = [])),
    responses(
        (status = 200, description = "The issue", body = Details, example = json!({"issue": {
            "id": "10000", "key": "PROJ-123", "summary": "Fix critical bug in login system",
            "description": "Users are unable to log in when using SSO authentication",
            "description_adf": {"version": 1, "type": "doc", "content": [{"type": "paragraph", "content": [
                {"type": "text", "text": "Users are unable to log in when using SSO authentication"}
            ]}]},
            "environment": "Safari 18 on **macOS**",
            "environment_adf": {"version": 1, "type": "doc", "content": [{"type": "paragraph", "content": [
                {"type": "text", "text": "Safari 18 on "}, {"type": "text", "text": "macOS", "marks": [{"type": "strong"}]}
            ]}]},
            "status": {"name": "In Progress", "category": "indeterminate"},
            "priority": {"name": "High", "iconUrl": "https://example.atlassian.net/images/icons/priorities/high.svg"},
            "issueType": {"name": "Bug", "iconUrl": "https://example.atlassian.net/images/icons/issuetypes/bug.svg"},
            "assignee": {"accountId": "5b10a2844c20165700ede21g", "displayName": "John Doe",
                "emailAddress": "john.doe@example.com", "avatarUrl": "https://example.atlassian.net/avatar/JD-5.png"},
            "reporter": {"accountId": "5b10a2844c20165700ede21h", "displayName": "Jane Smith",
                "emailAddress": "jane.smith@example.com", "avatarUrl": "https://example.atlassian.net/avatar/JS-5.png"},
            "project": {"id": "10000", "key": "PROJ", "name": "Example Project"},
            "created": "2026-01-01T10:00:00.000+0000", "updated": "2026-01-02T15:30:00.000+0000",
            "resolution": {"name": "Fixed", "description": "A resolution was provided."},
            "labels": ["bug", "critical"], "components": ["Frontend"], "fixVersions": ["v2.1.0"],
            "affectedVersions": ["v2.0.0"],
            "timeTracking": {"originalEstimate": "4h", "remainingEstimate": "1h", "timeSpent": "3h"},
            "customFields": {"customfield_10001": "High"},
            "customFieldsMarkdown": {},
            "customFieldNames": {"customfield_10001": "Severity"}
        }})),
        GetIssueRefusals,
    ),
)]
pub(crate) async fn get_issue_details(
    jira: CallersJira,
    Query(query): Query<ForIssue>,
) -> Result<Json<Details>, Error> {
    let (site, issue) = query.find(jira).await?;
    let issue = operations::details::details(&site, &issue).await;
    Ok(Json(Details {
        issue: issue.doing(&FETCH_ISSUE)?,
    }))
}
