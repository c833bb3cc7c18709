//! Webhooks that OAuth apps register by the API: who wants to hear what, and what is on its way.
//!
//! A change is a fact in the journal of its site. What is said of it becomes deliveries, which wait in
//! the [`Outbox`] until the sandbox's clock says that they are due; then the courier takes them
//! through the only door out of the sandbox. Follows
//! <https://developer.atlassian.com/cloud/jira/platform/webhooks/>.

pub(crate) mod courier;
mod delivery;
mod door;
mod events;
mod filter;
pub(crate) mod forge;
mod job;
mod outbox;
mod registry;
mod token;
mod trouble;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use delivery::{Delivery, Draft, Flow, identifier};
pub(crate) use door::is_open;
pub(crate) use events::{EVENTS, Event, event_of};
pub(crate) use filter::{Field, Filter};
pub(crate) use outbox::Outbox;
pub(crate) use registry::{LIFETIME, Registration, Registry, Whose};
pub(crate) use trouble::Trouble;

/// Everything about webhooks that changes while the sandbox runs.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Webhooks {
    /// By cloud id.
    registries: BTreeMap<String, Registry>,
    pub(crate) outbox: Outbox,
    pub(crate) trouble: Trouble,
    /// Client secrets that took the place of the first ones, by client id.
    secrets: BTreeMap<String, String>,
}

impl Webhooks {
    /// The registrations on a site.
    pub(crate) fn of(&self, cloud_id: &str) -> &Registry {
        static NONE: Registry = Registry::new();
        self.registries.get(cloud_id).unwrap_or(&NONE)
    }

    /// The same, to be changed.
    pub(crate) fn of_mut(&mut self, cloud_id: &str) -> &mut Registry {
        self.registries.entry(cloud_id.to_owned()).or_default()
    }

    /// Every registration with its site's cloud id.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Registration)> {
        let sites = self.registries.iter();
        sites.flat_map(|(site, registry)| registry.rows().map(move |row| (site.as_str(), row)))
    }

    /// Gives an app another client secret, with which deliveries are signed from now on.
    pub(crate) fn rotate(&mut self, client_id: &str, secret: String) {
        self.secrets.insert(client_id.to_owned(), secret);
    }

    /// The secret that took the place of an app's first one.
    pub(crate) fn rotated(&self, client_id: &str) -> Option<&str> {
        self.secrets.get(client_id).map(String::as_str)
    }
}
