//! An issue as a write would leave it, with all that is wrong about it.
//!
//! Operations change the draft and never the world, so one that is refused in one field changes
//! nothing in the others.

mod custom;
mod desk;
mod parent;
mod read;
mod system;

use std::collections::BTreeMap;

use serde_json::Value;

use super::body::Operation;
use crate::gateway::{Caller, FieldSentence, Refusal, Sentence};
use crate::options::{ErrorPlace, RequiredFieldError};
use crate::rest::fields::{Field, Form, Occasion, fields_of, find_field};
use crate::sandbox::State;
use crate::world::{Issue, Permission, Project, Site, Transition};

/// An issue in the making.
pub(super) struct Draft<'a> {
    caller: &'a Caller,
    state: &'a State,
    site: &'a Site,
    project: &'a Project,
    issue: Issue,
    /// Labels that the site has not seen; their indexes go on from the site's.
    new_labels: Vec<String>,
    /// The fields of which the write speaks.
    touched: Vec<String>,
    errors: BTreeMap<String, FieldSentence>,
    has_broken_document: bool,
    /// The transition on whose screen the issue is.
    transition: Option<&'a Transition>,
}

/// A draft with nothing wrong about it.
pub(super) struct Finished {
    pub(super) issue: Issue,
    pub(super) new_labels: Vec<String>,
}

impl<'a> Draft<'a> {
    /// Begins with an issue as it is; a new one has no id yet, and what its fields hold by default.
    pub(super) fn new(
        caller: &'a Caller,
        state: &'a State,
        project: &'a Project,
        mut issue: Issue,
    ) -> Self {
        let site = &state.world.sites[caller.site];
        if issue.id == 0 {
            let defaults = site.custom_fields.iter().filter_map(|field| {
                let context = field.context(project.id, issue.issue_type)?;
                Some((field.id, context.default.clone()?))
            });
            issue.custom.extend(defaults);
        }
        Self {
            caller,
            state,
            site,
            project,
            issue,
            new_labels: Vec::new(),
            touched: Vec::new(),
            errors: BTreeMap::new(),
            has_broken_document: false,
            transition: None,
        }
    }

    /// Begins with an issue on the screen of a transition.
    pub(super) fn on_screen(
        caller: &'a Caller,
        state: &'a State,
        project: &'a Project,
        issue: Issue,
        transition: &'a Transition,
    ) -> Self {
        Self {
            transition: Some(transition),
            ..Self::new(caller, state, project, issue)
        }
    }

    /// Applies operations, and keeps what is wrong with each. The issue type comes first, as other
    /// fields depend on it.
    pub(super) fn apply_all<'b>(&mut self, operations: impl Iterator<Item = Operation<'b>>) {
        let (first, others): (Vec<_>, Vec<_>) =
            operations.partition(|operation| operation.field == "issuetype");
        for operation in first.into_iter().chain(others) {
            self.apply(&operation);
        }
    }

    /// Applies an operation, or keeps what is wrong with it.
    pub(super) fn apply(&mut self, operation: &Operation<'_>) {
        self.touched.push(operation.field.to_owned());
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
        self.check_required();
        if !self.errors.is_empty() {
            return Err(self.refusal());
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
        let unknown = || FieldSentence::NotOnScreen(field.to_owned());
        let known = find_field(self.site, field).ok_or_else(unknown)?;
        let form = self.form().ok_or_else(unknown)?;
        if !form.takes(known) {
            return Err(unknown());
        }
        if verb != "set" && !known.operations().contains(&verb) {
            return Err(FieldSentence::BadOperation(verb.to_owned()));
        }
        match known {
            Field::System(_) => self.change_system(field, verb, value),
            Field::Custom(custom) => self.change_custom(custom, verb, value),
        }
    }

    fn form(&self) -> Option<Form<'a>> {
        let occasion = if self.issue.id == 0 {
            Occasion::Create
        } else {
            Occasion::Edit
        };
        let issue_type = self.site.issue_type(self.issue.issue_type)?;
        let (site, person) = (self.site, self.caller.person);
        Some(match self.transition {
            Some(row) => Form::of_screen(self.state, person, self.project, issue_type, site, row),
            None => Form::new(self.state, site, person, self.project, issue_type, occasion),
        })
    }

    /// A new issue has all required fields, and an old one those that the write emptied.
    fn check_required(&mut self) {
        let Some(form) = self.form() else {
            return;
        };
        let site = self.site;
        for field in fields_of(site) {
            let is_asked = self.transition.is_some()
                || self.issue.id == 0
                || self.touched.iter().any(|touched| touched == field.id());
            if is_asked && form.requires(field) && !self.holds(field) {
                let sentence = FieldSentence::Required(field.name().to_owned());
                self.blame(field.id(), sentence);
            }
        }
    }

    /// Whether a field that can be required by a screen has a value. What others there are have
    /// sentences of their own.
    fn holds(&self, field: Field<'_>) -> bool {
        let issue = &self.issue;
        match field {
            Field::Custom(custom) => issue.custom.contains_key(&custom.id),
            Field::System(_) => match field.id() {
                "assignee" => issue.assignee.is_some(),
                "components" => !issue.components.is_empty(),
                "description" => issue.description.is_some(),
                "duedate" => issue.due.is_some(),
                "environment" => issue.environment.is_some(),
                "fixVersions" => !issue.fix_versions.is_empty(),
                "labels" => !issue.labels.is_empty(),
                "reporter" => issue.reporter.is_some(),
                "resolution" => issue.resolution.is_some(),
                "versions" => !issue.affected_versions.is_empty(),
                _ => true,
            },
        }
    }

    /// Most sentences stand under the names of their fields, and some beside all fields, by switch.
    fn refusal(&self) -> Refusal {
        let switches = &self.state.switches;
        let (mut messages, mut errors) = (Vec::new(), BTreeMap::new());
        for (field, sentence) in &self.errors {
            let mut text = sentence.say(self.caller.language);
            let is_beside = match sentence {
                FieldSentence::NotASprint => {
                    switches.sprint_field_error_place == ErrorPlace::ErrorMessages
                }
                // A validator of the workflow speaks where a screen would have.
                FieldSentence::Required(name)
                    if switches.required_field_error == RequiredFieldError::ErrorMessages =>
                {
                    let validated = FieldSentence::Validated(name.clone());
                    text = validated.say(self.caller.language);
                    true
                }
                _ => false,
            };
            if is_beside {
                messages.push(text);
            } else {
                errors.insert(field.clone(), text);
            }
        }
        Refusal::Collection {
            status: axum::http::StatusCode::BAD_REQUEST,
            messages,
            errors,
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
    let mut named = own.filter(|row| read::is_named(value, row.id, &[&row.name, &row.korean]));
    named
        .next()
        .map(|row| row.id)
        .ok_or(FieldSentence::BadIssueType)
}

/// The index of a person who can have issues of a project.
pub(super) fn find_assignable(
    state: &State,
    site: &Site,
    project: &Project,
    account_id: &str,
) -> Option<usize> {
    let people = &state.world.people;
    let mut members = site.members.iter().copied();
    members.find(|index| {
        people[*index].account_id == account_id
            && site.may(people, *index, project, Permission::AssignableUser)
    })
}
