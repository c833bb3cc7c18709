//! An access token, and until when it works.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use juncture_clock::Clock;
use secrecy::SecretString;

use crate::store::refreshes::CLOCKS_APART;

/// An access token, ready for use.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The token; all copies are one.
    pub secret: Arc<SecretString>,
    /// Until when it works, by the wall clock of whoever fetched it.
    pub(super) expires_at: Timestamp,
    /// Until when it works, by the steady time of this process: what holds where the wall clock was
    /// ahead when the token was fetched, or is behind now.
    pub(super) ends: Duration,
    /// The version of the connection's tokens that it is from.
    pub version: i64,
}

impl AccessToken {
    /// How long it works still: by the stricter one of the two clocks.
    #[must_use]
    pub fn left(&self, clock: &dyn Clock) -> Duration {
        let left = self.expires_at.duration_since(clock.now());
        let left = Duration::try_from(left).unwrap_or_default();
        left.min(self.ends.saturating_sub(clock.steady()))
    }

    /// Whether it works.
    #[must_use]
    pub fn works(&self, clock: &dyn Clock) -> bool {
        !self.left(clock).is_zero()
    }

    /// Until when it works, by the wall clock as it goes now.
    #[must_use]
    pub fn expires_at(&self, clock: &dyn Clock) -> Timestamp {
        let steadily = clock.now() + self.ends.saturating_sub(clock.steady());
        // Two clocks never agree to the millisecond, and the same token is to have the same end.
        if self.expires_at.duration_since(steadily) > CLOCKS_APART {
            steadily
        } else {
            self.expires_at
        }
    }
}
