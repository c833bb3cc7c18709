//! A PgBouncer of a test's own: each transaction may come to another connection of the server.

use std::fs;
use std::process::{Child, Stdio};

use super::free_port;
use super::postgres::{PASSWORD, PrivatePostgres, command, give};
use super::real_time::until;

/// Gone when it drops.
pub(crate) struct Pooler {
    process: Child,
    port: u16,
}

impl Pooler {
    /// A pooler before `server`, with so many connections to it.
    pub(crate) fn start(server: &PrivatePostgres, connections: u32) -> Self {
        let (folder, port) = (server.folder(), free_port());
        let settings = format!(
            "[databases]\n\
             * = host=127.0.0.1 port={server_port}\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\n\
             listen_port = {port}\n\
             unix_socket_dir =\n\
             auth_type = plain\n\
             auth_file = users\n\
             pool_mode = transaction\n\
             server_login_retry = 1\n\
             default_pool_size = {connections}\n",
            server_port = server.port
        );
        for (name, content) in [
            ("settings", settings),
            ("users", format!("\"juncture\" \"{PASSWORD}\"\n")),
        ] {
            fs::write(folder.join(name), content).unwrap();
            give(&folder.join(name));
        }
        let log = fs::File::create(folder.join("pooler.log")).unwrap();
        let mut command = command("pgbouncer", folder);
        command.arg("settings").stdout(Stdio::null()).stderr(log);
        let process = command.spawn().unwrap();
        until("the pooler listens", || {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Self { process, port }
    }

    /// The address of a database behind the pooler.
    pub(crate) fn url(&self, database: &str) -> String {
        let port = self.port;
        format!("postgres://juncture:{PASSWORD}@127.0.0.1:{port}/{database}")
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
