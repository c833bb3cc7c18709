//! What is known of the fields that an issue can be given: by project and type for a new one
//! (`createmeta`), by issue for one that is there (`editmeta`).
//!
//! The allowed values of a field may be ten thousand, and what Jira writes about each is mostly
//! addresses. So they are kept as text, with what tells them apart and no more, until somebody asks.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::fields::FieldSchema;
use super::issue_fields::IssueType;
use super::offsets::List;
use super::{Bare, entries, null_as_empty};
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;

const TYPES: Endpoint =
    Endpoint::get("/ex/jira/{cloudId}/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes");
const OF_TYPE: Endpoint = Endpoint::get(
    "/ex/jira/{cloudId}/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}",
);
const OF_ISSUE: Endpoint =
    Endpoint::get("/ex/jira/{cloudId}/rest/api/3/issue/{issueIdOrKey}/editmeta");

/// What Jira gives at most; it refuses a larger wish.
const PAGE_SIZE: usize = 200;

/// Several times what a screen may hold.
const MOST_FIELDS: usize = 1_000;

/// Several times what may be done to a field.
const MOST_OPERATIONS: usize = 50;

/// As many options as Jira lets a field have.
const MOST_ALLOWED: usize = 10_000;

/// A field that an issue can be given. It is read from Jira and, by the same names, from wherever it
/// was put meanwhile.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldMeta {
    /// The id, such as `summary` or `customfield_10016`.
    #[serde(rename = "fieldId", default, deserialize_with = "null_as_empty")]
    pub id: String,
    /// Mostly the id; fields that apps make have another name here.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub key: String,
    /// The name to show, in the language asked for. It may not be the only one of that name.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub name: String,
    /// Whether it must have a value.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub required: bool,
    /// Whether it gets a value by itself.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub has_default_value: bool,
    /// That value, as Jira writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_value: Option<Box<RawValue>>,
    /// What may be done to it: `set`, `add`, `remove`, `edit`, `copy`. Nothing, at times.
    #[serde(default, deserialize_with = "operations")]
    pub operations: Vec<String>,
    /// What its values are.
    pub schema: Option<FieldSchema>,
    #[serde(
        default,
        deserialize_with = "in_short",
        skip_serializing_if = "Option::is_none"
    )]
    allowed_values: Option<Box<RawValue>>,
}

/// A value that a field may have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "Wire")]
pub struct AllowedValue {
    /// The id; of people the account's.
    pub id: String,
    /// The name to show, or the text of an option.
    pub name: String,
    /// The key, which projects and issues have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether it is out of use.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// The values that may stand behind it; Jira does not always tell them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<AllowedValue>,
}

/// An allowed value by the names that Jira has for its parts, which go by the type of the field.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Wire {
    id: Option<Id>,
    account_id: Option<String>,
    name: Option<String>,
    value: Option<String>,
    display_name: Option<String>,
    key: Option<String>,
    disabled: Option<bool>,
    archived: Option<bool>,
    #[serde(deserialize_with = "values")]
    children: Vec<AllowedValue>,
}

/// An id, be it written as text or as a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

impl From<Wire> for AllowedValue {
    fn from(wire: Wire) -> Self {
        let id = wire.id.map(|id| match id {
            Id::Text(text) => text,
            Id::Number(number) => number.to_string(),
        });
        let name = wire.name.or(wire.value).or(wire.display_name);
        Self {
            id: id.or(wire.account_id).unwrap_or_default(),
            name: name.unwrap_or_default(),
            key: wire.key,
            disabled: wire.disabled.or(wire.archived).unwrap_or_default(),
            children: wire.children,
        }
    }
}

impl FieldMeta {
    /// The values that it may have, if Jira tells them. It does not of people, labels and groups.
    #[must_use]
    pub fn allowed_values(&self) -> Option<Vec<AllowedValue>> {
        let text = self.allowed_values.as_deref()?.get();
        let Allowed(values) = juncture_json::decode_parts(text).ok()?;
        Some(values)
    }

    /// Whether a value can be given to it as a whole.
    #[must_use]
    pub fn is_settable(&self) -> bool {
        self.operations.iter().any(|operation| operation == "set")
    }

    /// Whether it must be given a value, as it gets none by itself.
    #[must_use]
    pub fn must_be_given(&self) -> bool {
        self.required && !self.has_default_value
    }
}

/// Reads `null` as none.
fn operations<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let operations = Option::<Bare<MOST_OPERATIONS, String>>::deserialize(deserializer)?;
    Ok(operations.map_or_else(Vec::new, |operations| operations.0))
}

#[derive(Default, Deserialize, Serialize)]
#[serde(transparent)]
struct Allowed(#[serde(deserialize_with = "values")] Vec<AllowedValue>);

/// The members of the values that tell them apart, as text. A list of a shape that nobody knows is
/// none, as if Jira had told none.
fn in_short<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    let Some(whole) = Option::<Box<RawValue>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let allowed = juncture_json::decode_parts::<Option<Allowed>>(whole.get());
    let Ok(Some(allowed)) = allowed else {
        return Ok(None);
    };
    to_raw_value(&allowed).map(Some).map_err(D::Error::custom)
}

/// Values of which something is known, none for `null`. What Jira writes by another shape is none of
/// them.
fn values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<AllowedValue>, D::Error> {
    let items = Option::<Bare<MOST_ALLOWED, Box<RawValue>>>::deserialize(deserializer)?;
    let items = items.map_or_else(Vec::new, |items| items.0);
    let values = (items.iter()).filter_map(|item| juncture_json::decode_parts(item.get()).ok());
    let is_known = |value: &AllowedValue| !value.id.is_empty() || !value.name.is_empty();
    Ok(values.filter(is_known).collect())
}

/// Reads a map of fields by id as a list, in its order.
pub(super) fn by_id<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<FieldMeta>, D::Error> {
    let fields: Vec<(String, FieldMeta)> = entries::<MOST_FIELDS, _, _>(deserializer)?;
    let fields = (fields.into_iter()).map(|(id, field)| FieldMeta { id, ..field });
    Ok(fields.collect())
}

#[derive(Deserialize)]
struct OfIssue {
    #[serde(default, deserialize_with = "by_id")]
    fields: Vec<FieldMeta>,
}

impl Site<'_> {
    /// The types of issue that may be created in a project, in the project's order, of which the first
    /// is the default (`GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes`). Needs
    /// `read:jira-work`.
    ///
    /// Who may not create issues there finds none, or is told that there is
    /// [no such project](Error::is_not_found).
    pub async fn create_issue_types(&self, project: &str) -> Result<Vec<IssueType>, Error> {
        let site = *self;
        let call = move |start_at: usize| {
            Ok(TYPES
                .call(&site.client.api_url, &[site.id, project])?
                .query("startAt", &start_at.to_string())
                .query("maxResults", &PAGE_SIZE.to_string()))
        };
        let id = |kind: &IssueType| kind.id.clone();
        List::new(self.listing(), PAGE_SIZE, id, call).whole().await
    }

    /// The fields that a new issue of this type may be given, each once
    /// (`GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}`). Needs
    /// `read:jira-work`.
    ///
    /// ```no_run
    /// # async fn example(site: juncture_jira::Site<'_>) -> Result<(), juncture_jira::Error> {
    /// let fields = site.create_fields("ED", "10001").await?;
    /// for field in fields.iter().filter(|field| field.must_be_given()) {
    ///     tracing::info!(field.name, "must be given");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// They may be megabytes: keep them for some minutes, and read them anew when Jira
    /// [blames a field](Error::field_errors).
    pub async fn create_fields(
        &self,
        project: &str,
        issue_type_id: &str,
    ) -> Result<Vec<FieldMeta>, Error> {
        let site = *self;
        let call = move |start_at: usize| {
            Ok(OF_TYPE
                .call(&site.client.api_url, &[site.id, project, issue_type_id])?
                .query("startAt", &start_at.to_string())
                .query("maxResults", &PAGE_SIZE.to_string()))
        };
        let id = |field: &FieldMeta| field.id.clone();
        List::new(self.listing(), PAGE_SIZE, id, call).whole().await
    }

    /// The fields of an issue that may be edited now, in Jira's order
    /// (`GET /rest/api/3/issue/{issueIdOrKey}/editmeta`). Needs `read:jira-work`. Who may not edit the
    /// issue finds none.
    pub async fn edit_fields(&self, id_or_key: &str) -> Result<Vec<FieldMeta>, Error> {
        let call = OF_ISSUE.call(&self.client.api_url, &[self.id, id_or_key])?;
        let OfIssue { fields } = self.client.fetch(self.id, call, self.token).await?;
        Ok(fields)
    }
}
