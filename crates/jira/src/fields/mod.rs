//! The fields of issues, built in and custom: plain values in and out of Jira's.
//!
//! A plain value is what a caller would write down: `"Red"` for an option, `"2026-11-30"` for a day,
//! Markdown for rich text. What is read here can be written back. No I/O: what Jira says about the
//! fields is the caller's to fetch ([`Site::create_fields`](crate::Site::create_fields),
//! [`Site::edit_fields`](crate::Site::edit_fields)).
//!
//! | [kind](FieldKind) | word | read | written |
//! | --- | --- | --- | --- |
//! | `Summary`, `ShortText`, `Text` | `text` | the text | the same; a summary is one line, the first two have at most 255 characters |
//! | `RichText` | `rich_text` | Markdown | Markdown, or an Atlassian Document; at most 32,767 characters of text |
//! | `Url` | `url` | the address | with its scheme |
//! | `Number` | `number` | a number | a number; no text |
//! | `Date` | `date` | `2026-11-30` | the same |
//! | `DateTime` | `datetime` | RFC 3339, with Jira's offset | RFC 3339, or as Jira writes it |
//! | `Labels` | `labels` | a list of words | the same, without spaces |
//! | `Choice`, `Named` | `option` | the name | a name, an id, `{"id"}` or `{"name"}` |
//! | `Choices` | `options` | a list of names | a list of those |
//! | `Cascading` | `cascading_option` | `["Europe"]`, `["Europe", "Berlin"]` | the same, of names or ids; a name alone |
//! | `User` | `user` | `{"accountId", "displayName"}` | that, an account id, or an e-mail address that was looked up |
//! | `Users` | `users` | a list of those | a list of those |
//! | `Group`, `Groups` | `group`, `groups` | the name; a list of names | names, or ids |
//! | `Version` | `version` | the name | as options; ids also of versions that Jira does not tell |
//! | `Versions`, `Components` | `versions`, `components` | a list of names | a list of those |
//! | `Project` | `project` | the key | a key, a name, an id |
//! | `Parent`, `EpicLink` | `parent` | the key | a key; of a parent an id, too |
//! | `Sprint` | `sprint` | the open one, as `{"id", "name", "state"}` | that, or its id |
//! | `Team` | `team` | `{"id", "name"}` | that, or its id |
//! | `TimeTracking` | `any` | `{"originalEstimate", "remainingEstimate"}` | the same; it cannot be cleared |
//! | `RequestType` | `any` | `{"id", "name"}` | that, or its id |
//! | `Organizations` | `any` | a list of `{"id", "name"}` | a list of those, or of ids |
//! | `Assets` | `any` | a list of `{"workspaceId", "id", "objectId"}` | the same |
//! | `Computed` | `any` | as Jira writes it | never |
//! | `Other` | `any` | as Jira writes it | as it is |
//!
//! What is not set is read as `null`, or as an empty list, and is cleared by either, or by an empty text.
//!
//! Names are compared exactly. A name that is also the id of another value is ambiguous: then
//! `{"id": "…"}` says which one is meant.

mod check;
mod choose;
mod instant;
mod kind;
mod of_issue;
mod people;
mod read;
mod refused;
mod values;
mod write;
mod wrong;

pub use check::{Checked, Purpose, Setting, check};
pub use instant::to_rfc3339;
pub use kind::FieldKind;
pub use refused::refused;
pub use values::FieldValues;
pub use write::fault_of_label;
pub use wrong::{Reason, WrongField};

use crate::api::{AllowedValue, Field, FieldMeta, FieldSchema};

impl Field {
    /// What the field holds.
    #[must_use]
    pub fn kind(&self) -> FieldKind {
        FieldKind::of(&self.id, self.schema.as_ref())
    }
}

impl FieldMeta {
    /// What the field holds.
    #[must_use]
    pub fn kind(&self) -> FieldKind {
        FieldKind::of(&self.id, self.schema.as_ref())
    }
}
