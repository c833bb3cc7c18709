//! What is done for connections without anybody asking: interrupted refreshes are finished, tokens
//! in use are refreshed before they expire, unused ones before they die, those of a clock that was ahead
//! at once, and the tokens that this process holds are brought up to date.
//!
//! Every process does all of it. Whatever must be done once is guarded by the lease of the refresh
//! (see [`tokens`](crate::tokens)), so it does not matter which one comes first.

mod changes;
mod counts;
mod due;

use std::time::Duration;

pub use changes::Changes;
pub use counts::count;
pub use due::{correct, refresh_ahead, refresh_idle, resume};

use crate::store;
use crate::tokens::Tokens;

/// How often changes made by other processes are looked for. An answer from memory is at most so
/// old, and what the query takes.
const CHANGES: Duration = Duration::from_secs(1);

/// How often interrupted refreshes are looked for: often within the time that Atlassian leaves.
const RESUME: Duration = Duration::from_secs(5);

/// How often the held tokens are looked through.
const AHEAD: Duration = Duration::from_secs(20);

/// How often connections are looked for that nobody uses.
const IDLE: Duration = Duration::from_mins(1);

/// How often tokens are looked for that a clock was ahead of.
const CORRECT: Duration = Duration::from_mins(1);

/// How often connections are counted.
const COUNT: Duration = Duration::from_mins(1);

/// Does all of it, for ever.
pub async fn run(tokens: Tokens) {
    let mut changes = Changes::default();
    let follow = async {
        loop {
            tokens.store.note("changes", &changes.follow(&tokens).await);
            tokens.clock.sleep(CHANGES).await;
        }
    };
    tokio::join!(
        follow,
        every(&tokens, RESUME, "resume", resume),
        every(&tokens, AHEAD, "ahead", async |tokens| {
            refresh_ahead(tokens);
            Ok(())
        }),
        every(&tokens, IDLE, "idle", refresh_idle),
        every(&tokens, CORRECT, "correct", correct),
        every(&tokens, COUNT, "count", count),
    );
}

/// Repeats `work`, with pauses that differ from process to process.
async fn every(
    tokens: &Tokens,
    interval: Duration,
    name: &'static str,
    work: impl AsyncFn(&Tokens) -> store::Result<()>,
) {
    loop {
        tokens.store.note(name, &work(tokens).await);
        let jitter = 0.75 + tokens.clock.chance() / 2.0;
        tokens.clock.sleep(interval.mul_f64(jitter)).await;
    }
}
