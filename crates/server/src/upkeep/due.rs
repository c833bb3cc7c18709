//! The refreshes that are due though nobody waits for them.

use std::time::Duration;

use jiff::SignedDuration;

use crate::store;
use crate::store::refreshes::{self, DueRow};
use crate::tokens::{Stale, Tokens};

/// How many connections one look takes on.
const MOST: i64 = 100;

/// A token is in use if it was asked for within this time.
const IN_USE: Duration = Duration::from_hours(1);

/// A token in use is refreshed when it has less than this left, and up to as much again: what was
/// issued together is not refreshed together.
const AHEAD: Duration = Duration::from_mins(5);

/// An unused refresh token is replaced so long before it dies: time enough for an outage of days, and
/// for a hundred thousand of them at [`MOST`] a minute.
const BEFORE_IDLE_END: SignedDuration = SignedDuration::from_hours(24 * 10);

/// … and where it lives for less than ninety days, this part of its life before.
const PART_OF_IDLE_LIFE: i32 = 9;

/// What one look takes on that is not urgent is replaced within this time, one after the other.
const SPREAD: Duration = Duration::from_secs(30);

/// Finishes refreshes that were begun and have no known end: their process died, or the answer was
/// lost. Many providers take the same refresh token again for a while; with others there is nothing to lose.
pub async fn resume(tokens: &Tokens) -> store::Result<()> {
    let mut tx = tokens.store.begin_read().await?;
    let due = refreshes::interrupted_of_any_project(&mut tx, tokens.clock.now(), MOST).await?;
    drop(tx);
    for row in due {
        tracing::info!(connection_id = %row.connection_id, "an interrupted refresh is taken up");
        begin(tokens, &row, Stale::Interrupted);
    }
    Ok(())
}

/// Refreshes the tokens that this process holds, that are in use, and that expire soon. Where a refresh
/// ends the old one at once, only what has ended for everybody it was handed out to.
pub fn refresh_ahead(tokens: &Tokens) {
    let now = tokens.clock.now();
    for held in tokens.held.iter() {
        // The same in every process, and different from connection to connection.
        let jitter = Duration::from_secs((held.id.as_u128() % 300) as u64);
        let ahead = if tokens.kills_old_access(held.provider) {
            Duration::ZERO
        } else {
            AHEAD + jitter
        };
        let left = held.token.left(&*tokens.clock);
        let is_due = left.is_zero() || left < ahead;
        let is_used = held.is_used_within(IN_USE, tokens.clock.steady());
        let lives = held.grant_expires_at.is_none_or(|end| end > now);
        if is_due && is_used && lives {
            tokens.refresh_in_background(held.id, held.provider, Stale::Within(ahead));
        }
    }
}

/// Replaces refresh tokens that would die of disuse, where they do.
pub async fn refresh_idle(tokens: &Tokens) -> store::Result<()> {
    for provider in tokens.providers.iter() {
        let Some(life) = provider.profile().idle_lifetime else {
            continue;
        };
        let now = tokens.clock.now();
        let issued = now - (life - BEFORE_IDLE_END.min(life / PART_OF_IDLE_LIFE));
        let mut tx = tokens.store.begin_read().await?;
        let name = provider.name().as_str();
        let due = refreshes::idle_of_any_project(&mut tx, name, issued, now, MOST).await?;
        drop(tx);
        begin_in_turn(tokens, &due, Stale::IdleSince(issued)).await;
    }
    Ok(())
}

/// Replaces tokens that were fetched by a clock that was ahead: nobody knows when they end.
pub async fn correct(tokens: &Tokens) -> store::Result<()> {
    let mut tx = tokens.store.begin_read().await?;
    let due = refreshes::ahead_of_any_project(&mut tx, tokens.clock.now(), MOST).await?;
    drop(tx);
    begin_in_turn(tokens, &due, Stale::Ahead).await;
    Ok(())
}

async fn begin_in_turn(tokens: &Tokens, due: &[DueRow], stale: Stale) {
    let pause = SPREAD / u32::try_from(due.len().max(1)).unwrap_or(1);
    for (number, row) in due.iter().enumerate() {
        // Between two of them: who waits for the end of the round waits for no more than its work.
        if number > 0 {
            let pause = pause.mul_f64(2.0 * tokens.clock.chance());
            tokens.clock.sleep(pause).await;
        }
        begin(tokens, row, stale);
    }
}

fn begin(tokens: &Tokens, row: &DueRow, stale: Stale) {
    // A provider that this server no longer has keeps its rows; nobody can refresh them.
    if let Some(provider) = tokens.providers.get(&row.provider) {
        tokens.refresh_in_background(row.connection_id, provider.name(), stale);
    }
}
