//! Issues as JSON.

use serde_json::{Map, Value, json};

use super::board::sprint_facts;
use super::{Fields, View, jira_time};
use crate::duration;
use crate::rest::fields::{Field, fields_of};
use crate::wiki;
use crate::world::{Issue, Sprint};

impl View<'_> {
    /// An issue with the fields asked for. Fields that its project does not have are absent;
    /// fields without a value are null.
    pub(in crate::rest) fn issue(&self, issue: &Issue, fields: &Fields) -> Value {
        if fields.is_id_only() {
            return json!({"id": issue.id.to_string()});
        }
        let mut body = json!({
            "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
            "id": issue.id.to_string(),
            "self": self.caller.link(&format!("issue/{}", issue.id)),
            "key": self.site.key_of(issue),
        });
        if fields.is_bare() {
            return body;
        }
        let mut values = Map::new();
        for field in fields_of(self.site).filter(|field| fields.has(*field)) {
            let value = match field {
                Field::System(_) => self.field(issue, field.id()),
                Field::Custom(row) => self.custom_field(issue, row),
            };
            if let Some(value) = value {
                values.insert(field.id().to_owned(), value);
            }
        }
        body["fields"] = values.into();
        body
    }

    /// The value of a system field, or `None` where the issue's project does not have the field.
    fn field(&self, issue: &Issue, field: &str) -> Option<Value> {
        let site = self.site;
        let time = |instant| Value::from(jira_time(instant, &site.time_zone));
        let person = |index: Option<usize>| index.map_or(Value::Null, |index| self.person(index));
        let project = site.project(issue.project)?;
        Some(match field {
            "summary" => issue.summary.as_str().into(),
            "description" => self.rich_text(issue.description.as_ref()),
            "environment" => self.rich_text(issue.environment.as_ref()),
            "status" => self.status(site.status(issue.status)?),
            "statusCategory" => self.status_category(site.status(issue.status)?.category),
            "issuetype" => self.issue_type(site.issue_type(issue.issue_type)?),
            "project" => self.short_project(project),
            "priority" if !project.has_priority => return None,
            "priority" => issue
                .priority
                .and_then(|id| site.priority(id))
                .map_or(Value::Null, |row| self.priority(row)),
            "assignee" => person(issue.assignee),
            "reporter" | "creator" => person(issue.reporter),
            "created" => time(issue.created),
            "updated" => time(issue.updated),
            "statuscategorychangedate" => time(site.category_changed(issue)),
            "resolutiondate" => issue.resolved.map_or(Value::Null, time),
            "resolution" => issue
                .resolution
                .and_then(|id| site.resolution(id))
                .map_or(Value::Null, |row| self.resolution(row)),
            "duedate" => issue
                .due
                .map_or(Value::Null, |date| date.to_string().into()),
            "labels" => {
                let labels = issue.labels.iter();
                let names =
                    labels.filter_map(|index| site.labels.get(usize::try_from(*index).ok()?));
                names.map(|label| Value::from(label.as_str())).collect()
            }
            "components" => {
                let rows = project.components.iter();
                let own = rows.filter(|row| issue.components.contains(&row.id));
                own.map(|row| self.component(row)).collect()
            }
            "fixVersions" => {
                let rows = project.versions.iter();
                let own = rows.filter(|row| issue.fix_versions.contains(&row.id));
                own.map(|row| self.version(row)).collect()
            }
            "parent" => self.relative(site.issues.get(&issue.parent?)?),
            "subtasks" => {
                let subtasks = site.subtasks_of(issue.id);
                subtasks.map(|child| self.relative(child)).collect()
            }
            "versions" => {
                let rows = project.versions.iter();
                let own = rows.filter(|row| issue.affected_versions.contains(&row.id));
                own.map(|row| self.version(row)).collect()
            }
            "security" => {
                let mut levels = project.security_levels.iter();
                let own = levels.find(|row| Some(row.id) == issue.security);
                own.map_or(Value::Null, |row| self.security_level(row))
            }
            "votes" => self.votes(issue),
            "watches" => self.watches(issue),
            "comment" => self.comment_field(issue),
            "worklog" => worklogs(20),
            "timetracking" => time_tracking(issue),
            "timeoriginalestimate" | "aggregatetimeoriginalestimate" => {
                issue.original_estimate.into()
            }
            "timeestimate" | "aggregatetimeestimate" => issue.remaining_estimate.into(),
            "progress" | "aggregateprogress" => progress(issue),
            "workratio" => json!(-1),
            "issuerestriction" => {
                json!({"issuerestrictions": {}, "shouldDisplay": project.is_team_managed})
            }
            "attachment" | "issuelinks" => json!([]),
            // Nobody fills the others here.
            _ => Value::Null,
        })
    }

    /// Rich text in the form that the caller reads.
    pub(super) fn rich_text(&self, document: Option<&Value>) -> Value {
        match document {
            None => Value::Null,
            Some(document) if self.caller.has_documents => document.clone(),
            Some(document) => wiki::from_document(document).into(),
        }
    }

    /// The key of the epic to which an issue of a company-managed project belongs.
    pub(super) fn epic_of(&self, issue: &Issue) -> Option<String> {
        let project = self.site.project(issue.project)?;
        let parent = self.site.issues.get(&issue.parent?)?;
        let is_epic = self.site.issue_type(parent.issue_type)?.hierarchy_level > 0;
        (is_epic && !project.is_team_managed).then(|| self.site.key_of(parent))
    }

    pub(super) fn link_of(&self, issue: &Issue, tail: &str) -> String {
        self.caller.link(&format!("issue/{}/{tail}", issue.id))
    }

    /// The votes of an issue: nobody votes here.
    pub(in crate::rest) fn votes(&self, issue: &Issue) -> Value {
        json!({"self": self.link_of(issue, "votes"), "votes": 0, "hasVoted": false})
    }

    /// The watchers of an issue: nobody watches here.
    pub(in crate::rest) fn watches(&self, issue: &Issue) -> Value {
        json!({"self": self.link_of(issue, "watchers"), "watchCount": 0, "isWatching": false})
    }

    /// A parent or subtask as its relative shows it.
    fn relative(&self, issue: &Issue) -> Value {
        let fields = ["summary", "status", "priority", "issuetype"];
        let values: Map<_, _> = fields
            .iter()
            .filter_map(|field| Some(((*field).to_owned(), self.field(issue, field)?)))
            .collect();
        json!({
            "id": issue.id.to_string(),
            "key": self.site.key_of(issue),
            "self": self.caller.link(&format!("issue/{}", issue.id)),
            "fields": values,
        })
    }
}

/// A page of the work logged on an issue: nobody logs any here.
pub(in crate::rest) fn worklogs(limit: usize) -> Value {
    json!({"startAt": 0, "maxResults": limit, "total": 0, "worklogs": []})
}

/// How long an issue is said to take, in words and in seconds.
fn time_tracking(issue: &Issue) -> Value {
    let mut body = json!({});
    let estimates = [
        ("originalEstimate", issue.original_estimate),
        ("remainingEstimate", issue.remaining_estimate),
    ];
    for (name, seconds) in estimates {
        if let Some(seconds) = seconds {
            body[name] = duration::words(seconds).into();
            body[format!("{name}Seconds")] = seconds.into();
        }
    }
    body
}

/// How much of an issue is done: nobody logs work here.
fn progress(issue: &Issue) -> Value {
    let total = issue.remaining_estimate.unwrap_or_default();
    let mut body = json!({"progress": 0, "total": total});
    if total > 0 {
        body["percent"] = 0.into();
    }
    body
}

/// A sprint as the sprint field has it.
pub(super) fn sprint(sprint: &Sprint) -> Value {
    let mut body = sprint_facts(sprint);
    body["boardId"] = sprint.board.into();
    body
}
