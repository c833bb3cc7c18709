//! A `redis-server` of a test's own: a process that can be paused, stopped and started again.

use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use redis::aio::MultiplexedConnection;
use redis::{FromRedisValue, TlsCertificates, ToRedisArgs};
use tempfile::TempDir;

use super::real_time::until;
use super::{certificates, free_port};

/// The password of a Redis that has one.
pub(crate) const PASSWORD: &str = "redis-password-0123456789";

/// Ends with its drop, paused or not.
pub(crate) struct PrivateRedis {
    folder: TempDir,
    door: Door,
    arguments: Vec<String>,
    child: Child,
}

/// Where it listens.
enum Door {
    Socket(PathBuf),
    Port(u16),
    TlsPort(u16),
}

impl PrivateRedis {
    /// Without a password, on a Unix socket.
    pub(crate) fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), |folder| {
            let socket = folder.join("redis.sock");
            let arguments = vec![
                "--port".to_owned(),
                "0".to_owned(),
                "--unixsocket".to_owned(),
                socket.display().to_string(),
            ];
            (Door::Socket(socket), arguments)
        })
    }

    /// With [`PASSWORD`], on a TCP port.
    pub(crate) fn start_on_port() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), |_| {
            let port = free_port();
            let arguments = ["--port", &port.to_string(), "--requirepass", PASSWORD];
            (Door::Port(port), arguments.map(str::to_owned).to_vec())
        })
    }

    /// With [`PASSWORD`], over TLS alone, its certificate signed by [`authority`](Self::authority).
    pub(crate) fn start_on_tls_port() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), |folder| {
            certificates::make(folder);
            let port = free_port();
            let path = |name| folder.join(name).display().to_string();
            let arguments = [
                ("--port", "0".to_owned()),
                ("--tls-port", port.to_string()),
                ("--tls-cert-file", path("server.pem")),
                ("--tls-key-file", path("server-key.pem")),
                ("--tls-ca-cert-file", path("authority.pem")),
                ("--tls-auth-clients", "no".to_owned()),
                ("--requirepass", PASSWORD.to_owned()),
            ];
            let arguments = arguments.into_iter();
            let arguments = arguments.flat_map(|(name, value)| [name.to_owned(), value]);
            (Door::TlsPort(port), arguments.collect())
        })
    }

    fn start_in(folder: TempDir, open: impl FnOnce(&Path) -> (Door, Vec<String>)) -> Self {
        let (door, arguments) = open(folder.path());
        let child = run(&folder, &door, &arguments);
        Self {
            folder,
            door,
            arguments,
            child,
        }
    }

    /// As `REDIS_URL` has it.
    pub(crate) fn url(&self) -> String {
        match &self.door {
            Door::Socket(path) => format!("redis+unix://{}", path.display()),
            Door::Port(port) => format!("redis://default:{PASSWORD}@127.0.0.1:{port}/3"),
            Door::TlsPort(port) => format!("rediss://:{PASSWORD}@localhost:{port}"),
        }
    }

    /// As `REDIS_CA_FILE` has it.
    pub(crate) fn authority(&self) -> String {
        self.folder
            .path()
            .join("authority.pem")
            .display()
            .to_string()
    }

    /// Stops it from answering; its connections stay open.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    /// Ends it, and with it all that it holds.
    pub(crate) fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it anew, where it was and empty.
    pub(crate) fn restart(&mut self) {
        self.child = run(&self.folder, &self.door, &self.arguments);
    }

    /// What it answers to a client that is not Juncture.
    pub(crate) async fn ask<T: FromRedisValue>(&self, command: &[impl ToRedisArgs]) -> T {
        ask(&mut self.connect().await, command).await
    }

    /// A connection of a client that is not Juncture.
    pub(crate) async fn connect(&self) -> MultiplexedConnection {
        let client = match &self.door {
            Door::TlsPort(_) => redis::Client::build_with_tls(
                self.url(),
                TlsCertificates {
                    client_tls: None,
                    root_cert: Some(std::fs::read(self.authority()).unwrap()),
                },
            ),
            _ => redis::Client::open(self.url()),
        };
        let client = client.unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        // Already gone after `stop`; then both do nothing.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A server that begins as Redis does, and answers `GET` as a test says.
pub(crate) struct HostileRedis {
    pub(crate) url: String,
    answer: Arc<Mutex<Vec<u8>>>,
    sent: Arc<AtomicUsize>,
}

impl HostileRedis {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let answer: Arc<Mutex<Vec<u8>>> = Arc::default();
        let sent = Arc::new(AtomicUsize::new(0));
        tokio::spawn({
            let (answer, sent) = (answer.clone(), sent.clone());
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(deceive(stream, answer.clone(), sent.clone()));
                }
            }
        });
        Self { url, answer, sent }
    }

    /// How many bytes of answers have been taken of it.
    pub(crate) fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }

    /// Answers each `GET` with these bytes, over and over.
    pub(crate) fn answer_get_with(&self, answer: Vec<u8>) {
        *self.answer.lock().unwrap() = answer;
    }
}

async fn deceive(
    mut stream: tokio::net::TcpStream,
    answer: Arc<Mutex<Vec<u8>>>,
    sent: Arc<AtomicUsize>,
) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut asked = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = stream.read(&mut asked).await {
        let asked = String::from_utf8_lossy(&asked[..length]).into_owned();
        let answer = answer.lock().unwrap().clone();
        let is_get = asked.contains("\r\nGET\r\n");
        let greetings = asked.lines().filter(|line| line.starts_with('*')).count();
        let mut written = stream
            .write_all("+OK\r\n".repeat(greetings - usize::from(is_get)).as_bytes())
            .await;
        while is_get && !answer.is_empty() && written.is_ok() {
            written = stream.write_all(&answer).await;
            if written.is_ok() {
                sent.fetch_add(answer.len(), Ordering::SeqCst);
            }
        }
    }
}

/// The answer to a command on this connection.
pub(crate) async fn ask<T: FromRedisValue>(
    connection: &mut MultiplexedConnection,
    command: &[impl ToRedisArgs],
) -> T {
    redis::Cmd::new()
        .arg(command)
        .query_async(connection)
        .await
        .unwrap()
}

fn run(folder: &TempDir, door: &Door, arguments: &[String]) -> Child {
    let mut child = Command::new("redis-server")
        .args([
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
        ])
        .arg(folder.path())
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server is installed (Debian: apt-get install redis-server)");
    let is_open = || match door {
        Door::Socket(path) => UnixStream::connect(path).is_ok(),
        Door::Port(port) | Door::TlsPort(port) => TcpStream::connect(("127.0.0.1", *port)).is_ok(),
    };
    until("redis-server listens", || {
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "redis-server ended early");
        is_open()
    });
    child
}
