//! Everything that is cached, on one page: each kind of entry, the type of its values, its lifetime.
//!
//! Replicas of two versions may share a cache: a kind whose values change their meaning takes
//! another name. Values that merely do not parse count as absent.

use std::fmt::Display;
use std::marker::PhantomData;

use jiff::SignedDuration;

use crate::providers::jira::SiteFields;

/// The fields of a Jira site, by site. They are asked for again after an hour; an older copy serves
/// while the site does not tell them.
pub(crate) const JIRA_FIELDS: Key<SiteFields> =
    Key::new("jira_site_fields", SignedDuration::from_hours(24));

/// A kind of entry: its name, its lifetime and the type of its values.
#[derive(Debug)]
pub struct Key<T> {
    name: &'static str,
    lifetime: SignedDuration,
    value: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    /// A kind whose entries live for `lifetime`, in whole milliseconds. A name has no colon.
    #[must_use]
    pub const fn new(name: &'static str, lifetime: SignedDuration) -> Self {
        Self {
            name,
            lifetime,
            value: PhantomData,
        }
    }

    /// How long an entry lives.
    pub(super) fn lifetime(&self) -> SignedDuration {
        self.lifetime
    }

    /// What the entry of `id` is called, wherever it is kept.
    pub(super) fn of(&self, id: impl Display) -> String {
        format!("juncture:{}:{id}", self.name)
    }
}
