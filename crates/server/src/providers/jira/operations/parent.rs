//! A parent that is taken away: what Jira takes for that goes by who manages the project.

use juncture_jira::FieldMeta;
use juncture_jira::fields::FieldKind;
use serde_json::{Map, Value};

use crate::providers::jira::help::help;
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::site::JiraSite;

/// The scopes that the look needs.
const READ: &[&str] = &["read:jira-work"];

/// Whether the parent is taken away, which is done in another way where teams manage their projects.
pub(super) fn clears_parent(fields: &[FieldMeta], given: &Map<String, Value>) -> bool {
    let parent = fields
        .iter()
        .find(|field| field.kind() == FieldKind::Parent);
    parent.is_some_and(|field| {
        let value = given.get(&field.id).or_else(|| given.get(&field.name));
        value.is_some_and(|value| value.is_null() || value == "")
    })
}

/// Whether the project of this issue is managed by its team, as far as that can be known soon.
pub(super) async fn is_team_managed(site: &JiraSite, issue: &IssueIdOrKey) -> bool {
    let asked = site.ask(READ, {
        let (metadata, issue) = (site.metadata(), issue.clone());
        async move |site| {
            let issue = site.issue(issue.as_str(), &["project"]).await?;
            let Some(project) = issue.fields.project else {
                return Ok(false);
            };
            let project = metadata.project(site, &project.id).await?;
            Ok(project.is_team_managed)
        }
    });
    let asked = Box::pin(asked);
    let asked = help("the kind of the project", &*site.jira().tokens.clock, asked);
    asked.await.unwrap_or_default()
}
