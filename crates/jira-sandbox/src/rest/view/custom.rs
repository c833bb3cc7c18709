//! What issues hold in custom fields, as JSON.

use serde_json::{Value, json};

use super::issue::sprint;
use super::{View, jira_time};
use crate::world::{CustomField, FieldKind, FieldOption, FieldValue, Issue};

impl View<'_> {
    /// The value of a custom field, or `None` where the field does not apply to the issue. An empty
    /// field is null.
    pub(super) fn custom_field(&self, issue: &Issue, field: &CustomField) -> Option<Value> {
        field.context(issue.project, issue.issue_type)?;
        let value = match field.kind {
            FieldKind::EpicLink => self.epic_of(issue).into(),
            // A LexoRank: a bucket, and letters that sort as the issues on a board do.
            FieldKind::Rank => format!("0|i{:05}:", issue.id).into(),
            FieldKind::Sprint if issue.sprints.is_empty() => Value::Null,
            FieldKind::Sprint => {
                let sprints = issue.sprints.iter();
                let rows = sprints.filter_map(|id| self.site.sprint(*id));
                rows.map(sprint).collect()
            }
            FieldKind::Development => "{}".into(),
            FieldKind::RequestType => self.request(issue, field),
            // Nothing is measured here.
            FieldKind::Sla => json!({
                "id": field.id.to_string(),
                "name": field.name,
                "_links": {"self": self.desk_link(issue, "sla")},
                "completedCycles": [],
            }),
            // A subtask has the team of its parent.
            FieldKind::Team => self.held(self.bearer_of_team(issue), field),
            _ => self.held(issue, field),
        };
        Some(value)
    }

    fn bearer_of_team<'a>(&'a self, issue: &'a Issue) -> &'a Issue {
        let level = self.site.issue_type(issue.issue_type);
        let is_subtask = level.is_some_and(|row| row.hierarchy_level < 0);
        let parent = issue.parent.filter(|_| is_subtask);
        parent
            .and_then(|id| self.site.issues.get(&id))
            .unwrap_or(issue)
    }

    fn held(&self, issue: &Issue, field: &CustomField) -> Value {
        issue
            .custom
            .get(&field.id)
            .map_or(Value::Null, |value| self.field_value(field, value))
    }

    /// A value of a custom field in the form that the field has.
    pub(super) fn field_value(&self, field: &CustomField, value: &FieldValue) -> Value {
        match value {
            FieldValue::Text(text) => text.as_str().into(),
            FieldValue::Document(document) => self.rich_text(Some(document)),
            FieldValue::Number(number) => (*number).into(),
            FieldValue::Date(date) => date.to_string().into(),
            FieldValue::Instant(instant) => jira_time(*instant, &self.site.time_zone).into(),
            FieldValue::Words(words) if field.kind == FieldKind::Team => self.team(words),
            FieldValue::Words(words) => json!(words),
            FieldValue::Rows(ids) => self.rows(field, ids),
        }
    }

    fn rows(&self, field: &CustomField, ids: &[u64]) -> Value {
        if field.kind == FieldKind::Cascading {
            return self.cascade(field, ids);
        }
        let mut rows = ids.iter().filter_map(|id| self.row(field, *id));
        match field.kind.data_type().0 {
            "array" => rows.collect(),
            _ => rows.next().unwrap_or_default(),
        }
    }

    fn row(&self, field: &CustomField, id: u64) -> Option<Value> {
        let site = self.site;
        Some(match field.kind {
            FieldKind::Person | FieldKind::People | FieldKind::Participants => {
                self.person(usize::try_from(id).ok()?)
            }
            FieldKind::Group | FieldKind::Groups => {
                self.group(site.groups.iter().find(|row| row.id == id)?)
            }
            FieldKind::Project => self.short_project(site.project(id)?),
            FieldKind::Version | FieldKind::Versions => {
                let mut versions = site.projects.iter().flat_map(|row| &row.versions);
                self.version(versions.find(|row| row.id == id)?)
            }
            FieldKind::Organizations => json!({
                "id": id.to_string(),
                "name": site.organization(id)?.name,
                "_links": {"self": self.desk(&format!("organization/{id}"))},
            }),
            FieldKind::Assets => {
                site.assets.label(id)?;
                json!({
                    "workspaceId": site.assets.workspace,
                    "id": site.assets.global_id(id),
                    "objectId": id.to_string(),
                })
            }
            _ => self.option(field.option(id)?),
        })
    }

    /// A request: what was asked for, and where it stands.
    fn request(&self, issue: &Issue, field: &CustomField) -> Value {
        let Some(FieldValue::Rows(ids)) = issue.custom.get(&field.id) else {
            return Value::Null;
        };
        let kind = ids.first().and_then(|id| self.site.request_type(*id));
        kind.map_or(Value::Null, |kind| {
            let link = format!("servicedesk/{}/requesttype/{}", kind.project, kind.id);
            json!({
                "_links": {"self": self.desk_link(issue, "")},
                "requestType": {
                    "_links": {"self": self.desk(&link)},
                    "id": kind.id.to_string(),
                    "name": kind.name,
                    "description": "",
                    "issueTypeId": issue.issue_type.to_string(),
                    "serviceDeskId": kind.project.to_string(),
                },
                "currentStatus": {
                    "status": self.site.status(issue.status).map(|row| row.name.as_str()),
                },
            })
        })
    }

    /// The address of something of an issue in the API for help desks, which is not simulated.
    fn desk_link(&self, issue: &Issue, what: &str) -> String {
        let path = format!("request/{}/{what}", issue.id);
        self.desk(path.trim_end_matches('/'))
    }

    fn desk(&self, path: &str) -> String {
        format!("{}/rest/servicedeskapi/{path}", self.site.url())
    }

    /// An option, which stands there also when it was disabled since.
    pub(in crate::rest) fn option(&self, option: &FieldOption) -> Value {
        let link = format!("customFieldOption/{}", option.id);
        json!({
            "self": self.caller.link(&link),
            "value": option.value,
            "id": option.id.to_string(),
        })
    }

    fn cascade(&self, field: &CustomField, ids: &[u64]) -> Value {
        let mut options = ids.iter().filter_map(|id| field.option(*id));
        let mut body = options
            .next()
            .map_or(Value::Null, |parent| self.option(parent));
        if let Some(child) = options.next() {
            body["child"] = self.option(child);
        }
        body
    }

    fn team(&self, words: &[String]) -> Value {
        let team = words.first().and_then(|id| self.site.team(id));
        team.map_or(Value::Null, |team| {
            json!({
                "id": team.id,
                "name": team.name,
                "title": team.name,
                "avatarUrl": "",
                "isVisible": true,
                "isVerified": false,
                "isShared": true,
            })
        })
    }
}
