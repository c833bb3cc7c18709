//! Keys of the store: as many as one likes, each with its digest, as `juncture_server::projects::key` makes
//! them. They are written by SQL; if the server changes how it knows keys, it refuses these.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use juncture_clock::{Clock as _, SystemClock};
use ring::digest::{SHA256, digest};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, QueryBuilder, Sqlite};
use uuid::Uuid;

/// How many keys one statement writes.
const BATCH: u64 = 1_000;

/// Keys that requests are made with, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    /// One a line.
    pub(crate) file: PathBuf,
    pub(crate) count: usize,
}

impl Keys {
    /// The first so many keys, in a file of this folder.
    pub(crate) fn write(folder: &Path, count: usize) -> Self {
        let file = folder.join("keys");
        let keys = (0..count as u64).map(|number| key(number) + "\n");
        std::fs::write(&file, keys.collect::<String>())
            .expect("the folder of the bench takes files");
        Self { file, count }
    }
}

/// The key of this number.
fn key(number: u64) -> String {
    let bits = digest(&SHA256, &number.to_be_bytes());
    format!("jct_sk_{}", URL_SAFE_NO_PAD.encode(bits))
}

/// Adds the first so many keys to a SQLite file that has its tables, for the project of the environment.
pub(crate) async fn fill(file: &Path, count: u64) -> sqlx::Result<()> {
    let now = SystemClock.now().as_millisecond();
    let mut file = SqliteConnectOptions::new().filename(file).connect().await?;
    let mut tx = file.begin().await?;
    for first in (0..count).step_by(usize::try_from(BATCH).expect("a small number")) {
        let numbers = first..count.min(first + BATCH);
        let mut rows = QueryBuilder::<Sqlite>::new(
            "INSERT INTO api_key (key_id, project_id, kind, name, digest, shown, scopes, created_at) ",
        );
        rows.push_values(numbers, |mut values, number| {
            let key = key(number);
            values
                .push_bind(Uuid::from_u128(u128::from(number) + 1))
                .push_bind(Uuid::nil())
                .push("'secret', 'Back end'")
                .push_bind(digest(&SHA256, key.as_bytes()).as_ref().to_vec())
                .push_bind(key[..13].to_owned())
                .push(format!("'', {now}"));
        });
        rows.build().execute(&mut *tx).await?;
    }
    tx.commit().await?;
    file.close().await
}
