//! `GET field`: the fields issues have, and the table the views go by.

use serde_json::{Value, json};

use crate::gateway::{Answered, Caller, json_answer};

/// A field of issues.
pub(super) struct Field {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// The data type, and for arrays the type of the items.
    kind: (&'static str, Option<&'static str>),
    /// The type key of a custom field.
    custom: Option<&'static str>,
    /// The names of a system field in JQL, comma separated.
    clauses: &'static str,
    /// Whether `*navigable` has the field in it.
    pub(super) is_navigable: bool,
    /// Whether the field can stand on a screen.
    is_orderable: bool,
}

impl Field {
    /// The field's data type as Jira describes it.
    pub(super) fn schema(&self) -> Value {
        let mut schema = json!({"type": self.kind.0});
        if let Some(items) = self.kind.1 {
            schema["items"] = items.into();
        }
        match (self.custom, self.number()) {
            (Some(custom), Some(number)) => {
                schema["custom"] = custom.into();
                schema["customId"] = number.into();
            }
            _ => schema["system"] = self.id.into(),
        }
        schema
    }

    /// The number of a custom field.
    fn number(&self) -> Option<u64> {
        self.id.strip_prefix("customfield_")?.parse().ok()
    }
}

/// `GET field`
pub(super) async fn list(caller: Caller) -> Answered {
    caller.must_hold("read:jira-work")?;
    let fields = FIELDS.iter().map(|field| {
        let clauses = field.clauses.split(',').filter(|name| !name.is_empty());
        let clause_names: Vec<String> = match field.number() {
            Some(number) => vec![format!("cf[{number}]"), field.name.to_owned()],
            None => clauses.map(str::to_owned).collect(),
        };
        json!({
            "id": field.id,
            "key": field.id,
            "name": field.name,
            "custom": field.custom.is_some(),
            "orderable": field.is_orderable,
            "navigable": field.is_navigable,
            "searchable": !clause_names.is_empty(),
            "clauseNames": clause_names,
            "schema": field.schema(),
        })
    });
    Ok(json_answer(&fields.collect()))
}

const fn system(
    id: &'static str,
    name: &'static str,
    kind: &'static str,
    clauses: &'static str,
) -> Field {
    Field {
        id,
        name,
        kind: (kind, None),
        custom: None,
        clauses,
        is_navigable: true,
        is_orderable: false,
    }
}

const fn custom(
    id: &'static str,
    name: &'static str,
    kind: &'static str,
    custom: &'static str,
) -> Field {
    Field {
        custom: Some(custom),
        is_orderable: true,
        ..system(id, name, kind, "")
    }
}

impl Field {
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

/// Every field, in the order in which issues show them. Those that nothing here fills are empty in
/// every issue, in the form that Jira has for it.
pub(super) const FIELDS: [Field; 50] = [
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
    custom(
        "customfield_10011",
        "Epic Name",
        "string",
        "com.pyxis.greenhopper.jira:gh-epic-label",
    ),
    custom(
        "customfield_10014",
        "Epic Link",
        "any",
        "com.pyxis.greenhopper.jira:gh-epic-link",
    ),
    custom(
        "customfield_10015",
        "Start date",
        "date",
        "com.atlassian.jira.plugin.system.customfieldtypes:datepicker",
    ),
    custom(
        "customfield_10016",
        "Story point estimate",
        "number",
        "com.pyxis.greenhopper.jira:jsw-story-points",
    ),
    custom(
        "customfield_10019",
        "Rank",
        "any",
        "com.pyxis.greenhopper.jira:gh-lexo-rank",
    ),
    custom(
        "customfield_10020",
        "Sprint",
        "array",
        "com.pyxis.greenhopper.jira:gh-sprint",
    )
    .of("json"),
    custom(
        "customfield_10021",
        "Flagged",
        "array",
        "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes",
    )
    .of("option"),
    custom(
        "customfield_10031",
        "Customer",
        "string",
        "com.atlassian.jira.plugin.system.customfieldtypes:textfield",
    ),
];
