//! The fields that issues of a site have: the system's and custom ones.

mod contexts;
mod form;
mod kinds;
mod list;
mod system;

use serde_json::{Value, json};

use crate::world::{CustomField, Site};

pub(super) use contexts::{contexts, options};
pub(super) use form::{Form, Occasion};
pub(super) use list::{list, must_administer, search};
use system::SYSTEM;
pub(super) use system::SystemField;

/// A field of issues.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field<'a> {
    System(&'static SystemField),
    Custom(&'a CustomField),
}

/// Every field of a site, in the order in which issues show them.
pub(super) fn fields_of(site: &Site) -> impl Iterator<Item = Field<'_>> {
    let custom = site.custom_fields.iter().map(Field::Custom);
    SYSTEM.iter().map(Field::System).chain(custom)
}

/// The system field with this id.
pub(super) fn system_field(id: &str) -> Option<&'static SystemField> {
    SYSTEM.iter().find(|field| field.id == id)
}

/// The field of a site with this id.
pub(super) fn find_field<'a>(site: &'a Site, id: &str) -> Option<Field<'a>> {
    let number = id.strip_prefix("customfield_");
    match number.and_then(|number| number.parse().ok()) {
        Some(number) => site.custom_field(number).map(Field::Custom),
        None => system_field(id).map(Field::System),
    }
}

impl<'a> Field<'a> {
    /// The id, by which the API knows the field.
    pub(super) fn id(self) -> &'a str {
        match self {
            Self::System(field) => field.id,
            Self::Custom(field) => &field.key,
        }
    }

    /// The name, which other fields may have, too.
    pub(super) fn name(self) -> &'a str {
        match self {
            Self::System(field) => field.name,
            Self::Custom(field) => &field.name,
        }
    }

    /// The field's data type as Jira describes it.
    pub(super) fn schema(self) -> Value {
        let (kind, items) = match self {
            Self::System(field) => field.kind,
            Self::Custom(field) => field.kind.data_type(),
        };
        let mut schema = json!({"type": kind});
        if let Some(items) = items {
            schema["items"] = items.into();
        }
        match self {
            Self::System(field) => schema["system"] = field.id.into(),
            Self::Custom(field) => {
                schema["custom"] = field.kind.type_key().into();
                schema["customId"] = field.id.into();
            }
        }
        schema
    }

    /// The operations that a write may do to the field.
    pub(super) fn operations(self) -> &'static [&'static str] {
        match self {
            Self::Custom(field) => field.kind.operations(),
            Self::System(field) => match field.id {
                "labels" | "components" | "fixVersions" | "versions" => &["add", "set", "remove"],
                "timetracking" => &["set", "edit"],
                "comment" => &["add", "edit", "remove"],
                _ => &["set"],
            },
        }
    }

    /// Whether `*navigable` has the field in it.
    pub(super) fn is_navigable(self) -> bool {
        match self {
            Self::System(field) => field.is_navigable,
            Self::Custom(_) => true,
        }
    }

    /// The names of the field in JQL.
    fn clause_names(self) -> Vec<String> {
        match self {
            Self::System(field) => {
                let names = field.clauses.split(',').filter(|name| !name.is_empty());
                names.map(str::to_owned).collect()
            }
            Self::Custom(field) => vec![
                format!("cf[{}]", field.id),
                field.name.clone(),
                format!("{}[{}]", field.name, field.kind.jql_type()),
            ],
        }
    }
}
