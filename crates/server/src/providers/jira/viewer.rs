//! Who sees a Jira. Jira shows each person what that person may see, so whatever is kept of what it has shown
//! is kept for its viewer alone.

use std::fmt;

use jiff::Timestamp;
use ring::digest::{Context, SHA256};

use crate::connection::Connection;

/// A connection, by one grant, at one site. Another consent of the same customer may be of another person, or
/// for another site, and the connection keeps its id: so that alone says too little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Viewer(u128);

impl Viewer {
    /// Who sees this site by what is granted now.
    pub(super) fn of(connection: &Connection, site_id: &str) -> Self {
        let account = connection.account.as_ref();
        let grant_ends = connection.expires_at.map(Timestamp::as_millisecond);
        let mut digest = Context::new(&SHA256);
        digest.update(connection.id.as_bytes());
        digest.update(&grant_ends.unwrap_or(i64::MAX).to_be_bytes());
        for text in [site_id, account.map_or("", |account| &account.id)] {
            digest.update(&text.len().to_be_bytes());
            digest.update(text.as_bytes());
        }
        let digest = digest.finish();
        let (first, _) = digest
            .as_ref()
            .split_first_chunk()
            .expect("it has 32 bytes");
        Self(u128::from_be_bytes(*first))
    }

    /// The number that stands for it.
    pub(super) fn number(self) -> u128 {
        self.0
    }
}

impl fmt::Display for Viewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}
