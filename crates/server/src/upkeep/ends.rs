//! What is to be told of the ends of grants, some days before and at the end.

use jiff::Timestamp;

use crate::events::connection::{Change, End, record_change};
use crate::store::stored::Stored;
use crate::store::told::{self, EndRow};
use crate::store::{self};
use crate::tokens::Tokens;

/// How many connections are looked for at once.
const AT_ONCE: i64 = 100;

/// Records what is due of the ends of grants. Of several processes that do it one records each.
pub async fn tell_ends(tokens: &Tokens) -> store::Result<()> {
    // A clock that is ahead for a moment must not call a living grant dead.
    let now = tokens.settled.earliest(&*tokens.clock);
    loop {
        let mut tx = tokens.store.begin_read().await?;
        let due = told::ends_of_any_project(&mut tx, now, AT_ONCE).await?;
        drop(tx);
        for row in &due {
            tell(tokens, row, now).await?;
        }
        if due.len() < usize::try_from(AT_ONCE).expect("it is small") {
            return Ok(());
        }
    }
}

async fn tell(tokens: &Tokens, row: &EndRow, now: Timestamp) -> store::Result<()> {
    let id = row.connection_id;
    let is_dead = row.told_dead.value().unwrap_or_default();
    let end = row.expires_at.and_then(Stored::value);
    let end = end.and_then(|end| Timestamp::from_millisecond(end).ok());
    let mut tx = tokens.store.begin_write().await?;
    match end.filter(|_| !is_dead) {
        Some(end) => {
            let change = Change::End(End::of(row.end_due_at, end, now));
            let recorded = record_change(&mut tx, &tokens.sealer, id, change, now, now).await?;
            if recorded.is_some() {
                tracing::info!(connection_id = %id, %end, "what is due of a grant's end is told");
            }
        }
        // It is dead already, or nobody can read when it ends.
        None => told::no_end(&mut tx, id, row.end_due_at).await?,
    }
    tx.commit().await
}
