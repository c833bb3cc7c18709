//! What may stand behind a field, for those who type a query.

use super::custom::{self, Place};
use super::reserved::encoded;
use super::resolve::Asker;
use super::values::RowField;
use crate::world::{FieldKind, Language, StatusCategory};

/// A value as it can stand in a query, and as people read it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Suggestion {
    pub(crate) value: String,
    pub(crate) label: String,
}

impl Suggestion {
    fn named(name: &str) -> Self {
        Self {
            value: encoded(name),
            label: name.to_owned(),
        }
    }
}

/// The values of a field; none for one whose values are no rows.
pub(crate) fn suggestions(field: &str, asker: &Asker<'_>) -> Vec<Suggestion> {
    let fields = match RowField::named(field) {
        Some(field) => vec![field],
        None => custom::places(field, asker)
            .into_iter()
            .filter_map(|place| match place {
                Place::Row(field) => Some(field),
                _ => None,
            })
            .collect(),
    };
    let fields = fields.into_iter();
    fields.flat_map(|field| field.suggestions(asker)).collect()
}

/// The people of the site.
pub(crate) fn people(asker: &Asker<'_>) -> Vec<Suggestion> {
    RowField::Assignee.suggestions(asker)
}

/// The rows of a custom field.
fn custom_suggestions(id: u64, kind: FieldKind, asker: &Asker<'_>) -> Vec<Suggestion> {
    match kind {
        FieldKind::Person | FieldKind::People => people(asker),
        FieldKind::Project => RowField::Project.suggestions(asker),
        FieldKind::Version | FieldKind::Versions => RowField::FixVersion.suggestions(asker),
        FieldKind::Group | FieldKind::Groups => {
            let groups = asker.site.groups.iter();
            groups.map(|row| Suggestion::named(&row.name)).collect()
        }
        _ => {
            let field = asker.site.custom_field(id);
            let contexts = field.map_or(&[][..], |field| &field.contexts);
            let options = contexts.iter().flat_map(|context| &context.options);
            options.map(|row| Suggestion::named(&row.value)).collect()
        }
    }
}

impl RowField {
    fn suggestions(self, asker: &Asker<'_>) -> Vec<Suggestion> {
        let site = asker.site;
        let is_korean = asker.language == Language::Korean;
        let translated = |english: &str, korean: &str| {
            Suggestion::named(if is_korean { korean } else { english })
        };
        let mut found: Vec<Suggestion> = match self {
            Self::Project => {
                let projects = asker.projects();
                let projects = projects.map(|row| Suggestion {
                    value: encoded(&row.name),
                    label: format!("{} ({})", row.name, row.key),
                });
                projects.collect()
            }
            Self::Sprint => {
                let rows = site.sprints.iter();
                rows.map(|row| Suggestion::named(&row.name)).collect()
            }
            Self::Status => {
                let rows = site.statuses.iter();
                rows.map(|row| translated(&row.name, &row.korean)).collect()
            }
            Self::StatusCategory => {
                let rows = StatusCategory::ALL.iter();
                rows.map(|row| Suggestion::named(row.name(asker.language)))
                    .collect()
            }
            Self::Assignee | Self::Reporter | Self::Creator => {
                let people = site.members.iter().map(|index| &asker.people[*index]);
                let people = people.map(|person| Suggestion {
                    value: encoded(&person.account_id),
                    label: person.display_name.clone(),
                });
                people.collect()
            }
            Self::IssueType => {
                let rows = site.issue_types.iter();
                rows.map(|row| translated(&row.name, &row.korean)).collect()
            }
            Self::Priority => {
                let rows = site.priorities.iter();
                rows.map(|row| translated(&row.name, &row.korean)).collect()
            }
            Self::Resolution => {
                let rows = site.resolutions.iter();
                rows.map(|row| translated(&row.name, &row.korean)).collect()
            }
            Self::Labels => {
                let labels = site.labels.iter();
                labels.map(|label| Suggestion::named(label)).collect()
            }
            Self::Component => {
                let rows = asker.projects().flat_map(|row| &row.components);
                rows.map(|row| Suggestion::named(&row.name)).collect()
            }
            Self::FixVersion | Self::AffectedVersion => {
                let rows = asker.projects().flat_map(|row| &row.versions);
                rows.map(|row| Suggestion::named(&row.name)).collect()
            }
            Self::SecurityLevel => {
                let rows = asker.projects().flat_map(|row| &row.security_levels);
                rows.map(|row| Suggestion::named(&row.name)).collect()
            }
            Self::Category => {
                let rows = site.categories.iter();
                rows.map(|row| Suggestion::named(&row.name)).collect()
            }
            Self::Custom(id, kind) => custom_suggestions(id, kind, asker),
            Self::Parent | Self::Epic => Vec::new(),
        };
        // Rows of different projects share names, and a query means all of a name.
        let mut seen = Vec::new();
        found.retain(|row| {
            let is_new = !seen.contains(&row.value);
            seen.push(row.value.clone());
            is_new
        });
        found
    }
}
