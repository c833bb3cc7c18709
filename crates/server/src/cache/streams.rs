//! Redis Streams: entries appended to one that others read. Nothing of a cache is in them, but the server and
//! the way there are the cache's.

use std::fmt::{self, Display};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use juncture_clock::Clock;

use super::redis::Redis;
use super::remote::RemoteError;
use super::settings::StreamConfig;

/// How long some entries may take.
pub const TIMEOUT: Duration = Duration::from_secs(5);

/// The streams of one server.
pub struct Streams {
    redis: Redis,
    keep: u64,
    clock: Arc<dyn Clock>,
}

/// The names and values of an entry, as readers get them.
pub type Entry = Vec<(&'static str, String)>;

/// Why entries were perhaps not appended. No message holds one, or a password.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StreamError(#[from] RemoteError);

/// Where it is, for the operator: no user, no password.
impl Display for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.redis.fmt(f)
    }
}

impl Streams {
    /// Nothing is connected yet.
    #[must_use]
    pub fn new(config: &StreamConfig, clock: Arc<dyn Clock>) -> Self {
        Self {
            redis: Redis::new(&config.server),
            keep: config.keep,
            clock,
        }
    }

    /// Appends all of these or none, in this order. After a failure they may be there all the same.
    pub async fn append(&self, stream: &str, entries: &[Entry]) -> Result<(), StreamError> {
        let mut commands = redis::pipe();
        commands.atomic();
        for entry in entries {
            let command = commands.cmd("XADD").arg(stream);
            if self.keep > 0 {
                // About so many: to the number would cost the server more.
                command.arg("MAXLEN").arg("~").arg(self.keep);
            }
            command.arg("*").arg(entry).ignore();
        }
        let appending = Box::pin(self.redis.carry_out(&commands));
        let appended = match select(appending, self.clock.deadline(TIMEOUT)).await {
            Either::Left((appended, _)) => appended.map_err(RemoteError::from),
            Either::Right(_) => Err(RemoteError::Late(TIMEOUT)),
        };
        if appended.is_err() {
            // The next ones take a new connection.
            self.redis.hang_up();
        }
        Ok(appended?)
    }
}
