//! A folder with a database and its keys, what stands in the database, and the processes that use it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use jiff::SignedDuration;
use juncture_clock::{Clock as _, SystemClock};
use juncture_server::connection::{access_token_place, refresh_token_place};
use juncture_server::project::ProjectId;
use juncture_server::seal::{KeyFile, Place, SealError, Sealer, parse_keys};
use juncture_server::store::Store;
use juncture_server::store::connections::{self, SealedTokens};
use juncture_server::store::sealed_columns::{self, RowKey, SealedColumn};
use uuid::Uuid;

use crate::support::database::TestDatabase;
use crate::support::process::{self, Process};
use crate::support::rows::{grant, owner};
use crate::support::sandbox::TestSandbox;
use crate::support::{environment_of_process, free_port};

/// The variable of the keys.
pub(crate) const KEYS: &str = "JUNCTURE_ENCRYPTION_KEYS";

pub(crate) struct Deployment {
    database: TestDatabase,
    pub(crate) sandbox: TestSandbox,
    port: u16,
}

impl Deployment {
    pub(crate) async fn of(database: TestDatabase) -> Self {
        Self {
            database,
            sandbox: TestSandbox::start().await,
            port: free_port(),
        }
    }

    /// SQLite with a key file, as the first start leaves it.
    pub(crate) async fn with_key_file() -> Self {
        let deployment = Self::of(TestDatabase::sqlite()).await;
        deployment.serve(&[]).0.stop();
        deployment
    }

    /// The key file.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.database.folder().join("juncture.key")
    }

    /// The ids in the key file, the newest first.
    pub(crate) fn key_ids(&self) -> Vec<String> {
        let text = fs::read_to_string(self.key_file()).unwrap();
        let keys = parse_keys(&text).unwrap();
        keys.into_iter().map(|key| key.id).collect()
    }

    /// What a process that starts now opens with.
    pub(crate) fn sealer(&self) -> Sealer {
        let file = KeyFile::of(self.database.folder());
        Sealer::of_file(file).unwrap().unwrap()
    }

    pub(crate) async fn store(&self) -> Store {
        self.database.open().await
    }

    fn variables(&self, port: u16, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let folder = self.database.folder();
        let mut variables = environment_of_process(folder, &self.sandbox.url, port);
        let own = [("JUNCTURE_DATA_DIR", folder.to_str().unwrap())];
        let own = [&own, &self.database.variables()[..], more].concat();
        variables.extend(
            own.into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        variables
    }

    /// A server at the port that browsers are sent back to.
    pub(crate) fn serve(&self, more: &[(&str, &str)]) -> (Process, String) {
        self.serve_at(self.port, more)
    }

    /// Another server on the same database.
    pub(crate) fn serve_at(&self, port: u16, more: &[(&str, &str)]) -> (Process, String) {
        let variables = self.variables(port, more);
        Process::serve(self.database.folder(), &pairs(&variables))
    }

    /// What a start says that is refused.
    pub(crate) fn refusal(&self, more: &[(&str, &str)]) -> String {
        let variables = self.variables(self.port, more);
        let output = process::run(self.database.folder(), &["serve"], &pairs(&variables));
        let said = process::text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        said
    }

    /// `juncture rotate-key`, not yet run.
    pub(crate) fn rotation(&self, arguments: &[&str], more: &[(&str, &str)]) -> Command {
        let arguments = [&["rotate-key"], arguments].concat();
        let variables = self.variables(self.port, more);
        process::command(self.database.folder(), &arguments, &pairs(&variables))
    }

    /// Runs `juncture rotate-key` to its end. Returns what it says there.
    #[track_caller]
    pub(crate) fn rotate(&self, arguments: &[&str], more: &[(&str, &str)]) -> String {
        let output = process::output(&mut self.rotation(arguments, more));
        let (said, complaint) = said(&output);
        assert!(output.status.success(), "{said}{complaint}");
        assert_eq!(complaint, "");
        said
    }

    /// Runs a rotation that ends with exit code 1. Returns what it says, and why it failed.
    #[track_caller]
    pub(crate) fn rotate_in_vain(
        &self,
        arguments: &[&str],
        more: &[(&str, &str)],
    ) -> (String, String) {
        let output = process::output(&mut self.rotation(arguments, more));
        let (said, complaint) = said(&output);
        assert_eq!(output.status.code(), Some(1), "{said}{complaint}");
        (said, complaint)
    }

    /// Pretends that the key file was last changed so long ago.
    pub(crate) fn age_key_file(&self, age: std::time::Duration) {
        let file = fs::OpenOptions::new()
            .append(true)
            .open(self.key_file())
            .unwrap();
        let changed_at = file.metadata().unwrap().modified().unwrap();
        file.set_modified(changed_at - age).unwrap();
    }

    /// Adds connections that nobody refreshes, with tokens as large as Atlassian's.
    pub(crate) async fn fill(&self, sealer: &Sealer, count: usize) {
        let store = self.store().await;
        let mut tx = store.begin_write().await.unwrap();
        let now = SystemClock.now() - SignedDuration::from_hours(1);
        let end = now + SignedDuration::from_hours(24 * 365);
        for number in 0..count {
            let id = juncture_server::random::uuid_v7(now);
            let external_id = format!("filled-{number}");
            let token = |kind: &str| format!("{kind}-{number}-{}", "x".repeat(1500)).into();
            let tokens = SealedTokens {
                refresh_token: Some(sealer.seal_token(
                    &refresh_token_place(id, owner(&external_id)),
                    &token("refresh"),
                )),
                access_token: sealer.seal_token(
                    &access_token_place(id, owner(&external_id)),
                    &token("access"),
                ),
                access_token_expires_at: Some(end),
                granted_scopes: None,
                kept: None,
            };
            let project = ProjectId::DEFAULT;
            connections::insert(&mut tx, project, "jira", id, &grant(tokens, end), now)
                .await
                .unwrap();
            connections::map(&mut tx, project, &external_id, "jira", id)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        store.close().await;
    }

    /// The id of a connection.
    pub(crate) async fn id_of(&self, external_id: &str) -> Uuid {
        let store = self.store().await;
        let mut tx = store.begin_read().await.unwrap();
        let id = connections::find_id(&mut tx, ProjectId::DEFAULT, external_id, "jira").await;
        drop(tx);
        store.close().await;
        id.unwrap().unwrap()
    }

    /// Everything that is sealed in the store, opened, by its place.
    pub(crate) async fn contents(&self, sealer: &Sealer) -> BTreeMap<String, String> {
        let opened = self.open_all(sealer).await.into_iter();
        opened
            .map(|(place, opened)| {
                let text = String::from_utf8(opened.unwrap()).unwrap();
                (place.to_string(), text)
            })
            .collect()
    }

    /// How many values this key has sealed.
    pub(crate) async fn count_sealed_with(&self, key_id: &str) -> usize {
        let store = self.store().await;
        let all = all_rows(&store, &Sealer::beginning("none")).await.len();
        let others = all_rows(&store, &Sealer::beginning(key_id)).await.len();
        store.close().await;
        all - others
    }

    async fn open_all(&self, sealer: &Sealer) -> Vec<(Place, Result<Vec<u8>, SealError>)> {
        let store = self.store().await;
        // No value begins like this, so all are found.
        let rows = all_rows(&store, &Sealer::beginning("none")).await;
        store.close().await;
        rows.into_iter()
            .map(|(place, sealed)| {
                let opened = sealer.open(&place, &sealed);
                (place, opened)
            })
            .collect()
    }
}

/// What connections have: not the one value that is nobody's and only tells the keys, and not what events tell, of
/// which there are as many as there were changes (`events::sealed`).
async fn all_rows(store: &Store, beginning: &[u8]) -> Vec<(Place, juncture_server::seal::Sealed)> {
    let mut tx = store.begin_read().await.unwrap();
    let mut all = Vec::new();
    let columns = sealed_columns::ALL.iter();
    for column in columns.filter(|column| !["key_check", "event"].contains(&column.table)) {
        let rows = rows_of(column, &mut tx, beginning).await;
        all.extend(rows);
    }
    all
}

async fn rows_of(
    column: &SealedColumn,
    tx: &mut juncture_server::store::Tx,
    beginning: &[u8],
) -> Vec<(Place, juncture_server::seal::Sealed)> {
    let mut all = Vec::new();
    let mut after: Option<RowKey> = None;
    loop {
        let page = column
            .page(tx, beginning, after.as_ref(), 100)
            .await
            .unwrap();
        let Some(last) = page.last() else {
            return all;
        };
        after = Some(last.key.clone());
        for row in page {
            all.extend(row.value.map(|value| (row.place, value)));
        }
    }
}

fn said(output: &Output) -> (String, String) {
    (process::text(&output.stdout), process::text(&output.stderr))
}

fn pairs(variables: &[(String, String)]) -> Vec<(&str, &str)> {
    variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// A fresh key, as `JUNCTURE_ENCRYPTION_KEYS` holds it.
pub(crate) fn fresh_key(id: &str) -> String {
    use secrecy::ExposeSecret as _;
    let key = juncture_server::seal::EncryptionKey::generate(id.to_owned());
    key.to_text().expose_secret().to_owned()
}

/// A sealer with keys as `JUNCTURE_ENCRYPTION_KEYS` holds them.
pub(crate) fn sealer_of(keys: &str) -> Sealer {
    Sealer::new(&parse_keys(keys).unwrap())
}
