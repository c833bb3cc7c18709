//! The fields of a site: their names, what they hold, and which of them is the sprint field. Asked once
//! an hour for each viewer, as what Jira tells depends on whose token asks.
//!
//! Mostly they make an answer fuller that is good without them. So a site that does not tell them now,
//! or not to this grant, fails nothing: an older copy serves, and without one there are none. Only who
//! asks for fields by name is told that they are not to be had.

use jiff::{SignedDuration, Timestamp};
use juncture_jira::fields::FieldKind;
use juncture_jira::{Error as JiraError, Field, FieldSchema, Site};
use serde::{Deserialize, Serialize};

use super::Jira;
use super::failure::Candidate;
use super::help::help;
use super::viewer::Viewer;
use crate::cache::Key;

/// Fields change when an administrator changes them, or when the site gets or loses Jira Software:
/// an hour is short.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// The fields of a site, by who sees it. They are asked for again after an hour; an older copy
/// serves while the site does not tell them.
const SITE_FIELDS: Key<SiteFields> = Key::new("jira_known_fields", SignedDuration::from_hours(24));

/// The type of Jira Software's sprint field; its id differs from site to site.
const SPRINT_TYPE: &str = "com.pyxis.greenhopper.jira:gh-sprint";

/// What is kept of a field.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KnownField {
    /// The key of its value in an issue.
    pub(crate) id: String,
    /// What people call it; maybe not the only one that they call so.
    pub(crate) name: String,
    /// What its values are.
    schema: Option<FieldSchema>,
    /// The id of the project that it is in, if it is in one alone.
    project_id: Option<String>,
}

impl KnownField {
    /// What it holds.
    pub(crate) fn kind(&self) -> FieldKind {
        FieldKind::of(&self.id, self.schema.as_ref())
    }

    /// The field as one that may be meant.
    pub(crate) fn as_candidate(&self) -> Candidate {
        Candidate {
            id: self.id.clone(),
            name: self.name.clone(),
            project_id: self.project_id.clone(),
        }
    }
}

impl From<Field> for KnownField {
    fn from(field: Field) -> Self {
        let project = field.scope.and_then(|scope| scope.project);
        Self {
            id: field.id,
            name: field.name,
            schema: field.schema,
            project_id: project.map(|project| project.id),
        }
    }
}

/// The fields of a site, as they were when it was asked.
#[derive(Serialize, Deserialize)]
struct SiteFields {
    asked_at: Timestamp,
    fields: Vec<KnownField>,
}

impl SiteFields {
    fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.asked_at)
    }
}

/// The fields of a site, as far as they are known.
#[derive(Default)]
pub(crate) struct Fields(Vec<KnownField>);

impl Fields {
    /// The fields of this site, as this connection sees them, from the cache where they are there. None
    /// where the site does not tell them soon.
    pub(crate) async fn of_site(jira: &Jira, viewer: Viewer, site: Site<'_>) -> Self {
        match Self::kept(jira, viewer).await {
            Some(kept) if kept.age(jira.now()) < FRESH => Self(kept.fields),
            stale => match help("fields", &*jira.tokens.clock, site.fields()).await {
                Some(fields) => Self::keep(jira, viewer, fields).await,
                None => Self(stale.map_or_else(Vec::new, |stale| stale.fields)),
            },
        }
    }

    /// The same for an answer that cannot do without: a site that has never told them is an error. They
    /// are at most so old, if the site tells them now.
    pub(crate) async fn at_most_of_age(
        jira: &Jira,
        viewer: Viewer,
        site: Site<'_>,
        age: SignedDuration,
    ) -> Result<Self, JiraError> {
        let told = match Self::kept(jira, viewer).await {
            Some(kept) if kept.age(jira.now()) < age.min(FRESH) => return Ok(Self(kept.fields)),
            Some(stale) => match help("fields", &*jira.tokens.clock, site.fields()).await {
                Some(told) => told,
                None => return Ok(Self(stale.fields)),
            },
            None => site.fields().await?,
        };
        Ok(Self::keep(jira, viewer, told).await)
    }

    /// The same, however old.
    pub(crate) async fn known(
        jira: &Jira,
        viewer: Viewer,
        site: Site<'_>,
    ) -> Result<Self, JiraError> {
        Self::at_most_of_age(jira, viewer, site, SignedDuration::MAX).await
    }

    async fn kept(jira: &Jira, viewer: Viewer) -> Option<SiteFields> {
        jira.cache.get(&SITE_FIELDS, viewer).await
    }

    async fn keep(jira: &Jira, viewer: Viewer, fields: Vec<Field>) -> Self {
        let known = SiteFields {
            asked_at: jira.now(),
            fields: fields.into_iter().map(KnownField::from).collect(),
        };
        jira.cache.set(&SITE_FIELDS, viewer, &known).await;
        Self(known.fields)
    }

    /// All of them, in Jira's order.
    pub(crate) fn all(&self) -> &[KnownField] {
        &self.0
    }

    /// The id of the sprint field, if the site has Jira Software.
    pub(crate) fn sprint(&self) -> Option<&str> {
        let is_sprint = |field: &&KnownField| {
            let schema = field.schema.as_ref();
            schema.and_then(|schema| schema.custom.as_deref()) == Some(SPRINT_TYPE)
        };
        self.0.iter().find(is_sprint).map(|field| field.id.as_str())
    }

    /// The field with this id.
    pub(crate) fn find(&self, id: &str) -> Option<&KnownField> {
        self.0.iter().find(|field| field.id == id)
    }

    /// What people call the field with this id.
    pub(crate) fn name(&self, id: &str) -> Option<&str> {
        self.find(id).map(|field| field.name.as_str())
    }
}
