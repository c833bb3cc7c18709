//! What may be said of an issue, as JSON.

use serde_json::{Value, json};

use super::View;
use crate::rest::fields::{Field, Form, Occasion};
use crate::world::{Context, CustomField, FieldKind, Project, USUAL_PRIORITY};

impl View<'_> {
    /// A field as a form has it.
    pub(in crate::rest) fn field_metadata(
        &self,
        field: Field<'_>,
        form: Form<'_>,
        hides_children: bool,
    ) -> Value {
        let mut body = json!({
            "key": field.id(),
            "name": field.name(),
            "required": form.requires(field),
            "hasDefaultValue": false,
            "operations": operations(field, form),
            "schema": field.schema(),
        });
        let context = match field {
            Field::System(_) => None,
            Field::Custom(custom) => form.context(custom).map(|context| (custom, context)),
        };
        let default = match (field.id(), context) {
            ("priority", _) => self
                .site
                .priority(USUAL_PRIORITY)
                .map(|row| self.priority(row)),
            (_, Some((custom, context))) => {
                let default = context.default.as_ref();
                default.map(|value| self.field_value(custom, value))
            }
            _ => None,
        };
        // Jira knows who reports, and does not say it.
        body["hasDefaultValue"] = (default.is_some() || field.id() == "reporter").into();
        if let Some(default) = default {
            body["defaultValue"] = default;
        }
        let allowed = match context {
            None => self.allowed_system(field.id(), form),
            Some((custom, context)) => self.allowed_custom(custom, context, form, hides_children),
        };
        if let Some(allowed) = allowed {
            body["allowedValues"] = allowed;
        }
        if let Some(path) = auto_complete(field) {
            let path = self
                .caller
                .link(&path)
                .replacen(&self.caller.base, &self.site.url(), 1);
            body["autoCompleteUrl"] = path.into();
        }
        body
    }

    fn allowed_system(&self, field: &str, form: Form<'_>) -> Option<Value> {
        let project = form.project;
        Some(match field {
            "issuetype" => {
                let types = form.issue_types(self.site);
                types.map(|row| self.issue_type(row)).collect()
            }
            "project" => [self.short_project(project)].into_iter().collect(),
            "priority" => {
                let rows = self.site.priorities.iter();
                rows.map(|row| self.priority(row)).collect()
            }
            "components" => {
                let rows = project.components.iter();
                rows.map(|row| self.component(row)).collect()
            }
            "fixVersions" | "versions" => self.versions_to_choose(project),
            "resolution" => {
                let rows = self.site.resolutions.iter();
                rows.map(|row| self.resolution(row)).collect()
            }
            "security" => {
                let rows = project.security_levels.iter();
                rows.map(|row| self.security_level(row)).collect()
            }
            _ => return None,
        })
    }

    fn allowed_custom(
        &self,
        field: &CustomField,
        context: &Context,
        form: Form<'_>,
        hides_children: bool,
    ) -> Option<Value> {
        if field.kind.has_options() {
            let options = || context.options.iter().filter(|row| !row.is_disabled);
            let children = |parent: u64| -> Value {
                let own = options().filter(|row| row.parent == Some(parent));
                own.map(|row| self.option(row)).collect()
            };
            let parents = options().filter(|row| row.parent.is_none());
            let allowed = parents.map(|row| {
                let mut body = self.option(row);
                if field.kind == FieldKind::Cascading && !hides_children {
                    body["children"] = children(row.id);
                }
                body
            });
            return Some(allowed.collect());
        }
        match field.kind {
            FieldKind::Version | FieldKind::Versions => Some(self.versions_to_choose(form.project)),
            FieldKind::Project => {
                let rows = self
                    .site
                    .projects
                    .iter()
                    .filter(|row| self.caller.sees(row));
                Some(rows.map(|row| self.short_project(row)).collect())
            }
            _ => None,
        }
    }

    /// Archived versions are not offered.
    fn versions_to_choose(&self, project: &Project) -> Value {
        let rows = project.versions.iter().filter(|row| !row.is_archived);
        rows.map(|row| self.version(row)).collect()
    }
}

/// What a write may do to the field. The type of an issue of a team-managed project is shown, and
/// not offered for a change.
fn operations(field: Field<'_>, form: Form<'_>) -> &'static [&'static str] {
    let is_fixed = form.occasion == Occasion::Edit && form.project.is_team_managed;
    if is_fixed && field.id() == "issuetype" {
        return &[];
    }
    field.operations()
}

/// Where Jira's own pages ask for values; no token for the API is good there.
fn auto_complete(field: Field<'_>) -> Option<String> {
    let kind = match field {
        Field::Custom(custom) => Some(custom.kind),
        Field::System(_) => None,
    };
    match (field.id(), kind) {
        ("labels", _) | (_, Some(FieldKind::Labels)) => Some("labels/suggest?query=".to_owned()),
        ("assignee" | "reporter", _) | (_, Some(FieldKind::Person | FieldKind::People)) => {
            let id = field.id();
            Some(format!("user/recommend?context={id}&query="))
        }
        _ => None,
    }
}
