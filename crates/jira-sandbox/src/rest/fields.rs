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
    is_navigable: bool,
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
        let clause_names: Vec<String> = match field.number() {
            Some(number) => vec![format!("cf[{number}]"), field.name.to_owned()],
            None => vec![field.id.to_owned()],
        };
        json!({
            "id": field.id,
            "key": field.id,
            "name": field.name,
            "custom": field.custom.is_some(),
            "orderable": field.custom.is_some(),
            "navigable": field.is_navigable,
            "searchable": true,
            "clauseNames": clause_names,
            "schema": field.schema(),
        })
    });
    Ok(json_answer(&fields.collect()))
}

const fn system(id: &'static str, name: &'static str, kind: &'static str) -> Field {
    Field {
        id,
        name,
        kind: (kind, None),
        custom: None,
        is_navigable: true,
    }
}

const fn array(id: &'static str, name: &'static str, items: &'static str) -> Field {
    Field {
        id,
        name,
        kind: ("array", Some(items)),
        custom: None,
        is_navigable: true,
    }
}

/// Every field, in the order in which issues show them.
pub(super) const FIELDS: [Field; 24] = [
    system(
        "statuscategorychangedate",
        "Status Category Changed",
        "datetime",
    ),
    system("issuetype", "Issue Type", "issuetype"),
    system("parent", "Parent", "issuelink"),
    system("project", "Project", "project"),
    array("fixVersions", "Fix versions", "version"),
    system("resolution", "Resolution", "resolution"),
    system("resolutiondate", "Resolved", "datetime"),
    system("created", "Created", "datetime"),
    system("priority", "Priority", "priority"),
    array("labels", "Labels", "string"),
    system("assignee", "Assignee", "user"),
    system("updated", "Updated", "datetime"),
    system("status", "Status", "status"),
    system("statusCategory", "Status Category", "statusCategory"),
    array("components", "Components", "component"),
    system("description", "Description", "string"),
    system("summary", "Summary", "string"),
    system("creator", "Creator", "user"),
    array("subtasks", "Sub-tasks", "issuelinks"),
    system("reporter", "Reporter", "user"),
    system("duedate", "Due date", "date"),
    Field {
        id: "customfield_10016",
        name: "Story point estimate",
        kind: ("number", None),
        custom: Some("com.pyxis.greenhopper.jira:jsw-story-points"),
        is_navigable: true,
    },
    Field {
        id: "customfield_10020",
        name: "Sprint",
        kind: ("array", Some("json")),
        custom: Some("com.pyxis.greenhopper.jira:gh-sprint"),
        is_navigable: true,
    },
    Field {
        id: "customfield_10031",
        name: "Customer",
        kind: ("string", None),
        custom: Some("com.atlassian.jira.plugin.system.customfieldtypes:textfield"),
        is_navigable: true,
    },
];
