//! The registrations of a site.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Filter;
use crate::options::{WebhookExpired, WebhookListScope, WebhookSwitches};

/// How long a registration lives without a refresh.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 30);
/// For how long an expired one is "available", as Atlassian says.
const AFTERLIFE: SignedDuration = SignedDuration::from_hours(24 * 90);

/// One webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Registration {
    /// Counted on each site, from 1.
    pub(crate) id: u64,
    /// The client id of the app.
    pub(crate) app: String,
    /// The index of the person with whose token it was registered.
    pub(crate) owner: usize,
    /// Where the sandbox was for the app.
    pub(crate) origin: String,
    pub(crate) url: String,
    pub(crate) jql: String,
    pub(crate) filter: Filter,
    pub(crate) events: Vec<String>,
    pub(crate) field_ids: Option<Vec<String>>,
    pub(crate) property_keys: Option<Vec<String>>,
    pub(crate) expires_at: Timestamp,
    /// Whether it is listed and sends nothing, as some have in production.
    pub(crate) is_mute: bool,
}

/// Who asks for registrations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whose<'a> {
    pub(crate) app: &'a str,
    pub(crate) owner: usize,
}

/// The registrations of a site, in the order of their ids.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Registry {
    last: u64,
    rows: Vec<Registration>,
}

impl Registration {
    /// Whether it still sends.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at && !self.is_mute
    }

    /// Whether it is still there, alive or not.
    fn is_there(&self, switches: &WebhookSwitches, now: Timestamp) -> bool {
        let end = match switches.expired {
            WebhookExpired::Gone => self.expires_at,
            WebhookExpired::ListedAndRevivable | WebhookExpired::ListedAndDead => {
                self.expires_at + AFTERLIFE
            }
        };
        now < end
    }

    fn is_of(&self, whose: Whose<'_>, scope: WebhookListScope) -> bool {
        let is_own = scope == WebhookListScope::App || self.owner == whose.owner;
        self.app == whose.app && is_own
    }
}

impl Registry {
    pub(super) const fn new() -> Self {
        Self {
            last: 0,
            rows: Vec::new(),
        }
    }

    /// Every registration that was not deleted, expired or not.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Registration> {
        self.rows.iter()
    }

    /// Files a registration under the next id, and returns it.
    pub(crate) fn add(&mut self, mut registration: Registration) -> u64 {
        self.last += 1;
        registration.id = self.last;
        self.rows.push(registration);
        self.last
    }

    /// Those that somebody may ask for.
    pub(crate) fn listed<'a>(
        &'a self,
        whose: Whose<'a>,
        switches: &'a WebhookSwitches,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a Registration> {
        let rows = self.rows.iter();
        rows.filter(move |row| row.is_of(whose, switches.list_scope) && row.is_there(switches, now))
    }

    /// How many of the five places are taken.
    pub(crate) fn count(
        &self,
        whose: Whose<'_>,
        switches: &WebhookSwitches,
        now: Timestamp,
    ) -> usize {
        let rows = self.rows.iter();
        let own = rows.filter(|row| row.is_of(whose, WebhookListScope::User));
        own.filter(|row| {
            let counts_expired = switches.expired_counts && row.is_there(switches, now);
            now < row.expires_at || counts_expired
        })
        .count()
    }

    /// Gives registrations another thirty days. Those that are not there are left out without a word.
    pub(crate) fn refresh(
        &mut self,
        ids: &[i64],
        whose: Whose<'_>,
        switches: &WebhookSwitches,
        now: Timestamp,
    ) {
        for row in &mut self.rows {
            let is_revivable = switches.expired == WebhookExpired::ListedAndRevivable
                && row.is_there(switches, now);
            let may_live = now < row.expires_at || is_revivable;
            if is_named(row, ids) && row.is_of(whose, switches.list_scope) && may_live {
                row.expires_at = now + LIFETIME;
            }
        }
    }

    /// Deletes registrations; those of others stay.
    pub(crate) fn delete(&mut self, ids: &[i64], whose: Whose<'_>, scope: WebhookListScope) {
        self.rows
            .retain(|row| !(is_named(row, ids) && row.is_of(whose, scope)));
    }

    /// Takes a registration away as nobody asked for.
    pub(crate) fn lose(&mut self, id: u64) {
        self.rows.retain(|row| row.id != id);
    }

    /// The registration with this id, to be changed.
    pub(crate) fn find_mut(&mut self, id: u64) -> Option<&mut Registration> {
        self.rows.iter_mut().find(|row| row.id == id)
    }
}

fn is_named(row: &Registration, ids: &[i64]) -> bool {
    i64::try_from(row.id).is_ok_and(|id| ids.contains(&id))
}
