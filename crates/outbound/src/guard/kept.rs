//! Connections that are kept from one attempt at an endpoint to the next.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use url::Url;

use super::exchange::Conversation;

/// How long nothing may have been said on a connection that is used again: Node ends them after 5 s, and others
/// later.
const KEPT_FOR: Duration = Duration::from_secs(4);

/// The connections of one endpoint, which no other endpoint may have.
///
/// Each attempt judges the addresses of its URL, as if there were none here. It goes on one of these only if that
/// leads to an address which was found good a moment ago, for the same scheme, host and port.
#[derive(Default)]
pub struct Connections(Mutex<Vec<Kept>>);

struct Kept {
    /// The scheme, host and port that it was made for.
    origin: String,
    address: IpAddr,
    conversation: Conversation,
    /// Since when nothing is said on it, in steady time.
    since: Duration,
}

impl fmt::Debug for Connections {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Connections")
            .finish_non_exhaustive()
    }
}

impl Connections {
    /// One to such an address, which is the caller's alone.
    pub(super) fn take(
        &self,
        url: &Url,
        good: &[IpAddr],
        now: Duration,
    ) -> Option<(IpAddr, Conversation)> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|kept| now.saturating_sub(kept.since) < KEPT_FOR);
        let origin = origin(url);
        let mut at = kept.iter().enumerate().rev();
        let at = at.find(|(_, kept)| kept.origin == origin && good.contains(&kept.address));
        let (at, _) = at?;
        let kept = kept.swap_remove(at);
        Some((kept.address, kept.conversation))
    }

    /// Keeps one on which an answer has come whole.
    pub(super) fn keep(
        &self,
        url: &Url,
        address: IpAddr,
        conversation: Conversation,
        now: Duration,
    ) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(Kept {
            origin: origin(url),
            address,
            conversation,
            since: now,
        });
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
