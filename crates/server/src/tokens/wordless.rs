//! A refusal without a reason: a firewall's page, or a provider that does not say why.
//!
//! It decides nothing by itself. But where one connection is refused so for hours while others of the
//! same app are refreshed, it is no firewall: the grant is dead, and its customer must be told. Where
//! nobody else is refreshed either, nobody knows, and it stays as it is for ever.

use jiff::{SignedDuration, Timestamp};

use crate::connection::Connection;
use crate::store::refreshes::{self, CLOCKS_APART};
use crate::store::{self, Store};

/// How long it must go on.
const LONG_ENOUGH: SignedDuration = SignedDuration::from_hours(6);

/// Without another connection's refresh within this time the hours begin anew. Connections in use are
/// refreshed every hour.
const LONGEST_LULL: SignedDuration = SignedDuration::from_hours(2);

/// What one more such refusal means.
pub(super) enum Verdict {
    /// Nothing yet. It has gone on since then.
    Since(Timestamp),
    /// The grant is dead.
    Dead,
}

/// Judges one more such refusal of `tried`, at a time that may be as early and as late as this.
pub(super) async fn judge(
    store: &Store,
    (earliest, latest): (Timestamp, Timestamp),
    tried: &Connection,
) -> store::Result<Verdict> {
    let mut tx = store.begin_read().await?;
    let provider = tried.provider.as_str();
    // What was written by a clock that was ahead does not tell when.
    let until = latest + CLOCKS_APART;
    let elsewhere = refreshes::last_elsewhere(&mut tx, tried.id, provider, until).await?;
    drop(tx);
    let recent = (earliest - LONGEST_LULL).as_millisecond();
    let others_are_refreshed = elsewhere.is_some_and(|at| at >= recent);
    Ok(match tried.refresh.refused_since {
        Some(since) if others_are_refreshed && since <= until => {
            if earliest.duration_since(since) >= LONG_ENOUGH {
                Verdict::Dead
            } else {
                Verdict::Since(since)
            }
        }
        _ => Verdict::Since(latest),
    })
}
