//! Which fields and functions a query may have, for those who build queries.
//!
//! Only what is simulated is listed, so that whatever is built of it is understood.

use super::custom::{self, Place};
use super::history::has_past;
use super::order::SortField;
use super::resolve::is_key;
use super::run::{DateField, NumberField};
use super::text::TextField;
use super::values::RowField;
use crate::world::{CustomField, FieldKind};

/// A field as a query may name it.
#[derive(Debug)]
pub(crate) struct FieldReference {
    pub(crate) name: &'static str,
    pub(crate) usage: Usage,
}

/// What a query may do with a field.
#[derive(Debug)]
pub(crate) struct Usage {
    pub(crate) operators: Vec<&'static str>,
    /// Java's class of the values, as Jira lets on.
    pub(crate) class: &'static str,
    /// Whether there are suggestions of values.
    pub(crate) is_suggested: bool,
    pub(crate) is_sorted: bool,
}

/// A function as a query may name it.
#[derive(Debug)]
pub(crate) struct FunctionReference {
    pub(crate) name: &'static str,
    pub(crate) is_list: bool,
    pub(crate) class: &'static str,
}

/// The system fields, each by the name that Jira gives it first.
const FIELDS: [&str; 29] = [
    "affectedVersion",
    "assignee",
    "category",
    "comment",
    "component",
    "created",
    "creator",
    "description",
    "due",
    "environment",
    "fixVersion",
    "hierarchyLevel",
    "issuekey",
    "issuetype",
    "labels",
    "level",
    "originalEstimate",
    "parent",
    "priority",
    "project",
    "remainingEstimate",
    "reporter",
    "resolution",
    "resolved",
    "status",
    "statusCategory",
    "summary",
    "text",
    "updated",
];

const EQUALITY: [&str; 4] = ["=", "!=", "in", "not in"];
const EMPTINESS: [&str; 2] = ["is", "is not"];
const ORDER: [&str; 4] = ["<", "<=", ">", ">="];
const WORDS: [&str; 2] = ["~", "!~"];
const PAST: [&str; 5] = ["was", "was in", "was not", "was not in", "changed"];

const DATE: &str = "java.util.Date";
const ISSUE: &str = "com.atlassian.jira.issue.Issue";
const TEXT: &str = "java.lang.String";
const PERSON: &str = "com.atlassian.jira.user.ApplicationUser";
const PROJECT: &str = "com.atlassian.jira.project.Project";
const VERSION: &str = "com.atlassian.jira.project.version.Version";
const SPRINT: &str = "com.atlassian.greenhopper.service.sprint.Sprint";
const ISSUE_TYPE: &str = "com.atlassian.jira.issue.issuetype.IssueType";
const COMPONENT: &str = "com.atlassian.jira.bc.project.component.ProjectComponent";
const OPTION: &str = "com.atlassian.jira.issue.customfields.option.Option";

/// The functions.
const FUNCTIONS: [(&str, bool, &str); 27] = [
    ("cascadeOption", true, OPTION),
    ("closedSprints", true, SPRINT),
    ("componentsLeadByUser", true, COMPONENT),
    ("currentUser", false, PERSON),
    ("earliestUnreleasedVersion", false, VERSION),
    ("endOfDay", false, DATE),
    ("endOfMonth", false, DATE),
    ("endOfWeek", false, DATE),
    ("endOfYear", false, DATE),
    ("futureSprints", true, SPRINT),
    ("latestReleasedVersion", false, VERSION),
    ("membersOf", true, PERSON),
    ("now", false, DATE),
    ("openSprints", true, SPRINT),
    ("projectsLeadByUser", true, PROJECT),
    ("projectsWhereUserHasPermission", true, PROJECT),
    ("releasedVersions", true, VERSION),
    ("spacesLeadByUser", true, PROJECT),
    ("spacesWhereUserHasPermission", true, PROJECT),
    ("standardIssueTypes", true, ISSUE_TYPE),
    ("standardWorkTypes", true, ISSUE_TYPE),
    ("startOfDay", false, DATE),
    ("startOfMonth", false, DATE),
    ("startOfWeek", false, DATE),
    ("startOfYear", false, DATE),
    ("subtaskIssueTypes", true, ISSUE_TYPE),
    ("unreleasedVersions", true, VERSION),
];

/// Every system field that queries may name.
pub(crate) fn field_references() -> impl Iterator<Item = FieldReference> {
    FIELDS.into_iter().map(|name| FieldReference {
        name,
        usage: system_usage(name),
    })
}

/// Every function that queries may name.
pub(crate) fn function_references() -> impl Iterator<Item = FunctionReference> {
    FUNCTIONS
        .into_iter()
        .map(|(name, is_list, class)| FunctionReference {
            name,
            is_list,
            class,
        })
}

/// What a query may do with a custom field, if it may name it at all.
pub(crate) fn custom_usage(field: &CustomField) -> Option<Usage> {
    let mut usage = match custom::place(field) {
        Place::Row(row) => row_usage(row),
        Place::Date(_) => usage(&[&EQUALITY, &ORDER, &EMPTINESS], DATE, false),
        Place::Number(_) => number_usage(),
        Place::Text(_) => usage(&[&WORDS, &EMPTINESS], TEXT, false),
        Place::Word(_) => usage(&[&EQUALITY, &EMPTINESS], TEXT, false),
        Place::Gap => return None,
    };
    usage.is_sorted = true;
    Some(usage)
}

fn system_usage(name: &str) -> Usage {
    let mut usage = if let Some(field) = RowField::named(name) {
        row_usage(field)
    } else if DateField::named(name).is_some() {
        usage(&[&EQUALITY, &ORDER, &EMPTINESS], DATE, false)
    } else if NumberField::named(name).is_some() {
        number_usage()
    } else if is_key(name) {
        usage(&[&EQUALITY, &ORDER], ISSUE, false)
    } else {
        let is_emptied = TextField::named(name).is_some_and(TextField::may_be_empty);
        let emptiness: &[&'static str] = if is_emptied { &EMPTINESS } else { &[] };
        usage(&[&WORDS, emptiness], TEXT, false)
    };
    usage.is_sorted = SortField::named(name).is_some();
    usage
}

fn number_usage() -> Usage {
    usage(&[&EQUALITY, &ORDER, &EMPTINESS], "java.lang.Number", false)
}

fn row_usage(field: RowField) -> Usage {
    let past: &[&'static str] = if has_past(field) { &PAST } else { &[] };
    let is_suggested = !matches!(field, RowField::Parent | RowField::Epic);
    usage(
        &[&EQUALITY, &EMPTINESS, past],
        class_of(field),
        is_suggested,
    )
}

fn usage(operators: &[&[&'static str]], class: &'static str, is_suggested: bool) -> Usage {
    Usage {
        operators: operators.concat(),
        class,
        is_suggested,
        is_sorted: false,
    }
}

fn class_of(field: RowField) -> &'static str {
    match field {
        RowField::Project => PROJECT,
        RowField::Sprint => SPRINT,
        RowField::Status => "com.atlassian.jira.issue.status.Status",
        RowField::StatusCategory => "com.atlassian.jira.issue.status.category.StatusCategory",
        RowField::Assignee | RowField::Reporter | RowField::Creator => PERSON,
        RowField::IssueType => ISSUE_TYPE,
        RowField::Priority => "com.atlassian.jira.issue.priority.Priority",
        RowField::Resolution => "com.atlassian.jira.issue.resolution.Resolution",
        RowField::Labels => "com.atlassian.jira.issue.label.Label",
        RowField::Component => COMPONENT,
        RowField::FixVersion | RowField::AffectedVersion => VERSION,
        RowField::Parent | RowField::Epic => ISSUE,
        RowField::SecurityLevel => "com.atlassian.jira.issue.security.IssueSecurityLevel",
        RowField::Category => "com.atlassian.jira.project.ProjectCategory",
        RowField::Custom(_, kind) => match kind {
            FieldKind::Person | FieldKind::People => PERSON,
            FieldKind::Group | FieldKind::Groups => "com.atlassian.crowd.embedded.api.Group",
            FieldKind::Project => PROJECT,
            FieldKind::Version | FieldKind::Versions => VERSION,
            _ => OPTION,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, FUNCTIONS};
    use crate::jql::functions::is_list_function;
    use crate::jql::resolve::is_simulated;

    #[test]
    fn what_is_listed_is_simulated() {
        for name in FIELDS {
            assert!(is_simulated(name), "{name}");
        }
        for (name, is_list, _) in FUNCTIONS {
            assert_eq!(is_list_function(name), Some(is_list), "{name}");
        }
    }
}
