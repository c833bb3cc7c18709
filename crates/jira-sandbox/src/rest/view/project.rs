//! Projects as JSON.

use serde_json::{Value, json};
use uuid::Uuid;

use super::View;
use crate::world::{Component, Project, Version};

/// What `expand` can add to a project in Jira, and not here.
pub(crate) const PROJECT_EXPANSIONS: [&str; 2] = ["issueTypeHierarchy", "permissions"];

impl View<'_> {
    /// A project as lists have it; what `expand` names comes with it.
    pub(in crate::rest) fn project(&self, project: &Project, expand: &[String]) -> Value {
        let expands = |name: &str| expand.iter().any(|wanted| wanted == name);
        let mut body = self.short_project(project);
        body["expand"] = "description,lead,issueTypes,url,projectKeys,permissions,insight".into();
        body["isPrivate"] = project.visible_to.is_some().into();
        body["properties"] = json!({});
        body["style"] = if project.is_team_managed {
            "next-gen"
        } else {
            "classic"
        }
        .into();
        if project.is_team_managed {
            let name = format!("{} {}", self.site.cloud_id, project.id);
            let uuid = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
            body["uuid"] = uuid.to_string().into();
        }
        if project.is_archived {
            body["archived"] = true.into();
        }
        if expands("lead")
            && let Some(lead) = project.lead
        {
            body["lead"] = self.person(lead);
        }
        if expands("description") {
            body["description"] = project.description.as_str().into();
        }
        if expands("issueTypes") {
            let types = project.issue_types.iter();
            body["issueTypes"] = types
                .filter_map(|id| self.site.issue_type(*id))
                .map(|row| self.issue_type(row))
                .collect();
        }
        if expands("projectKeys") {
            let former = project.former_keys.iter().map(String::as_str);
            let keys = std::iter::once(project.key.as_str()).chain(former);
            body["projectKeys"] = keys.map(Value::from).collect();
        }
        if expands("insight") {
            let issues = self.site.issues.values();
            let own: Vec<_> = issues.filter(|issue| issue.project == project.id).collect();
            let last = own.iter().map(|issue| issue.updated).max();
            body["insight"] = json!({"totalIssueCount": own.len()});
            if let Some(last) = last {
                let time = super::jira_time(last, &self.site.time_zone);
                body["insight"]["lastIssueUpdateTime"] = time.into();
            }
        }
        body
    }

    /// A project by itself, with its components and versions.
    pub(in crate::rest) fn whole_project(&self, project: &Project, expand: &[String]) -> Value {
        let mut body = self.project(project, expand);
        body["assigneeType"] = if project.default_assignee().is_some() {
            "PROJECT_LEAD"
        } else {
            "UNASSIGNED"
        }
        .into();
        body["roles"] = json!({});
        let components = project.components.iter();
        body["components"] = components
            .map(|row| self.whole_component(project, row))
            .collect();
        let versions = project.versions.iter();
        body["versions"] = versions
            .map(|row| self.whole_version(project, row))
            .collect();
        body
    }

    /// A version by itself, with the days that it has.
    pub(in crate::rest) fn whole_version(&self, project: &Project, version: &Version) -> Value {
        let mut body = self.version(version);
        body["projectId"] = project.id.into();
        let days = [
            ("startDate", "userStartDate", version.start),
            ("releaseDate", "userReleaseDate", version.release),
        ];
        for (name, shown, day) in days {
            if let Some(day) = day {
                body[name] = day.to_string().into();
                body[shown] = day.strftime("%d/%b/%y").to_string().into();
            }
        }
        if let Some(release) = version.release.filter(|_| !version.is_released) {
            body["overdue"] = (release < self.today).into();
        }
        body
    }

    /// A component by itself. Its issues go to whoever gets those of the project.
    pub(in crate::rest) fn whole_component(
        &self,
        project: &Project,
        component: &Component,
    ) -> Value {
        let mut body = self.component(component);
        body["project"] = project.key.as_str().into();
        body["projectId"] = project.id.into();
        body["assigneeType"] = "PROJECT_DEFAULT".into();
        body["realAssigneeType"] = "PROJECT_DEFAULT".into();
        body["isAssigneeTypeValid"] = true.into();
        if let Some(lead) = component.lead {
            body["lead"] = self.person(lead);
        }
        if let Some(assignee) = project.default_assignee() {
            body["assignee"] = self.person(assignee);
            body["realAssignee"] = self.person(assignee);
        }
        body
    }

    /// A project as the whole metadata for creating has it.
    pub(in crate::rest) fn project_for_creating(
        &self,
        project: &Project,
        types: &[Value],
    ) -> Value {
        json!({
            "expand": "issuetypes",
            "self": self.caller.link(&format!("project/{}", project.id)),
            "id": project.id.to_string(),
            "key": project.key,
            "name": project.name,
            "avatarUrls": self.avatars(&project.name),
            "issuetypes": types,
        })
    }

    /// A project as issues mention it.
    pub(super) fn short_project(&self, project: &Project) -> Value {
        let mut body = json!({
            "self": self.caller.link(&format!("project/{}", project.id)),
            "id": project.id.to_string(),
            "key": project.key,
            "name": project.name,
            "projectTypeKey": project.kind,
            "simplified": project.is_team_managed,
            "avatarUrls": self.avatars(&project.name),
        });
        let mut categories = self.site.categories.iter();
        if let Some(category) = categories.find(|row| Some(row.id) == project.category) {
            body["projectCategory"] = self.category(category);
        }
        body
    }
}
