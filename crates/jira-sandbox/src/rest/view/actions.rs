//! What the caller may do to an issue, as JSON: transitions and edits.

use serde_json::{Map, Value, json};

use super::View;
use crate::rest::fields::{Form, Occasion};
use crate::world::{Issue, IssueType, Origin, Permission, Project, Transition};

impl View<'_> {
    /// A transition; the name of the last flag is that of recorded answers, and not of Atlassian's
    /// document.
    fn transition(&self, transition: &Transition, is_available: bool) -> Value {
        let mut body = json!({
            "id": transition.id.to_string(),
            "name": self.named(&transition.name, &transition.korean),
        });
        if let Some(status) = self.site.status(transition.to) {
            body["to"] = self.status(status);
        }
        let is_global = !matches!(transition.from, Origin::Only(_));
        body["hasScreen"] = transition.screen.is_some().into();
        body["isGlobal"] = is_global.into();
        body["isInitial"] = false.into();
        body["isAvailable"] = is_available.into();
        body["isConditional"] = transition.condition.is_some().into();
        body["isLooped"] = transition.is_looped().into();
        body
    }

    /// The transitions that begin at the status of an issue: those that the caller may perform, or
    /// all. Who may perform none is offered none.
    pub(in crate::rest) fn offered(&self, issue: &Issue, takes_all: bool) -> Vec<&Transition> {
        if !self.may(issue, Permission::TransitionIssues) {
            return Vec::new();
        }
        let all = self.site.transitions_of(issue.project).iter();
        let here = all.filter(|row| row.begins_at(issue.status));
        here.filter(|row| takes_all || row.is_open_to(self.caller.person, issue))
            .collect()
    }

    /// Transitions of an issue, perhaps with the fields of their screens.
    pub(in crate::rest) fn transitions(
        &self,
        issue: &Issue,
        rows: &[&Transition],
        has_fields: bool,
    ) -> Vec<Value> {
        let rows = rows.iter().map(|row| {
            let is_available = row.is_open_to(self.caller.person, issue);
            let mut body = self.transition(row, is_available);
            if has_fields {
                let fields = self.project_and_type(issue).map(|(project, kind)| {
                    let person = self.caller.person;
                    let form = Form::of_screen(self.state, person, project, kind, self.site, row);
                    self.form_fields(form)
                });
                body["fields"] = fields.unwrap_or_default().into();
            }
            body
        });
        rows.collect()
    }

    /// The fields of an issue that the caller may edit now.
    pub(in crate::rest) fn edit_fields(&self, issue: &Issue) -> Map<String, Value> {
        let is_allowed = self.may(issue, Permission::EditIssues);
        let parts = self.project_and_type(issue).filter(|_| is_allowed);
        let fields = parts.map(|(project, kind)| {
            let (person, occasion) = (self.caller.person, Occasion::Edit);
            let form = Form::new(self.state, self.site, person, project, kind, occasion);
            self.form_fields(form)
        });
        fields.unwrap_or_default()
    }

    /// Adds what `expand` asks for of what the caller may do to an issue.
    pub(super) fn expand_actions(&self, body: &mut Value, issue: &Issue, expand: &[String]) {
        let expands = |name: &str| expand.iter().any(|wanted| wanted == name);
        let has_fields = expands("transitions.fields");
        if has_fields || expands("transitions") {
            let rows = self.offered(issue, false);
            body["transitions"] = self.transitions(issue, &rows, has_fields).into();
        }
        if expands("editmeta") {
            body["editmeta"] = json!({"fields": self.edit_fields(issue)});
        }
    }

    fn may(&self, issue: &Issue, permission: Permission) -> bool {
        let project = self.site.project(issue.project);
        project.is_some_and(|project| {
            self.site
                .may(self.people, self.caller.person, project, permission)
        })
    }

    fn project_and_type(&self, issue: &Issue) -> Option<(&Project, &IssueType)> {
        let project = self.site.project(issue.project)?;
        Some((project, self.site.issue_type(issue.issue_type)?))
    }

    /// The fields of a form, as metadata of an issue and of transitions has them.
    fn form_fields(&self, form: Form<'_>) -> Map<String, Value> {
        let hides_children = !self.switches.cascading_children_in_meta;
        let fields = form.fields().map(|field| {
            let body = self.field_metadata(field, form, hides_children);
            (field.id().to_owned(), body)
        });
        fields.collect()
    }
}
