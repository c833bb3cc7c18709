//! What other processes have changed is changed in the held tokens.
//!
//! One small query asks for the connections changed since the last time. It needs nothing of the
//! database but its tables, so it works through any pooler.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::connection::Connection;
use crate::store::refreshes::CLOCKS_APART;
use crate::store::{self, changes};
use crate::tokens::Tokens;
use crate::tokens::held::Held;

/// How far back each query looks beyond the last change seen: as far as the clocks of two processes
/// may differ, and a transaction may last. What is seen twice does no harm.
const OVERLAP: SignedDuration = CLOCKS_APART;

/// How far back a query looks when the clock was set back: it may have been ahead for as long, and hidden
/// the changes of others. Deletions are told for no longer, and no held token lives for longer.
const AFTER_SETTING_BACK: SignedDuration = SignedDuration::from_hours(1);

/// How far the changes have been followed.
#[derive(Debug, Default)]
pub struct Changes {
    seen: Option<Seen>,
}

/// The last look.
#[derive(Debug)]
struct Seen {
    /// The last change.
    last: Timestamp,
    /// When it was, by the wall clock and in steady time.
    at: (Timestamp, Duration),
}

impl Changes {
    /// Brings the held tokens up to date with the store.
    pub async fn follow(&mut self, tokens: &Tokens) -> store::Result<()> {
        let (now, steady) = (tokens.clock.now(), tokens.clock.steady());
        let last = match &self.seen {
            None => now,
            Some(Seen { last, at }) if now < at.0 + steady.saturating_sub(at.1) - OVERLAP => {
                (*last).min(now - AFTER_SETTING_BACK)
            }
            Some(seen) => seen.last,
        };
        let mut tx = tokens.store.begin_read().await?;
        let changed = changes::since_of_any_project(&mut tx, last - OVERLAP).await?;
        drop(tx);
        let mut newest = last;
        for row in changed {
            // A time that is none tells nothing of when; the next call for that connection will tell.
            newest = newest.max(Timestamp::from_millisecond(row.changed_at).unwrap_or(last));
            let Some(held) = tokens.held.get(row.connection_id) else {
                continue;
            };
            match row.token_version {
                None => tokens.held.forget(held.id),
                Some(version) if version > held.token.version => match renew(tokens, &held).await {
                    // Its own misfortune, and what is held works.
                    Err(error) if error.is_unreadable() => {}
                    renewed => renewed?,
                },
                Some(_) => {
                    // Something else of it, such as its site. What has changed of late may change again
                    // without its time being another one.
                    let is_recent = row.changed_at >= (now - OVERLAP).as_millisecond();
                    if held.note_change(row.changed_at) || is_recent {
                        held.choice.forget();
                    }
                }
            }
        }
        // Only now: after a failure on the way all of it is looked at again. And no further than now: a
        // change by a process whose clock is ahead must not hide those of the others.
        self.seen = Some(Seen {
            last: newest.min(now),
            at: (now, steady),
        });
        Ok(())
    }
}

/// Holds the tokens that the store has now.
async fn renew(tokens: &Tokens, held: &Held) -> store::Result<()> {
    let loaded = tokens.held.begin_load();
    let mut tx = tokens.store.begin_read().await?;
    let found = Connection::find_of_any_project(&mut tx, held.id, held.provider).await?;
    drop(tx);
    let is_held = found.is_some_and(|connection| tokens.hold(&connection, loaded).is_ok());
    if !is_held {
        tokens.held.forget(held.id);
    }
    Ok(())
}
