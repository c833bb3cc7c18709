//! What is kept under a key: a value and the end of its life.
//!
//! The end travels with the value, so that every back end means the same by a lifetime: the time of
//! this server's clock. That a shared cache forgets by itself only keeps it small.

use std::sync::Arc;

use jiff::Timestamp;

/// A value, as JSON, and the end of its life.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) value: Arc<[u8]>,
    pub(super) expires_at: Timestamp,
}

impl Entry {
    /// Whether it may still be used.
    pub(super) fn is_alive(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }

    /// The milliseconds since the epoch as 8 bytes, big end first, then the value.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.expires_at.as_millisecond().to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.value);
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (milliseconds, value) = bytes.split_first_chunk()?;
        Some(Self {
            value: value.into(),
            expires_at: Timestamp::from_millisecond(i64::from_be_bytes(*milliseconds)).ok()?,
        })
    }
}
