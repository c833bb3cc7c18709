//! The order of a search, in values that a page token can carry.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::world::{FieldKind, FieldValue, Issue, Person, Site};

/// A field to sort by.
#[derive(Debug, Clone, Copy)]
pub(super) enum SortField {
    Key,
    /// The order on boards. Nobody ranks here, so it is the order of creation.
    Rank,
    Created,
    Updated,
    Summary,
    Status,
    Priority,
    Assignee,
    Reporter,
    Project,
    IssueType,
    Resolution,
    Resolved,
    Due,
    /// The custom field with this number.
    Custom(u64),
}

/// A field to sort by, and which way.
#[derive(Debug, Clone, Copy)]
pub(super) struct SortKey {
    pub(super) field: SortField,
    pub(super) is_descending: bool,
}

/// The value of an issue in a sort field. An empty one comes last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum SortValue {
    Number(i64),
    Text(String),
    Key(String, u64),
    Empty(()),
}

impl SortField {
    /// The sort field with this name, in any letter case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "key" | "issuekey" | "id" | "workitem" | "workitemkey" => Self::Key,
            "rank" => Self::Rank,
            "created" | "createddate" => Self::Created,
            "updated" | "updateddate" => Self::Updated,
            "summary" => Self::Summary,
            "status" => Self::Status,
            "priority" => Self::Priority,
            "assignee" => Self::Assignee,
            "reporter" | "creator" => Self::Reporter,
            "project" | "spacejira" => Self::Project,
            "issuetype" | "type" | "worktype" => Self::IssueType,
            "resolution" => Self::Resolution,
            "resolved" | "resolutiondate" => Self::Resolved,
            "due" | "duedate" => Self::Due,
            _ => return None,
        })
    }
}

/// The values of an issue in every field of the order.
pub(super) fn sort_values(
    order: &[SortKey],
    issue: &Issue,
    site: &Site,
    people: &[Person],
) -> Vec<SortValue> {
    order
        .iter()
        .map(|key| sort_value(key.field, issue, site, people))
        .collect()
}

fn sort_value(field: SortField, issue: &Issue, site: &Site, people: &[Person]) -> SortValue {
    let project_key = || {
        site.project(issue.project)
            .map(|row| row.key.clone())
            .unwrap_or_default()
    };
    let number = |id: u64| SortValue::Number(id.cast_signed());
    let name = |person: Option<usize>| {
        person.map_or(SortValue::Empty(()), |index| {
            SortValue::Text(people[index].display_name.to_lowercase())
        })
    };
    match field {
        SortField::Key => SortValue::Key(project_key(), issue.number),
        SortField::Rank => number(issue.id),
        SortField::Created => SortValue::Number(issue.created.as_millisecond()),
        SortField::Updated => SortValue::Number(issue.updated.as_millisecond()),
        SortField::Summary => SortValue::Text(issue.summary.to_lowercase()),
        SortField::Status => number(issue.status),
        // Ascending is from the lowest priority, and priority 1 is the highest.
        SortField::Priority => issue.priority.map_or(SortValue::Empty(()), |id| {
            SortValue::Number(-id.cast_signed())
        }),
        SortField::Assignee => name(issue.assignee),
        SortField::Reporter => name(issue.reporter),
        SortField::Resolution => issue.resolution.map_or(SortValue::Empty(()), number),
        SortField::Resolved => issue.resolved.map_or(SortValue::Empty(()), |instant| {
            SortValue::Number(instant.as_millisecond())
        }),
        SortField::Due => issue.due.map_or(SortValue::Empty(()), |date| {
            SortValue::Text(date.to_string())
        }),
        SortField::Custom(id) => custom_value(id, issue, site, people),
        SortField::Project => SortValue::Text(project_key()),
        SortField::IssueType => number(issue.issue_type),
    }
}

/// A custom field sorts by what people see in it; options in the order in which they were made.
fn custom_value(id: u64, issue: &Issue, site: &Site, people: &[Person]) -> SortValue {
    let Some(value) = issue.custom.get(&id) else {
        return SortValue::Empty(());
    };
    let kind = site.custom_field(id).map(|field| field.kind);
    match value {
        FieldValue::Text(text) => SortValue::Text(text.to_lowercase()),
        FieldValue::Document(_) => SortValue::Empty(()),
        FieldValue::Number(number) => SortValue::Number(in_order(*number)),
        FieldValue::Date(date) => SortValue::Text(date.to_string()),
        FieldValue::Instant(instant) => SortValue::Number(instant.as_millisecond()),
        FieldValue::Words(words) => SortValue::Text(words.join(" ").to_lowercase()),
        FieldValue::Rows(rows) => {
            let first = rows.first().copied().unwrap_or_default();
            if matches!(kind, Some(FieldKind::Person | FieldKind::People)) {
                let person = usize::try_from(first)
                    .ok()
                    .and_then(|index| people.get(index));
                return person.map_or(SortValue::Empty(()), |person| {
                    SortValue::Text(person.display_name.to_lowercase())
                });
            }
            SortValue::Number(first.cast_signed())
        }
    }
}

/// A whole number for each number, in the same order (IEEE 754, `totalOrder`).
fn in_order(number: f64) -> i64 {
    let bits = number.to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// Compares two issues by their values in the fields of the order.
pub(super) fn compare(order: &[SortKey], left: &[SortValue], right: &[SortValue]) -> Ordering {
    order
        .iter()
        .zip(left.iter().zip(right))
        .map(|(key, (left, right))| {
            let ordering = left.cmp(right);
            if key.is_descending {
                ordering.reverse()
            } else {
                ordering
            }
        })
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}
