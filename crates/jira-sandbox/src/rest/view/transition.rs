//! Transitions as JSON.

use serde_json::{Map, Value, json};

use super::View;
use crate::rest::fields::Form;
use crate::world::{Origin, Transition};

impl View<'_> {
    /// A transition; the name of the last flag is that of recorded answers, and not of Atlassian's
    /// document.
    pub(in crate::rest) fn transition(&self, transition: &Transition, is_available: bool) -> Value {
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

    /// The fields of a form, as metadata of an issue and of transitions has them.
    pub(in crate::rest) fn form_fields(&self, form: Form<'_>) -> Map<String, Value> {
        let hides_children = !self.switches.cascading_children_in_meta;
        let fields = form.fields().map(|field| {
            let body = self.field_metadata(field, form, hides_children);
            (field.id().to_owned(), body)
        });
        fields.collect()
    }
}
