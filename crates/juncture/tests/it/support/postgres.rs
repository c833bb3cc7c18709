//! A PostgreSQL server of a test's own, which it may stop, kill and freeze.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use sqlx::{Connection as _, PgConnection, Row as _, raw_sql};
use tempfile::TempDir;

use super::free_port;
use super::process::output;
use super::real_time::{eventually, until};

/// The password of its one user, `juncture`.
pub(crate) const PASSWORD: &str = "database-password-0123456789";

/// Gone when it drops.
pub(crate) struct PrivatePostgres {
    folder: TempDir,
    pub(crate) port: u16,
    settings: Vec<String>,
    postmaster: Option<Child>,
}

impl PrivatePostgres {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // A fresh cluster is a copy of one: `initdb` takes seconds.
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(cluster());
        let copied = output(copy.arg(folder.path().join("data")));
        assert!(copied.status.success(), "{copied:?}");
        give(folder.path());
        let mut server = Self {
            folder,
            port: free_port(),
            settings: Vec::new(),
            postmaster: None,
        };
        server.begin();
        server
    }

    /// Starts anew with these settings, `name=value`.
    pub(crate) fn set(&mut self, settings: &[&str]) {
        self.settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        self.restart();
    }

    /// The address of a database on this server; `postgres` is one that is always there.
    pub(crate) fn url(&self, database: &str) -> String {
        let port = self.port;
        format!("postgres://juncture:{PASSWORD}@127.0.0.1:{port}/{database}")
    }

    /// A session of its own, beside those of the server under test.
    pub(crate) async fn connect(&self, database: &str) -> PgConnection {
        PgConnection::connect(&self.url(database)).await.unwrap()
    }

    /// Runs `sql` in a database.
    pub(crate) async fn execute(&self, database: &str, sql: &'static str) {
        let mut connection = self.connect(database).await;
        raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// The one number that `sql` selects in a database.
    pub(crate) async fn number(&self, database: &str, sql: &'static str) -> i64 {
        let mut connection = self.connect(database).await;
        let row = raw_sql(sql).fetch_one(&mut connection).await.unwrap();
        row.get(0)
    }

    /// All of a database, as text.
    pub(crate) fn dump(&self, database: &str) -> String {
        let mut dump = command("pg_dump", self.folder());
        dump.arg("--dbname").arg(self.url(database));
        let output = output(&mut dump);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// A folder that the server may read.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of its files.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// Ends every session and shuts down in good order.
    pub(crate) fn stop(&mut self) {
        signal("INT", &[self.id()]);
        let mut postmaster = self.postmaster.take().unwrap();
        let mut has_ended = || postmaster.try_wait().unwrap().is_some();
        until("the server stops", &mut has_ended);
    }

    /// Ends as in a crash of the machine: at once, with nothing written any more.
    pub(crate) fn kill(&mut self) {
        let everyone = self.freeze();
        signal("KILL", &everyone);
        self.postmaster.take().unwrap().wait().unwrap();
        // What is left holds the data until the system has taken it away.
        until("the server's processes end", || {
            everyone
                .iter()
                .all(|id| !Path::new(&format!("/proc/{id}")).exists())
        });
    }

    /// Starts after [`stop`](Self::stop) or [`kill`](Self::kill), and returns when it answers.
    pub(crate) fn begin(&mut self) {
        // What a killed server left there says that it is ready.
        drop(fs::remove_file(self.note()));
        let mut command = command("postgres", self.folder());
        command
            .arg("-D")
            .arg(self.data())
            .args(["-p", &self.port.to_string()]);
        let folder = self.folder().display();
        let ours = [
            "fsync=off".to_owned(),
            // In the folder, so that nothing is left of a server that is killed.
            "dynamic_shared_memory_type=mmap".to_owned(),
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={folder}"),
        ];
        for setting in ours.iter().chain(&self.settings) {
            command.args(["-c", setting]);
        }
        let log = fs::File::create(self.folder().join("log")).unwrap();
        let errors = log.try_clone().unwrap();
        let spawned = command.stdout(log).stderr(errors).spawn();
        self.postmaster = Some(spawned.unwrap());
        until("the server is ready", || {
            fs::read_to_string(self.note()).is_ok_and(|note| note.contains("ready"))
        });
    }

    pub(crate) fn restart(&mut self) {
        self.stop();
        self.begin();
    }

    /// From now on it answers nothing, though its sockets stay open.
    pub(crate) fn pause(&self) {
        self.freeze();
    }

    /// Undoes [`pause`](Self::pause).
    pub(crate) fn resume(&self) {
        signal("CONT", &self.everyone());
    }

    /// Freezes the server, and tells what was frozen.
    fn freeze(&self) -> Vec<u32> {
        // The postmaster first: then nobody is born meanwhile.
        signal("STOP", &[self.id()]);
        let everyone = self.everyone();
        signal("STOP", &everyone);
        everyone
    }

    /// The postmaster and the processes that it has started.
    fn everyone(&self) -> Vec<u32> {
        let postmaster = self.id();
        let processes = fs::read_dir("/proc").unwrap();
        let children = processes.filter_map(|entry| {
            let id: u32 = entry.unwrap().file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            // `id (name) state parent …`, where the name may hold anything.
            let parent = stat.rsplit(") ").next()?.split(' ').nth(1)?;
            (parent == postmaster.to_string()).then_some(id)
        });
        children.chain([postmaster]).collect()
    }

    fn id(&self) -> u32 {
        self.postmaster.as_ref().unwrap().id()
    }

    /// The file in which the server says how far it is.
    fn note(&self) -> PathBuf {
        self.data().join("postmaster.pid")
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        if self.postmaster.is_some() {
            self.kill();
        }
    }
}

/// Returns when a session of this database waits for what another one has locked.
pub(crate) async fn until_somebody_waits(url: &str) {
    const WAITING: &str = "SELECT COUNT(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    eventually(async || {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let row = raw_sql(WAITING).fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        row.get::<i64, _>(0) > 0
    })
    .await;
}

/// A cluster as `initdb` makes it, kept for the next run of the tests too.
fn cluster() -> &'static Path {
    static CLUSTER: OnceLock<PathBuf> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        const ARGUMENTS: [&str; 7] = [
            "--username=juncture",
            // Quicker than what hides the password from the server: our build is not optimised.
            "--auth=password",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
            "--wal-segsize=1",
        ];
        let folder = tempfile::tempdir().unwrap();
        let mut hasher = DefaultHasher::new();
        let version = output(command("initdb", folder.path()).arg("--version"));
        (version.stdout, ARGUMENTS, PASSWORD, user()).hash(&mut hasher);
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let cluster = kept.join(format!("postgres-{:x}", hasher.finish()));
        if !cluster.exists() {
            let (password, data) = (folder.path().join("password"), folder.path().join("data"));
            fs::write(&password, PASSWORD).unwrap();
            for path in [folder.path(), &password] {
                give(path);
            }
            let mut initialise = command("initdb", folder.path());
            initialise.args(ARGUMENTS);
            initialise.arg(format!("--pwfile={}", password.display()));
            let initialised = output(initialise.arg(&data));
            assert!(initialised.status.success(), "initdb: {initialised:?}");
            // Other processes may be at it too: each brings its own into place, and one is there first.
            let own = tempfile::tempdir_in(kept).unwrap();
            let mut copy = Command::new("cp");
            let copied = output(copy.arg("-a").arg(&data).arg(own.path()));
            assert!(copied.status.success(), "{copied:?}");
            let moved = fs::rename(own.path().join("data"), &cluster);
            assert!(moved.is_ok() || cluster.exists(), "{moved:?}");
        }
        cluster
    })
}

/// A program of PostgreSQL, from Debian's folder or the path; not as root, which it refuses.
pub(super) fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(find(program));
    command.stdin(Stdio::null()).current_dir(folder);
    if let Some((user, group)) = user() {
        command.uid(user).gid(group);
    }
    command
}

/// Where a program of PostgreSQL is.
pub(crate) fn find(program: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut found: Vec<_> = versions
        .map(|version| version.unwrap().path().join("bin").join(program))
        .collect();
    found.sort();
    // PgBouncer is an administrator's program.
    found.push(Path::new("/usr/sbin").join(program));
    found.retain(|path| path.exists());
    found.pop().unwrap_or_else(|| program.into())
}

/// Who owns the files of a server: Debian's user where the tests run as root.
pub(super) fn user() -> Option<(u32, u32)> {
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let numbers = || {
        let mut fields = users
            .lines()
            .find_map(|line| line.strip_prefix("postgres:"))?
            .split(':');
        Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    is_root.then(|| numbers().expect("PostgreSQL is installed, with its user"))
}

/// Makes a file or folder the server's own.
pub(crate) fn give(path: &Path) {
    if let Some((user, group)) = user() {
        chown(path, Some(user), Some(group)).unwrap();
    }
}

fn signal(name: &str, processes: &[u32]) {
    let processes = processes.iter().map(u32::to_string);
    let mut kill = Command::new("kill");
    // Some may have ended by themselves meanwhile.
    kill.arg(format!("-{name}"))
        .args(processes)
        .stderr(Stdio::null());
    kill.status().unwrap();
}
