//! Where a search stands between two pages: Jira's token of the next one, sealed for the viewer and
//! the search, as it may hold the query in clear and would read another customer's issues as well.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ring::digest;
use serde::{Deserialize, Serialize};

use super::asked::Search;
use crate::providers::jira::failure::OperationError;
use crate::providers::jira::viewer::Viewer;
use crate::seal::{Place, Sealed, Sealer};

/// As long as Jira's tokens work.
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the next page is asked for with.
#[derive(Serialize, Deserialize)]
pub(super) struct Cursor {
    /// Jira's token.
    #[serde(rename = "t")]
    pub(super) token: String,
    /// The fields that Jira was asked for besides those of tickets: a token belongs to its fields.
    #[serde(rename = "f")]
    pub(super) asked: Vec<String>,
    /// How many issues there are about.
    #[serde(rename = "n")]
    pub(super) total: Option<u64>,
    /// When the token was given.
    #[serde(rename = "g")]
    pub(super) given_at: Timestamp,
}

impl Cursor {
    /// Seals it for a viewer and a search.
    pub(super) fn seal(&self, sealer: &Sealer, viewer: Viewer, search: &Search) -> String {
        let plain = serde_json::to_vec(self).expect("a cursor is plain data");
        let sealed = sealer.seal(&place(viewer, search), &plain);
        URL_SAFE_NO_PAD.encode(sealed.as_bytes())
    }

    /// Opens one that was sealed for the same viewer and the same search.
    pub(super) fn open(
        sealer: &Sealer,
        viewer: Viewer,
        search: &Search,
        text: &str,
        now: Timestamp,
    ) -> Result<Self, OperationError> {
        let open = || -> Option<Self> {
            let sealed = Sealed::from_bytes(URL_SAFE_NO_PAD.decode(text).ok()?);
            let plain = sealer.open(&place(viewer, search), &sealed).ok()?;
            juncture_json::decode(&plain).ok()
        };
        let cursor = open().filter(|cursor| now.duration_since(cursor.given_at) < LIFETIME);
        cursor.ok_or(OperationError::InvalidCursor)
    }
}

/// Where the cursors of a search belong: no two searches, and no two viewers, have the same place.
fn place(viewer: Viewer, search: &Search) -> Place {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(search.jql.as_str().as_bytes());
    for text in search.wanted.texts() {
        // Neither a query nor a field has this in it.
        hash.update(b"\0");
        hash.update(text.as_bytes());
    }
    let hash = URL_SAFE_NO_PAD.encode(hash.finish());
    Place::message(&format!("search/{viewer}/{hash}"))
}
