//! Which fields a person can fill in for an issue of a project and type, when it is created and when
//! it is edited.
//!
//! The conditions are those of "Get edit issue metadata" and "Get create field metadata".

use super::Field;
use crate::sandbox::State;
use crate::world::{
    Context, CustomField, FieldKind, IssueType, Permission, Person, Project, ScreenField, Site,
    Transition,
};

/// The system fields on the screens of projects, in the order of the screen.
const ON_SCREEN: [&str; 16] = [
    "summary",
    "issuetype",
    "parent",
    "description",
    "environment",
    "project",
    "reporter",
    "fixVersions",
    "versions",
    "priority",
    "labels",
    "assignee",
    "components",
    "duedate",
    "timetracking",
    "security",
];

/// When a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rest) enum Occasion {
    Create,
    Edit,
    /// On the screen of a transition.
    Transition,
}

/// What one person can fill in.
#[derive(Clone, Copy)]
pub(in crate::rest) struct Form<'a> {
    site: &'a Site,
    people: &'a [Person],
    person: usize,
    pub(in crate::rest) project: &'a Project,
    pub(in crate::rest) issue_type: &'a IssueType,
    pub(in crate::rest) occasion: Occasion,
    checks_screen: bool,
    /// The screen of a transition.
    screen: &'a [ScreenField],
}

impl<'a> Form<'a> {
    /// The form of a person of a site.
    pub(in crate::rest) fn new(
        state: &'a State,
        site: &'a Site,
        person: usize,
        project: &'a Project,
        issue_type: &'a IssueType,
        occasion: Occasion,
    ) -> Self {
        let checks_screen = occasion == Occasion::Create || state.switches.edit_checks_screens;
        Self {
            site,
            people: &state.world.people,
            person,
            project,
            issue_type,
            occasion,
            checks_screen,
            screen: &[],
        }
    }

    /// The form of a person on the screen of a transition.
    pub(in crate::rest) fn of_screen(
        state: &'a State,
        person: usize,
        project: &'a Project,
        issue_type: &'a IssueType,
        site: &'a Site,
        transition: &'a Transition,
    ) -> Self {
        let screen = transition.screen.as_deref().unwrap_or_default();
        Self {
            screen,
            ..Self::new(
                state,
                site,
                person,
                project,
                issue_type,
                Occasion::Transition,
            )
        }
    }

    /// The fields in the order of the screen, as metadata lists them.
    pub(in crate::rest) fn fields(self) -> impl Iterator<Item = Field<'a>> {
        let screen = self.screen.iter().map(|row| row.field.as_str());
        // One may comment while editing, wherever there is a screen.
        let usual = ON_SCREEN.iter().copied().chain(["comment"]);
        let usual = usual.filter(move |_| self.occasion != Occasion::Transition);
        let system = usual.chain(screen).filter_map(super::system_field);
        let custom = self.site.custom_fields.iter();
        let all = system.map(Field::System).chain(custom.map(Field::Custom));
        all.filter(move |field| self.lists(*field))
    }

    /// The issue types among which one may choose: the one at hand for a new issue, and those of the
    /// same kind later.
    pub(in crate::rest) fn issue_types(self, site: &Site) -> impl Iterator<Item = &IssueType> {
        let is_subtask = |row: &IssueType| row.hierarchy_level < 0;
        let types = self.project.issue_types.iter();
        let types = types.filter_map(|id| site.issue_type(*id));
        types.filter(move |row| match self.occasion {
            Occasion::Create => row.id == self.issue_type.id,
            Occasion::Edit | Occasion::Transition => is_subtask(row) == is_subtask(self.issue_type),
        })
    }

    /// A project is chosen when an issue is created, and only then. Jira lists two fields for
    /// editing that nobody edits.
    fn lists(self, field: Field<'_>) -> bool {
        let is_edit = self.occasion == Occasion::Edit;
        if self.occasion == Occasion::Transition {
            return self.takes(field);
        }
        match field {
            Field::System(system) if system.id == "comment" => {
                is_edit && self.may(Permission::AddComments)
            }
            Field::System(system) => self.takes(field) && !(is_edit && system.id == "project"),
            Field::Custom(custom) => {
                let is_told = matches!(custom.kind, FieldKind::Rank | FieldKind::Development);
                let context = self.context(custom);
                (is_edit && is_told) || context.is_some_and(|context| self.shows(context))
            }
        }
    }

    /// Whether a write may set a field. An edit goes by context and permission and not by screens,
    /// but by switch.
    pub(in crate::rest) fn takes(self, field: Field<'_>) -> bool {
        if self.occasion == Occasion::Transition && self.on_screen(field).is_none() {
            return false;
        }
        match field {
            Field::System(field) => self.takes_system(field.id),
            Field::Custom(field) => self
                .context(field)
                .is_some_and(|context| !self.checks_screen || self.shows(context)),
        }
    }

    fn on_screen(self, field: Field<'_>) -> Option<&'a ScreenField> {
        self.screen.iter().find(|row| row.field == field.id())
    }

    fn may(self, permission: Permission) -> bool {
        self.site
            .may(self.people, self.person, self.project, permission)
    }

    fn takes_system(self, id: &str) -> bool {
        let may = |permission| self.may(permission);
        match id {
            "priority" => self.project.has_priority,
            "assignee" => may(Permission::AssignIssues),
            "reporter" => may(Permission::ModifyReporter),
            "duedate" => may(Permission::ScheduleIssues),
            "security" => {
                !self.project.security_levels.is_empty() && may(Permission::SetIssueSecurity)
            }
            "versions" | "environment" => !self.project.is_team_managed,
            "timetracking" => self.site.has_time_tracking,
            // No screen for editing has it, and an edit that goes by no screen may set it.
            "resolution" => match self.occasion {
                Occasion::Create => false,
                Occasion::Edit => !self.checks_screen && !self.project.is_team_managed,
                Occasion::Transition => true,
            },
            other => ON_SCREEN.contains(&other),
        }
    }

    /// The context of a custom field for the issue, if people fill the field in at all.
    pub(in crate::rest) fn context<'b>(&self, field: &'b CustomField) -> Option<&'b Context> {
        let is_epic = self.issue_type.hierarchy_level > 0;
        let is_company_managed = !self.project.is_team_managed;
        let is_fillable = match field.kind {
            FieldKind::EpicName => is_epic && is_company_managed,
            FieldKind::EpicColor => is_epic,
            FieldKind::EpicLink => self.issue_type.hierarchy_level == 0 && is_company_managed,
            kind => !kind.is_computed(),
        };
        field
            .context(self.project.id, self.issue_type.id)
            .filter(|_| is_fillable)
    }

    fn shows(self, context: &Context) -> bool {
        match self.occasion {
            Occasion::Create => context.is_on_create_screen,
            Occasion::Edit => context.is_on_edit_screen,
            Occasion::Transition => true,
        }
    }

    /// Whether a field must be filled in.
    pub(in crate::rest) fn requires(self, field: Field<'_>) -> bool {
        if self.occasion == Occasion::Transition {
            let row = self.on_screen(field);
            return row.is_some_and(|row| row.is_required);
        }
        match field {
            Field::System(field) => match field.id {
                "summary" | "issuetype" | "project" => true,
                "parent" => self.issue_type.hierarchy_level < 0,
                _ => false,
            },
            Field::Custom(field) => self
                .context(field)
                .is_some_and(|context| context.is_required && self.shows(context)),
        }
    }
}
