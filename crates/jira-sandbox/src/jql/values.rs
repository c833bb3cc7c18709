//! The fields whose values are rows: which ids a written value means, and which ids an issue has.

use crate::gateway::Sentence;
use crate::world::{Issue, Language, SprintState, Status, StatusCategory};

use super::dates::expect_none;
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
}

/// Whether a function stands for a list, if there is one of this name here or among dates.
pub(super) fn is_list_function(name: &str) -> Option<bool> {
    match name.to_lowercase().as_str() {
        "opensprints" | "closedsprints" | "futuresprints" => Some(true),
        "currentuser" => Some(false),
        _ => super::dates::is_function(name).then_some(false),
    }
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
            Self::Assignee | Self::Reporter | Self::Creator => collect(&site.members, |index| {
                let person = &asker.people[*index];
                let is_meant = person.account_id == value
                    || same(&person.display_name)
                    || (person.shows_email && same(&person.email));
                is_meant.then_some(*index as u64)
            }),
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
            Self::FixVersion => collect(asker.projects().flat_map(|row| &row.versions), |row| {
                (is_id(row.id) || same(&row.name)).then_some(row.id)
            }),
            Self::Parent => asker
                .find_issue(value)
                .map(|issue| issue.id)
                .into_iter()
                .collect(),
        }
    }

    /// The ids that a function means, or what is wrong with its arguments, or `None` when the field has no such function.
    pub(super) fn ids_of_function(
        self,
        name: &str,
        arguments: &[String],
        asker: &Asker<'_>,
    ) -> Option<Result<Vec<u64>, Sentence>> {
        let in_state = |state| {
            collect(&asker.site.sprints, |row| {
                (row.state == state).then_some(row.id)
            })
        };
        let found = match (self, name.to_lowercase().as_str()) {
            (Self::Assignee | Self::Reporter | Self::Creator, "currentuser") => {
                vec![asker.person as u64]
            }
            (Self::Sprint, "opensprints") => in_state(SprintState::Active),
            (Self::Sprint, "closedsprints") => in_state(SprintState::Closed),
            (Self::Sprint, "futuresprints") => in_state(SprintState::Future),
            _ => return None,
        };
        Some(expect_none(name, arguments).map(|()| found))
    }

    /// The ids that an issue has in this field.
    pub(super) fn ids_of_issue(self, issue: &Issue, statuses: &[Status]) -> Vec<u64> {
        match self {
            Self::Project => vec![issue.project],
            Self::Sprint => issue.sprints.clone(),
            Self::Status => vec![issue.status],
            Self::StatusCategory => statuses
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
        }
    }
}

fn collect<T>(rows: impl IntoIterator<Item = T>, id: impl FnMut(T) -> Option<u64>) -> Vec<u64> {
    rows.into_iter().filter_map(id).collect()
}
