//! A fresh database for each test, gone with it.
//!
//! `TEST_STORE` says which kind the servers under test have: `sqlite` (if unset) or `postgres`. For
//! PostgreSQL `TEST_DATABASE_URL` names a server on which databases may be made; without it each
//! database has a server of its own. Who asks for that kind is noted for `scripts/test`, which runs on
//! PostgreSQL what has asked on SQLite, and nothing else a second time.

use std::fs::OpenOptions;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;
use juncture_server::config::Config;
use juncture_server::project::DEFAULT_NAME;
use juncture_server::store::settings::Database;
use juncture_server::store::{Store, projects};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, raw_sql};
use tempfile::TempDir;
use url::Url;

use super::environment;
use super::postgres::PrivatePostgres;

pub(crate) struct TestDatabase {
    folder: TempDir,
    postgres: Option<Postgres>,
}

struct Postgres {
    /// Of the database.
    url: Url,
    keys: String,
    server: Server,
}

enum Server {
    /// Others use it too.
    Shared(Url),
    Private(PrivatePostgres),
}

impl TestDatabase {
    /// A database of the kind that `TEST_STORE` names.
    pub(crate) async fn fresh() -> Self {
        note_the_test();
        match variable("TEST_STORE").as_deref() {
            None | Some("sqlite") => Self::sqlite(),
            Some("postgres") => Self::postgres().await,
            Some(other) => panic!("TEST_STORE must be sqlite or postgres, not {other}"),
        }
    }

    pub(crate) fn sqlite() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            postgres: None,
        }
    }

    /// A database whose tables are there already.
    pub(crate) async fn postgres() -> Self {
        let server = match variable("TEST_DATABASE_URL") {
            Some(url) => Server::Shared(url.parse().unwrap()),
            None => Server::Private(PrivatePostgres::start()),
        };
        let folder = tempfile::tempdir().unwrap();
        let url = match &server {
            Server::Shared(url) => copy_template(url).await,
            Server::Private(private) => {
                copy_template(&private.url("postgres").parse().unwrap()).await
            }
        };
        Self {
            folder,
            postgres: Some(Postgres {
                url,
                keys: juncture_server::seal::generate(),
                server,
            }),
        }
    }

    /// A database on a server of the test's own, which outlives it. Its tables are there already.
    pub(crate) async fn on(server: &PrivatePostgres) -> Self {
        let server: Url = server.url("postgres").parse().unwrap();
        Self {
            folder: tempfile::tempdir().unwrap(),
            postgres: Some(Postgres {
                url: copy_template(&server).await,
                keys: juncture_server::seal::generate(),
                server: Server::Shared(server),
            }),
        }
    }

    /// A folder that goes with the database; that of the SQLite file.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// What a server must be told to use this database.
    pub(crate) fn variables(&self) -> Vec<(&'static str, &str)> {
        match &self.postgres {
            None => vec![],
            Some(postgres) => vec![
                ("DATABASE_URL", postgres.url.as_str()),
                ("JUNCTURE_ENCRYPTION_KEYS", &postgres.keys),
            ],
        }
    }

    /// The address of a PostgreSQL database.
    pub(crate) fn url(&self) -> &str {
        self.postgres.as_ref().unwrap().url.as_str()
    }

    /// The configuration that names this database.
    pub(crate) fn config(&self) -> Database {
        let no_sandbox = "http://127.0.0.1:9";
        let environment = environment(self.folder(), no_sandbox, &self.variables());
        Config::read(&environment).unwrap().database
    }

    /// The store, with the project that a start makes.
    pub(crate) async fn open(&self) -> Store {
        open(&self.config()).await
    }
}

/// The store, with the project that a start makes. It has not written anything itself.
async fn open(config: &Database) -> Store {
    let store = Store::open(config).await.unwrap();
    let mut tx = store.begin_read().await.unwrap();
    let known = projects::find_by_name(&mut tx, DEFAULT_NAME).await.unwrap();
    drop(tx);
    if known.is_some() {
        return store;
    }
    let mut tx = store.begin_write().await.unwrap();
    let inserted = projects::insert_default(&mut tx, Timestamp::UNIX_EPOCH);
    inserted.await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    Store::open(config).await.unwrap()
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(Postgres {
            url,
            server: Server::Shared(server),
            ..
        }) = &self.postgres
        {
            let sql = format!("DROP DATABASE {} WITH (FORCE)", name(url));
            let server = server.clone();
            // A runtime of its own: this one may be on its way out.
            let dropping = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                runtime.unwrap().block_on(execute(&server, sql));
            });
            drop(dropping.join());
        }
    }
}

/// Adds the name of the running test to the file that `TEST_STORE_NOTES` names, if it does.
fn note_the_test() {
    let Some(path) = variable("TEST_STORE_NOTES") else {
        return;
    };
    // The test runner names each thread after its test.
    let thread = std::thread::current();
    let test = thread.name().filter(|name| name.contains("::"));
    let test = test.expect("a test asks for its database on its own thread");
    let notes = OpenOptions::new().create(true).append(true).open(path);
    notes
        .unwrap()
        .write_all(format!("{test}\n").as_bytes())
        .unwrap();
}

/// The database that a URL names.
fn name(url: &Url) -> &str {
    url.path().trim_start_matches('/')
}

async fn execute(server: &Url, sql: String) {
    let mut connection = PgConnection::connect(server.as_str()).await.unwrap();
    raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// A copy of a database that has all tables and no rows: far quicker than making the tables.
async fn copy_template(server: &Url) -> Url {
    let template = template(server).await;
    let name = format!("juncture_test_{}", uuid::Uuid::new_v4().simple());
    execute(
        server,
        format!("CREATE DATABASE {name} TEMPLATE {template}"),
    )
    .await;
    at(server, &name)
}

fn at(server: &Url, database: &str) -> Url {
    let mut url = server.clone();
    url.set_path(database);
    url
}

/// Makes the template, unless somebody has. Other tables are another template.
async fn template(server: &Url) -> String {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/migrations");
    let migrations = Migrator::new(files.as_path()).await.unwrap();
    let mut hasher = DefaultHasher::new();
    for migration in migrations.iter() {
        migration.checksum.hash(&mut hasher);
    }
    let name = format!("juncture_template_{:x}", hasher.finish());
    let mut connection = PgConnection::connect(server.as_str()).await.unwrap();
    let lock = "SELECT pg_advisory_lock(1)";
    raw_sql(lock).execute(&mut connection).await.unwrap();
    let find = format!("SELECT datistemplate FROM pg_database WHERE datname = '{name}'");
    let found = raw_sql(AssertSqlSafe(find))
        .fetch_optional(&mut connection)
        .await
        .unwrap();
    let is_whole = found.as_ref().is_some_and(|row| row.get(0));
    if found.is_none() {
        execute(server, format!("CREATE DATABASE {name}")).await;
    }
    if !is_whole {
        let folder = tempfile::tempdir().unwrap();
        let url = at(server, &name);
        let variables = [
            ("DATABASE_URL", url.as_str()),
            (
                "JUNCTURE_ENCRYPTION_KEYS",
                &juncture_server::seal::generate(),
            ),
        ];
        let config = Config::read(&environment(
            folder.path(),
            "http://127.0.0.1:9",
            &variables,
        ));
        let store = open(&config.unwrap().database).await;
        store.close().await;
        execute(server, format!("ALTER DATABASE {name} IS_TEMPLATE true")).await;
    }
    connection.close().await.unwrap();
    name
}

#[expect(clippy::disallowed_methods, reason = "the environment of the tests")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
