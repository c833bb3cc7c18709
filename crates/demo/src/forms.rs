//! The forms about tickets: what they ask for goes by the fields that Juncture tells of.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::backend::{Field, Value};
use super::trouble::{Trouble, WrongField};

/// What a form has sent, by the names of its controls.
pub(super) type Given = BTreeMap<String, String>;

/// A field in a form, with what stands in it.
pub(super) struct Input {
    pub(super) field: Field,
    pub(super) given: String,
    /// What is wrong with it.
    pub(super) wrong: Option<String>,
}

impl Input {
    /// The field, with what was given for it.
    pub(super) fn new(field: Field, given: &Given) -> Self {
        let given = given.get(&field.id).cloned().unwrap_or_default();
        Self {
            field,
            given,
            wrong: None,
        }
    }

    /// Whether the form insists on it.
    pub(super) fn is_needed(&self) -> bool {
        self.field.required && !self.field.has_default
    }

    /// Whether it takes more than a line.
    pub(super) fn is_long(&self) -> bool {
        self.field.kind == "rich_text"
    }

    /// The values to choose from, where they are known; else it is written.
    pub(super) fn choices(&self) -> Option<Vec<&Value>> {
        let values = self.field.allowed_values.as_ref()?;
        Some(values.iter().filter(|value| !value.disabled).collect())
    }

    /// HTML's word for what it holds.
    pub(super) fn html_type(&self) -> &'static str {
        match self.field.kind.as_str() {
            "date" => "date",
            "url" => "url",
            _ => "text",
        }
    }

    /// A word of help, for what people cannot know.
    pub(super) fn hint(&self) -> Option<&'static str> {
        match self.field.kind.as_str() {
            "labels" => Some("separated by commas"),
            "rich_text" => Some("Markdown"),
            _ => None,
        }
    }

    /// The value as Juncture takes it; none where nothing was given. What does not fit is sent all the
    /// same: Juncture says what is wrong with it.
    fn value(&self) -> Option<Json> {
        let given = self.given.trim();
        if given.is_empty() {
            return None;
        }
        Some(match self.field.kind.as_str() {
            "number" => given
                .parse::<f64>()
                .map_or_else(|_| given.into(), Json::from),
            "labels" => given.split(',').map(str::trim).collect(),
            "options" | "cascading_option" | "versions" | "components" | "users" | "groups" => {
                vec![given].into()
            }
            _ => given.into(),
        })
    }
}

/// The values that were given, by the ids of the fields.
pub(super) fn values<'a>(inputs: impl IntoIterator<Item = &'a Input>) -> Map<String, Json> {
    let given = inputs
        .into_iter()
        .filter_map(|input| Some((input.field.id.clone(), input.value()?)));
    given.collect()
}

/// What went wrong with a form, to stand above it.
pub(super) struct Told {
    pub(super) sentence: String,
    /// What is wrong with fields that the form does not have.
    pub(super) others: Vec<WrongField>,
    /// Whether it may have been done all the same.
    pub(super) is_outcome_unknown: bool,
}

impl Told {
    /// Tells of the trouble, and marks the inputs that it is about.
    pub(super) fn of(trouble: &Trouble, inputs: &mut [Input]) -> Self {
        let mut others = trouble.wrong_fields();
        for input in inputs {
            let own = others.iter().position(|wrong| wrong.id == input.field.id);
            input.wrong = own.map(|own| others.remove(own).sentence(&input.field.name));
        }
        Self {
            sentence: trouble.to_string(),
            others,
            is_outcome_unknown: trouble.is_outcome_unknown(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Field, Given, Input, values};

    fn input(id: &str, kind: &str, given: &str) -> Input {
        let field = Field {
            id: id.to_owned(),
            name: id.to_owned(),
            kind: kind.to_owned(),
            required: true,
            has_default: false,
            allowed_values: None,
        };
        Input::new(field, &Given::from([(id.to_owned(), given.to_owned())]))
    }

    #[test]
    fn values_are_what_the_type_of_the_field_asks_for() {
        let inputs = [
            input("a", "text", " Falcon "),
            input("b", "number", "2.5"),
            input("c", "number", "much"),
            input("d", "labels", "red, two words"),
            input("e", "options", "10020"),
            input("f", "text", "  "),
        ];
        let expected = json!({
            "a": "Falcon", "b": 2.5, "c": "much", "d": ["red", "two words"], "e": ["10020"]
        });
        assert_eq!(json!(values(&inputs)), expected);
    }
}
