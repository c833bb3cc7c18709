//! People who are named by their e-mail addresses, which Jira does not take.

use std::collections::{BTreeMap, BTreeSet};

use super::wrong::{Fault, Reason};

/// What is known of addresses, and which ones are not.
pub(super) struct People<'a> {
    known: &'a BTreeMap<String, Option<String>>,
    pub(super) unknown: BTreeSet<String>,
}

impl<'a> People<'a> {
    pub(super) fn new(known: &'a BTreeMap<String, Option<String>>) -> Self {
        Self {
            known,
            unknown: BTreeSet::new(),
        }
    }

    /// The account with this address. One that nobody has looked up is noted, and stands for itself
    /// until then.
    pub(super) fn account<'b>(&mut self, address: &'b str) -> Result<&'b str, Fault>
    where
        'a: 'b,
    {
        match self.known.get(address) {
            Some(Some(account)) => Ok(account),
            Some(None) => Err(Reason::UnknownUser.into()),
            None => {
                self.unknown.insert(address.to_owned());
                Ok(address)
            }
        }
    }
}
