//! Custom fields in queries: `cf[10031]`, `Customer`, or `"Customer[Short text]"`.
//!
//! A name may be that of several fields; a query by it finds what any of them holds.

use super::resolve::Asker;
use super::run::{DateField, NumberField};
use super::text::TextField;
use super::values::RowField;
use crate::world::{CustomField, FieldKind};

/// How a custom field is searched.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Row(RowField),
    Date(DateField),
    Number(NumberField),
    Text(TextField),
    /// Whole words: labels, addresses, the ids of teams.
    Word(u64),
    /// Not in the way that Jira has.
    Gap,
}

/// The custom fields that a query means by a name, as far as the asker sees a project with them.
pub(super) fn fields<'a>(
    name: &'a str,
    asker: &'a Asker<'_>,
) -> impl Iterator<Item = &'a CustomField> {
    let same = move |text: &str| text.to_lowercase() == name.to_lowercase();
    let sees = |id: &u64| asker.projects().any(|row| row.id == *id);
    let fields = asker.site.custom_fields.iter();
    fields.filter(move |field| {
        let is_seen = field.contexts.iter().any(|context| {
            let projects = context.projects.as_ref();
            projects.is_none_or(|projects| projects.iter().any(sees))
        });
        let typed = || format!("{}[{}]", field.name, field.kind.jql_type());
        is_seen && (same(&field.name) || same(&format!("cf[{}]", field.id)) || same(&typed()))
    })
}

/// The places where the fields of a name are searched.
pub(super) fn places(name: &str, asker: &Asker<'_>) -> Vec<Place> {
    fields(name, asker).map(place).collect()
}

/// Where the values of a field are searched.
pub(super) fn place(field: &CustomField) -> Place {
    let id = field.id;
    match field.kind {
        FieldKind::Text | FieldKind::Paragraph | FieldKind::ReadOnly | FieldKind::EpicName => {
            Place::Text(TextField::Custom(id))
        }
        FieldKind::Number | FieldKind::StoryPoints | FieldKind::ImportId => {
            Place::Number(NumberField::Custom(id))
        }
        FieldKind::Date => Place::Date(DateField::CustomDay(id)),
        FieldKind::Instant => Place::Date(DateField::CustomInstant(id)),
        FieldKind::Labels | FieldKind::Url | FieldKind::EpicColor | FieldKind::Team => {
            Place::Word(id)
        }
        FieldKind::Sprint => Place::Row(RowField::Sprint),
        FieldKind::EpicLink => Place::Row(RowField::Epic),
        FieldKind::Rank
        | FieldKind::Development
        | FieldKind::RequestType
        | FieldKind::Organizations
        | FieldKind::Approvals
        | FieldKind::Sla
        | FieldKind::Satisfaction
        | FieldKind::FormCount
        | FieldKind::Assets => Place::Gap,
        // They are searched as people are anywhere.
        FieldKind::Participants => Place::Row(RowField::Custom(id, FieldKind::People)),
        FieldKind::Select
        | FieldKind::Radio
        | FieldKind::MultiSelect
        | FieldKind::Checkboxes
        | FieldKind::Cascading
        | FieldKind::Person
        | FieldKind::People
        | FieldKind::Group
        | FieldKind::Groups
        | FieldKind::Project
        | FieldKind::Version
        | FieldKind::Versions => Place::Row(RowField::Custom(id, field.kind)),
    }
}
