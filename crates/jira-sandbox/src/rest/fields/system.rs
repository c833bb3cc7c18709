//! The fields that every Jira site has.

/// A system field.
#[derive(Debug)]
pub(in crate::rest) struct SystemField {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// The data type, and for arrays the type of the items.
    pub(super) kind: (&'static str, Option<&'static str>),
    /// The names of the field in JQL, comma separated.
    pub(super) clauses: &'static str,
    /// Whether `*navigable` has the field in it.
    pub(super) is_navigable: bool,
    /// Whether the field can stand on a screen.
    pub(super) is_orderable: bool,
}

const fn system(
    id: &'static str,
    name: &'static str,
    kind: &'static str,
    clauses: &'static str,
) -> SystemField {
    SystemField {
        id,
        name,
        kind: (kind, None),
        clauses,
        is_navigable: true,
        is_orderable: false,
    }
}

impl SystemField {
    /// The same with items of this type.
    const fn of(mut self, items: &'static str) -> Self {
        self.kind.1 = Some(items);
        self
    }

    /// The same, on screens.
    const fn on_screens(mut self) -> Self {
        self.is_orderable = true;
        self
    }

    /// The same, and not among the navigable ones: what may be long.
    const fn apart(mut self) -> Self {
        self.is_navigable = false;
        self
    }
}

/// Every system field, in the order in which issues show them. Those that nothing here fills are
/// empty in every issue, in the form that Jira has for it.
pub(in crate::rest) const SYSTEM: [SystemField; 42] = [
    system(
        "statuscategorychangedate",
        "Status Category Changed",
        "datetime",
        "statusCategoryChangedDate",
    ),
    system("issuetype", "Issue Type", "issuetype", "issuetype,type").on_screens(),
    system("parent", "Parent", "issuelink", "parent"),
    system("timespent", "Time Spent", "number", "timespent"),
    system("project", "Project", "project", "project"),
    system("fixVersions", "Fix versions", "array", "fixVersion")
        .of("version")
        .on_screens(),
    system(
        "statusCategory",
        "Status Category",
        "statusCategory",
        "statusCategory",
    ),
    system("aggregatetimespent", "Σ Time Spent", "number", ""),
    system("resolution", "Resolution", "resolution", "resolution").on_screens(),
    system(
        "resolutiondate",
        "Resolved",
        "datetime",
        "resolutiondate,resolved",
    ),
    system("workratio", "Work Ratio", "number", "workratio"),
    system("issuerestriction", "Restrict to", "issuerestriction", "")
        .on_screens()
        .apart(),
    system("lastViewed", "Last Viewed", "datetime", "lastViewed"),
    system("watches", "Watchers", "watches", "watchers"),
    system("created", "Created", "datetime", "created,createdDate"),
    system("priority", "Priority", "priority", "priority").on_screens(),
    system("labels", "Labels", "array", "labels")
        .of("string")
        .on_screens(),
    system(
        "timeestimate",
        "Remaining Estimate",
        "number",
        "remainingEstimate,timeestimate",
    ),
    system(
        "aggregatetimeoriginalestimate",
        "Σ Original Estimate",
        "number",
        "",
    ),
    system("versions", "Affects versions", "array", "affectedVersion")
        .of("version")
        .on_screens(),
    system("issuelinks", "Linked Issues", "array", "issueLink")
        .of("issuelinks")
        .on_screens(),
    system("assignee", "Assignee", "user", "assignee").on_screens(),
    system("updated", "Updated", "datetime", "updated,updatedDate"),
    system("status", "Status", "status", "status"),
    system("components", "Components", "array", "component")
        .of("component")
        .on_screens(),
    system(
        "timeoriginalestimate",
        "Original estimate",
        "number",
        "originalEstimate,timeoriginalestimate",
    ),
    system("description", "Description", "string", "description").on_screens(),
    system("timetracking", "Time tracking", "timetracking", "")
        .on_screens()
        .apart(),
    system("security", "Security Level", "securitylevel", "level").on_screens(),
    system("attachment", "Attachment", "array", "attachments")
        .of("attachment")
        .on_screens()
        .apart(),
    system(
        "aggregatetimeestimate",
        "Σ Remaining Estimate",
        "number",
        "",
    ),
    system("summary", "Summary", "string", "summary").on_screens(),
    system("creator", "Creator", "user", "creator"),
    system("subtasks", "Sub-tasks", "array", "subtasks").of("issuelinks"),
    system("reporter", "Reporter", "user", "reporter").on_screens(),
    system("aggregateprogress", "Σ Progress", "progress", ""),
    system("environment", "Environment", "string", "environment").on_screens(),
    system("duedate", "Due date", "date", "due,duedate").on_screens(),
    system("progress", "Progress", "progress", "progress"),
    system("votes", "Votes", "votes", "votes"),
    system("comment", "Comment", "comments-page", "comment")
        .on_screens()
        .apart(),
    system("worklog", "Log Work", "array", "")
        .of("worklog")
        .on_screens()
        .apart(),
];
