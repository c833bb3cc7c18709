//! How Jira names the kinds of custom fields, and what may be done to each.
//!
//! Sources: the examples of "Create issue" and "Edit issue", and the type keys in Atlassian's own
//! answers.

use crate::world::FieldKind;

/// What Jira's type keys of built-in custom fields begin with.
const BUILT_IN: &str = "com.atlassian.jira.plugin.system.customfieldtypes:";
/// The same of Jira Software's.
const SOFTWARE: &str = "com.pyxis.greenhopper.jira:";
/// The same of Jira Service Management's.
const SERVICE: &str = "com.atlassian.servicedesk:";

impl FieldKind {
    /// The type key.
    pub(in crate::rest) fn type_key(self) -> String {
        let (prefix, name) = match self {
            Self::Text => (BUILT_IN, "textfield"),
            Self::Paragraph => (BUILT_IN, "textarea"),
            Self::Url => (BUILT_IN, "url"),
            Self::Number => (BUILT_IN, "float"),
            Self::Date => (BUILT_IN, "datepicker"),
            Self::Instant => (BUILT_IN, "datetime"),
            Self::Labels => (BUILT_IN, "labels"),
            Self::Select => (BUILT_IN, "select"),
            Self::Radio => (BUILT_IN, "radiobuttons"),
            Self::MultiSelect => (BUILT_IN, "multiselect"),
            Self::Checkboxes => (BUILT_IN, "multicheckboxes"),
            Self::Cascading => (BUILT_IN, "cascadingselect"),
            Self::Person => (BUILT_IN, "userpicker"),
            Self::People => (BUILT_IN, "multiuserpicker"),
            Self::Group => (BUILT_IN, "grouppicker"),
            Self::Groups => (BUILT_IN, "multigrouppicker"),
            Self::Project => (BUILT_IN, "project"),
            Self::Version => (BUILT_IN, "version"),
            Self::Versions => (BUILT_IN, "multiversion"),
            Self::Team => (BUILT_IN, "atlassian-team"),
            Self::ReadOnly => (BUILT_IN, "readonlyfield"),
            Self::EpicName => (SOFTWARE, "gh-epic-label"),
            Self::EpicColor => (SOFTWARE, "jsw-issue-color"),
            Self::EpicLink => (SOFTWARE, "gh-epic-link"),
            Self::StoryPoints => (SOFTWARE, "jsw-story-points"),
            Self::Sprint => (SOFTWARE, "gh-sprint"),
            Self::Rank => (SOFTWARE, "gh-lexo-rank"),
            Self::Development => (
                "com.atlassian.jira.plugins.jira-development-integration-plugin:",
                "devsummarycf",
            ),
            Self::ImportId => (BUILT_IN, "importid"),
            Self::RequestType => (SERVICE, "vp-origin"),
            Self::Organizations => (SERVICE, "sd-customer-organizations"),
            Self::Participants => (SERVICE, "sd-request-participants"),
            Self::Approvals => (
                "com.atlassian.servicedesk.approvals-plugin:",
                "sd-approvals",
            ),
            Self::Sla => (SERVICE, "sd-sla-field"),
            Self::Satisfaction => (SERVICE, "sd-request-feedback"),
            Self::FormCount => (
                "com.atlassian.jira.plugins.proforma-managed-fields:",
                "forms-open-field-cftype",
            ),
            Self::Assets => ("com.atlassian.jira.plugins.cmdb:", "cmdb-object-cftype"),
        };
        format!("{prefix}{name}")
    }

    /// The data type, and for arrays the type of the items.
    pub(in crate::rest) fn data_type(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Text
            | Self::Paragraph
            | Self::Url
            | Self::ReadOnly
            | Self::EpicName
            | Self::EpicColor => ("string", None),
            Self::Number | Self::StoryPoints | Self::ImportId | Self::FormCount => ("number", None),
            Self::Date => ("date", None),
            Self::Instant => ("datetime", None),
            Self::Labels => ("array", Some("string")),
            Self::Select | Self::Radio => ("option", None),
            Self::MultiSelect | Self::Checkboxes => ("array", Some("option")),
            Self::Cascading => ("option-with-child", None),
            Self::Person => ("user", None),
            Self::People | Self::Participants => ("array", Some("user")),
            Self::Group => ("group", None),
            Self::Groups => ("array", Some("group")),
            Self::Project => ("project", None),
            Self::Version => ("version", None),
            Self::Versions => ("array", Some("version")),
            Self::Team => ("team", None),
            Self::EpicLink | Self::Rank | Self::Development => ("any", None),
            Self::Sprint => ("array", Some("json")),
            Self::RequestType => ("sd-customerrequesttype", None),
            Self::Organizations => ("array", Some("sd-customerorganization")),
            Self::Approvals => ("sd-approvals", None),
            Self::Sla => ("sd-servicelevelagreement", None),
            Self::Satisfaction => ("sd-feedback", None),
            Self::Assets => ("array", Some("cmdb-object-field")),
        }
    }

    /// What a name of the field is followed by in JQL, to tell it from others of the name.
    pub(crate) fn jql_type(self) -> &'static str {
        match self {
            Self::Text | Self::EpicName => "Short text",
            Self::Paragraph => "Paragraph",
            Self::Url => "URL Field",
            Self::Number | Self::StoryPoints => "Number",
            Self::Date => "Date",
            Self::Instant => "Time stamp",
            Self::Labels => "Labels",
            Self::Select => "Dropdown",
            Self::Radio => "Radio Buttons",
            Self::MultiSelect => "Select List (multiple choices)",
            Self::Checkboxes => "Checkboxes",
            Self::Cascading => "Select List (cascading)",
            Self::Person => "User Picker (single user)",
            Self::People => "User Picker (multiple users)",
            Self::Group => "Group Picker (single group)",
            Self::Groups => "Group Picker (multiple groups)",
            Self::Project => "Project Picker (single project)",
            Self::Version => "Version Picker (single version)",
            Self::Versions => "Version Picker (multiple versions)",
            Self::Team => "Team",
            Self::ReadOnly => "Text Field (read only)",
            Self::EpicColor => "Colour",
            Self::EpicLink => "Epic Link",
            Self::Sprint => "Sprint",
            Self::Rank => "Rank",
            Self::Development => "Development",
            Self::ImportId => "Import Id",
            Self::RequestType => "Request Type",
            Self::Organizations => "Organizations",
            Self::Participants => "Request Participants",
            Self::Approvals => "Approvals",
            Self::Sla => "SLA",
            Self::Satisfaction => "Satisfaction",
            Self::FormCount => "Open forms",
            Self::Assets => "Assets objects",
        }
    }

    /// The operations that a write may do to the field.
    pub(in crate::rest) fn operations(self) -> &'static [&'static str] {
        match self {
            Self::Labels
            | Self::MultiSelect
            | Self::Checkboxes
            | Self::People
            | Self::Participants
            | Self::Groups
            | Self::Versions => &["add", "set", "remove"],
            _ => &["set"],
        }
    }

    /// Whether people choose among options of the field's context.
    pub(crate) fn has_options(self) -> bool {
        matches!(
            self,
            Self::Select | Self::Radio | Self::MultiSelect | Self::Checkboxes | Self::Cascading
        )
    }
}
