//! Fills a store with connections, as a server would have it after so many customers.
//!
//! They are written by SQL, for a million consents would take hours. Their tokens are as long as
//! Atlassian's and sealed as `juncture_server::seal` says, so that the server opens them; if it changes
//! its layout, it refuses to start here.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use juncture_clock::{Clock as _, SystemClock};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, QueryBuilder, Sqlite};
use uuid::Uuid;

use crate::setup::Database;

/// The id of the key.
const KEY: &str = "bench";

/// How long the header, the claims and the signature of Atlassian's access tokens are, in bytes: as a JSON Web
/// Token 2,000 (RFC 7515 §7.1). Those of the sandbox are as long.
const ACCESS_TOKEN: [usize; 3] = [75, 1_167, 256];

/// How long Atlassian's refresh tokens are, in bytes.
const REFRESH_TOKEN: usize = 1_100;

/// The project of a deployment that has one.
pub(crate) const PROJECT: Uuid = Uuid::nil();

/// How many connections one statement writes.
const BATCH: u64 = 1_000;

/// An access token of Atlassian's lives for an hour, a grant for a year; in milliseconds.
const HOUR: i64 = 60 * 60 * 1_000;
const YEAR: i64 = 365 * 24 * HOUR;

/// How long ago all of it has been, in milliseconds: what is new is looked at by every server.
const WHILE: i64 = 5 * 60 * 1_000;

/// Seals, and writes.
pub(crate) struct Filler {
    secret: [u8; 32],
    cipher: LessSafeKey,
    random: SystemRandom,
}

/// A connection as its rows read.
struct Row {
    id: Uuid,
    external_id: String,
    refresh_token: Vec<u8>,
    access_token: Vec<u8>,
}

/// Writes a batch: one statement for each table.
macro_rules! insert {
    ($kind:ty, $database:expr, $rows:expr, $issued:expr) => {{
        let (rows, now): (&[Row], i64) = ($rows, $issued);
        let (ends, expires) = (now + HOUR, now + YEAR);
        let mut connections = QueryBuilder::<$kind>::new(
            "INSERT INTO connection (connection_id, refresh_token, access_token, invalid_refresh_token, \
             access_token_expires_at, token_version, expires_at, refreshed_at, created_at, last_updated, \
             project_id, provider) ",
        );
        connections.push_values(rows, |mut values, row| {
            values
                .push_bind(row.id)
                .push_bind(&row.refresh_token)
                .push_bind(&row.access_token)
                .push(format!("FALSE, {ends}, 1, {expires}, {now}, {now}, {now}"))
                .push_bind(PROJECT)
                .push("'jira'");
        });
        connections.build().execute(&mut $database).await?;
        let mut maps = QueryBuilder::<$kind>::new(
            "INSERT INTO connection_external_map (project_id, external_id, provider, connection_id) ",
        );
        maps.push_values(rows, |mut values, row| {
            values.push_bind(PROJECT).push_bind(&row.external_id).push("'jira'").push_bind(row.id);
        });
        maps.build().execute(&mut $database).await?;
        let mut sites = QueryBuilder::<$kind>::new(
            "INSERT INTO jira_connection (connection_id, jira_site_id, created_at, last_updated) ",
        );
        sites.push_values(rows, |mut values, row| {
            values.push_bind(row.id).push(format!("'11223344-a1b2-4b33-8c44-def123456789', {now}, {now}"));
        });
        sites.build().execute(&mut $database).await.map(drop)
    }};
}

impl Filler {
    /// One with a key of its own.
    pub(crate) fn new() -> Self {
        let random = SystemRandom::new();
        let mut secret = [0; 32];
        random.fill(&mut secret).expect("the system has randomness");
        let key = UnboundKey::new(&AES_256_GCM, &secret).expect("32 bytes are an AES-256 key");
        let cipher = LessSafeKey::new(key);
        Self {
            secret,
            cipher,
            random,
        }
    }

    /// The value of `JUNCTURE_ENCRYPTION_KEYS`.
    pub(crate) fn keys(&self) -> String {
        format!("{KEY}:{}", STANDARD.encode(self.secret))
    }

    /// Adds the connections of customers 1 to `count` to a store that has its tables.
    pub(crate) async fn fill(&self, database: &Database, count: u64) -> sqlx::Result<()> {
        let issued = SystemClock.now().as_millisecond() - WHILE;
        match database {
            Database::Sqlite(path) => {
                // Nothing of it need outlive a crash, and nobody else reads it meanwhile.
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .journal_mode(SqliteJournalMode::Off)
                    .synchronous(SqliteSynchronous::Off)
                    .foreign_keys(false);
                let mut file = options.connect().await?;
                for rows in self.batches(count) {
                    insert!(Sqlite, file, &rows, issued)?;
                }
                file.close().await
            }
            Database::Postgres(url) => {
                let mut server = PgConnection::connect(url).await?;
                for rows in self.batches(count) {
                    insert!(sqlx::Postgres, server, &rows, issued)?;
                }
                server.close().await
            }
        }
    }

    fn batches(&self, count: u64) -> impl Iterator<Item = Vec<Row>> {
        let first = (1..=count).step_by(usize::try_from(BATCH).expect("a small number"));
        first.map(move |first| {
            let last = count.min(first + BATCH - 1);
            (first..=last).map(|number| self.row(number)).collect()
        })
    }

    fn row(&self, number: u64) -> Row {
        // In the order of their making, as the server's own ids are (RFC 9562 §5.7).
        let id = Uuid::from_u128((0x0198_0000_0000_7000_8000 << 48) | u128::from(number));
        let external_id = format!("customer-{number}");
        let text = |length: usize| format!("{number:0>length$}").into_bytes();
        let access_token = ACCESS_TOKEN.map(|length| URL_SAFE_NO_PAD.encode(text(length)));
        let seal = |column: &str, token: Vec<u8>| {
            let place = format!("connection.{column}/{id}\0{PROJECT}\0jira\0{external_id}");
            self.seal(&place, token)
        };
        Row {
            refresh_token: seal("refresh_token", text(REFRESH_TOKEN)),
            access_token: seal("access_token", access_token.join(".").into_bytes()),
            id,
            external_id,
        }
    }

    /// `1 ‖ length of the key id ‖ key id ‖ nonce ‖ ciphertext and tag`.
    pub(crate) fn seal(&self, place: &str, mut token: Vec<u8>) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        self.random
            .fill(&mut nonce)
            .expect("the system has randomness");
        let sealed = self.cipher.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(format!("juncture/{place}")),
            &mut token,
        );
        sealed.expect("a token is short");
        let length = u8::try_from(KEY.len()).expect("a short id");
        [&[1, length], KEY.as_bytes(), &nonce, &token].concat()
    }
}
