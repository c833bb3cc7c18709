//! Fields that a caller wants to see on tickets besides those that every ticket shows.
//!
//! They are asked for by id, or by the exact name where only one field has it. Jira ignores a field that
//! it does not know, so that a typing error would look like a field that is nowhere set: here it is told.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use juncture_jira::fields::{FieldKind, Reason};
use juncture_jira::{Error as JiraError, IssueFields, Site};
use serde_json::Value;

use super::Jira;
use super::failure::UnknownField;
use super::fields::{Fields, KnownField};
use super::viewer::Viewer;

/// The word for all fields, and Jira's.
const ALL: &str = "all";
const EVERYTHING: &str = "*all";

/// What is too much for a list, and has endpoints of its own: it comes if it is named.
const HEAVY: [&str; 3] = ["comment", "worklog", "attachment"];

/// As many fields as Jira gives without making its pages shorter.
const MOST: usize = 100;

/// How many fields are proposed in place of one that is not there.
const MOST_CANDIDATES: usize = 10;

/// How old the names may be by which a field is refused: an administrator may just have made it.
const FRESH_ENOUGH: SignedDuration = SignedDuration::from_mins(1);

/// Ids or names of fields, as they were written, or the word for all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted(Vec<String>);

impl Wanted {
    /// Takes what is written; says what keeps it from being that.
    pub(crate) fn parse(texts: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let texts = texts.into_iter().map(|text| text.trim().to_owned());
        let texts: BTreeSet<String> = texts.filter(|text| !text.is_empty()).collect();
        if texts.len() > MOST {
            return Err(format!("must be at most {MOST} fields"));
        }
        Ok(Self(texts.into_iter().collect()))
    }

    /// Whether there is nothing to be seen besides.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is written, in an order of its own.
    pub(crate) fn texts(&self) -> &[String] {
        &self.0
    }
}

/// Fields that tickets show besides their own.
#[derive(Default)]
pub(crate) struct Shown {
    /// As Jira is asked for them: ids, and [`EVERYTHING`] with what is left out of it.
    asked: Vec<String>,
    fields: Vec<ShownField>,
}

struct ShownField {
    id: String,
    name: String,
    kind: FieldKind,
}

impl From<&KnownField> for ShownField {
    fn from(field: &KnownField) -> Self {
        Self {
            id: field.id.clone(),
            name: field.name.clone(),
            kind: field.kind(),
        }
    }
}

impl Shown {
    /// The wanted fields of a site; `own` are those that tickets show anyway.
    pub(crate) async fn on(
        jira: &Jira,
        viewer: Viewer,
        site: Site<'_>,
        wanted: &Wanted,
        own: &[&str],
    ) -> Result<Result<Self, Vec<UnknownField>>, JiraError> {
        if wanted.is_empty() {
            return Ok(Ok(Self::default()));
        }
        let mut fields = Fields::known(jira, viewer, site).await?;
        let mut asked = resolve(wanted, &fields);
        if asked.is_err() {
            fields = Fields::at_most_of_age(jira, viewer, site, FRESH_ENOUGH).await?;
            asked = resolve(wanted, &fields);
        }
        Ok(asked.map(|asked| Self::of(asked, &fields, own)))
    }

    /// Fields that Jira is [asked](Self::asked) for so.
    pub(crate) fn of(asked: Vec<String>, fields: &Fields, own: &[&str]) -> Self {
        let is_asked = |id: &str| asked.iter().any(|asked| asked == id);
        let is_all = is_asked(EVERYTHING);
        let is_shown = |field: &&KnownField| {
            let id = field.id.as_str();
            is_asked(id) || (is_all && !own.contains(&id) && !is_asked(&without(id)))
        };
        let fields = fields.all().iter().filter(is_shown);
        Self {
            fields: fields.map(ShownField::from).collect(),
            asked,
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// As Jira is asked for them.
    pub(crate) fn asked(&self) -> &[String] {
        &self.asked
    }

    /// Their plain values in an issue, by id. What is not set is not there.
    pub(crate) fn values(&self, fields: &IssueFields) -> BTreeMap<String, Value> {
        let values = self.fields.iter().filter_map(|field| {
            let value = fields.plain(&field.id, field.kind)?;
            (!value.is_null()).then(|| (field.id.clone(), value))
        });
        values.collect()
    }

    /// Their ids.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.id.as_str())
    }

    /// What people call them, by id; of all fields, those in these places among the [ids](Self::ids).
    pub(crate) fn names_at(&self, used: &BTreeSet<usize>) -> BTreeMap<String, String> {
        let fields = self.fields.iter().enumerate();
        let is_told = |(place, field): &(usize, &ShownField)| {
            self.asked.contains(&field.id) || used.contains(place)
        };
        let told = fields.filter(is_told);
        told.map(|(_, field)| (field.id.clone(), field.name.clone()))
            .collect()
    }

    /// The same; of all fields, those that are in these values.
    pub(crate) fn names<'v>(
        &self,
        values: impl Iterator<Item = &'v BTreeMap<String, Value>>,
    ) -> BTreeMap<String, String> {
        let used: BTreeSet<&str> = values
            .flat_map(BTreeMap::keys)
            .map(String::as_str)
            .collect();
        let places = self.ids().enumerate();
        let used = places.filter(|(_, id)| used.contains(id));
        self.names_at(&used.map(|(place, _)| place).collect())
    }

    /// How many bytes of them are to be read in an issue.
    pub(crate) fn bytes(&self, fields: &IssueFields) -> usize {
        let values = self.fields.iter().filter_map(|field| {
            let custom = fields.custom.get(&field.id);
            custom.or_else(|| fields.others.get(&field.id))
        });
        values.map(|value| value.get().len()).sum()
    }
}

/// How Jira is asked for the wanted fields.
fn resolve(wanted: &Wanted, fields: &Fields) -> Result<Vec<String>, Vec<UnknownField>> {
    let mut asked = Vec::new();
    let mut unknown = Vec::new();
    for text in wanted.texts().iter().filter(|text| *text != ALL) {
        match find(text, fields) {
            Ok(field) => asked.push(field.id.clone()),
            Err(field) => unknown.push(field),
        }
    }
    if !unknown.is_empty() {
        return Err(unknown);
    }
    if wanted.texts().iter().any(|text| text == ALL) {
        let left_out = HEAVY
            .into_iter()
            .filter(|id| !asked.iter().any(|asked| asked == id));
        let left_out: Vec<String> = left_out.map(without).collect();
        asked.push(EVERYTHING.to_owned());
        asked.extend(left_out);
    }
    Ok(asked)
}

/// How Jira is told to leave out a field of all.
fn without(id: &str) -> String {
    format!("-{id}")
}

/// The field with this id, else the only one with this name.
fn find<'f>(text: &str, fields: &'f Fields) -> Result<&'f KnownField, UnknownField> {
    if let Some(field) = fields.find(text) {
        return Ok(field);
    }
    let of_name: Vec<&KnownField> = (fields.all().iter())
        .filter(|field| field.name == text)
        .collect();
    if let [field] = of_name[..] {
        return Ok(field);
    }
    let (reason, candidates) = if of_name.is_empty() {
        (Reason::UnknownField, like(text, fields))
    } else {
        (Reason::AmbiguousField, of_name)
    };
    let candidates = candidates.into_iter().take(MOST_CANDIDATES);
    Err(UnknownField {
        name: text.to_owned(),
        reason,
        candidates: candidates.map(KnownField::as_candidate).collect(),
    })
}

/// The fields whose names are like this text: part of it, or it of them.
fn like<'f>(text: &str, fields: &'f Fields) -> Vec<&'f KnownField> {
    let text = text.to_lowercase();
    let is_like = |field: &&KnownField| {
        let name = field.name.to_lowercase();
        name.contains(&text) || (!name.is_empty() && text.contains(&name))
    };
    fields.all().iter().filter(is_like).collect()
}
