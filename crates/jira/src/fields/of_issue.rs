//! The plain values of an issue that was read.

use serde::Serialize;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use super::FieldKind;
use crate::api::{IssueFields, User};

impl IssueFields {
    /// The plain value of the field with this id, if it was asked for and Jira has it; `null` or an
    /// empty list at times where it is not set. `kind` is what [`Field::kind`](crate::Field::kind)
    /// says.
    ///
    /// ```no_run
    /// # async fn example(site: juncture_jira::Site<'_>) -> Result<(), juncture_jira::Error> {
    /// let fields = site.fields().await?;
    /// let issue = site.issue("ED-1", &[]).await?;
    /// for field in &fields {
    ///     if let Some(value) = issue.fields.plain(&field.id, field.kind()) {
    ///         tracing::info!(field.name, %value);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn plain(&self, id: &str, kind: FieldKind) -> Option<Value> {
        let user =
            |user: &User| json!({"accountId": user.account_id, "displayName": user.display_name});
        match id {
            "summary" => self.summary.as_ref().map(|text| json!(text)),
            "description" => self.description.as_deref().map(|text| kind.read(text)),
            "environment" => self.environment.as_deref().map(|text| kind.read(text)),
            "status" => self.status.as_ref().map(|status| json!(status.name)),
            "assignee" => self.assignee.as_ref().map(user),
            "reporter" => self.reporter.as_ref().map(user),
            "priority" => self.priority.as_ref().map(|priority| json!(priority.name)),
            "issuetype" => self.issuetype.as_ref().map(|kind| json!(kind.name)),
            "project" => self.project.as_ref().map(|project| json!(project.key)),
            "resolution" => self.resolution.as_ref().map(|one| json!(one.name)),
            "created" => self.created.as_ref().map(|at| of_text(kind, at)),
            "updated" => self.updated.as_ref().map(|at| of_text(kind, at)),
            "labels" => Some(json!(self.labels)),
            "components" => Some(names(&self.components, |one| &one.name)),
            "fixVersions" => Some(names(&self.fix_versions, |one| &one.name)),
            "versions" => Some(names(&self.versions, |one| &one.name)),
            "timetracking" => self.timetracking.as_ref().map(|time| {
                let mut estimates = serde_json::Map::new();
                for (name, estimate) in [
                    ("originalEstimate", &time.original_estimate),
                    ("remainingEstimate", &time.remaining_estimate),
                ] {
                    estimates.extend(estimate.clone().map(|text| (name.to_owned(), text.into())));
                }
                Value::Object(estimates)
            }),
            _ => {
                let value = self.custom.get(id).or_else(|| self.others.get(id))?;
                Some(kind.read(value))
            }
        }
    }
}

fn of_text(kind: FieldKind, text: impl Serialize) -> Value {
    let text = to_raw_value(&text).expect("a text is JSON");
    kind.read(&text)
}

fn names<T>(list: &[T], name: fn(&T) -> &String) -> Value {
    list.iter().map(|one| name(one).as_str()).collect()
}
