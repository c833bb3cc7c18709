//! The parent of an issue, and the ways in which it is taken away.

use serde_json::Value;

use super::{Draft, read};
use crate::gateway::FieldSentence;
use crate::options::ParentClear;

impl Draft<'_> {
    /// Sets the parent, or takes it away if the recipe is one that works. What works is a switch:
    /// `{"set": {"none": true}}` in `update` for company-managed projects and `{}` for team-managed
    /// ones are documented, and null circulates.
    pub(super) fn set_parent(&mut self, verb: &str, value: &Value) -> Result<(), FieldSentence> {
        let is_new = self.issue.id == 0;
        let is_empty = value.as_object().is_some_and(serde_json::Map::is_empty);
        let is_none_true = verb == "set" && value["none"] == true;
        if value.is_null() || is_empty || is_none_true {
            let by_style = if self.project.is_team_managed {
                is_empty
            } else {
                is_none_true
            };
            let works = match self.state.switches.parent_clear {
                ParentClear::ByStyle => by_style,
                ParentClear::NoneTrue => is_none_true,
                ParentClear::Null => value.is_null(),
                ParentClear::EmptyObject => is_empty,
            };
            if works || is_new {
                self.issue.parent = None;
            }
            return Ok(());
        }
        let value = read::object(value)?;
        let name = value["key"].as_str().map(str::to_owned);
        let name = name.or_else(|| read::id_in(value));
        self.issue.parent = Some(self.find_parent(name.as_deref().unwrap_or_default())?);
        Ok(())
    }

    /// The field Epic Link says the same by the key of an epic.
    pub(super) fn set_epic(&mut self, key: Option<&str>) -> Result<(), FieldSentence> {
        self.issue.parent = key.map(|key| self.find_parent(key)).transpose()?;
        Ok(())
    }

    fn find_parent(&self, name: &str) -> Result<u64, FieldSentence> {
        let issue = self.site.find_issue(name);
        let issue = issue.filter(|issue| {
            let project = self.site.project(issue.project);
            project.is_some_and(|row| self.caller.sees(row))
        });
        issue.map(|row| row.id).ok_or(FieldSentence::BadParent)
    }

    /// A subtask has a parent one level above it in its own project; others may have one.
    pub(super) fn check_parent(&mut self) {
        let level = |id| {
            self.site
                .issue_type(id)
                .map_or(0, |row| row.hierarchy_level)
        };
        let own = level(self.issue.issue_type);
        match self.issue.parent.and_then(|id| self.site.issues.get(&id)) {
            None if own < 0 => self.blame("issuetype", FieldSentence::MissingParent),
            Some(parent) if level(parent.issue_type) != own + 1 => {
                self.blame("parentId", FieldSentence::BadParent);
            }
            Some(parent) if own < 0 && parent.project != self.issue.project => {
                self.blame("project", FieldSentence::ParentElsewhere);
            }
            _ => (),
        }
    }

    /// Whether the issue is a subtask.
    pub(super) fn is_subtask(&self) -> bool {
        let kind = self.site.issue_type(self.issue.issue_type);
        kind.is_some_and(|row| row.hierarchy_level < 0)
    }
}
