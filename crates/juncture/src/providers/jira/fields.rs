//! The fields of a site: their names, and which of them is the sprint field. Asked once an hour.

use juncture_jira::{Error as JiraError, Site};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::cache::keys::JIRA_FIELDS;

/// The type of Jira Software's sprint field; its id differs from site to site.
const SPRINT_TYPE: &str = "com.pyxis.greenhopper.jira:gh-sprint";

/// What is kept of a field.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FieldFacts {
    id: String,
    name: String,
    /// The type of a custom field.
    custom_type: Option<String>,
}

/// The fields of a site.
pub(super) struct Fields(Vec<FieldFacts>);

impl Fields {
    /// The fields of this site, from the cache where they are there.
    pub(super) async fn of_site(app: &App, site: Site<'_>) -> Result<Self, JiraError> {
        if let Some(known) = app.cache.get(&JIRA_FIELDS, site.id()).await {
            return Ok(Self(known));
        }
        let fields = site.fields().await?.into_iter().map(|field| FieldFacts {
            id: field.id,
            name: field.name,
            custom_type: field.schema.and_then(|schema| schema.custom),
        });
        let fields: Vec<_> = fields.collect();
        app.cache.set(&JIRA_FIELDS, site.id(), &fields).await;
        Ok(Self(fields))
    }

    /// The id of the sprint field, if the site has Jira Software.
    pub(super) fn sprint(&self) -> Option<&str> {
        let is_sprint = |field: &&FieldFacts| field.custom_type.as_deref() == Some(SPRINT_TYPE);
        self.0.iter().find(is_sprint).map(|field| field.id.as_str())
    }

    /// What people call the field with this id.
    pub(super) fn name(&self, id: &str) -> Option<&str> {
        let field = self.0.iter().find(|field| field.id == id)?;
        Some(field.name.as_str())
    }
}
