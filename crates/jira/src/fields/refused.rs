//! What Jira has refused, told as if it had been checked before.
//!
//! Jira's sentences are English, as every call asks for, and change over the years: what none of them
//! fits is [`Reason::Refused`], with Jira's words.

use std::collections::BTreeMap;

use super::{FieldKind, FieldMeta, Reason, WrongField};

/// What Jira's sentences are known by, in this order.
const SENTENCES: [(&str, Reason); 29] = [
    (
        "cannot be set. It is not on the appropriate screen",
        Reason::NotSettable,
    ),
    ("is required", Reason::Required),
    ("You must specify a summary", Reason::Required),
    ("Specify an issue type", Reason::Required),
    ("Number value expected as the Sprint id", Reason::NotASprint),
    ("Operation value must be", Reason::WrongType),
    ("Comment body is not valid", Reason::WrongType),
    ("data was not an", Reason::WrongType),
    ("expected Object", Reason::WrongType),
    ("JsonBean", Reason::WrongType),
    ("contains spaces which is invalid", Reason::NotALabel),
    ("must be less than 255 characters", Reason::TooLong),
    ("can't exceed 255 characters", Reason::TooLong),
    ("text is too long", Reason::TooLong),
    ("CONTENT_LIMIT_EXCEEDED", Reason::TooLong),
    ("Error parsing date string", Reason::NotADate),
    ("cannot be assigned", Reason::NotAssignable),
    ("belong to appropriate hierarchy", Reason::WrongParent),
    ("same project as the parent", Reason::WrongParent),
    ("specified is not a user", Reason::UnknownUser),
    ("was not found in the system", Reason::UnknownUser),
    ("Could not find group names", Reason::UnknownValue),
    ("Could not find valid", Reason::UnknownValue),
    ("Specify a valid", Reason::UnknownValue),
    ("selected is invalid", Reason::UnknownValue),
    ("Component name", Reason::UnknownValue),
    ("Version name", Reason::UnknownValue),
    ("Version id", Reason::UnknownValue),
    ("Team Id", Reason::UnknownValue),
];

/// The fields that Jira blames in a refusal: [`Error::field_errors`](crate::Error::field_errors), and
/// what [`Error::messages`](crate::Error::messages) say of fields by name. `fields` are those that could
/// be given, as far as they are known.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use juncture_jira::fields::{self, Reason};
///
/// let sentence = "Field 'priority' cannot be set. It is not on the appropriate screen, or unknown.";
/// let blamed = BTreeMap::from([("priority".to_owned(), sentence.to_owned())]);
/// let wrong = fields::refused(&[], &blamed, &[]);
/// assert_eq!((wrong[0].id.as_str(), wrong[0].reason), ("priority", Reason::NotSettable));
/// ```
#[must_use]
pub fn refused(
    messages: &[String],
    field_errors: &BTreeMap<String, String>,
    fields: &[FieldMeta],
) -> Vec<WrongField> {
    let mut wrong: Vec<WrongField> = (field_errors.iter())
        .map(|(id, sentence)| {
            let field = fields.iter().find(|field| field.id == *id);
            blamed(id, field, sentence)
        })
        .collect();
    for sentence in messages {
        let field = named_in(sentence, fields);
        if let Some(field) = field.filter(|field| !field_errors.contains_key(&field.id)) {
            wrong.push(blamed(&field.id, Some(field), sentence));
        }
    }
    wrong
}

fn blamed(id: &str, field: Option<&FieldMeta>, sentence: &str) -> WrongField {
    let reason = reason(sentence);
    let tells_values = matches!(reason, Reason::UnknownValue | Reason::Required);
    let allowed = field
        .filter(|_| tells_values)
        .and_then(FieldMeta::allowed_values);
    let allowed = allowed.unwrap_or_default().into_iter();
    WrongField {
        id: id.to_owned(),
        name: field.map_or_else(|| id.to_owned(), |field| field.name.clone()),
        reason,
        allowed: allowed.take(super::wrong::MOST_TOLD).collect(),
        jira_says: Some(sentence.to_owned()),
    }
}

fn reason(sentence: &str) -> Reason {
    let mut known = SENTENCES.iter();
    let fits = known.find(|(words, _)| sentence.contains(words));
    fits.map_or(Reason::Refused, |(_, reason)| *reason)
}

/// The field that a sentence about the whole request names: `Field Resolution is required.`, or the
/// sprint.
fn named_in<'a>(sentence: &str, fields: &'a [FieldMeta]) -> Option<&'a FieldMeta> {
    let name = sentence.strip_suffix(" is required.").map(|rest| {
        let name = rest.strip_prefix("Field ").unwrap_or(rest);
        name.trim_matches('\'')
    });
    let is_of_sprint = reason(sentence) == Reason::NotASprint;
    let mut fields = fields.iter();
    fields.find(|field| match name {
        Some(name) => field.name == name || field.id == name,
        None => is_of_sprint && field.kind() == FieldKind::Sprint,
    })
}
