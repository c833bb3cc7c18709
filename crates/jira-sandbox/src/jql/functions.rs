//! The functions that stand for rows: whose they are, and which.
//!
//! <https://support.atlassian.com/jira-software-cloud/docs/jql-functions/>

use super::dates::{expect_none, is_function};
use super::resolve::Asker;
use super::values::RowField;
use crate::gateway::Sentence;
use crate::world::{FieldKind, Permission, Project, SprintState, Version};

/// The functions that stand for a list.
const LISTS: [&str; 15] = [
    "opensprints",
    "closedsprints",
    "futuresprints",
    "membersof",
    "releasedversions",
    "unreleasedversions",
    "standardissuetypes",
    "standardworktypes",
    "subtaskissuetypes",
    "projectsleadbyuser",
    "spacesleadbyuser",
    "componentsleadbyuser",
    "projectswhereuserhaspermission",
    "spaceswhereuserhaspermission",
    "cascadeoption",
];
/// The functions that stand for one row.
const SINGLES: [&str; 3] = [
    "currentuser",
    "earliestunreleasedversion",
    "latestreleasedversion",
];

/// Whether a function stands for a list, if there is one of this name here or among dates.
pub(super) fn is_list_function(name: &str) -> Option<bool> {
    let name = name.to_lowercase();
    if LISTS.contains(&name.as_str()) {
        return Some(true);
    }
    let is_single = SINGLES.contains(&name.as_str()) || is_function(&name);
    is_single.then_some(false)
}

/// What the rows of a field are, as far as functions care.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    People,
    Sprints,
    Versions,
    Types,
    Projects,
    Components,
    /// The options of the custom field with this number.
    Cascade(u64),
}

fn rows_of(field: RowField) -> Option<Rows> {
    Some(match field {
        RowField::Assignee | RowField::Reporter | RowField::Creator => Rows::People,
        RowField::Sprint => Rows::Sprints,
        RowField::FixVersion | RowField::AffectedVersion => Rows::Versions,
        RowField::IssueType => Rows::Types,
        RowField::Project => Rows::Projects,
        RowField::Component => Rows::Components,
        RowField::Custom(id, kind) => match kind {
            FieldKind::Person | FieldKind::People => Rows::People,
            FieldKind::Version | FieldKind::Versions => Rows::Versions,
            FieldKind::Project => Rows::Projects,
            FieldKind::Cascading => Rows::Cascade(id),
            _ => return None,
        },
        _ => return None,
    })
}

impl RowField {
    /// The ids that a function means, or what is wrong with its arguments, or `None` when the field
    /// has no such function.
    pub(super) fn ids_of_function(
        self,
        name: &str,
        arguments: &[String],
        asker: &Asker<'_>,
    ) -> Option<Result<Vec<u64>, Sentence>> {
        let call = Call {
            name,
            arguments,
            asker,
        };
        Some(match (rows_of(self)?, name.to_lowercase().as_str()) {
            (Rows::People, "currentuser") => call.without_arguments(|| vec![asker.person as u64]),
            (Rows::People, "membersof") => call.members(),
            (Rows::Sprints, "opensprints") => call.sprints(SprintState::Active),
            (Rows::Sprints, "closedsprints") => call.sprints(SprintState::Closed),
            (Rows::Sprints, "futuresprints") => call.sprints(SprintState::Future),
            (Rows::Versions, "releasedversions") => call.versions(|row| row.is_released),
            (Rows::Versions, "unreleasedversions") => call.versions(|row| !row.is_released),
            (Rows::Versions, "earliestunreleasedversion") => call.first(|row| !row.is_released),
            (Rows::Versions, "latestreleasedversion") => call.first(|row| row.is_released),
            (Rows::Types, "standardissuetypes" | "standardworktypes") => {
                call.types(|level| level == 0)
            }
            (Rows::Types, "subtaskissuetypes") => call.types(|level| level < 0),
            (Rows::Projects, "projectsleadbyuser" | "spacesleadbyuser") => {
                call.led(|project, lead| {
                    let is_led = project.lead == Some(lead);
                    is_led.then_some(project.id).into_iter().collect()
                })
            }
            (Rows::Projects, "projectswhereuserhaspermission" | "spaceswhereuserhaspermission") => {
                call.permitted()
            }
            (Rows::Components, "componentsleadbyuser") => call.led(|project, lead| {
                let rows = project.components.iter();
                let own = rows.filter(|row| row.lead == Some(lead));
                own.map(|row| row.id).collect()
            }),
            (Rows::Cascade(id), "cascadeoption") => call.cascade(id),
            _ => return None,
        })
    }
}

/// A function with its arguments.
struct Call<'a> {
    name: &'a str,
    arguments: &'a [String],
    asker: &'a Asker<'a>,
}

impl Call<'_> {
    fn without_arguments(&self, find: impl FnOnce() -> Vec<u64>) -> Result<Vec<u64>, Sentence> {
        expect_none(self.name, self.arguments).map(|()| find())
    }

    fn wrong_count(&self, expected: &'static str) -> Sentence {
        Sentence::ArgumentCount {
            function: self.name.to_owned(),
            expected,
            received: self.arguments.len(),
        }
    }

    fn unresolved(&self, argument: &str) -> Sentence {
        Sentence::UnresolvedArgument {
            function: self.name.to_owned(),
            argument: argument.to_owned(),
        }
    }

    fn sprints(&self, state: SprintState) -> Result<Vec<u64>, Sentence> {
        self.without_arguments(|| {
            let sprints = self.asker.site.sprints.iter();
            let own = sprints.filter(|row| row.state == state);
            own.map(|row| row.id).collect()
        })
    }

    fn members(&self) -> Result<Vec<u64>, Sentence> {
        let [name] = self.arguments else {
            return Err(self.wrong_count("'1'"));
        };
        let mut groups = self.asker.site.groups.iter();
        let group = groups.find(|row| row.name.eq_ignore_ascii_case(name) || row.uuid == *name);
        let group = group.ok_or_else(|| self.unresolved(name))?;
        Ok(group.members.iter().map(|index| *index as u64).collect())
    }

    fn project(&self, name: &str) -> Result<&Project, Sentence> {
        let ids = RowField::Project.ids(name, self.asker);
        let project = ids.first().and_then(|id| self.asker.site.project(*id));
        project.ok_or_else(|| self.unresolved(name))
    }

    /// Versions of the projects named, or of all; archived ones are neither out nor to come.
    fn versions(&self, is_wanted: impl Fn(&Version) -> bool) -> Result<Vec<u64>, Sentence> {
        let projects: Vec<&Project> = if self.arguments.is_empty() {
            self.asker.projects().collect()
        } else {
            let named = self.arguments.iter().map(|name| self.project(name));
            named.collect::<Result<_, _>>()?
        };
        let versions = projects.iter().flat_map(|row| &row.versions);
        let wanted = versions.filter(|row| !row.is_archived && is_wanted(row));
        Ok(wanted.map(|row| row.id).collect())
    }

    /// The last version out or the first to come, of the order in which projects have them.
    fn first(&self, is_wanted: impl Fn(&Version) -> bool) -> Result<Vec<u64>, Sentence> {
        let [name] = self.arguments else {
            return Err(self.wrong_count("'1'"));
        };
        let mut versions = self.project(name)?.versions.iter();
        let found = versions.find(|row| !row.is_archived && is_wanted(row));
        Ok(found.map(|row| row.id).into_iter().collect())
    }

    fn types(&self, is_wanted: impl Fn(i32) -> bool) -> Result<Vec<u64>, Sentence> {
        self.without_arguments(|| {
            let types = self.asker.site.issue_types.iter();
            let wanted = types.filter(|row| is_wanted(row.hierarchy_level));
            wanted.map(|row| row.id).collect()
        })
    }

    /// What somebody leads: the person named, or the one who asks.
    fn led(&self, find: impl Fn(&Project, usize) -> Vec<u64>) -> Result<Vec<u64>, Sentence> {
        let lead = match self.arguments {
            [] => self.asker.person,
            [name] => {
                let people = RowField::Assignee.ids(name, self.asker);
                let person = people.first().and_then(|id| usize::try_from(*id).ok());
                person.ok_or_else(|| self.unresolved(name))?
            }
            _ => return Err(self.wrong_count("between '0' and '1'")),
        };
        Ok(self
            .asker
            .projects()
            .flat_map(|project| find(project, lead))
            .collect())
    }

    /// The projects in which the one who asks has a permission, by its name.
    fn permitted(&self) -> Result<Vec<u64>, Sentence> {
        let [name] = self.arguments else {
            return Err(self.wrong_count("'1'"));
        };
        let permission = Permission::named(name).ok_or_else(|| self.unresolved(name))?;
        let Asker {
            site,
            people,
            person,
            ..
        } = self.asker;
        let projects = self.asker.projects();
        let own = projects.filter(|project| site.may(people, *person, project, permission));
        Ok(own.map(|project| project.id).collect())
    }

    /// An option, or one of its children.
    fn cascade(&self, field: u64) -> Result<Vec<u64>, Sentence> {
        let field = self.asker.site.custom_field(field);
        let contexts = field.map_or(&[][..], |field| &field.contexts);
        let options = || contexts.iter().flat_map(|context| &context.options);
        let is_named = |value: &str, id: u64, name: &str| {
            value == id.to_string() || name.to_lowercase() == value.to_lowercase()
        };
        let (parent, child) = match self.arguments {
            [parent] => (parent, None),
            [parent, child] => (parent, Some(child)),
            _ => return Err(self.wrong_count("between '1' and '2'")),
        };
        if child.is_some_and(|child| child.eq_ignore_ascii_case("none")) {
            let what = "the argument 'none' of the JQL function 'cascadeOption()'";
            return Err(Sentence::NotSimulated(what.to_owned()));
        }
        let parents = options().filter(|row| row.parent.is_none());
        let parents: Vec<u64> = parents
            .filter(|row| is_named(parent, row.id, &row.value))
            .map(|row| row.id)
            .collect();
        if parents.is_empty() {
            return Err(self.unresolved(parent));
        }
        let Some(child) = child else {
            return Ok(parents);
        };
        let children: Vec<u64> = options()
            .filter(|row| row.parent.is_some_and(|id| parents.contains(&id)))
            .filter(|row| is_named(child, row.id, &row.value))
            .map(|row| row.id)
            .collect();
        if children.is_empty() {
            return Err(self.unresolved(child));
        }
        Ok(children)
    }
}
