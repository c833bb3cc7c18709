//! What is done for connections without anybody asking: interrupted refreshes are finished, tokens
//! in use are refreshed before they expire, unused ones before they die, those of a clock that was ahead
//! at once, the tokens that this process holds are brought up to date, and what has expired is deleted.
//!
//! Every process does all of it. Whatever must be done once is guarded by the lease of the refresh
//! (see [`tokens`](crate::tokens)), so it does not matter which one comes first.

mod changes;
mod counts;
mod due;
mod ends;
mod memory;
mod sweep;
mod write;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

pub use changes::Changes;
pub use counts::count;
pub use due::{correct, refresh_ahead, refresh_idle, resume};
pub use ends::tell_ends;
pub use sweep::sweep;
pub use write::write;

use self::memory::Residence;
use crate::jobs::Job;
use crate::store;
use crate::timeline;
use crate::tokens::Tokens;

/// How often changes made by other processes are looked for, more or less. An answer from memory is at
/// most a second old, and what the query takes.
const CHANGES: Duration = Duration::from_millis(800);

/// How often interrupted refreshes are looked for: often within the time that providers leave for it.
const RESUME: Duration = Duration::from_secs(5);

/// How often the held tokens are looked through.
const AHEAD: Duration = Duration::from_secs(20);

/// How often connections are looked for that nobody uses.
const IDLE: Duration = Duration::from_mins(1);

/// How often tokens are looked for that a clock was ahead of.
const CORRECT: Duration = Duration::from_mins(1);

/// How often grants are looked for whose end is near.
const ENDS: Duration = Duration::from_mins(1);

/// How often connections are counted.
const COUNT: Duration = Duration::from_mins(1);

/// How often what was collected of connections is written: a process that is killed loses no more of it.
const WRITE: Duration = Duration::from_secs(5);

/// How often it is looked whether there is memory to give back.
const MEMORY: Duration = Duration::from_secs(1);

/// How often what has expired is deleted.
const SWEEP: Duration = Duration::from_mins(1);

/// All of it, as jobs.
#[must_use]
pub fn jobs(tokens: &Tokens) -> Vec<Job> {
    // Beside the rounds: one that panics has followed nothing, and the next one goes on from there.
    let changes = Arc::new(Mutex::new(Changes::default()));
    let residence = Arc::new(Mutex::new(Residence::default()));
    vec![
        job(tokens, "changes", CHANGES, move |tokens| {
            let changes = changes.clone();
            async move { changes.lock().await.follow(&tokens).await }
        }),
        job(tokens, "resume", RESUME, |tokens| async move {
            resume(&tokens).await
        }),
        job(tokens, "ahead", AHEAD, |tokens| async move {
            refresh_ahead(&tokens);
            Ok(())
        }),
        job(tokens, "idle", IDLE, |tokens| async move {
            refresh_idle(&tokens).await
        }),
        job(tokens, "correct", CORRECT, |tokens| async move {
            correct(&tokens).await
        }),
        job(tokens, "ends", ENDS, |tokens| async move {
            tell_ends(&tokens).await
        }),
        job(tokens, "timeline", WRITE, |tokens| async move {
            write(&tokens).await
        }),
        job(tokens, "count", COUNT, |tokens| async move {
            count(&tokens).await
        }),
        Job::new("memory", MEMORY, move || {
            let residence = residence.clone();
            async move {
                residence.lock().await.look().await;
                Ok(())
            }
        }),
        job(tokens, "sweep", SWEEP, |tokens| async move {
            let now = tokens.settled.earliest(&*tokens.clock);
            sweep(&tokens.store, now).await?;
            timeline::sweep(&tokens.store, now).await
        }),
    ]
}

fn job<F>(
    tokens: &Tokens,
    name: &'static str,
    every: Duration,
    work: impl Fn(Tokens) -> F + Send + Sync + 'static,
) -> Job
where
    F: Future<Output = store::Result<()>> + Send + 'static,
{
    let tokens = tokens.clone();
    Job::new(name, every, move || work(tokens.clone()))
}
