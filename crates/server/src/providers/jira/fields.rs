//! The fields of a site: their names, and which of them is the sprint field. Asked once an hour.
//!
//! They make an answer fuller that is good without them. So a site that does not tell them now, or
//! not to this grant, fails nothing: an older copy serves, and without one there are none.

use jiff::{SignedDuration, Timestamp};
use juncture_jira::{Field, Site};
use serde::{Deserialize, Serialize};

use super::Jira;
use super::help::help;
use crate::cache::Key;

/// Fields change when an administrator changes them, or when the site gets or loses Jira Software:
/// an hour is short.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// The fields of a site, by site. They are asked for again after an hour; an older copy serves while
/// the site does not tell them.
const SITE_FIELDS: Key<SiteFields> = Key::new("jira_site_fields", SignedDuration::from_hours(24));

/// The type of Jira Software's sprint field; its id differs from site to site.
const SPRINT_TYPE: &str = "com.pyxis.greenhopper.jira:gh-sprint";

/// What is kept of a field.
#[derive(Debug, Serialize, Deserialize)]
struct FieldFacts {
    id: String,
    name: String,
    /// The type of a custom field.
    custom_type: Option<String>,
}

/// The fields of a site, as they were when it was asked.
#[derive(Debug, Serialize, Deserialize)]
struct SiteFields {
    asked_at: Timestamp,
    fields: Vec<FieldFacts>,
}

/// The fields of a site, as far as they are known.
pub(crate) struct Fields(Vec<FieldFacts>);

impl Fields {
    /// The fields of this site, from the cache where they are there.
    pub(crate) async fn of_site(jira: &Jira, site: Site<'_>) -> Self {
        let now = jira.now();
        let known = jira.cache.get(&SITE_FIELDS, site.id()).await;
        match known {
            Some(known) if now.duration_since(known.asked_at) < FRESH => Self(known.fields),
            stale => match help("fields", &*jira.tokens.clock, site.fields()).await {
                Some(fields) => Self::keep(jira, site, fields, now).await,
                None => Self(stale.map_or_else(Vec::new, |stale| stale.fields)),
            },
        }
    }

    async fn keep(jira: &Jira, site: Site<'_>, fields: Vec<Field>, asked_at: Timestamp) -> Self {
        let fields = fields.into_iter().map(|field| FieldFacts {
            id: field.id,
            name: field.name,
            custom_type: field.schema.and_then(|schema| schema.custom),
        });
        let fields = fields.collect();
        let known = SiteFields { asked_at, fields };
        jira.cache.set(&SITE_FIELDS, site.id(), &known).await;
        Self(known.fields)
    }

    /// The id of the sprint field, if the site has Jira Software.
    pub(crate) fn sprint(&self) -> Option<&str> {
        let is_sprint = |field: &&FieldFacts| field.custom_type.as_deref() == Some(SPRINT_TYPE);
        self.0.iter().find(is_sprint).map(|field| field.id.as_str())
    }

    /// What people call the field with this id.
    pub(crate) fn name(&self, id: &str) -> Option<&str> {
        let field = self.0.iter().find(|field| field.id == id)?;
        Some(field.name.as_str())
    }
}
