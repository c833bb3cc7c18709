//! What is wrong with a value that was given to a field.

use std::fmt;

use super::AllowedValue;

/// How many values a fault tells at most.
pub(super) const MOST_TOLD: usize = 200;

/// A field that was given wrongly, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongField {
    /// The field's id; where there is no one field, what was given in its place.
    pub id: String,
    /// The field's name; where there is no one field, what was given in its place.
    pub name: String,
    /// What is wrong.
    pub reason: Reason,
    /// What could be given, as far as it is known and has few enough values, the first 200. Of an
    /// ambiguous name, those that it may stand for.
    pub allowed: Vec<AllowedValue>,
    /// Jira's own sentence, where it was Jira that refused the value.
    pub jira_says: Option<String>,
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// There is no such field here.
    UnknownField,
    /// Several fields have this name.
    AmbiguousField,
    /// The field was given by its id and by its name.
    GivenTwice,
    /// Jira lets nobody set the field here.
    NotSettable,
    /// The field must have a value.
    Required,
    /// The field has a value for good, once it has one.
    NotClearable,
    /// Another type of value is due: text, a number, a list.
    WrongType,
    /// The text is longer than Jira takes.
    TooLong,
    /// The text has more than one line.
    SeveralLines,
    /// Not a day, written as `2026-11-30`.
    NotADate,
    /// Not an instant with an offset, written as RFC 3339 has it.
    NotADateTime,
    /// Not an address with a scheme.
    NotAUrl,
    /// A label that has a space in it, or is empty.
    NotALabel,
    /// No account id and no e-mail address.
    NotAUser,
    /// Nobody was found by this e-mail address.
    UnknownUser,
    /// Not the key or id of an issue.
    NotAnIssue,
    /// Not the id of a sprint.
    NotASprint,
    /// None of the values that the field may have.
    UnknownValue,
    /// Several values have this name: give the id of one.
    AmbiguousValue,
    /// Nobody may assign the issue to this person.
    NotAssignable,
    /// An issue that this one cannot be a part of.
    WrongParent,
    /// Jira refuses it, for a reason of its own.
    Refused,
}

impl Reason {
    /// The word for it, in lower case and with underscores.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::UnknownField => "unknown_field",
            Self::AmbiguousField => "ambiguous_field",
            Self::GivenTwice => "given_twice",
            Self::NotSettable => "not_settable",
            Self::Required => "required",
            Self::NotClearable => "not_clearable",
            Self::WrongType => "wrong_type",
            Self::TooLong => "too_long",
            Self::SeveralLines => "several_lines",
            Self::NotADate => "not_a_date",
            Self::NotADateTime => "not_a_datetime",
            Self::NotAUrl => "not_a_url",
            Self::NotALabel => "not_a_label",
            Self::NotAUser => "not_a_user",
            Self::UnknownUser => "unknown_user",
            Self::NotAnIssue => "not_an_issue",
            Self::NotASprint => "not_a_sprint",
            Self::UnknownValue => "unknown_value",
            Self::AmbiguousValue => "ambiguous_value",
            Self::NotAssignable => "not_assignable",
            Self::WrongParent => "wrong_parent",
            Self::Refused => "refused",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What is wrong with one value, before it is known of which field.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) reason: Reason,
    pub(super) allowed: Vec<AllowedValue>,
}

impl Fault {
    /// A value that is none of these.
    pub(super) fn among<'a>(
        reason: Reason,
        allowed: impl IntoIterator<Item = &'a AllowedValue>,
    ) -> Self {
        Self {
            reason,
            allowed: allowed.into_iter().take(MOST_TOLD).cloned().collect(),
        }
    }
}

impl From<Reason> for Fault {
    fn from(reason: Reason) -> Self {
        Self::among(reason, [])
    }
}
