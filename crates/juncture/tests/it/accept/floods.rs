//! The built binary among hundreds of strangers who take their time: a back end of the same address
//! is answered at once, memory stays small, and the server ends when it is asked to.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::{call_with_key, head_of_post};
use crate::support::process::Process;
use crate::support::real_time::{PATIENCE, eventually, timed, within};
use crate::support::{environment_of_process, free_port};

/// How much the server may grow, in bytes.
const MOST_MEMORY: usize = 30 * 1024 * 1024;

struct Flooded {
    server: Process,
    address: String,
    /// What it had in use before anybody came.
    resident: usize,
    _folder: tempfile::TempDir,
}

impl Flooded {
    async fn start(files: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = format!("http://127.0.0.1:{}", free_port());
        let variables = environment_of_process(folder.path(), &nowhere, free_port());
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let (server, address) = Process::serve_with_files(files, folder.path(), &variables);
        let flooded = Self {
            resident: 0,
            server,
            address,
            _folder: folder,
        };
        // The first call has everything in place that calls need.
        flooded.call().await;
        Self {
            resident: flooded.server.resident(),
            ..flooded
        }
    }

    /// A connection on which `begun` has been sent; none if the server has closed it by then.
    async fn stranger(&self, begun: &[u8]) -> Option<TcpStream> {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut stream = socket.connect(self.address.parse().unwrap()).await.ok()?;
        stream.write_all(begun).await.ok()?;
        Some(stream)
    }

    async fn strangers(&self, count: usize, begun: &str) -> Vec<TcpStream> {
        let mut strangers = Vec::new();
        for _ in 0..count {
            strangers.extend(self.stranger(begun.as_bytes()).await);
        }
        strangers
    }

    /// A call with the key on a connection of its own. Returns how long it takes.
    async fn call(&self) -> Duration {
        let call = within(PATIENCE, async {
            let mut stream = TcpStream::connect(&self.address).await.unwrap();
            let call = call_with_key().replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
            stream.write_all(call.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        });
        let (answer, took) = timed(call).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        took
    }

    /// What is required beside any strangers, while they stay, and at the end.
    async fn withstands(self, what: &str) {
        let mut calls = Vec::new();
        for _ in 0..20 {
            calls.push(self.call().await);
        }
        calls.sort();
        let grown = self.server.resident().saturating_sub(self.resident);
        assert!(calls[0] < Duration::from_millis(50), "{what}: {calls:?}");
        assert!(calls[19] < Duration::from_secs(1), "{what}: {calls:?}");
        assert!(grown < MOST_MEMORY, "{what}: {grown} bytes more");
        let end = tokio::task::spawn_blocking(|| self.server.stop());
        let (log, took) = timed(end).await;
        let log = log.unwrap();
        assert!(took < Duration::from_secs(3), "{what}: {took:?}: {log}");
        // Where descriptors run out, everybody waits for a second.
        assert!(!log.contains("accept error"), "{what}: {log}");
    }
}

#[tokio::test]
async fn three_hundred_bodies_that_drip() {
    let flooded = Flooded::start(1024).await;
    let almost = format!("{}{}", head_of_post(16_000), " ".repeat(15_000));
    let mut strangers = flooded.strangers(300, &almost).await;
    assert_eq!(strangers.len(), 300);
    for stranger in &mut strangers {
        stranger.write_all(b" ").await.unwrap();
    }
    flooded.withstands("dripping bodies").await;
}

#[tokio::test]
async fn three_hundred_half_heads() {
    let flooded = Flooded::start(1024).await;
    let half = format!("GET / HTTP/1.1\r\nx-long: {}", "a".repeat(30_000));
    let strangers = flooded.strangers(300, &half).await;
    assert_eq!(strangers.len(), 300);
    flooded.withstands("half heads").await;
}

#[tokio::test]
async fn fifty_readers_that_never_read() {
    let flooded = Flooded::start(1024).await;
    let requests = "GET /openapi.json HTTP/1.1\r\nhost: juncture\r\n\r\n".repeat(200);
    let readers = flooded.strangers(50, &requests).await;
    assert_eq!(readers.len(), 50);
    flooded.withstands("readers").await;
}

#[tokio::test]
async fn five_thousand_connections_that_say_nothing() {
    let flooded = Flooded::start(1024).await;
    let idle = flooded.strangers(5000, "").await;
    assert!(idle.len() > 4900, "{}", idle.len());
    flooded.withstands("idle connections").await;
}

#[tokio::test]
async fn few_files_are_enough_for_a_back_end_among_strangers() {
    let flooded = Flooded::start(64).await;
    let idle = flooded.strangers(200, "").await;
    // Those who have waited the longest are closed for the sake of others.
    eventually(async || flooded.call().await < Duration::from_secs(1)).await;
    drop(idle);
    flooded.withstands("64 files").await;
}

/// More than most servers' queues hold: what does not fit waits for a second, or longer.
#[tokio::test]
async fn a_thousand_at_once_are_taken_by_the_system_until_the_server_is_back() {
    let flooded = Flooded::start(4096).await;
    flooded.server.signal("-STOP");
    let request = call_with_key().replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    let callers = within(PATIENCE, flooded.strangers(1000, &request)).await;
    assert_eq!(callers.len(), 1000);
    flooded.server.signal("-CONT");
    for mut caller in callers {
        let mut answer = String::new();
        let read = caller.read_to_string(&mut answer);
        within(PATIENCE, read).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
    flooded.withstands("a thousand at once").await;
}
