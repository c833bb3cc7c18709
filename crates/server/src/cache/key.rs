//! What a kind of entry is: a name, the type of its values, and their lifetime. Each kind stands with
//! those whose entries they are.
//!
//! Replicas of two versions may share a cache: a kind whose values change their meaning takes
//! another name. Values that merely do not parse count as absent.

use std::fmt::Display;
use std::marker::PhantomData;

use jiff::SignedDuration;

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
