//! An access token, and until when it works.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use juncture_clock::Clock;
use secrecy::SecretString;

use super::packed::PackedToken;
use crate::store::refreshes::CLOCKS_APART;

/// An access token, ready for use.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The token; all copies are one.
    pub(super) packed: Arc<PackedToken>,
    /// Until when it works, by the wall clock of whoever fetched it; none if it does not end by itself.
    pub(super) expires_at: Option<Timestamp>,
    /// Until when it works, by the steady time of this process: what holds where the wall clock was
    /// ahead when the token was fetched, or is behind now.
    pub(super) ends: Option<Duration>,
    /// How much of its life must be left for it to be handed out, if another can be had.
    pub(super) least: Duration,
    /// The version of the connection's tokens that it is from.
    pub version: i64,
}

impl AccessToken {
    /// The token itself.
    #[must_use]
    pub fn text(&self) -> SecretString {
        self.packed.text()
    }

    /// How long it is, in bytes.
    #[must_use]
    pub fn length(&self) -> usize {
        self.packed.length()
    }

    /// Appends the token itself to a text.
    pub fn append_to(&self, text: &mut Vec<u8>) {
        self.packed.append_to(text);
    }

    /// How long it works still: by the stricter one of the two clocks.
    #[must_use]
    pub fn left(&self, clock: &dyn Clock) -> Duration {
        let by_wall = self.expires_at.map_or(Duration::MAX, |end| {
            Duration::try_from(end.duration_since(clock.now())).unwrap_or_default()
        });
        let steadily = self
            .ends
            .map_or(Duration::MAX, |end| end.saturating_sub(clock.steady()));
        by_wall.min(steadily)
    }

    /// Whether it works.
    #[must_use]
    pub fn works(&self, clock: &dyn Clock) -> bool {
        !self.left(clock).is_zero()
    }

    /// Whether another one is to be handed out, if it can be had.
    pub(super) fn is_worn(&self, clock: &dyn Clock) -> bool {
        is_within(self.left(clock), self.least)
    }

    /// Until when it works, by the wall clock as it goes now; none if it does not end by itself.
    #[must_use]
    pub fn expires_at(&self, clock: &dyn Clock) -> Option<Timestamp> {
        let expires_at = self.expires_at?;
        let Some(ends) = self.ends else {
            return Some(expires_at);
        };
        let steadily = clock.now() + ends.saturating_sub(clock.steady());
        // Two clocks never agree to the millisecond, and the same token is to have the same end.
        Some(if expires_at.duration_since(steadily) > CLOCKS_APART {
            steadily
        } else {
            expires_at
        })
    }
}

/// Whether so little is left: less than `least`, or nothing.
pub(super) fn is_within(left: Duration, least: Duration) -> bool {
    left.is_zero() || left < least
}
