//! One delivery, and the attempts to make it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::trouble::Lot;

/// Whether somebody did it, or it followed from what somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Flow {
    Primary,
    Secondary,
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    Waiting,
    Delivered,
    /// The receiver refused it, or every retry is used up.
    Failed,
    /// It was lost on purpose.
    Lost,
    /// Its body is too long.
    TooLong,
}

/// One try, and what came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub(crate) at: Timestamp,
    /// What the receiver answered.
    pub(crate) status: Option<u16>,
    /// Why it did not.
    pub(crate) problem: Option<String>,
}

/// One delivery, from its making to its end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) number: u64,
    pub(crate) site: String,
    pub(crate) app: String,
    pub(crate) url: String,
    /// Scheme, host and port of the URL, which share a limit.
    pub(crate) host: String,
    pub(crate) event: String,
    pub(crate) flow: Flow,
    /// The registrations that it names.
    pub(crate) ids: Vec<u64>,
    pub(crate) trace: Option<String>,
    pub(crate) body: String,
    pub(crate) fate: Fate,
    pub(crate) attempts: Vec<Attempt>,
    /// How often it was made again because the receiver could not take it.
    pub(crate) retries: u32,
    pub(crate) due: Timestamp,
    /// The token of the first attempt.
    pub(crate) token: Option<String>,
    /// Whether it is still to be made once more, though it was taken.
    pub(super) is_doubled: bool,
    /// Its place among those that are due at the same time.
    rank: u32,
}

/// A delivery in the making.
pub(crate) struct Draft {
    pub(crate) site: String,
    pub(crate) app: String,
    pub(crate) url: String,
    pub(crate) host: String,
    pub(crate) event: &'static str,
    pub(crate) flow: Flow,
    pub(crate) ids: Vec<u64>,
    pub(crate) trace: Option<String>,
    pub(crate) body: String,
}

/// The site, the host and the flow of deliveries, which share a limit.
pub(super) type Lane = (String, String, Flow);

impl Delivery {
    /// A delivery that nobody has tried to make.
    pub(super) fn new(number: u64, draft: Draft, lot: Lot, due: Timestamp) -> Self {
        Self {
            number,
            site: draft.site,
            app: draft.app,
            url: draft.url,
            host: draft.host,
            event: draft.event.to_owned(),
            flow: draft.flow,
            ids: draft.ids,
            trace: draft.trace,
            body: draft.body,
            fate: Fate::Waiting,
            attempts: Vec::new(),
            retries: 0,
            due,
            token: None,
            is_doubled: lot.is_doubled,
            rank: lot.rank,
        }
    }

    /// Where it queues.
    pub(super) fn lane(&self) -> Lane {
        (self.site.clone(), self.host.clone(), self.flow)
    }

    /// Whoever gets it, whosever change it tells of.
    pub(super) fn receiver(&self) -> String {
        let place = self.url.split('?').next().unwrap_or_default();
        format!("{} {place}", self.site)
    }

    /// When it is due, and where in its lane.
    pub(super) fn place(&self) -> (Timestamp, u32, u64) {
        (self.due, self.rank, self.number)
    }
}

/// What names a delivery on its site, however often it is made.
pub(crate) fn identifier(site: &str, number: u64) -> String {
    let name = format!("webhook {number} of {site}");
    Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).to_string()
}
