//! Search page tokens: opaque, bound to their query, and good for seven days.
//!
//! A token carries the place of the last issue of its page, values and all, so that the walk goes
//! on in the right place when that issue has changed or gone. Like a page token of Jira's, it has
//! the query in it for everybody to read, so a token in a log is somebody's data in a log.

use std::hash::{DefaultHasher, Hash, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::jql::SortValue;

/// How long a token lives (REST v3, "Search for issues using JQL enhanced search").
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a token carries.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PageToken {
    /// The query it belongs to.
    pub(super) query: u64,
    /// The query as written.
    jql: String,
    /// Epoch milliseconds.
    issued_at: i64,
    /// How many pages were served before.
    pub(super) page: u64,
    pub(super) values: Vec<SortValue>,
    pub(super) id: u64,
}

impl PageToken {
    /// A token for the page after this place.
    pub(super) fn new(
        query: u64,
        jql: &str,
        page: u64,
        (values, id): (Vec<SortValue>, u64),
        now: Timestamp,
    ) -> Self {
        Self {
            query,
            jql: jql.to_owned(),
            issued_at: now.as_millisecond(),
            page,
            values,
            id,
        }
    }

    /// The token as the client gets it.
    pub(super) fn encode(&self) -> String {
        seal(self)
    }

    /// Reads a token, or `None` when it is no token, or an old one.
    pub(super) fn decode(text: &str, now: Timestamp) -> Option<Self> {
        let token: Self = open(text)?;
        let issued_at = Timestamp::from_millisecond(token.issued_at).ok()?;
        (now < issued_at.checked_add(LIFETIME).ok()?).then_some(token)
    }
}

/// A token that carries these rows.
pub(super) fn seal(token: &impl Serialize) -> String {
    let json = serde_json::to_vec(token).expect("numbers and texts have a JSON form");
    URL_SAFE_NO_PAD.encode(json)
}

/// What a token carries, or `None` where it carries something else.
pub(super) fn open<T: DeserializeOwned>(text: &str) -> Option<T> {
    let json = URL_SAFE_NO_PAD.decode(text).ok()?;
    juncture_json::decode(&json).ok()
}

/// A number for everything that two pages of one walk must have in common.
pub(super) fn fingerprint(parts: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}
