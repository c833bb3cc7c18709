//! Writes of system fields.

use serde_json::Value;

use super::super::document::{Verdict, judge, text_length};
use super::{Draft, find_issue_type, read};
use crate::duration;
use crate::gateway::FieldSentence;
use crate::options::TextLimitError;
use crate::wiki;
use crate::world::{SprintState, Version};

/// The longest summary, in characters.
const SUMMARY_LENGTH: usize = 255;
/// The longest rich text, in characters of its text.
const TEXT_LENGTH: usize = 32_767;

impl Draft<'_> {
    /// Changes a system field that the form has.
    pub(super) fn change_system(
        &mut self,
        field: &str,
        verb: &str,
        value: &Value,
    ) -> Result<(), FieldSentence> {
        match field {
            "summary" => self.issue.summary = read_summary(value)?,
            "description" => self.issue.description = self.read_rich_text(value)?,
            "environment" => self.issue.environment = self.read_rich_text(value)?,
            "issuetype" => self.set_issue_type(value)?,
            "priority" => self.issue.priority = self.read_priority(value)?,
            "assignee" => self.issue.assignee = self.read_assignee(value)?,
            "reporter" => self.issue.reporter = self.read_reporter(value)?,
            "parent" => self.set_parent(verb, value)?,
            "duedate" => self.issue.due = read::optional(value, read::date)?,
            "resolution" => self.issue.resolution = self.read_resolution(value)?,
            "security" => self.issue.security = self.read_security(value)?,
            "timetracking" => self.set_estimates(value)?,
            "labels" => {
                let labels = read::items(verb, value, |item| self.read_label(item))?;
                read::change_list(&mut self.issue.labels, verb, labels);
            }
            "components" => {
                let ids = read::items(verb, value, |item| self.read_component(item))?;
                read::change_list(&mut self.issue.components, verb, ids);
            }
            "fixVersions" => {
                let ids = read::items(verb, value, |item| self.read_version(item))?;
                read::change_list(&mut self.issue.fix_versions, verb, ids);
            }
            "versions" => {
                let ids = read::items(verb, value, |item| self.read_version(item))?;
                read::change_list(&mut self.issue.affected_versions, verb, ids);
            }
            // An issue moves to another project by the bulk move only.
            "project" if self.is_own_project(value) => (),
            _ => return Err(FieldSentence::NotOnScreen(field.to_owned())),
        }
        Ok(())
    }

    /// A document, or wiki markup where the caller writes that.
    pub(super) fn read_rich_text(&mut self, value: &Value) -> Result<Option<Value>, FieldSentence> {
        if value.is_null() {
            return Ok(None);
        }
        if !self.caller.has_documents {
            let markup = read::text(value)?;
            self.check_length(markup.chars().count())?;
            let markup = Some(markup).filter(|markup| !markup.trim().is_empty());
            return Ok(markup.map(wiki::to_document));
        }
        match judge(value) {
            Verdict::Document => {
                self.check_length(text_length(value))?;
                Ok(Some(value.clone()))
            }
            Verdict::Broken => {
                self.has_broken_document = true;
                Ok(None)
            }
            Verdict::NotADocument => Err(FieldSentence::NotADocument),
        }
    }

    /// Jira counts the characters of the text, whatever is around them.
    fn check_length(&self, characters: usize) -> Result<(), FieldSentence> {
        match self.state.switches.text_limit_error {
            _ if characters <= TEXT_LENGTH => Ok(()),
            TextLimitError::FieldText => Err(FieldSentence::LongText),
            TextLimitError::Code => Err(FieldSentence::ContentLimitExceeded),
        }
    }

    /// Only types of the project, and no way from a subtask to another type or back.
    fn set_issue_type(&mut self, value: &Value) -> Result<(), FieldSentence> {
        let id = find_issue_type(self.site, self.project, value)?;
        let is_subtask = |id| self.site.issue_type(id).map(|row| row.hierarchy_level < 0);
        let is_new = self.issue.id == 0;
        if !is_new && is_subtask(id) != is_subtask(self.issue.issue_type) {
            return Err(FieldSentence::BadIssueType);
        }
        self.issue.issue_type = id;
        Ok(())
    }

    fn read_priority(&self, value: &Value) -> Result<Option<u64>, FieldSentence> {
        read::optional(value, |value| {
            let value = read::object(value)?;
            if read::id_in(value).is_none() && value["name"].as_str().is_none() {
                return Err(FieldSentence::NoPriority);
            }
            let mut rows = self.site.priorities.iter();
            let found = rows.find(|row| read::is_named(value, row.id, &[&row.name, &row.korean]));
            found.map(|row| row.id).ok_or(FieldSentence::BadPriority)
        })
    }

    /// An account id; null is nobody, and `-1` whoever gets the project's issues.
    fn read_assignee(&self, value: &Value) -> Result<Option<usize>, FieldSentence> {
        read::optional(value, |value| {
            let wanted = read::account_id(read::object(value)?);
            if wanted == "-1" {
                return Ok(self.project.default_assignee());
            }
            let found = super::find_assignable(self.state, self.site, self.project, wanted);
            found
                .map(Some)
                .ok_or_else(|| FieldSentence::NotAssignable(wanted.to_owned()))
        })
        .map(Option::flatten)
    }

    fn read_reporter(&self, value: &Value) -> Result<Option<usize>, FieldSentence> {
        read::optional(value, |value| {
            let wanted = read::account_id(read::object(value)?);
            let mut members = self.site.members.iter().copied();
            let found = members.find(|index| {
                let person = &self.state.world.people[*index];
                person.account_id == wanted && self.project.is_visible_to(*index)
            });
            found.ok_or(FieldSentence::BadReporter)
        })
    }

    fn read_resolution(&self, value: &Value) -> Result<Option<u64>, FieldSentence> {
        read::optional(value, |value| {
            let value = read::object(value)?;
            let mut rows = self.site.resolutions.iter();
            let found = rows.find(|row| read::is_named(value, row.id, &[&row.name, &row.korean]));
            found
                .map(|row| row.id)
                .ok_or_else(|| FieldSentence::UnknownOption("Resolution".to_owned()))
        })
    }

    fn read_security(&self, value: &Value) -> Result<Option<u64>, FieldSentence> {
        read::optional(value, |value| {
            let value = read::object(value)?;
            let mut levels = self.project.security_levels.iter();
            let level = levels.find(|row| read::is_named(value, row.id, &[&row.name]));
            level
                .map(|row| row.id)
                .ok_or_else(|| FieldSentence::UnknownOption("Security Level".to_owned()))
        })
    }

    /// Estimates in words; the one that is not said stays. A new issue is as long as it was said
    /// to be.
    fn set_estimates(&mut self, value: &Value) -> Result<(), FieldSentence> {
        let value = read::object(value)?;
        let estimate = |name: &str| match &value[name] {
            Value::Null => Ok(None),
            Value::String(words) => duration::seconds(words)
                .map(Some)
                .ok_or_else(|| FieldSentence::BadDuration(words.clone())),
            _ => Err(FieldSentence::NotAText),
        };
        let original = estimate("originalEstimate")?;
        let remaining = estimate("remainingEstimate")?;
        let is_new = self.issue.original_estimate.is_none();
        self.issue.original_estimate = original.or(self.issue.original_estimate);
        let follows = original.filter(|_| is_new && self.issue.remaining_estimate.is_none());
        self.issue.remaining_estimate = remaining.or(follows).or(self.issue.remaining_estimate);
        Ok(())
    }

    /// Puts the issue into a sprint, or out of those that are not over.
    pub(super) fn set_sprint(&mut self, value: &Value) -> Result<(), FieldSentence> {
        let sprint = read::optional(value, |value| {
            let id = value.as_u64().or_else(|| value.as_str()?.parse().ok());
            let id = id.ok_or(FieldSentence::NotASprint)?;
            self.site
                .sprint_for(id, self.caller.person)
                .map(|row| row.id)
                .ok_or_else(|| FieldSentence::UnknownSprint(id.to_string()))
        })?;
        let site = self.site;
        self.issue.sprints.retain(|id| {
            let sprint = site.sprint(*id);
            sprint.is_some_and(|row| row.state == SprintState::Closed)
        });
        self.issue.sprints.extend(sprint);
        Ok(())
    }

    /// The index of a label, which may be a new one.
    fn read_label(&mut self, value: &Value) -> Result<u64, FieldSentence> {
        let label = read::label(value)?;
        let known = self.site.labels.iter().chain(&self.new_labels);
        let index = known.zip(0..).find(|(other, _)| *other == label);
        if let Some((_, index)) = index {
            return Ok(index);
        }
        self.new_labels.push(label.to_owned());
        Ok((self.site.labels.len() + self.new_labels.len() - 1) as u64)
    }

    fn read_component(&self, value: &Value) -> Result<u64, FieldSentence> {
        let value = read::object(value)?;
        let mut rows = self.project.components.iter();
        let found = rows.find(|row| read::is_named(value, row.id, &[&row.name]));
        found
            .map(|row| row.id)
            .ok_or_else(|| FieldSentence::UnknownRow("Component", told(value)))
    }

    /// A version of the project; archived ones are taken, too.
    pub(super) fn read_version(&self, value: &Value) -> Result<u64, FieldSentence> {
        let value = read::object(value)?;
        let mut rows = self.project.versions.iter();
        let found = rows.find(|row: &&Version| read::is_named(value, row.id, &[&row.name]));
        found
            .map(|row| row.id)
            .ok_or_else(|| FieldSentence::UnknownRow("Version", told(value)))
    }

    fn is_own_project(&self, value: &Value) -> bool {
        let id = self.project.id.to_string();
        value["id"] == id.as_str() || value["key"] == self.project.key.as_str()
    }
}

/// How a reference is quoted: `name 'X'` or `id '7'`.
fn told(reference: &Value) -> String {
    match read::id_in(reference) {
        Some(id) => format!("id '{id}'"),
        None => format!("name '{}'", reference["name"].as_str().unwrap_or_default()),
    }
}

fn read_summary(value: &Value) -> Result<String, FieldSentence> {
    let summary = match value {
        Value::Null => "",
        Value::String(text) => text.trim(),
        _ => return Err(FieldSentence::NotAText),
    };
    if summary.is_empty() {
        Err(FieldSentence::MissingSummary)
    } else if summary.chars().count() > SUMMARY_LENGTH {
        Err(FieldSentence::LongSummary)
    } else if summary.contains(['\n', '\r']) {
        Err(FieldSentence::BrokenSummary)
    } else {
        Ok(summary.to_owned())
    }
}
