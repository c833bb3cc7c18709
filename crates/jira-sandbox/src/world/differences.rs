//! The items of a history: what differs between an issue before and after a write.
//!
//! Names and ids are those of recorded histories: `Component`, `Fix Version` and `Sprint` are
//! display names, a parent has no field id, and lists of labels are one text.

use std::collections::BTreeSet;

use super::history::{Item, Side};
use super::{CustomField, FieldKind, FieldValue, Issue, Site, known_fields};
use crate::wiki;

impl Site {
    /// Everything that differs, field by field.
    pub(super) fn differences(&self, before: &Issue, after: &Issue) -> Vec<Item> {
        let mut items = self.texts(before, after);
        items.extend(self.single_rows(before, after));
        items.extend(self.lists(before, after));
        items.extend(self.custom_values(before, after));
        items
    }

    fn texts(&self, before: &Issue, after: &Issue) -> Vec<Item> {
        let sides = |issue: &Issue| {
            let estimate = |seconds: Option<u64>| {
                let text = seconds.map(|seconds| seconds.to_string());
                text.map_or(Side::Nothing, |text| Side::Row(text.clone(), text))
            };
            let date = issue.due.map_or(Side::Nothing, |date| {
                Side::Row(date.to_string(), format!("{date} 00:00:00.0"))
            });
            let markup = |document: &Option<serde_json::Value>| {
                let markup = document.as_ref().map(wiki::from_document);
                markup.map_or(Side::Nothing, Side::Text)
            };
            [
                ("summary", Side::Text(issue.summary.clone())),
                ("description", markup(&issue.description)),
                ("environment", markup(&issue.environment)),
                ("duedate", date),
                ("timeoriginalestimate", estimate(issue.original_estimate)),
                ("timeestimate", estimate(issue.remaining_estimate)),
                ("labels", Side::Text(self.label_text(&issue.labels))),
            ]
        };
        differing(sides(before), sides(after))
    }

    fn single_rows(&self, before: &Issue, after: &Issue) -> Vec<Item> {
        let sides = |issue: &Issue| {
            let person = |index: Option<usize>| index.map_or(Side::Nothing, Side::Person);
            let row = |row: Option<(u64, &str)>| {
                row.map_or(Side::Nothing, |(id, name)| Side::row(id, name))
            };
            let security = self.project(issue.project).and_then(|project| {
                let mut levels = project.security_levels.iter();
                levels.find(|row| Some(row.id) == issue.security)
            });
            let priority = issue.priority.and_then(|id| self.priority(id));
            let resolution = issue.resolution.and_then(|id| self.resolution(id));
            let kind = self.issue_type(issue.issue_type);
            let status = self.status(issue.status);
            let project = self.project(issue.project);
            [
                (
                    "project",
                    row(project.map(|row| (row.id, row.name.as_str()))),
                ),
                (
                    "issuetype",
                    row(kind.map(|row| (row.id, row.name.as_str()))),
                ),
                (
                    "priority",
                    row(priority.map(|row| (row.id, row.name.as_str()))),
                ),
                (
                    "security",
                    row(security.map(|row| (row.id, row.name.as_str()))),
                ),
                ("assignee", person(issue.assignee)),
                ("reporter", person(issue.reporter)),
                (
                    "resolution",
                    row(resolution.map(|row| (row.id, row.name.as_str()))),
                ),
                ("status", row(status.map(|row| (row.id, row.name.as_str())))),
            ]
        };
        let mut items = differing(sides(before), sides(after));
        if before.parent != after.parent {
            let side = |parent: Option<u64>| {
                let parent = parent.and_then(|id| self.issues.get(&id));
                parent.map_or(Side::Nothing, |row| Side::row(row.id, &self.key_of(row)))
            };
            let (from, to) = (side(before.parent), side(after.parent));
            items.push(Item::named("IssueParentAssociation", None, from, to));
        }
        items
    }

    /// Lists of which each row that came or went is an item of its own, and sprints, which are one.
    fn lists(&self, before: &Issue, after: &Issue) -> Vec<Item> {
        let project = |issue: &Issue| self.project(issue.project);
        let components = |issue: &Issue| -> Vec<(u64, &str)> {
            let rows = project(issue).map_or(&[][..], |row| &row.components);
            let own = rows.iter().filter(|row| issue.components.contains(&row.id));
            own.map(|row| (row.id, row.name.as_str())).collect()
        };
        let versions = |issue: &Issue, ids: &[u64]| -> Vec<(u64, &str)> {
            let rows = project(issue).map_or(&[][..], |row| &row.versions);
            let own = rows.iter().filter(|row| ids.contains(&row.id));
            own.map(|row| (row.id, row.name.as_str())).collect()
        };
        let mut items = rows_that_differ(
            ("Component", "components"),
            &components(before),
            &components(after),
        );
        items.extend(rows_that_differ(
            ("Fix Version", "fixVersions"),
            &versions(before, &before.fix_versions),
            &versions(after, &after.fix_versions),
        ));
        items.extend(rows_that_differ(
            ("Version", "versions"),
            &versions(before, &before.affected_versions),
            &versions(after, &after.affected_versions),
        ));
        if before.sprints != after.sprints {
            let side = |issue: &Issue| {
                let sprints = issue.sprints.iter().filter_map(|id| self.sprint(*id));
                let rows: Vec<_> = sprints
                    .map(|row| (row.id.to_string(), row.name.as_str()))
                    .collect();
                joined(&rows)
            };
            let id = format!("customfield_{}", known_fields::SPRINT);
            items.push(Item::named("Sprint", Some(&id), side(before), side(after)));
        }
        items
    }

    fn custom_values(&self, before: &Issue, after: &Issue) -> Vec<Item> {
        let numbers: BTreeSet<_> = before.custom.keys().chain(after.custom.keys()).collect();
        let differing = numbers
            .into_iter()
            .filter(|number| before.custom.get(number) != after.custom.get(number));
        differing
            .map(|number| {
                let id = format!("customfield_{number}");
                let field = self.custom_fields.iter().find(|row| row.id == *number);
                let side = |issue: &Issue| {
                    let value = issue.custom.get(number);
                    value.map_or(Side::Nothing, |value| self.custom_side(field, value))
                };
                let name = field.map_or(id.as_str(), |field| &field.name);
                Item::named(name, Some(&id), side(before), side(after))
            })
            .collect()
    }

    fn custom_side(&self, field: Option<&CustomField>, value: &FieldValue) -> Side {
        match value {
            FieldValue::Text(text) => Side::Text(text.clone()),
            FieldValue::Document(document) => Side::Text(wiki::from_document(document)),
            FieldValue::Number(number) => Side::Text(number.to_string()),
            FieldValue::Date(date) => Side::Row(date.to_string(), date.to_string()),
            FieldValue::Instant(instant) => Side::Row(instant.to_string(), instant.to_string()),
            FieldValue::Words(words) => match words.first().and_then(|id| self.team(id)) {
                Some(team) => Side::Row(team.id.clone(), team.name.clone()),
                None => Side::Text(words.join(" ")),
            },
            FieldValue::Rows(ids) => self.custom_rows(field, ids),
        }
    }

    /// Fields of one row tell its id and name, those of several tell lists, and cascading ones a
    /// sentence.
    fn custom_rows(&self, field: Option<&CustomField>, ids: &[u64]) -> Side {
        let people = || ids.iter().filter_map(|index| usize::try_from(*index).ok());
        let rows: Vec<(String, String)> =
            ids.iter().map(|id| self.custom_row(field, *id)).collect();
        let list = |separator: &str| {
            let ids: Vec<_> = rows.iter().map(|(id, _)| id.as_str()).collect();
            let names: Vec<_> = rows.iter().map(|(_, name)| name.as_str()).collect();
            (format!("[{}]", ids.join(", ")), names.join(separator))
        };
        match field.map(|field| field.kind) {
            Some(FieldKind::Person) => people().next().map_or(Side::Nothing, Side::Person),
            Some(FieldKind::People | FieldKind::Participants) => Side::People(people().collect()),
            Some(FieldKind::Cascading) => {
                let levels = ["Parent values", "Level 1 values"].iter().zip(&rows);
                let levels = levels.map(|(level, (id, name))| format!("{level}: {name}({id})"));
                Side::Text(levels.collect())
            }
            Some(FieldKind::Groups) => {
                let (ids, names) = list(", ");
                Side::Row(ids, format!("[{names}]"))
            }
            Some(
                FieldKind::MultiSelect
                | FieldKind::Checkboxes
                | FieldKind::Versions
                | FieldKind::Organizations
                | FieldKind::Assets,
            ) => {
                let (ids, names) = list(",");
                Side::Row(ids, names)
            }
            _ => match rows.into_iter().next() {
                Some((id, name)) => Side::Row(id, name),
                None => Side::Nothing,
            },
        }
    }

    /// The id and the name of a row that a custom field holds.
    fn custom_row(&self, field: Option<&CustomField>, id: u64) -> (String, String) {
        let text = id.to_string();
        let named = |name: Option<&String>| {
            let name = name.cloned();
            (text.clone(), name.unwrap_or_else(|| text.clone()))
        };
        match field.map(|field| field.kind) {
            Some(FieldKind::Group | FieldKind::Groups) => {
                let group = self.groups.iter().find(|row| row.id == id);
                group.map_or_else(|| named(None), |row| (row.uuid.clone(), row.name.clone()))
            }
            Some(FieldKind::Project) => named(self.project(id).map(|row| &row.name)),
            Some(FieldKind::RequestType) => named(self.request_type(id).map(|row| &row.name)),
            Some(FieldKind::Organizations) => named(self.organization(id).map(|row| &row.name)),
            Some(FieldKind::Assets) => {
                let label = self.assets.label(id).map(str::to_owned);
                named(label.as_ref())
            }
            Some(FieldKind::Version | FieldKind::Versions) => {
                let mut versions = self.projects.iter().flat_map(|project| &project.versions);
                named(versions.find(|row| row.id == id).map(|row| &row.name))
            }
            _ => {
                let option = field.and_then(|field| field.option(id));
                named(option.map(|row| &row.value))
            }
        }
    }

    fn label_text(&self, labels: &[u64]) -> String {
        let names = labels.iter().filter_map(|index| {
            let label = self.labels.get(usize::try_from(*index).ok()?);
            label.map(String::as_str)
        });
        names.collect::<Vec<_>>().join(" ")
    }
}

/// The fields of which the two sides differ.
fn differing<const COUNT: usize>(
    before: [(&'static str, Side); COUNT],
    after: [(&'static str, Side); COUNT],
) -> Vec<Item> {
    let pairs = before.into_iter().zip(after);
    pairs
        .filter(|((_, from), (_, to))| from != to)
        .map(|((field, from), (_, to))| Item::plain(field, from, to))
        .collect()
}

/// An item for each row that only one side has.
fn rows_that_differ(
    (field, id): (&str, &str),
    before: &[(u64, &str)],
    after: &[(u64, &str)],
) -> Vec<Item> {
    let side = |(id, name): &(u64, &str)| Side::row(*id, name);
    let gone = before.iter().filter(|row| !after.contains(row));
    let gone = gone.map(|row| Item::named(field, Some(id), side(row), Side::Nothing));
    let come = after.iter().filter(|row| !before.contains(row));
    let come = come.map(|row| Item::named(field, Some(id), Side::Nothing, side(row)));
    gone.chain(come).collect()
}

/// Several rows as one side.
fn joined(rows: &[(String, &str)]) -> Side {
    if rows.is_empty() {
        return Side::Nothing;
    }
    let (ids, names): (Vec<_>, Vec<_>) = rows.iter().map(|(id, name)| (id.as_str(), *name)).unzip();
    Side::Row(ids.join(", "), names.join(", "))
}
