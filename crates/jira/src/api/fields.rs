//! The fields that issues of a site may have.

use serde::{Deserialize, Serialize};

use super::{at_most, null_as_empty};
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;

const FIELDS: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/field");

/// A field, built in or custom.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// The key of the field in an issue's `fields`, such as `summary` or `customfield_10016`.
    pub id: String,
    /// The name to show, in the language asked for.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub name: String,
    /// Whether somebody added it to Jira.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub custom: bool,
    /// What its values are; absent for a few built-in ones.
    pub schema: Option<FieldSchema>,
    /// Where it exists, if that is not everywhere. Names repeat in the fields of such projects.
    pub scope: Option<FieldScope>,
}

/// Where a field exists.
#[derive(Clone, Debug, Deserialize)]
pub struct FieldScope {
    /// The project, which is managed by its team.
    pub project: Option<ProjectId>,
}

/// A project, by its id alone.
#[derive(Clone, Debug, Deserialize)]
pub struct ProjectId {
    /// The id, a string of digits.
    pub id: String,
}

/// What the values of a field are.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct FieldSchema {
    /// The type of a value, such as `string`, `user` or `array`.
    #[serde(rename = "type", default, deserialize_with = "null_as_empty")]
    pub kind: String,
    /// The type of an array's items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<String>,
    /// The app's name for a custom field's type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom: Option<String>,
    /// The name of a built-in field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
}

/// Several times what a site may have.
const MOST_FIELDS: usize = 10_000;

#[derive(Deserialize)]
#[serde(transparent)]
struct Fields(#[serde(deserialize_with = "at_most::<MOST_FIELDS, _, _>")] Vec<Field>);

impl Site<'_> {
    /// All fields that the token's owner can see (`GET /rest/api/3/field`): those of projects that they
    /// can browse. Needs `read:jira-work`. Names are not unique: tell them apart by id.
    pub async fn fields(&self) -> Result<Vec<Field>, Error> {
        let call = FIELDS.call(&self.client.api_url, &[self.id])?;
        let Fields(fields) = self.client.fetch(self.id, call, self.token).await?;
        Ok(fields)
    }
}
