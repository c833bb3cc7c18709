//! A set of values, checked against what Jira says about the fields, before Jira is asked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::people::People;
use super::write::Writer;
use super::wrong::{Fault, Reason, WrongField};
use super::{AllowedValue, FieldKind, FieldMeta, FieldValues};

/// What the values are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// A new issue, or a step of a workflow: what is required must be given. These fields are given by
    /// other ways.
    New {
        /// The ids of those fields.
        given: &'a [&'a str],
    },
    /// An issue that has its values: what is not given stays.
    Edit,
}

/// What is known besides the fields.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// What the values are for.
    pub purpose: Purpose<'a>,
    /// Whether the project is managed by its team: there a parent is taken away in another way.
    pub is_team_managed: bool,
    /// The account ids of people by their e-mail addresses, as far as they have been looked up; `None`
    /// for those who were not found.
    pub accounts: &'a BTreeMap<String, Option<String>>,
}

/// A set of values that was checked.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The values as Jira takes them among the `fields` of a request.
    pub fields: FieldValues,
    /// What Jira takes among its `update` alone: a parent that is taken away.
    pub update: FieldValues,
    /// Everything that is wrong. Then nothing should be sent.
    pub wrong: Vec<WrongField>,
    /// The rich texts that were given as Markdown, by id, and empty for what is cleared: what Markdown
    /// cannot say of a present document is for the caller to keep ([`adf::edit`](crate::adf::edit)).
    pub markdown: BTreeMap<String, String>,
    /// The e-mail addresses that are still to be looked up ([`Setting::accounts`]). Their fields are
    /// among `fields` only after that: then check once more.
    pub addresses: BTreeSet<String>,
}

/// Checks plain values, by id or exact name of their fields, against `fields`, which are all that the
/// issue can be given, and writes them as Jira takes them. `null` clears a field, and so does an empty
/// text or list.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use juncture_jira::FieldMeta;
/// use juncture_jira::fields::{self, Purpose, Reason, Setting};
/// use serde_json::{Value, json};
///
/// # #[allow(clippy::disallowed_methods)]
/// # fn example() -> Result<(), serde_json::Error> {
/// let fields: Vec<FieldMeta> = serde_json::from_value(json!([
///     {"fieldId": "customfield_10030", "name": "Colour", "operations": ["set"], "schema": {
///         "type": "option", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:select"},
///      "allowedValues": [{"id": "10020", "value": "Red"}, {"id": "10021", "value": "Blue"}]}]))?;
/// let accounts = BTreeMap::new();
/// let setting = Setting { purpose: Purpose::Edit, is_team_managed: false, accounts: &accounts };
///
/// let Value::Object(given) = json!({"Colour": "Blue"}) else { unreachable!() };
/// let checked = fields::check(&fields, &given, setting);
/// assert_eq!(checked.fields.get("customfield_10030").unwrap().get(), r#"{"id":"10021"}"#);
///
/// let Value::Object(given) = json!({"Colour": "Green"}) else { unreachable!() };
/// let wrong = &fields::check(&fields, &given, setting).wrong[0];
/// assert_eq!((wrong.reason, wrong.allowed.len()), (Reason::UnknownValue, 2));
/// # Ok(())
/// # }
/// # example().unwrap();
/// ```
///
/// Converts Markdown, so it takes some milliseconds for long texts.
#[must_use]
pub fn check(fields: &[FieldMeta], given: &Map<String, Value>, setting: Setting<'_>) -> Checked {
    let mut checked = Checked::default();
    let mut seen = BTreeSet::new();
    for (called, value) in given {
        match find(fields, called) {
            Err(wrong) => checked.wrong.push(wrong),
            Ok(field) if !seen.insert(&field.id) => {
                (checked.wrong).push(wrong(field, Reason::GivenTwice.into()));
            }
            Ok(field) => checked.take(field, value, setting),
        }
    }
    if let Purpose::New { given } = setting.purpose {
        let is_missing = |field: &&FieldMeta| {
            field.must_be_given() && !seen.contains(&field.id) && !given.contains(&&*field.id)
        };
        let missing = fields.iter().filter(is_missing);
        checked.wrong.extend(missing.map(required));
    }
    checked
}

/// The one field of this id, or of this name if there is no such id.
fn find<'a>(fields: &'a [FieldMeta], called: &str) -> Result<&'a FieldMeta, WrongField> {
    if let Some(field) = fields.iter().find(|field| field.id == called) {
        return Ok(field);
    }
    let named: Vec<&FieldMeta> = (fields.iter().filter(|field| field.name == called)).collect();
    if let [field] = named[..] {
        return Ok(field);
    }
    let reason = if named.is_empty() {
        Reason::UnknownField
    } else {
        Reason::AmbiguousField
    };
    let candidates = named.iter().map(|field| AllowedValue {
        id: field.id.clone(),
        name: field.name.clone(),
        ..AllowedValue::default()
    });
    Err(WrongField {
        id: called.to_owned(),
        name: called.to_owned(),
        reason,
        allowed: candidates.collect(),
        jira_says: None,
    })
}

fn wrong(field: &FieldMeta, fault: Fault) -> WrongField {
    WrongField {
        id: field.id.clone(),
        name: field.name.clone(),
        reason: fault.reason,
        allowed: fault.allowed,
        jira_says: None,
    }
}

fn required(field: &FieldMeta) -> WrongField {
    let allowed = field.allowed_values().unwrap_or_default();
    wrong(field, Fault::among(Reason::Required, &allowed))
}

impl Checked {
    fn take(&mut self, field: &FieldMeta, value: &Value, setting: Setting<'_>) {
        let kind = field.kind();
        if kind == FieldKind::Computed || !field.is_settable() {
            self.wrong.push(wrong(field, Reason::NotSettable.into()));
        } else if is_nothing(value) || (kind == FieldKind::Summary && is_blank(value)) {
            self.clear(field, kind, setting);
        } else {
            let allowed = field.allowed_values();
            let mut writer = Writer {
                kind,
                allowed: allowed.as_deref(),
                people: People::new(setting.accounts),
            };
            let written = writer.write(value);
            let mut addresses = writer.people.unknown;
            match written {
                Err(fault) => self.wrong.push(wrong(field, fault)),
                Ok(_) if !addresses.is_empty() => self.addresses.append(&mut addresses),
                Ok(written) => {
                    self.fields.set(&field.id, &written);
                    let markdown = value.as_str().filter(|_| kind == FieldKind::RichText);
                    let markdown = markdown.map(|text| (field.id.clone(), text.to_owned()));
                    self.markdown.extend(markdown);
                }
            }
        }
    }

    fn clear(&mut self, field: &FieldMeta, kind: FieldKind, setting: Setting<'_>) {
        if field.required || kind == FieldKind::Summary {
            self.wrong.push(required(field));
            return;
        }
        let is_new = setting.purpose != Purpose::Edit;
        match kind {
            // A new issue has none of these unless it is given one.
            FieldKind::Parent | FieldKind::TimeTracking if is_new => {}
            FieldKind::TimeTracking => {
                (self.wrong).push(wrong(field, Reason::NotClearable.into()));
            }
            FieldKind::Parent if setting.is_team_managed => {
                self.fields.set(&field.id, &json!({}));
            }
            FieldKind::Parent => {
                (self.update).set(&field.id, &json!([{"set": {"none": true}}]));
            }
            list if list.is_list() => self.fields.set(&field.id, &json!([])),
            FieldKind::RichText => {
                self.fields.set(&field.id, &Value::Null);
                self.markdown.insert(field.id.clone(), String::new());
            }
            _ => self.fields.set(&field.id, &Value::Null),
        }
    }
}

/// Whether a text has nothing but spaces, which Jira takes away from a title.
fn is_blank(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Whether a value is none, by which a field is cleared.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
