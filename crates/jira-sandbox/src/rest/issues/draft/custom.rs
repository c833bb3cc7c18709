//! Writes of custom fields: for each kind, what a value means and what Jira says of a wrong one.

use serde_json::Value;

use super::{Draft, read};
use crate::gateway::FieldSentence;
use crate::options::TeamOnSubtask;
use crate::world::{Context, CustomField, FieldKind, FieldOption, FieldValue};

impl Draft<'_> {
    /// Changes what the issue holds in a custom field.
    pub(super) fn change_custom(
        &mut self,
        field: &CustomField,
        verb: &str,
        value: &Value,
    ) -> Result<(), FieldSentence> {
        match field.kind {
            FieldKind::EpicLink => {
                let key = read::optional(value, read::text)?;
                return self.set_epic(key);
            }
            FieldKind::Sprint => return self.set_sprint(value),
            FieldKind::Team if self.is_subtask() => {
                return match self.state.switches.team_on_subtask {
                    TeamOnSubtask::Refused => Err(FieldSentence::NotOnScreen(field.key.clone())),
                    TeamOnSubtask::Ignored => Ok(()),
                };
            }
            _ => (),
        }
        let context = field
            .context(self.project.id, self.issue.issue_type)
            .ok_or_else(|| FieldSentence::NotOnScreen(field.key.clone()))?;
        let held = self.read_custom(field, context, verb, value)?;
        match held {
            Some(held) => self.issue.custom.insert(field.id, held),
            None => self.issue.custom.remove(&field.id),
        };
        Ok(())
    }

    /// What the field holds after the write; `None` is nothing.
    fn read_custom(
        &mut self,
        field: &CustomField,
        context: &Context,
        verb: &str,
        value: &Value,
    ) -> Result<Option<FieldValue>, FieldSentence> {
        match field.kind {
            FieldKind::Labels => {
                let labels = read::items(verb, value, |item| read::label(item).map(str::to_owned))?;
                let mut held = match self.issue.custom.get(&field.id) {
                    Some(FieldValue::Words(words)) => words.clone(),
                    _ => Vec::new(),
                };
                read::change_list(&mut held, verb, labels);
                Ok((!held.is_empty()).then_some(FieldValue::Words(held)))
            }
            FieldKind::MultiSelect
            | FieldKind::Checkboxes
            | FieldKind::People
            | FieldKind::Participants
            | FieldKind::Groups
            | FieldKind::Versions
            | FieldKind::Organizations
            | FieldKind::Assets => {
                let rows = read::items(verb, value, |item| self.row(field, context, item))?;
                let mut held = self.held_rows(field);
                read::change_list(&mut held, verb, rows);
                Ok((!held.is_empty()).then_some(FieldValue::Rows(held)))
            }
            FieldKind::Paragraph => {
                let document = self.read_rich_text(value)?;
                Ok(document.map(FieldValue::Document))
            }
            _ => read::optional(value, |value| self.one(field, context, value)),
        }
    }

    /// A value of a field that holds one.
    fn one(
        &self,
        field: &CustomField,
        context: &Context,
        value: &Value,
    ) -> Result<FieldValue, FieldSentence> {
        let text = |text: &str| FieldValue::Text(text.to_owned());
        match field.kind {
            FieldKind::Url => read::address(value).map(text),
            FieldKind::Number | FieldKind::StoryPoints => {
                read::number(value).map(FieldValue::Number)
            }
            FieldKind::Date => read::date(value).map(FieldValue::Date),
            FieldKind::Instant => read::instant(value).map(FieldValue::Instant),
            FieldKind::Team => self.read_team(value),
            FieldKind::Cascading => self.cascade(field, context, value),
            FieldKind::RequestType => self.read_request_type(value),
            FieldKind::Select
            | FieldKind::Radio
            | FieldKind::Person
            | FieldKind::Group
            | FieldKind::Project
            | FieldKind::Version => {
                let row = self.row(field, context, value)?;
                Ok(FieldValue::Rows(vec![row]))
            }
            _ => read::line(value).map(text),
        }
    }

    /// The id of a row that a reference means.
    fn row(
        &self,
        field: &CustomField,
        context: &Context,
        value: &Value,
    ) -> Result<u64, FieldSentence> {
        let is_list = field.kind.data_type().0 == "array";
        let bean = match field.kind {
            FieldKind::MultiSelect | FieldKind::Checkboxes => "CustomFieldOptionJsonBean",
            FieldKind::Groups => "GroupJsonBean",
            _ => "",
        };
        // Where Jira reads a list into beans of its own, it lets on what they are called.
        if is_list && !bean.is_empty() && !value.is_object() {
            return Err(FieldSentence::NoBean {
                bean,
                value: value.to_string(),
            });
        }
        if field.kind == FieldKind::Organizations {
            return self.read_organization(value);
        }
        read::object(value)?;
        match field.kind {
            FieldKind::Assets => self.read_asset(value),
            FieldKind::Person | FieldKind::People | FieldKind::Participants => {
                let account_id = read::account_id(value);
                let members = &self.site.members;
                let mut members = members.iter();
                let person =
                    members.find(|index| self.state.world.people[**index].account_id == account_id);
                person
                    .map(|index| *index as u64)
                    .ok_or_else(|| FieldSentence::UnknownPerson(account_id.to_owned()))
            }
            FieldKind::Group | FieldKind::Groups => {
                let (name, uuid) = (value["name"].as_str(), value["groupId"].as_str());
                let mut groups = self.site.groups.iter();
                let group = groups.find(|row| match uuid {
                    Some(uuid) => row.uuid == uuid,
                    None => name == Some(&row.name),
                });
                let wanted = uuid.or(name).unwrap_or_default();
                group
                    .map(|row| row.id)
                    .ok_or_else(|| FieldSentence::UnknownGroup(wanted.to_owned()))
            }
            FieldKind::Project => {
                let mut projects = self
                    .site
                    .projects
                    .iter()
                    .filter(|row| self.caller.sees(row));
                let project = projects.find(|row| match read::id_in(value) {
                    Some(id) => row.id.to_string() == id,
                    None => value["key"] == row.key.as_str(),
                });
                project.map(|row| row.id).ok_or(FieldSentence::BadProject)
            }
            FieldKind::Version | FieldKind::Versions => self.read_version(value),
            _ => self.option(field, context, value, None).map(|row| row.id),
        }
    }

    /// An option of the context under this parent. One that is disabled can only stay.
    fn option<'b>(
        &self,
        field: &CustomField,
        context: &'b Context,
        value: &Value,
        parent: Option<u64>,
    ) -> Result<&'b FieldOption, FieldSentence> {
        let is_child = parent.is_some();
        let missing = || {
            if is_child {
                FieldSentence::NoChildOption
            } else {
                FieldSentence::NoParentOption
            }
        };
        let id = read::id_in(value);
        let word = value["value"].as_str();
        if id.is_none() && word.is_none() {
            return Err(missing());
        }
        let is_meant = |row: &&FieldOption| match &id {
            Some(id) => row.id.to_string() == *id,
            None => word == Some(&row.value),
        };
        let held = self.held_rows(field);
        let mut options = context.options.iter();
        match options.find(|row| is_meant(row) && row.parent == parent) {
            Some(row) if !row.is_disabled || held.contains(&row.id) => Ok(row),
            // A child in the place of a parent, or the other way about.
            None if context.options.iter().any(|row| is_meant(&row)) => Err(missing()),
            _ => Err(FieldSentence::UnknownOption(field.name.clone())),
        }
    }

    fn cascade(
        &self,
        field: &CustomField,
        context: &Context,
        value: &Value,
    ) -> Result<FieldValue, FieldSentence> {
        let value = read::object(value)?;
        let parent = self.option(field, context, value, None)?;
        let mut ids = vec![parent.id];
        let child = &value["child"];
        if !child.is_null() {
            let child = read::object(child)?;
            ids.push(self.option(field, context, child, Some(parent.id))?.id);
        }
        Ok(FieldValue::Rows(ids))
    }

    /// A team by its bare id; an object is quoted as Jira's own reader holds it.
    fn read_team(&self, value: &Value) -> Result<FieldValue, FieldSentence> {
        let quoted = || match value {
            Value::String(id) => id.clone(),
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| match value {
                    Value::String(text) => format!("{name}={text}"),
                    other => format!("{name}={other}"),
                });
                let members: Vec<String> = members.collect();
                format!("JsonData{{data={{{}}}}}", members.join(", "))
            }
            other => format!("JsonData{{data={other}}}"),
        };
        value
            .as_str()
            .and_then(|id| self.site.team(id))
            .map(|team| FieldValue::Words(vec![team.id.clone()]))
            .ok_or_else(|| FieldSentence::BadTeam(quoted()))
    }

    fn held_rows(&self, field: &CustomField) -> Vec<u64> {
        match self.issue.custom.get(&field.id) {
            Some(FieldValue::Rows(rows)) => rows.clone(),
            _ => Vec::new(),
        }
    }
}
