//! What the store holds and has held, seen from outside of the servers; and harm done to it.

use jiff::Timestamp;
use juncture_server::app::App;
use juncture_server::connection::{Connection, access_token_place};
use juncture_server::seal::Sealed;
use juncture_server::store::{SqliteTx, Tx};
use secrecy::ExposeSecret as _;
use sqlx::{Row as _, raw_sql};
use uuid::Uuid;

use crate::support::rows::{change, customer, owner};

/// Somebody who opens the store, and looks.
pub(super) struct Observer {
    app: App,
    /// The last change that was seen.
    seen: i64,
}

/// A state of a connection, from one commit to the next.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) connection: Uuid,
    /// None once it is deleted.
    pub(super) stored: Option<Stored>,
}

/// What a connection's row says.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) access_token: String,
    pub(super) access_token_expires_at: Timestamp,
    pub(super) is_invalid: bool,
    pub(super) version: i64,
}

/// What fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Trouble {
    /// Every statement about connections.
    Everything,
    /// Every change of a connection; they can be read.
    Writes,
}

/// Every state of a connection is noted in the transaction that brings it about.
const NOTE_STATES: &str = "
    CREATE TABLE state_seen (number INTEGER PRIMARY KEY, connection_id BLOB, is_invalid BOOLEAN, token_version BIGINT, access_token BLOB, expires_at BIGINT);
    CREATE TABLE owner_seen (connection_id BLOB, external_id TEXT);
    CREATE TRIGGER see_owner AFTER INSERT ON connection_external_map BEGIN
        INSERT INTO owner_seen VALUES (NEW.connection_id, NEW.external_id); END;
    CREATE TRIGGER see_insert AFTER INSERT ON connection BEGIN
        INSERT INTO state_seen (connection_id, is_invalid, token_version, access_token, expires_at)
        VALUES (NEW.connection_id, NEW.invalid_refresh_token, NEW.token_version, NEW.access_token, NEW.access_token_expires_at); END;
    CREATE TRIGGER see_update AFTER UPDATE OF invalid_refresh_token, access_token ON connection BEGIN
        INSERT INTO state_seen (connection_id, is_invalid, token_version, access_token, expires_at)
        VALUES (NEW.connection_id, NEW.invalid_refresh_token, NEW.token_version, NEW.access_token, NEW.access_token_expires_at); END;
    CREATE TRIGGER see_delete AFTER DELETE ON connection BEGIN
        INSERT INTO state_seen (connection_id) VALUES (OLD.connection_id); END;";

impl Observer {
    /// `app` is a server on the same store, which nobody asks for anything.
    pub(super) async fn new(app: App) -> Self {
        let observer = Self { app, seen: 0 };
        observer.execute(NOTE_STATES).await;
        observer
    }

    /// The states since the last look, in order.
    pub(super) async fn look(&mut self) -> Vec<State> {
        const LOOK: &str =
            "SELECT * FROM state_seen LEFT JOIN owner_seen USING (connection_id) ORDER BY number";
        let mut states = Vec::new();
        for row in raw_sql(LOOK)
            .fetch_all(&mut *self.read().await)
            .await
            .unwrap()
        {
            let number: i64 = row.get("number");
            if number <= self.seen {
                continue;
            }
            self.seen = number;
            let connection: Uuid = row.get("connection_id");
            let sealed: Option<Vec<u8>> = row.get("access_token");
            let stored = sealed.map(|sealed| Stored {
                access_token: self.open(connection, row.get("external_id"), sealed),
                access_token_expires_at: Timestamp::from_millisecond(row.get("expires_at"))
                    .unwrap(),
                is_invalid: row.get("is_invalid"),
                version: row.get("token_version"),
            });
            states.push(State { connection, stored });
        }
        states
    }

    /// Empties the store.
    pub(super) async fn delete_all(&self) {
        self.execute("DELETE FROM connection; DELETE FROM deleted_connection")
            .await;
    }

    /// Forgets the states seen so far, so that the next look is quick.
    pub(super) async fn forget(&self) {
        // The last one stays, for its number.
        self.execute("DELETE FROM state_seen WHERE number < (SELECT MAX(number) FROM state_seen)")
            .await;
    }

    /// The row of the connection of an external id.
    pub(super) async fn connection(&self, external_id: &str) -> Option<Connection> {
        let provider = self.app.providers.get("jira").unwrap().name();
        let mut tx = self.app.store.begin_read().await.unwrap();
        Connection::find(&mut tx, &customer(external_id), provider)
            .await
            .unwrap()
    }

    /// The refresh token of a row.
    pub(super) fn refresh_token(&self, connection: &Connection) -> String {
        let token = connection.refresh_token(&self.app.sealer).unwrap();
        token.unwrap().expose_secret().to_owned()
    }

    /// From now on this fails.
    pub(super) async fn harm(&self, trouble: Trouble) {
        let sql = match trouble {
            Trouble::Everything => "ALTER TABLE connection RENAME TO connection_away",
            Trouble::Writes => {
                "CREATE TRIGGER refuse_writes BEFORE UPDATE ON connection BEGIN
                    SELECT RAISE(ABORT, 'no room is left'); END"
            }
        };
        self.execute(sql).await;
    }

    /// Undoes [`harm`](Self::harm).
    pub(super) async fn mend(&self, trouble: Trouble) {
        let sql = match trouble {
            Trouble::Everything => "ALTER TABLE connection_away RENAME TO connection",
            Trouble::Writes => "DROP TRIGGER refuse_writes",
        };
        self.execute(sql).await;
    }

    fn open(&self, connection: Uuid, external_id: &str, sealed: Vec<u8>) -> String {
        let place = access_token_place(connection, owner(external_id));
        let token = self
            .app
            .sealer
            .open_token(&place, &Sealed::from_bytes(sealed));
        token.unwrap().expose_secret().to_owned()
    }

    async fn read(&self) -> SqliteTx {
        let Tx::Sqlite(tx) = self.app.store.begin_read().await.unwrap() else {
            panic!("the model lives on SQLite");
        };
        tx
    }

    async fn execute(&self, sql: &'static str) {
        let mut tx = self.app.store.begin_write().await.unwrap();
        change(&mut tx, sql).await;
        tx.commit().await.unwrap();
    }
}
