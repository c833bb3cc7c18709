//! Single issues, and many by their ids.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::issue_fields::IssueFields;
use super::{at_most, entries, null_as_empty};
use crate::call::{Call, Endpoint};
use crate::client::Site;
use crate::error::Error;
use crate::fields::FieldValues;
use crate::items::{MOST_ITEMS, ReadItem};
use crate::listing::Listing;

const ISSUE: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/issue/{issueIdOrKey}");
pub(super) const BULK_FETCH: Endpoint =
    Endpoint::ask("/ex/jira/{cloudId}/rest/api/3/issue/bulkfetch");

/// Several times what an issue has.
const MOST_FIELDS: usize = 10_000;

/// An issue, with the fields that were asked for.
#[derive(Clone, Debug, Deserialize)]
pub struct Issue {
    /// The id, a string of digits that never changes.
    pub id: String,
    /// The key, which a move to another project changes.
    pub key: String,
    /// What was asked for and is set.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub fields: IssueFields,
    /// What others keep with it, by key, of what was asked for.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub properties: FieldValues,
}

/// What a fetch by ids found.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkIssues {
    /// The issues found, by ascending id. Those that do not exist or that the token's owner may
    /// not see are just missing.
    #[serde(deserialize_with = "at_most::<MOST_ITEMS, _, _>")]
    pub issues: Vec<Issue>,
    /// The issues that Jira has but could not read this time.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub issue_errors: Vec<IssueError>,
}

/// An issue that Jira could not read this time.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IssueError {
    /// The issue's id.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub id: String,
    /// Why, in Jira's words.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub error_message: String,
}

/// An issue of which the values count, and nothing else.
#[derive(Deserialize)]
struct Written {
    #[serde(deserialize_with = "values")]
    fields: FieldValues,
}

fn values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FieldValues, D::Error> {
    let fields: Vec<(String, Box<RawValue>)> = entries::<MOST_FIELDS, _, _>(deserializer)?;
    let mut values = FieldValues::new();
    for (id, value) in fields {
        values.keep(id, value);
    }
    Ok(values)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BulkFetch<'a> {
    issue_ids_or_keys: &'a [&'a str],
    fields: &'a [&'a str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    properties: &'a [&'a str],
}

impl Site<'_> {
    /// The issue with this id or key (`GET /rest/api/3/issue/{issueIdOrKey}`), with these fields,
    /// or with all if there are none named. A key is found in any case and after a move, so the
    /// answer's key may differ from it.
    pub async fn issue(&self, id_or_key: &str, fields: &[&str]) -> Result<Issue, Error> {
        let mut call = ISSUE.call(&self.client.api_url, &[self.id, id_or_key])?;
        if !fields.is_empty() {
            call = call.query("fields", &fields.join(","));
        }
        self.client.fetch(self.id, call, self.token).await
    }

    /// What this issue has in these fields (`GET /rest/api/3/issue/{issueIdOrKey}`), as Jira writes it,
    /// also what is [not fit to become a tree](juncture_json::judge): for whoever must know what is
    /// there before writing over it. Fields that are not set are `null` or missing.
    pub async fn field_values(
        &self,
        id_or_key: &str,
        fields: &[&str],
    ) -> Result<FieldValues, Error> {
        let call = ISSUE
            .call(&self.client.api_url, &[self.id, id_or_key])?
            .query("fields", &fields.join(","));
        let issue: Written = self.client.fetch(self.id, call, self.token).await?;
        Ok(issue.fields)
    }

    /// The issues with these ids or keys (`POST /rest/api/3/issue/bulkfetch`), read from Jira's
    /// database, which does not lag. Up to 100, or
    /// [up to 1,000](https://developer.atlassian.com/cloud/jira/platform/changelog/#CHANGE-3413)
    /// when all fields are named and none holds a list of comments, worklogs or attachments.
    pub async fn bulk_fetch(
        &self,
        ids_or_keys: &[&str],
        fields: &[&str],
    ) -> Result<BulkIssues, Error> {
        self.listing().bulk_fetch(ids_or_keys, fields, &[]).await
    }

    /// The same, with what is kept with the issues under up to five keys: see
    /// [`NewIssue::properties`](crate::NewIssue::properties).
    pub async fn bulk_fetch_with(
        &self,
        ids_or_keys: &[&str],
        fields: &[&str],
        properties: &[&str],
    ) -> Result<BulkIssues, Error> {
        let listing = self.listing();
        listing.bulk_fetch(ids_or_keys, fields, properties).await
    }
}

impl Listing<'_> {
    /// The issues with these ids, each read as it comes, and whether Jira could read all that it has.
    pub(super) async fn bulk_read<R: Send + 'static>(
        &self,
        ids: &[&str],
        fields: &[&str],
        item: &ReadItem<R>,
    ) -> Result<(Vec<R>, bool), Error> {
        let call = self.bulk_call(ids, fields, &[])?;
        let (around, issues) = self.issues(call, item).await?;
        Ok((issues, around.issue_errors.is_empty()))
    }

    async fn bulk_fetch(
        &self,
        ids_or_keys: &[&str],
        fields: &[&str],
        properties: &[&str],
    ) -> Result<BulkIssues, Error> {
        self.fetch(self.bulk_call(ids_or_keys, fields, properties)?)
            .await
    }

    fn bulk_call(
        &self,
        ids_or_keys: &[&str],
        fields: &[&str],
        properties: &[&str],
    ) -> Result<Call, Error> {
        let site = self.site;
        let call = BULK_FETCH.call(&site.client.api_url, &[site.id])?;
        Ok(call.json(&BulkFetch {
            issue_ids_or_keys: ids_or_keys,
            fields,
            properties,
        }))
    }
}
