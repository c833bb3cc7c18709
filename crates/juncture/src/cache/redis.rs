//! Redis over TCP, TLS or a Unix socket: one connection that all requests share.
//!
//! Not the crate's `ConnectionManager`: it keeps a connection that has gone silent, and it does not
//! try again when a new one is refused for a reason other than I/O, such as a password that is put
//! right later or a server that is still loading its data.

use std::fmt::{self, Display};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::io::tcp::{TcpSettings, socket2::TcpKeepalive};
use redis::{AsyncConnectionConfig, Client, Cmd, ConnectionInfo, FromRedisValue, RedisResult};
use tokio::sync::Mutex;

use super::remote::RemoteError;

/// Less than the four minutes after which gateways in clouds forget a silent connection.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// A Redis server.
pub(super) struct Redis {
    client: Client,
    connection: Mutex<Option<MultiplexedConnection>>,
}

impl Display for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redis at {}", self.client.get_connection_info().addr())
    }
}

impl Redis {
    pub(super) fn new(server: &ConnectionInfo) -> Self {
        let tcp = TcpSettings::default()
            // Small questions of many requests follow one another; none waits for another's answer.
            .set_nodelay(true)
            .set_keepalive(TcpKeepalive::new().with_time(KEEPALIVE));
        let server = server.clone().set_tcp_settings(tcp);
        Self {
            client: Client::open(server).expect("the configuration has checked the address"),
            connection: Mutex::default(),
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

    pub(super) fn hang_up(&self) {
        // Whoever holds the lock is connecting anew.
        if let Ok(mut connection) = self.connection.try_lock() {
            *connection = None;
        }
    }

    /// Asks on the connection there is. If the server has cut it, as servers cut idle ones, asks
    /// once more on a new one.
    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
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
        let made = self
            .client
            .get_multiplexed_async_connection_with_config(&unbounded)
            .await?;
        Ok(connection.insert(made).clone())
    }
}
