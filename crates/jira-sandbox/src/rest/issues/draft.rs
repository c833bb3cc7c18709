//! An issue as a write would leave it, with all that is wrong about it.
//!
//! Operations change the draft and never the world, so one that is refused in one field changes
//! nothing in the others.

use std::collections::BTreeMap;

use serde_json::Value;

use super::body::{Operation, refuse_fields};
use super::document::{Verdict, judge, text_length};
use crate::gateway::{Caller, FieldSentence, Refusal, Sentence};
use crate::options::TextLimitError;
use crate::sandbox::State;
use crate::wiki;
use crate::world::{FieldValue, Issue, Person, Project, Site, SprintState, known_fields};

/// The longest summary, in characters.
const SUMMARY_LENGTH: usize = 255;
/// The longest description, in characters of its text.
const TEXT_LENGTH: usize = 32_767;

/// An issue in the making.
pub(super) struct Draft<'a> {
    caller: &'a Caller,
    site: &'a Site,
    people: &'a [Person],
    project: &'a Project,
    issue: Issue,
    /// Labels that the site has not seen; their indexes go on from the site's.
    new_labels: Vec<String>,
    errors: BTreeMap<String, FieldSentence>,
    has_broken_document: bool,
    text_limit_error: TextLimitError,
}

/// A draft with nothing wrong about it.
pub(super) struct Finished {
    pub(super) issue: Issue,
    pub(super) new_labels: Vec<String>,
}

impl<'a> Draft<'a> {
    /// Begins with an issue as it is.
    pub(super) fn new(
        caller: &'a Caller,
        state: &'a State,
        project: &'a Project,
        issue: Issue,
    ) -> Self {
        Self {
            caller,
            site: &state.world.sites[caller.site],
            people: &state.world.people,
            project,
            issue,
            new_labels: Vec::new(),
            errors: BTreeMap::new(),
            has_broken_document: false,
            text_limit_error: state.switches.text_limit_error,
        }
    }

    /// Applies an operation, or keeps what is wrong with it.
    pub(super) fn apply(&mut self, operation: &Operation<'_>) {
        if let Err(sentence) = self.change(operation) {
            self.errors.insert(operation.field.to_owned(), sentence);
        }
    }

    /// Keeps something that is wrong with a field, unless something else is.
    pub(super) fn blame(&mut self, field: &str, sentence: FieldSentence) {
        self.errors.entry(field.to_owned()).or_insert(sentence);
    }

    /// The issue, or the refusal of everything that is wrong about it.
    pub(super) fn finish(mut self) -> Result<Finished, Refusal> {
        self.check_parent();
        if self.issue.summary.is_empty() {
            self.blame("summary", FieldSentence::MissingSummary);
        }
        if !self.errors.is_empty() {
            let errors = self.errors.iter();
            let errors = errors.map(|(field, sentence)| (field.as_str(), sentence.clone()));
            return Err(refuse_fields(self.caller, errors));
        }
        if self.has_broken_document {
            return Err(self.caller.bad_request(&Sentence::InvalidInput));
        }
        Ok(Finished {
            issue: self.issue,
            new_labels: self.new_labels,
        })
    }

    fn change(&mut self, operation: &Operation<'_>) -> Result<(), FieldSentence> {
        let Operation { field, verb, value } = *operation;
        let is_list = matches!(field, "labels" | "components" | "fixVersions");
        if !is_list && verb != "set" {
            return Err(FieldSentence::BadOperation(verb.to_owned()));
        }
        match field {
            "summary" => self.issue.summary = read_summary(value)?,
            "description" => self.set_description(value)?,
            "issuetype" => self.set_issue_type(value)?,
            "priority" if self.project.has_priority => {
                self.issue.priority = self.read_priority(value)?;
            }
            "assignee" => self.issue.assignee = self.read_assignee(value)?,
            "reporter" => self.issue.reporter = self.read_person(value)?,
            "parent" => self.issue.parent = self.read_parent(value)?,
            "duedate" => {
                let read = |value: &Value| value.as_str()?.parse().ok();
                self.issue.due = optional(value, FieldSentence::BadDate, read)?;
            }
            "customfield_10016" => {
                let points = optional(value, FieldSentence::BadNumber, Value::as_f64)?;
                self.hold(
                    known_fields::STORY_POINT_ESTIMATE,
                    points.map(FieldValue::Number),
                );
            }
            "customfield_10020" => self.set_sprint(value)?,
            "customfield_10031" => {
                let read = |value: &Value| value.as_str().map(str::to_owned);
                let customer = optional(value, FieldSentence::NotAText, read)?;
                self.hold(known_fields::CUSTOMER, customer.map(FieldValue::Text));
            }
            "labels" => {
                let labels = read_list(verb, value, |item| self.read_label(item))?;
                change_list(&mut self.issue.labels, verb, labels)?;
            }
            "components" => {
                let rows = self.project.components.iter();
                let rows: Vec<_> = rows.map(|row| (row.id, row.name.as_str())).collect();
                let ids = read_list(verb, value, |item| read_row(item, &rows))?;
                change_list(&mut self.issue.components, verb, ids)?;
            }
            "fixVersions" => {
                let rows = self.project.versions.iter();
                let rows: Vec<_> = rows.map(|row| (row.id, row.name.as_str())).collect();
                let ids = read_list(verb, value, |item| read_row(item, &rows))?;
                change_list(&mut self.issue.fix_versions, verb, ids)?;
            }
            // An issue moves to another project by the bulk move only.
            "project" if self.is_own_project(value) => (),
            _ => return Err(FieldSentence::NotOnScreen(field.to_owned())),
        }
        Ok(())
    }

    /// Puts a value into a custom field, or empties it.
    fn hold(&mut self, field: u64, value: Option<FieldValue>) {
        match value {
            Some(value) => self.issue.custom.insert(field, value),
            None => self.issue.custom.remove(&field),
        };
    }

    fn set_description(&mut self, value: &Value) -> Result<(), FieldSentence> {
        if value.is_null() {
            self.issue.description = None;
            return Ok(());
        }
        if !self.caller.has_documents {
            let markup = value.as_str().ok_or(FieldSentence::NotAText)?;
            self.check_length(markup.chars().count())?;
            let markup = Some(markup).filter(|markup| !markup.trim().is_empty());
            self.issue.description = markup.map(wiki::to_document);
            return Ok(());
        }
        match judge(value) {
            Verdict::Document => {
                self.check_length(text_length(value))?;
                self.issue.description = Some(value.clone());
            }
            Verdict::Broken => self.has_broken_document = true,
            Verdict::NotADocument => return Err(FieldSentence::NotADocument),
        }
        Ok(())
    }

    /// Jira counts the characters of the text, whatever is around them.
    fn check_length(&self, characters: usize) -> Result<(), FieldSentence> {
        match self.text_limit_error {
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
        optional(value, FieldSentence::BadPriority, |value| {
            let mut rows = self.site.priorities.iter();
            let found = rows.find(|row| is_named(value, row.id, &[&row.name, &row.korean]));
            found.map(|row| row.id)
        })
    }

    /// An account id; null is nobody, and `-1` whoever gets the project's issues.
    fn read_assignee(&self, value: &Value) -> Result<Option<usize>, FieldSentence> {
        if account_id(value) == "-1" {
            return Ok(self.project.default_assignee());
        }
        self.read_person(value)
    }

    fn read_person(&self, value: &Value) -> Result<Option<usize>, FieldSentence> {
        let wanted = account_id(value);
        let error = FieldSentence::NotAssignable(wanted.to_owned());
        optional(value, error, |_| {
            find_assignable(self.site, self.people, self.project, wanted)
        })
    }

    fn read_parent(&self, value: &Value) -> Result<Option<u64>, FieldSentence> {
        optional(value, FieldSentence::BadParent, |value| {
            let name = value["key"].as_str().or_else(|| value["id"].as_str())?;
            self.site.find_issue(name).map(|issue| issue.id)
        })
    }

    /// Puts the issue into a sprint, or out of those that are not over.
    fn set_sprint(&mut self, value: &Value) -> Result<(), FieldSentence> {
        let error = FieldSentence::UnknownSprint(value.to_string());
        let sprint = optional(value, error, |value| {
            let id = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
            self.site.sprint_for(id, self.caller.person)
        })?;
        let site = self.site;
        self.issue.sprints.retain(|id| {
            let sprint = site.sprint(*id);
            sprint.is_some_and(|row| row.state == SprintState::Closed)
        });
        self.issue.sprints.extend(sprint.map(|row| row.id));
        Ok(())
    }

    /// The index of a label, which may be a new one.
    fn read_label(&mut self, value: &Value) -> Result<u64, FieldSentence> {
        let label = value.as_str().ok_or(FieldSentence::NotAText)?;
        if label.is_empty() || label.contains(char::is_whitespace) {
            return Err(FieldSentence::BadLabel(label.to_owned()));
        }
        let known = self.site.labels.iter().chain(&self.new_labels);
        let index = known.zip(0..).find(|(other, _)| *other == label);
        if let Some((_, index)) = index {
            return Ok(index);
        }
        self.new_labels.push(label.to_owned());
        Ok((self.site.labels.len() + self.new_labels.len() - 1) as u64)
    }

    fn is_own_project(&self, value: &Value) -> bool {
        let id = self.project.id.to_string();
        value["id"] == id.as_str() || value["key"] == self.project.key.as_str()
    }

    /// A subtask has a parent one level above it in its own project; others may have one.
    fn check_parent(&mut self) {
        let level = |id| {
            self.site
                .issue_type(id)
                .map_or(0, |row| row.hierarchy_level)
        };
        let own = level(self.issue.issue_type);
        match self.issue.parent.and_then(|id| self.site.issues.get(&id)) {
            None if own < 0 => self.blame("issuetype", FieldSentence::MissingParent),
            None => (),
            Some(parent) => {
                let is_elsewhere = own < 0 && parent.project != self.issue.project;
                if level(parent.issue_type) != own + 1 || is_elsewhere {
                    self.blame("parentId", FieldSentence::BadParent);
                }
            }
        }
    }
}

/// The id of the issue type of a project that a value names.
pub(super) fn find_issue_type(
    site: &Site,
    project: &Project,
    value: &Value,
) -> Result<u64, FieldSentence> {
    let own = project
        .issue_types
        .iter()
        .filter_map(|id| site.issue_type(*id));
    let mut named = own.filter(|row| is_named(value, row.id, &[&row.name, &row.korean]));
    named
        .next()
        .map(|row| row.id)
        .ok_or(FieldSentence::BadIssueType)
}

/// The index of a person who can have issues of a project: a member who sees it.
pub(super) fn find_assignable(
    site: &Site,
    people: &[Person],
    project: &Project,
    account_id: &str,
) -> Option<usize> {
    let mut members = site.members.iter().copied();
    members.find(|index| people[*index].account_id == account_id && project.is_visible_to(*index))
}

/// The account id in a reference to a person; Jira Cloud takes no other name.
pub(super) fn account_id(value: &Value) -> &str {
    let id = value["accountId"].as_str().or_else(|| value["id"].as_str());
    id.unwrap_or_default()
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

/// Nothing for null, or what `read` makes of the value; an error where it makes nothing.
fn optional<T>(
    value: &Value,
    error: FieldSentence,
    read: impl FnOnce(&Value) -> Option<T>,
) -> Result<Option<T>, FieldSentence> {
    if value.is_null() {
        return Ok(None);
    }
    read(value).map(Some).ok_or(error)
}

/// Whether a reference by id or name means this row.
fn is_named(reference: &Value, id: u64, names: &[&str]) -> bool {
    match (reference["id"].as_str(), reference["name"].as_str()) {
        (Some(wanted), _) => wanted == id.to_string(),
        (None, Some(wanted)) => names.contains(&wanted),
        (None, None) => false,
    }
}

fn read_row(value: &Value, rows: &[(u64, &str)]) -> Result<u64, FieldSentence> {
    let mut rows = rows.iter();
    let found = rows.find(|(id, name)| is_named(value, *id, &[name]));
    found.map(|(id, _)| *id).ok_or_else(|| {
        let name = value["name"].as_str().or_else(|| value["id"].as_str());
        FieldSentence::UnknownRow(name.unwrap_or_default().to_owned())
    })
}

/// The ids of a list that is set, or of the one item that is added or removed.
fn read_list(
    verb: &str,
    value: &Value,
    mut read: impl FnMut(&Value) -> Result<u64, FieldSentence>,
) -> Result<Vec<u64>, FieldSentence> {
    match (verb, value) {
        ("set", Value::Null) => Ok(Vec::new()),
        ("set", Value::Array(items)) => items.iter().map(read).collect(),
        ("set", _) => Err(FieldSentence::NotAList),
        _ => Ok(vec![read(value)?]),
    }
}

fn change_list(list: &mut Vec<u64>, verb: &str, ids: Vec<u64>) -> Result<(), FieldSentence> {
    match verb {
        "set" => list.clear(),
        "add" => (),
        "remove" => {
            list.retain(|id| !ids.contains(id));
            return Ok(());
        }
        _ => return Err(FieldSentence::BadOperation(verb.to_owned())),
    }
    for id in ids {
        if !list.contains(&id) {
            list.push(id);
        }
    }
    Ok(())
}
