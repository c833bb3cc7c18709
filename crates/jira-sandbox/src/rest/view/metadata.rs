//! What may be done to an issue, as JSON.

use serde_json::{Value, json};

use super::View;
use crate::rest::fields::Field;
use crate::world::{IssueType, Project, Status};

impl View<'_> {
    /// A transition to a status, which bears its name.
    pub(in crate::rest) fn transition(&self, id: &str, status: &Status) -> Value {
        json!({
            "id": id,
            "name": self.named(&status.name, &status.korean),
            "to": self.status(status),
            "hasScreen": false,
            "isGlobal": true,
            "isInitial": false,
            "isAvailable": true,
            "isConditional": false,
            "isLooped": false,
        })
    }

    /// A field as the screen of a project and issue type has it, or `None` where it is missing.
    pub(in crate::rest) fn field_metadata(
        &self,
        field: &Field,
        project: &Project,
        issue_type: &IssueType,
    ) -> Option<Value> {
        if field.id == "priority" && !project.has_priority {
            return None;
        }
        let is_subtask = issue_type.hierarchy_level < 0;
        let is_list = matches!(field.id, "labels" | "components" | "fixVersions");
        let operations: &[&str] = if is_list {
            &["add", "set", "remove"]
        } else {
            &["set"]
        };
        let is_required = matches!(field.id, "summary" | "issuetype" | "project")
            || (field.id == "parent" && is_subtask);
        let mut body = json!({
            "key": field.id,
            "name": field.name,
            "required": is_required,
            "hasDefaultValue": matches!(field.id, "priority" | "reporter"),
            "operations": operations,
            "schema": field.schema(),
        });
        let allowed: Option<Value> = match field.id {
            "issuetype" => Some([self.issue_type(issue_type)].into_iter().collect()),
            "project" => Some([self.short_project(project)].into_iter().collect()),
            "priority" => {
                let rows = self.site.priorities.iter();
                Some(rows.map(|row| self.priority(row)).collect())
            }
            "components" => {
                let rows = project.components.iter();
                Some(rows.map(|row| self.component(row)).collect())
            }
            "fixVersions" => {
                let rows = project.versions.iter().filter(|row| !row.is_archived);
                Some(rows.map(|row| self.version(row)).collect())
            }
            _ => None,
        };
        if let Some(allowed) = allowed {
            body["allowedValues"] = allowed;
        }
        Some(body)
    }
}
