//! Which fields of an issue an answer carries.

use serde_json::{Map, Value};

use super::View;

use crate::rest::fields::{Field, fields_of};

/// The caller's choice of fields.
#[derive(Debug)]
pub(in crate::rest) struct Fields {
    names: Vec<String>,
    excluded: Vec<String>,
    base: Base,
    has_key: bool,
}

/// The fields that an answer carries beside those asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    None,
    Navigable,
    All,
}

impl Fields {
    /// As search reads them, whose default is the id alone.
    pub(in crate::rest) fn asked(names: &[String]) -> Self {
        Self::read(names, &["id"])
    }

    /// As "Get issue" reads them, whose default is everything.
    pub(in crate::rest) fn asked_or_all(names: &[String]) -> Self {
        Self::read(names, &["*all"])
    }

    /// As "Bulk fetch issues" reads them, whose default is the navigable fields.
    pub(in crate::rest) fn asked_or_navigable(names: Option<&[String]>) -> Self {
        Self::read(names.unwrap_or_default(), &["*navigable"])
    }

    fn read(names: &[String], default: &[&str]) -> Self {
        let is_asked = names.iter().any(|name| !name.is_empty());
        let names: Vec<&str> = if is_asked {
            names.iter().map(String::as_str).collect()
        } else {
            default.to_vec()
        };
        let excluded: Vec<String> = names
            .iter()
            .filter_map(|name| name.strip_prefix('-'))
            .map(str::to_owned)
            .collect();
        let is_bare = excluded.len() == names.len();
        // A list of nothing but exclusions takes the rest: of the default, if that is so many.
        let base = if names.contains(&"*all") || (is_bare && default != ["*navigable"]) {
            Base::All
        } else if names.contains(&"*navigable") || is_bare {
            Base::Navigable
        } else {
            Base::None
        };
        Self {
            has_key: names.contains(&"key") || names.contains(&"issuekey"),
            names: names
                .iter()
                .filter(|name| !matches!(**name, "id" | "key" | "issuekey"))
                .map(|name| (*name).to_owned())
                .collect(),
            excluded,
            base,
        }
    }

    /// Whether no more than ids and keys are asked for.
    pub(in crate::rest) fn is_bare(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether the id alone is asked for.
    pub(super) fn is_id_only(&self) -> bool {
        self.is_bare() && !self.has_key
    }

    /// Whether the answer carries this field.
    pub(super) fn has(&self, field: Field<'_>) -> bool {
        self.has_named(field.id(), field.is_navigable())
    }

    /// The same of what is a field on boards only.
    pub(super) fn has_named(&self, field: &str, is_navigable: bool) -> bool {
        let is_in = match self.base {
            Base::All => true,
            Base::Navigable if is_navigable => true,
            Base::Navigable | Base::None => self.names.iter().any(|name| name == field),
        };
        is_in && !self.excluded.iter().any(|name| name == field)
    }
}

/// What `expand` can add to an issue in Jira, and not here.
pub(crate) const ISSUE_EXPANSIONS: [&str; 3] =
    ["operations", "renderedFields", "versionedRepresentations"];

impl View<'_> {
    /// Adds what `expand=names,schema` asks for to a page or an issue.
    pub(in crate::rest) fn expand_fields(
        &self,
        body: &mut Value,
        fields: &Fields,
        expand: &[String],
    ) {
        let expands = |name: &str| expand.iter().any(|wanted| wanted == name);
        let chosen = || fields_of(self.site).filter(|field| fields.has(*field));
        if expands("names") {
            let names: Map<_, _> = chosen()
                .map(|field| (field.id().to_owned(), field.name().into()))
                .collect();
            body["names"] = names.into();
        }
        if expands("schema") {
            let schemas: Map<_, _> = chosen()
                .map(|field| (field.id().to_owned(), field.schema()))
                .collect();
            body["schema"] = schemas.into();
        }
    }
}
