//! Custom fields: their kinds, where each of them applies, and what an issue holds in them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Site;

/// The kinds of custom fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FieldKind {
    /// One line.
    Text,
    /// Rich text.
    Paragraph,
    Url,
    Number,
    Date,
    Instant,
    Labels,
    Select,
    Radio,
    MultiSelect,
    Checkboxes,
    /// An option and perhaps one of its children.
    Cascading,
    Person,
    People,
    Group,
    Groups,
    Project,
    Version,
    Versions,
    Team,
    /// A text that only the API writes.
    ReadOnly,
    EpicName,
    EpicColor,
    EpicLink,
    StoryPoints,
    Sprint,
    Rank,
    /// What the development tools tell; nobody writes it.
    Development,
    /// A number from a system that the issue came from; nobody writes it.
    ImportId,
    /// What a customer asks for in a service project.
    RequestType,
    /// Organisations of customers.
    Organizations,
    /// People who take part in a request.
    Participants,
    /// Who has approved a request; nobody writes it, nor the next three.
    Approvals,
    /// How long something takes, and may take.
    Sla,
    /// What a customer says of how a request was handled.
    Satisfaction,
    /// How many forms are attached.
    FormCount,
    /// Objects of Assets.
    Assets,
}

/// A custom field of a site.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CustomField {
    /// The number behind `customfield_`.
    pub(crate) id: u64,
    /// The id by which the API knows the field: `customfield_` and the number.
    pub(crate) key: String,
    /// Not unique, and never a way to find a field.
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) kind: FieldKind,
    /// The team-managed project that has made the field for itself.
    pub(crate) project: Option<u64>,
    pub(crate) contexts: Vec<Context>,
}

/// Where a custom field applies, and how it behaves there. An issue is in one context of a field at
/// most.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Context {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// `None`: all projects that no other context of the field has.
    pub(crate) projects: Option<Vec<u64>>,
    /// `None`: all issue types.
    pub(crate) issue_types: Option<Vec<u64>>,
    /// Children of cascading options stand here, too.
    pub(crate) options: Vec<FieldOption>,
    /// What a new issue has where nobody says anything.
    pub(crate) default: Option<FieldValue>,
    pub(crate) is_required: bool,
    /// Whether the screen on which issues are created has the field.
    pub(crate) is_on_create_screen: bool,
    /// Whether the screen on which issues are edited has the field.
    pub(crate) is_on_edit_screen: bool,
}

/// A team, which Atlassian has outside of any site.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Team {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// An option of a select field.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FieldOption {
    pub(crate) id: u64,
    pub(crate) value: String,
    /// Disabled ones stay in the issues that have them, and nobody can choose them.
    pub(crate) is_disabled: bool,
    /// The option above a child.
    pub(crate) parent: Option<u64>,
}

/// What an issue holds in a custom field. An empty field holds no value at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum FieldValue {
    Text(String),
    /// An Atlassian Document Format document.
    Document(Value),
    Number(f64),
    Date(Date),
    Instant(Timestamp),
    /// Ids of options, groups, projects, versions, kinds of requests, organisations or objects, or
    /// indexes of people; one in a field of one, an option and its child in a cascading one.
    Rows(Vec<u64>),
    /// Labels, or the id of a team.
    Words(Vec<String>),
}

/// The numbers of the fields which Jira Software makes for itself.
pub(crate) mod known_fields {
    pub(crate) const EPIC_NAME: u64 = 10_011;
    pub(crate) const EPIC_LINK: u64 = 10_014;
    pub(crate) const STORY_POINT_ESTIMATE: u64 = 10_016;
    pub(crate) const RANK: u64 = 10_019;
    pub(crate) const SPRINT: u64 = 10_020;
    pub(crate) const CUSTOMER: u64 = 10_031;
}

impl FieldKind {
    /// Whether Jira computes the values, and nobody writes them.
    pub(crate) fn is_computed(self) -> bool {
        matches!(
            self,
            Self::Rank
                | Self::Development
                | Self::ImportId
                | Self::Approvals
                | Self::Sla
                | Self::Satisfaction
                | Self::FormCount
        )
    }
}

impl CustomField {
    /// The context of the issues of a project and type, if the field applies to them. A context
    /// that names the project comes before one for all.
    pub(crate) fn context(&self, project: u64, issue_type: u64) -> Option<&Context> {
        let of_project = |context: &&Context| {
            let projects = context.projects.as_ref();
            projects.is_some_and(|projects| projects.contains(&project))
        };
        let own = self.contexts.iter().find(of_project);
        let global = || self.contexts.iter().find(|row| row.projects.is_none());
        let context = own.or_else(global)?;
        let types = context.issue_types.as_ref();
        types
            .is_none_or(|types| types.contains(&issue_type))
            .then_some(context)
    }

    /// The option with this id, of whatever context, disabled or not.
    pub(crate) fn option(&self, id: u64) -> Option<&FieldOption> {
        let mut options = self.contexts.iter().flat_map(|context| &context.options);
        options.find(|option| option.id == id)
    }
}

impl Site {
    /// The indexes of all people that custom fields hold.
    pub(super) fn people_in_fields(&self) -> impl Iterator<Item = usize> {
        let held = self.issues.values().flat_map(|issue| &issue.custom);
        held.filter_map(|(id, value)| {
            let field = self.custom_field(*id)?;
            match (field.kind, value) {
                (
                    FieldKind::Person | FieldKind::People | FieldKind::Participants,
                    FieldValue::Rows(rows),
                ) => Some(rows),
                _ => None,
            }
        })
        .flatten()
        .map(|index| usize::try_from(*index).unwrap_or(usize::MAX))
    }

    /// The team with this id.
    pub(crate) fn team(&self, id: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == id)
    }

    /// The custom field with this number.
    pub(crate) fn custom_field(&self, id: u64) -> Option<&CustomField> {
        self.custom_fields.iter().find(|field| field.id == id)
    }
}
