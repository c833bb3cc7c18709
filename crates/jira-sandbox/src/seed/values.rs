//! What seeded issues hold in custom fields.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::world::{CustomField, FieldKind, FieldValue, Project, Site, known_fields};

/// Which of ten issues has a value in every custom field that its context allows.
const FULL: usize = 4;

/// The values of an issue: all or none.
pub(super) fn values(
    site: &Site,
    project: &Project,
    issue_type: u64,
    index: usize,
    created: Timestamp,
) -> BTreeMap<u64, FieldValue> {
    if index % 10 != FULL {
        return BTreeMap::new();
    }
    let place = Place {
        site,
        project,
        issue_type,
        index,
        created,
    };
    let fields = site.custom_fields.iter();
    fields
        .filter_map(|field| Some((field.id, place.value(field)?)))
        .collect()
}

/// The issue that is being filled.
struct Place<'a> {
    site: &'a Site,
    project: &'a Project,
    issue_type: u64,
    index: usize,
    created: Timestamp,
}

impl Place<'_> {
    fn value(&self, field: &CustomField) -> Option<FieldValue> {
        let context = field.context(self.project.id, self.issue_type)?;
        // The options that stand highest; every other issue has one that was disabled since.
        let takes_disabled = self.index % 20 > 10;
        let options = || {
            let options = context.options.iter().filter(|row| row.parent.is_none());
            options
                .filter(|row| !row.is_disabled || takes_disabled)
                .map(|row| row.id)
        };
        let groups = || self.site.groups.iter().map(|row| row.id);
        let versions = || self.project.versions.iter().map(|row| row.id);
        let members = self
            .project
            .visible_to
            .as_ref()
            .unwrap_or(&self.site.members);
        let members = || members.iter().map(|index| *index as u64);
        let rows = |ids: Vec<u64>| (!ids.is_empty()).then_some(FieldValue::Rows(ids));
        let index = self.index;
        match field.kind {
            FieldKind::Text if field.id == known_fields::CUSTOMER => None,
            FieldKind::Text => Some(FieldValue::Text(format!("Falcon {index}"))),
            FieldKind::ReadOnly => Some(FieldValue::Text(format!("IMP-{index}"))),
            FieldKind::Url => Some(FieldValue::Text(format!("https://docs.example/{index}"))),
            FieldKind::Paragraph => Some(FieldValue::Document(json!({
                "type": "doc",
                "version": 1,
                "content": [{"type": "paragraph", "content": [
                    {"type": "text", "text": format!("Falcon lands at gate {index}.")}
                ]}],
            }))),
            FieldKind::Number => u32::try_from(index).ok().map(|number| {
                let halves = f64::from(number) / 2.0;
                FieldValue::Number(halves)
            }),
            FieldKind::Date => {
                let zoned = self.created.to_zoned(TimeZone::UTC);
                Some(FieldValue::Date(zoned.date()))
            }
            FieldKind::Instant => Some(FieldValue::Instant(self.created)),
            FieldKind::Labels => {
                let words = ["alpha", "beta"].map(str::to_owned);
                Some(FieldValue::Words(words.to_vec()))
            }
            FieldKind::Team => {
                let team = self.site.teams.first()?;
                Some(FieldValue::Words(vec![team.id.clone()]))
            }
            FieldKind::Select | FieldKind::Radio => {
                rows(options().next_back().into_iter().collect())
            }
            FieldKind::MultiSelect => rows(options().collect()),
            FieldKind::Checkboxes => rows(options().take(2).collect()),
            FieldKind::Cascading => {
                let parent = options().next();
                let mut children = context.options.iter();
                let child = children.find(|row| row.parent.is_some() && row.parent == parent);
                rows(parent.into_iter().chain(child.map(|row| row.id)).collect())
            }
            FieldKind::Person => rows(members().take(1).collect()),
            FieldKind::People | FieldKind::Participants => rows(members().take(2).collect()),
            FieldKind::Group => rows(groups().take(1).collect()),
            FieldKind::Groups => rows(groups().skip(1).collect()),
            FieldKind::Project => rows(vec![self.project.id]),
            FieldKind::Version => rows(versions().take(1).collect()),
            FieldKind::Versions => rows(versions().skip(1).take(2).collect()),
            FieldKind::ImportId => u32::try_from(index)
                .ok()
                .map(|number| FieldValue::Number(f64::from(number))),
            FieldKind::RequestType => {
                let mut types = self.site.request_types.iter();
                let own = types.find(|row| row.project == self.project.id);
                rows(own.map(|row| row.id).into_iter().collect())
            }
            FieldKind::Organizations => {
                let organizations = self.site.organizations.iter();
                rows(organizations.take(1).map(|row| row.id).collect())
            }
            FieldKind::Assets => {
                let objects = self.site.assets.objects.iter();
                rows(objects.take(2).map(|(id, _)| *id).collect())
            }
            FieldKind::Approvals
            | FieldKind::Sla
            | FieldKind::Satisfaction
            | FieldKind::FormCount
            | FieldKind::EpicName
            | FieldKind::EpicColor
            | FieldKind::EpicLink
            | FieldKind::StoryPoints
            | FieldKind::Sprint
            | FieldKind::Rank
            | FieldKind::Development => None,
        }
    }
}
