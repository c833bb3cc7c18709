//! Redis over TCP, TLS or a Unix socket: one connection that all requests share.
//!
//! Not the crate's `ConnectionManager`: it keeps a connection that has gone silent, and it does not
//! try again when a new one is refused for a reason other than I/O, such as a password that is put
//! right later or a server that is still loading its data.

mod stream;

use std::fmt::{self, Display};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Cmd, FromRedisValue, Pipeline, RedisResult};
use tokio::sync::Mutex;

use super::remote::RemoteError;
use crate::cache::settings::RedisConfig;
use stream::{Allowance, Bounded};

/// A Redis server.
pub(super) struct Redis {
    config: RedisConfig,
    connection: Mutex<Option<MultiplexedConnection>>,
    allowance: Allowance,
}

impl Display for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redis at {}", self.config.server.addr())
    }
}

impl Redis {
    pub(super) fn new(config: &RedisConfig) -> Self {
        Self {
            config: config.clone(),
            connection: Mutex::default(),
            allowance: Allowance::default(),
        }
    }

    /// Another type of value than ours, which `SET` overwrites, counts as absent.
    pub(super) async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, RemoteError> {
        match self.ask(redis::cmd("GET").arg(name)).await {
            Err(other_type) if other_type.code() == Some("WRONGTYPE") => Ok(None),
            answered => Ok(answered?),
        }
    }

    pub(super) async fn set(
        &self,
        name: &str,
        value: &[u8],
        milliseconds: i128,
    ) -> Result<(), RemoteError> {
        let mut command = redis::cmd("SET");
        command.arg(name).arg(value).arg("PX").arg(milliseconds);
        Ok(self.ask(&command).await?)
    }

    /// Carries out several commands. If the server has cut the connection, all of them once more on a new one.
    pub(super) async fn carry_out(&self, commands: &Pipeline) -> RedisResult<()> {
        let _asked = self.allowance.ask();
        match commands.query_async(&mut self.connection().await?).await {
            Err(cut) if cut.is_connection_dropped() => {
                self.hang_up();
                commands.query_async(&mut self.connection().await?).await
            }
            answered => answered,
        }
    }

    pub(super) fn hang_up(&self) {
        // Whoever holds the lock is connecting anew.
        if let Ok(mut connection) = self.connection.try_lock() {
            *connection = None;
        }
    }

    /// Asks on the connection there is. If the server has cut it, as servers cut idle ones, asks
    /// once more on a new one.
    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let _asked = self.allowance.ask();
        match command.query_async(&mut self.connection().await?).await {
            Err(cut) if cut.is_connection_dropped() => {
                self.hang_up();
                command.query_async(&mut self.connection().await?).await
            }
            answered => answered,
        }
    }

    async fn connection(&self) -> RedisResult<MultiplexedConnection> {
        let mut connection = self.connection.lock().await;
        if let Some(connection) = &*connection {
            return Ok(connection.clone());
        }
        // No bounds here: whoever asks has one of their own, around all of it.
        let unbounded = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None);
        let RedisConfig { server, authority } = &self.config;
        let authority = authority.as_deref();
        let stream = Bounded::connect(server.addr(), authority, self.allowance.clone()).await?;
        let settings = server.redis_settings();
        let made = MultiplexedConnection::new_with_config(settings, stream, unbounded).await?;
        let (made, driver) = made;
        tokio::spawn(driver);
        Ok(connection.insert(made).clone())
    }
}
