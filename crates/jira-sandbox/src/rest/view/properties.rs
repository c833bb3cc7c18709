//! The entity properties that an answer carries with each issue.

use serde_json::{Map, Value};

use super::View;
use crate::gateway::{Caller, PropertySentence, Refusal, Sentence};
use crate::world::Issue;

/// The most keys that lists of issues are asked for ("Search for issues using JQL enhanced search",
/// "Bulk fetch issues").
const MOST: usize = 5;
const ALL: &str = "*all";

/// The caller's choice of properties.
#[derive(Debug, Default)]
pub(in crate::rest) struct AskedProperties {
    names: Vec<String>,
}

impl AskedProperties {
    /// As "Get issue" reads them: keys, `*all`, and keys to leave out, each behind a `-`.
    pub(in crate::rest) fn asked(names: Vec<String>) -> Self {
        let names = names.into_iter().filter(|name| !name.is_empty()).collect();
        Self { names }
    }

    /// As lists of issues read them, or the refusal of too many. They are not said to know `*all`.
    pub(in crate::rest) fn asked_of_list(
        caller: &Caller,
        names: Vec<String>,
    ) -> Result<Self, Refusal> {
        let asked = Self::asked(names);
        caller.must_simulate("properties", &asked.names, &[ALL])?;
        if asked.names.len() > MOST {
            let sentence = Sentence::Property(PropertySentence::TooMany(MOST));
            return Err(caller.bad_request(&sentence));
        }
        Ok(asked)
    }

    /// Whether nobody asked for any.
    pub(in crate::rest) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn has(&self, key: &str) -> bool {
        let names = || self.names.iter();
        let is_in = names().any(|name| name == key || name == ALL);
        is_in && !names().any(|name| name.strip_prefix('-') == Some(key))
    }
}

impl View<'_> {
    /// Adds the properties asked for to an issue; those that it does not have are left out.
    pub(in crate::rest) fn add_properties(
        &self,
        body: &mut Value,
        issue: &Issue,
        asked: &AskedProperties,
    ) {
        if asked.is_empty() {
            return;
        }
        let own = self.site.properties_of(issue.id).iter();
        let chosen: Map<_, _> = own
            .filter(|(key, _)| asked.has(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        body["properties"] = chosen.into();
    }
}
