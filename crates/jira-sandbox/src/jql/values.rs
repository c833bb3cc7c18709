//! The fields whose values are rows: which ids a written value means, and which ids an issue has.

use crate::world::{FieldKind, FieldValue, Issue, Language, Site, StatusCategory};

use super::resolve::Asker;

/// A field that holds none, one or several ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowField {
    Project,
    Sprint,
    Status,
    StatusCategory,
    Assignee,
    Reporter,
    Creator,
    IssueType,
    Priority,
    Resolution,
    Labels,
    Component,
    FixVersion,
    Parent,
    /// The parent of an issue, where it is an epic.
    Epic,
    AffectedVersion,
    SecurityLevel,
    /// The category of the project.
    Category,
    /// A custom field of rows.
    Custom(u64, FieldKind),
}

impl RowField {
    /// The field with this name, in any letter case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "project" | "spacejira" => Self::Project,
            "sprint" | "cf[10020]" => Self::Sprint,
            "status" => Self::Status,
            "statuscategory" => Self::StatusCategory,
            "assignee" => Self::Assignee,
            "reporter" => Self::Reporter,
            "creator" => Self::Creator,
            "issuetype" | "type" | "worktype" => Self::IssueType,
            "priority" => Self::Priority,
            "resolution" => Self::Resolution,
            "labels" => Self::Labels,
            "component" => Self::Component,
            "fixversion" => Self::FixVersion,
            "parent" => Self::Parent,
            "affectedversion" | "affects version" => Self::AffectedVersion,
            "level" | "security level" => Self::SecurityLevel,
            "category" | "spacecategory" | "space category" => Self::Category,
            _ => return None,
        })
    }

    /// The ids that a written value means; several rows may share a name. Empty: no such value.
    pub(super) fn ids(self, value: &str, asker: &Asker<'_>) -> Vec<u64> {
        let site = asker.site;
        let same = |text: &str| text.to_lowercase() == value.to_lowercase();
        let is_id = |id: u64| value == id.to_string();
        let translated = |english: &str, korean: &str| {
            same(english) || (asker.language == Language::Korean && same(korean))
        };
        match self {
            Self::Project => collect(asker.projects(), |row| {
                (is_id(row.id)
                    || same(&row.key)
                    || same(&row.name)
                    || row.former_keys.iter().any(|key| same(key)))
                .then_some(row.id)
            }),
            Self::Sprint => collect(&site.sprints, |row| {
                (is_id(row.id) || same(&row.name)).then_some(row.id)
            }),
            Self::Status => collect(&site.statuses, |row| {
                (is_id(row.id) || translated(&row.name, &row.korean)).then_some(row.id)
            }),
            Self::StatusCategory => collect(&StatusCategory::ALL, |row| {
                let is_named = same(row.key())
                    || translated(row.name(Language::English), row.name(Language::Korean));
                (is_id(row.id()) || is_named).then_some(row.id())
            }),
            Self::Assignee | Self::Reporter | Self::Creator => people(value, asker),
            Self::IssueType => collect(&site.issue_types, |row| {
                (is_id(row.id) || translated(&row.name, &row.korean)).then_some(row.id)
            }),
            Self::Priority => collect(&site.priorities, |row| {
                (is_id(row.id) || translated(&row.name, &row.korean)).then_some(row.id)
            }),
            Self::Resolution => collect(&site.resolutions, |row| {
                (is_id(row.id) || translated(&row.name, &row.korean)).then_some(row.id)
            }),
            Self::Labels => site
                .labels
                .iter()
                .zip(0..)
                .filter_map(|(label, index)| same(label).then_some(index))
                .collect(),
            Self::Component => collect(asker.projects().flat_map(|row| &row.components), |row| {
                (is_id(row.id) || same(&row.name)).then_some(row.id)
            }),
            Self::FixVersion | Self::AffectedVersion => {
                collect(asker.projects().flat_map(|row| &row.versions), |row| {
                    (is_id(row.id) || same(&row.name)).then_some(row.id)
                })
            }
            Self::SecurityLevel => {
                let levels = asker.projects().flat_map(|row| &row.security_levels);
                collect(levels, |row| {
                    (is_id(row.id) || same(&row.name)).then_some(row.id)
                })
            }
            Self::Category => collect(&site.categories, |row| {
                (is_id(row.id) || same(&row.name)).then_some(row.id)
            }),
            Self::Custom(id, kind) => custom_ids(id, kind, value, asker),
            Self::Parent | Self::Epic => asker
                .find_issue(value)
                .map(|issue| issue.id)
                .into_iter()
                .collect(),
        }
    }

    /// The ids that an issue has in this field.
    pub(super) fn ids_of_issue(self, issue: &Issue, site: &Site) -> Vec<u64> {
        match self {
            Self::Project => vec![issue.project],
            Self::Sprint => issue.sprints.clone(),
            Self::Status => vec![issue.status],
            Self::StatusCategory => site
                .statuses
                .iter()
                .filter(|row| row.id == issue.status)
                .map(|row| row.category.id())
                .collect(),
            Self::Assignee => issue
                .assignee
                .map(|index| index as u64)
                .into_iter()
                .collect(),
            Self::Reporter | Self::Creator => issue
                .reporter
                .map(|index| index as u64)
                .into_iter()
                .collect(),
            Self::IssueType => vec![issue.issue_type],
            Self::Priority => issue.priority.into_iter().collect(),
            Self::Resolution => issue.resolution.into_iter().collect(),
            Self::Labels => issue.labels.clone(),
            Self::Component => issue.components.clone(),
            Self::FixVersion => issue.fix_versions.clone(),
            Self::Parent => issue.parent.into_iter().collect(),
            Self::Epic => {
                let level = |id| site.issue_type(id).map_or(0, |row| row.hierarchy_level);
                let parent = issue.parent.and_then(|id| site.issues.get(&id));
                let epic = parent.filter(|row| level(row.issue_type) > 0);
                epic.map(|row| row.id).into_iter().collect()
            }
            Self::AffectedVersion => issue.affected_versions.clone(),
            Self::SecurityLevel => issue.security.into_iter().collect(),
            Self::Category => {
                let project = site.project(issue.project);
                project.and_then(|row| row.category).into_iter().collect()
            }
            Self::Custom(id, _) => match issue.custom.get(&id) {
                Some(FieldValue::Rows(rows)) => rows.clone(),
                _ => Vec::new(),
            },
        }
    }
}

/// The people of the site that a value means.
fn people(value: &str, asker: &Asker<'_>) -> Vec<u64> {
    let same = |text: &str| text.to_lowercase() == value.to_lowercase();
    collect(&asker.site.members, |index| {
        let person = &asker.people[*index];
        let is_meant = person.account_id == value
            || same(&person.display_name)
            || (person.shows_email && same(&person.email));
        is_meant.then_some(*index as u64)
    })
}

/// The rows that a value means in a custom field.
fn custom_ids(id: u64, kind: FieldKind, value: &str, asker: &Asker<'_>) -> Vec<u64> {
    let same = |text: &str| text.to_lowercase() == value.to_lowercase();
    let is_id = |id: u64| value == id.to_string();
    match kind {
        FieldKind::Person | FieldKind::People => people(value, asker),
        FieldKind::Group | FieldKind::Groups => collect(&asker.site.groups, |row| {
            (row.uuid == value || same(&row.name)).then_some(row.id)
        }),
        FieldKind::Project => RowField::Project.ids(value, asker),
        FieldKind::Version | FieldKind::Versions => RowField::FixVersion.ids(value, asker),
        _ => {
            let field = asker.site.custom_field(id);
            let contexts = field.map_or(&[][..], |field| &field.contexts);
            let options = contexts.iter().flat_map(|context| &context.options);
            collect(options, |row| {
                (is_id(row.id) || same(&row.value)).then_some(row.id)
            })
        }
    }
}

fn collect<T>(rows: impl IntoIterator<Item = T>, id: impl FnMut(T) -> Option<u64>) -> Vec<u64> {
    rows.into_iter().filter_map(id).collect()
}
