//! Which fields of an issue an answer carries.

use serde_json::{Map, Value};

use crate::rest::fields::FIELDS;

/// The caller's choice of fields.
#[derive(Debug)]
pub(in crate::rest) struct Fields {
    names: Vec<String>,
    excluded: Vec<String>,
    takes_all: bool,
    has_key: bool,
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
        // A list of nothing but exclusions takes the rest.
        let takes_all = names.contains(&"*all")
            || names.contains(&"*navigable")
            || excluded.len() == names.len();
        Self {
            has_key: names.contains(&"key") || names.contains(&"issuekey"),
            names: names
                .iter()
                .filter(|name| !matches!(**name, "id" | "key" | "issuekey"))
                .map(|name| (*name).to_owned())
                .collect(),
            excluded,
            takes_all,
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
    pub(super) fn has(&self, field: &str) -> bool {
        let is_in = self.takes_all || self.names.iter().any(|name| name == field);
        is_in && !self.excluded.iter().any(|name| name == field)
    }
}

/// Adds what `expand=names,schema` asks for to a page or an issue.
pub(in crate::rest) fn expand_fields(body: &mut Value, fields: &Fields, expand: &[String]) {
    let expands = |name: &str| expand.iter().any(|wanted| wanted == name);
    let chosen = || FIELDS.iter().filter(|field| fields.has(field.id));
    if expands("names") {
        let names: Map<_, _> = chosen()
            .map(|field| (field.id.to_owned(), field.name.into()))
            .collect();
        body["names"] = names.into();
    }
    if expands("schema") {
        let schemas: Map<_, _> = chosen()
            .map(|field| (field.id.to_owned(), field.schema()))
            .collect();
        body["schema"] = schemas.into();
    }
}
